"""Who is measured on what: job profiles, the company, teams."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from juara.core import clock
from juara.metrics.queries import MetricFacts
from juara.people import access
from juara.people import queries as people
from juara.people.access import Viewer
from juara.scorecards import queries
from juara.scorecards.types import Definition
from juara.web import as_of as moments
from juara.web.as_of import AsOf
from juara.web.entrance import in_organization
from juara.web.scorecard_rules import words
from juara.web.today.shown import people_count


@dataclass(frozen=True, slots=True)
class OwnerShown:
    """Whose scorecard it is, and what it says; `summary` is "" where nobody has set one."""

    name: str
    note: str
    kind: str
    public_id: str
    mode: str
    summary: str


@require_GET
@in_organization
def scorecard_rules(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    access.require_leader(viewer)
    as_of = moments.read(request, now=clock.now())
    profiles, teams, company = _owners(as_of)
    context = {
        "as_of": as_of,
        "profiles": profiles,
        "company": company,
        "teams": teams,
        "can_set": viewer.is_admin and not as_of,
    }
    return render(request, "web/scorecard_rules/page.html", context)


def _owners(as_of: AsOf) -> tuple[list[OwnerShown], list[OwnerShown], OwnerShown]:
    rules = queries.rules_on(as_of.today, batch=as_of.batch)
    every = {each.public_id: each for each in moments.metrics_in_use(as_of)}
    uses = people.profile_uses(as_of.today, batch=as_of.batch)
    teams = sorted(people.teams().values(), key=lambda each: each.name)
    profiles = [
        _shown(each.name, people_count(each.people), "profile", each.public_id,
               rules.of_profile(each.id), every)
        for each in uses
        if not each.is_archived
    ]  # fmt: skip
    below = [
        _shown(each.name, "", "team", each.public_id, rules.of_team(each.id), every)
        for each in teams
        if not each.is_root
    ]
    root = people.root_team()
    company = _shown(root.name, "", "team", root.public_id, rules.of_team(None), every)
    return profiles, sorted(below, key=lambda each: not each.summary), company


def _shown(
    name: str,
    note: str,
    kind: str,
    public_id: str,
    definition: Definition | None,
    every: dict[str, MetricFacts],
) -> OwnerShown:
    return OwnerShown(
        name=name,
        note=note,
        kind=kind,
        public_id=public_id,
        mode=_("Equal weights") if definition is None else str(words.MODES[definition.mode]),
        summary="" if definition is None else words.summary(definition, every),
    )
