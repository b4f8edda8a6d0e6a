"""Reading scorecards: who is measured on what, on which days, as it was known at a batch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from juara.core import db
from juara.core.calendar import ALWAYS, FOREVER, ONE_DAY
from juara.goals import queries as goals
from juara.people import queries as people
from juara.scorecards import definitions
from juara.scorecards.models import ScorecardRule
from juara.scorecards.types import Definition

LATEST = db.LATEST

# Moves whenever a scorecard does, so that open pages follow: the topic of goals.
TOPIC = goals.TOPIC


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose scorecard it is: a job profile's, a team's, or without either the company's."""

    profile_id: int | None = None
    team_id: int | None = None


COMPANY = Owner()


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """A scorecard as it was set, with the days it holds on, half-open."""

    owner: Owner
    definition: Definition
    from_day: date
    until_day: date


@dataclass(frozen=True, slots=True)
class Rules:
    """Every scorecard that was set and holds on one day, by whose it is."""

    by_owner: Mapping[Owner, RuleFacts] = field(default_factory=dict)

    def of_profile(self, profile_id: int | None) -> Definition | None:
        """Return what a job profile is measured on; None where nobody has said."""
        return None if profile_id is None else self.of(Owner(profile_id=profile_id))

    def of_team(self, team_id: int | None) -> Definition | None:
        """Return what a team, or for None the company, is measured on."""
        return self.of(Owner(team_id=team_id))

    def of(self, owner: Owner) -> Definition | None:
        found = self.by_owner.get(owner)
        return None if found is None else found.definition


def rules(
    from_day: date = ALWAYS, until_day: date = FOREVER, *, batch: int = LATEST
) -> tuple[RuleFacts, ...]:
    """Return every scorecard that holds on any of the days, as known at a batch. One query.

    In the order of their days.
    """
    found = ScorecardRule.objects.filter(
        **db.known_then(batch), valid_from__lt=until_day, valid_until__gt=from_day
    ).order_by("valid_from", "id")
    rows = found.values_list("profile_id", "team_id", "definition", "valid_from", "valid_until")
    return tuple(
        RuleFacts(Owner(profile_id, team_id), definitions.read(definition), first, until)
        for profile_id, team_id, definition, first, until in rows
    )


def rules_on(day: date, *, batch: int = LATEST) -> Rules:
    """Return the scorecards of everybody that hold on a day, as known at a batch. One query."""
    return Rules({each.owner: each for each in rules(day, day + ONE_DAY, batch=batch)})


def versions(owner: Owner, *, batch: int = LATEST) -> tuple[RuleFacts, ...]:
    """Return everything an owner is, was and will be measured on, the first days first."""
    return tuple(each for each in rules(batch=batch) if each.owner == owner)


def owner(*, profile: str = "", team: str = "") -> Owner:
    """Return whose scorecard it is by public ids; without either it is the company's.

    The company's own team stands for the company. NotFoundError for an unknown one.
    """
    if profile:
        return Owner(profile_id=goals.profile(profile).id)
    if not team:
        return COMPANY
    found = people.team_of_id(team)
    return COMPANY if found.is_root else Owner(team_id=found.id)
