"""People with a job profile, and targets for them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from juara.core.calendar import ALWAYS, FOREVER
from juara.goals import operations as goals
from juara.goals import types as goals_types
from juara.goals.types import Owner, RollUp
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


def company(
    metric: str, grain: str, amount: str | None, *, from_day: date = ALWAYS, **said: Any
) -> str:
    """Ask the company for something; None for the sum of what its people are asked for."""
    return _of(goals_types.GoalOwner(Owner.COMPANY), metric, grain, amount, from_day, said)


def of_team(
    name: str, metric: str, grain: str, amount: str | None, *, from_day: date = ALWAYS, **said: Any
) -> str:
    team = people_queries.team(name)
    owner = goals_types.GoalOwner(Owner.TEAM, team.public_id)
    return _of(owner, metric, grain, amount, from_day, said)


def of_person(
    member: Member, metric: str, grain: str, amount: str, *, from_day: date = ALWAYS, **said: Any
) -> str:
    owner = goals_types.GoalOwner(Owner.MEMBER, member.public_id)
    return _of(owner, metric, grain, amount, from_day, said)


def _of(
    owner: goals_types.GoalOwner,
    metric: str,
    grain: str,
    amount: str | None,
    from_day: date,
    said: dict[str, Any],
) -> str:
    placed = {name: said.pop(name) for name in ("until_day", "days", "moment") if name in said}
    asking = goals_types.Asking(
        None if amount is None else Decimal(amount),
        **{"roll_up": RollUp.MEMBERS if amount is None else RollUp.OWN, **said},
    )
    return goals.set_goal(
        owner, metric=metric, grain=grain, asking=asking, from_day=from_day,
        actor=cast.ACTOR, **{"moment": cast.NOW, **placed},
    )  # fmt: skip


def calls(
    owner: str, count: int, *, on: str = "2025-03-10T10:00", moment: datetime = cast.NOW
) -> None:
    """Let somebody make so many calls, one a minute."""
    first = datetime.fromisoformat(on).replace(tzinfo=UTC)
    cast.deliver(
        *(
            cast.call(f"{owner}-{on}-{number}", owner=owner, when=first + timedelta(minutes=number))
            for number in range(count)
        ),
        moment=moment,
    )
