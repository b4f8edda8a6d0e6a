"""Scorecards for people with a job profile."""

from datetime import date, datetime
from decimal import Decimal

from juara.core.calendar import ALWAYS, FOREVER
from juara.people import operations as people
from juara.people import queries as people_queries
from juara.scorecards import operations
from juara.scorecards.types import DEFAULT_CAP, Definition, Line, Mode
from tests import cast


def lines(*said: str) -> tuple[Line, ...]:
    """Return lines written like "calls day 20"."""
    return tuple(
        Line(metric, grain, Decimal(weight))
        for metric, grain, weight in (each.split() for each in said)
    )


def definition(
    *said: str | Line, mode: Mode = Mode.WEIGHTED, cap: Decimal | None = DEFAULT_CAP
) -> Definition:
    made = [each if isinstance(each, Line) else lines(each)[0] for each in said]
    return Definition(tuple(made), mode, cap)


def scorecard(
    *said: str | Line,
    profile: str = "SDR",
    team: str = "",
    mode: Mode = Mode.WEIGHTED,
    cap: Decimal | None = DEFAULT_CAP,
    from_day: date = ALWAYS,
    until_day: date = FOREVER,
    moment: datetime = cast.NOW,
) -> bool:
    """Measure a job profile, a team, or for profile '' the company on these lines."""
    made = profile and not team
    return operations.set_scorecard(
        definition(*said, mode=mode, cap=cap),
        profile=profile_id(profile) if made else "",
        team=people_queries.team(team).public_id if team else "",
        from_day=from_day,
        until_day=until_day,
        moment=moment,
        actor=cast.ACTOR,
    )


def profile_id(name: str = "SDR") -> str:
    return people.ensure_profile(name, moment=cast.NOW, actor=cast.ACTOR).public_id
