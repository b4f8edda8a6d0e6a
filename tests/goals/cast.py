"""People with a job profile, and targets for them."""

from datetime import date, datetime
from decimal import Decimal

from juara.core.calendar import ALWAYS, FOREVER
from juara.goals import operations as goals
from juara.people import operations as people
from juara.people import queries as people_queries
from juara.people.models import Member
from tests import cast


def profile(name: str = "SDR") -> str:
    """Return the public id of a job profile, made on first use."""
    return people.ensure_profile(name, moment=cast.NOW, actor=cast.ACTOR).public_id


def hired(
    name: str,
    *path: str,
    profile: str = "SDR",
    zone: str = "UTC",
    from_day: date = ALWAYS,
    until_day: date = FOREVER,
) -> Member:
    """Add somebody to a team in a job profile, known to the CRM by their name in lower case."""
    made = cast.member(name, *path, zone=zone, from_day=from_day, until_day=until_day)
    give(made, *path, profile=profile, zone=zone, from_day=from_day, until_day=until_day)
    return made


def give(
    member: Member,
    *path: str,
    profile: str,
    zone: str = "UTC",
    from_day: date = ALWAYS,
    until_day: date = FOREVER,
) -> None:
    """Let a member hold a job profile in a team from a day until a day."""
    people.place(
        member,
        team=cast.team(*path),
        profile=people.ensure_profile(profile, moment=cast.NOW, actor=cast.ACTOR),
        zone=zone,
        from_day=from_day,
        until_day=until_day,
        moment=cast.NOW,
        actor=cast.ACTOR,
    )


def target(
    metric: str,
    grain: str,
    amount: str,
    *,
    profile: str = "SDR",
    is_primary: bool = True,
    from_day: date = ALWAYS,
    moment: datetime = cast.NOW,
) -> str:
    """Ask a job profile for so much of a metric; return the line's public id."""
    found = people.ensure_profile(profile, moment=cast.NOW, actor=cast.ACTOR)
    return goals.set_target(
        profile=found.public_id,
        metric=metric,
        grain=grain,
        target=Decimal(amount),
        is_primary=is_primary,
        from_day=from_day,
        moment=moment,
        actor=cast.ACTOR,
    )


def batch() -> int:
    return people_queries.LATEST
