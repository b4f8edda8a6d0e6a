"""Goals of the company and its teams, and of one person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from juara.core import clock
from juara.core.calendar import period_of
from juara.goals import access as goal_access
from juara.goals import ground as grounds
from juara.goals import queries
from juara.goals.types import GRAINS
from juara.metrics import queries as metrics
from juara.people import access
from juara.people import queries as people
from juara.people.access import Viewer
from juara.ui import formats
from juara.web import as_of as moments
from juara.web.entrance import in_organization
from juara.web.goals import reading, shown


@require_safe
@in_organization
def goals(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the goals of the company and of every team, with their people's together."""
    access.require_leader(viewer)
    as_of = moments.read(request, now=clock.now())
    reach = goal_access.Reach() if as_of else goal_access.reach(viewer, today=as_of.today)
    every = metrics.metrics(batch=as_of.batch, day=as_of.today)
    found = reading.owners(reach, moment=as_of.at, batch=as_of.batch)
    first = reading.first_metric(every)
    quarter = period_of("quarter", as_of.today, rules=reading.rules_now())
    month = period_of("month", as_of.today, rules=reading.rules_now())
    context = {
        "owners": found,
        "company": found[0],
        "has_metrics": bool(every),
        "first_metric": first,
        "first_name": _(first.name) if first else "",
        "offers_first": reach.sets_company() and not found[0].goals and first is not None,
        "lengths": [
            ("quarter", formats.day_range(quarter.from_day, quarter.until_day)),
            ("month", formats.day_range(month.from_day, month.until_day)),
        ],
        "can_set": bool(reach),
        "is_admin": viewer.is_admin and not as_of,
        "as_of": as_of,
        "undo": "" if as_of else reading.undo_words(request),
    }
    return render(request, "web/goals/goals.html", context)


@require_safe
@in_organization
def goals_person(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Show what one person is asked for: goals of their own, and their job profile's."""
    access.require_leader(viewer)
    member = access.member_to_read(viewer, public_id)
    as_of = moments.read(request, now=clock.now())
    reach = goal_access.Reach() if as_of else goal_access.reach(viewer, today=as_of.today)
    ground = grounds.read(GRAINS, moment=as_of.at, batch=as_of.batch)
    planned = queries.planned(ground.today, batch=as_of.batch)
    names = reading.goal_names(ground, planned)
    own = [each for each in planned if each.first.member_id == member.id]
    places = people.places_of(member.id, batch=as_of.batch)
    held = [each for each in places if each.from_day <= ground.today < each.until_day]
    profile = ground.profiles.get((held[0].profile_id or 0) if held else 0)
    theirs = [
        each
        for each in planned
        if profile is not None
        and each.first.profile_id == profile.id
        and each.first.subject not in {mine.first.subject for mine in own if mine.now}
    ]
    context = {
        "member": member,
        "own": [
            shown.goal(
                each, ground.metrics[each.first.metric_id], standing=None, names=names,
                can_set=reach.sets_member(member.id),
            )
            for each in own
            if each.first.metric_id in ground.metrics
        ],
        "theirs": [
            shown.goal(
                each, ground.metrics[each.first.metric_id], standing=None, names=names,
                can_set=False,
            )
            for each in theirs
            if each.first.metric_id in ground.metrics
        ],
        "profile": profile,
        "can_set": reach.sets_member(member.id),
        "as_of": as_of,
    }  # fmt: skip
    return render(request, "web/goals/person.html", context)
