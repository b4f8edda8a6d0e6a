"""Finding or making the goal that is meant, and laying what it asks for over what held before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_noop

from juara.core import db, succession
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import ConflictError, DomainError
from juara.goals import measures, queries
from juara.goals.models import Goal, GoalTarget
from juara.goals.types import (
    CUSTOM,
    GRAINS,
    MOST_PRIMARY,
    Asking,
    Change,
    GoalOwner,
    Owner,
    RollUp,
)
from juara.metrics.queries import MetricFacts
from juara.people import queries as people
from juara.tenancy import knowledge

# More than a numeric(20, 4) needs to hold, and less than it can.
_MOST = Decimal(10) ** 14
_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Found:
    """Whose a goal is, by the columns that say so."""

    kind: Owner
    name: str
    columns: tuple[tuple[str, int | None], ...]

    @property
    def about(self) -> dict[str, int | None]:
        return dict(self.columns)


def owner_of(owner: GoalOwner) -> Found:
    """Return whose a goal is to be; NotFoundError where there is nobody of that public id."""
    name, profile_id, member_id, team_id = "company", None, None, None
    match owner.kind:
        case Owner.PROFILE:
            profile = queries.profile(owner.public_id)
            name, profile_id = profile.name, profile.id
        case Owner.MEMBER:
            member = people.member_of_id(owner.public_id)
            name, member_id = member.name, member.id
        case Owner.TEAM:
            team = people.team_of_id(owner.public_id)
            name, team_id = team.name, team.id
    columns = (("profile_id", profile_id), ("member_id", member_id), ("team_id", team_id))
    return Found(owner.kind, name, columns)


def goal(
    owner: Found,
    metric_id: int,
    grain: str,
    days: tuple[date, date] | None,
    *,
    is_primary: bool,
) -> tuple[Goal, bool]:
    """Return the goal of an owner, metric and length of time, made at the end on first use."""
    last = Goal.objects.filter(**owner.about).aggregate(last=Max("position"))["last"]
    first_day, until_day = days or (None, None)
    found, is_new = Goal.objects.get_or_create(
        **owner.about,
        metric_id=metric_id,
        grain=grain,
        from_day=first_day,
        until_day=until_day,
        defaults={
            "owner": owner.kind.value,
            "is_primary": is_primary,
            "position": 0 if last is None else last + 1,
        },
    )
    if not is_new:
        rank(found, is_primary=is_primary)
    return found, is_new


def rank(goal: Goal, *, is_primary: bool) -> bool:
    """Show a goal at a glance, or not; return whether that is new."""
    changing = Goal.objects.filter(id=goal.id).exclude(is_primary=is_primary)
    return changing.update(is_primary=is_primary) > 0


def lay(
    goal: Goal,
    values: dict[str, Any] | None,
    from_day: date,
    until_day: date,
    batch: knowledge.OpenBatch,
) -> bool:
    """Let a goal ask for something, or for nothing, on some days; return whether it is new."""
    changed = succession.lay(
        GoalTarget,
        about={"goal_id": goal.id},
        values=values,
        from_day=from_day,
        until_day=until_day,
        batch=batch.number,
    )
    batch.is_used |= changed
    return changed


def values(asking: Asking, goal: Goal) -> dict[str, Any]:
    """Return what is asked as the columns of a target."""
    return {
        "value": None if asking.roll_up is RollUp.MEMBERS else asking.target,
        "roll_up": asking.roll_up.value,
        "is_prorated": asking.is_prorated,
        "weekdays": None if asking.weekdays is None else [str(each) for each in asking.weekdays],
        "counts_unassigned": asking.counts_unassigned,
        "serves_id": _served(asking.serves, goal),
    }


def standing(goal: Goal, day: date) -> dict[str, Any]:
    """Return what holds for a goal on a day, else what held last before, else what is usual."""
    return _standing(goal, day, _known(goal))


def _known(goal: Goal) -> list[GoalTarget]:
    """Return what is known of a goal now, by its days."""
    found = GoalTarget.objects.filter(goal_id=goal.id, known_until=db.OPEN)
    return list(found.order_by("valid_from"))


def _standing(goal: Goal, day: date, known: Sequence[GoalTarget]) -> dict[str, Any]:
    before = [each for each in known if each.valid_from <= day]
    found = before[-1] if before else next(iter(known), None)
    if found is None:
        return values(Asking(Decimal()), goal)
    return {
        name: getattr(found, name)
        for name in (
            "value", "roll_up", "is_prorated", "weekdays", "counts_unassigned", "serves_id"
        )
    }  # fmt: skip


def laid(goal: Goal, changes: Sequence[Change]) -> list[succession.Laid]:
    """Return changes as what is to be laid: what else was said of the goal stays. One query."""
    known = _known(goal)
    return [_laid(goal, each, known) for each in changes]


def _laid(goal: Goal, change: Change, known: Sequence[GoalTarget]) -> succession.Laid:
    if change.target is None:
        return succession.Laid(change.from_day, change.until_day, None)
    kept = _standing(goal, change.from_day, known)
    return succession.Laid(
        change.from_day,
        change.until_day,
        {**kept, "value": change.target, "roll_up": RollUp.OWN.value},
    )


def name(goal: Goal) -> str:
    """Return whose a goal is, as the audit log names it."""
    whose = goal.profile or goal.member or goal.team
    return "company" if whose is None else whose.name


def _served(public_id: str, goal: Goal) -> int | None:
    if not public_id:
        return None
    served = queries.goal_of_id(public_id)
    if served.owner == Owner.TEAM and goal.owner in (Owner.PROFILE, Owner.MEMBER):
        return served.id
    if served.owner == Owner.COMPANY and goal.owner != Owner.COMPANY:
        return served.id
    if served.owner == Owner.TEAM and goal.owner == Owner.TEAM and served.id != goal.id:
        return served.id
    raise DomainError(
        "target.serves",
        gettext_noop(
            "A goal serves one above it: a person's that of a team, a team's the company's."
        ),
    )


def check_target(target: Decimal | None, from_day: date, until_day: date = FOREVER) -> None:
    if target is not None and (not target.is_finite() or not 0 <= target < _MOST):
        raise DomainError("target.value", gettext_noop("A target is a number from 0 up."))
    if not ALWAYS <= from_day < until_day <= FOREVER:
        raise DomainError("target.day", gettext_noop("Choose the day the target holds from."))


def check_length(grain: str, days: tuple[date, date] | None) -> None:
    if grain not in GRAINS:
        raise DomainError("target.grain", gettext_noop("Choose for how long the target is."))
    if (grain == CUSTOM) != (days is not None) or (
        days is not None and not ALWAYS < days[0] < days[1] < FOREVER
    ):
        raise DomainError(
            "target.days", gettext_noop("Choose the first and the last day the goal is for.")
        )


def check_asking(asking: Asking, owner: Found, metric: MetricFacts, grain: str) -> None:
    """Refuse what cannot be asked of such an owner, or of such a metric."""
    is_group = owner.kind in (Owner.TEAM, Owner.COMPANY)
    if asking.roll_up is RollUp.MEMBERS:
        if not is_group:
            raise DomainError(
                "target.roll_up_of_one",
                gettext_noop("Only the target of a team or the company can be a sum."),
            )
        if not measures.accumulates(metric):
            raise DomainError(
                "target.roll_up_of_a_rate",
                gettext_noop(
                    "The targets of people add up only for counts and sums of which more is "
                    "better. Give this goal a target of its own."
                ),
            )
    elif asking.target is None and asking.roll_up is RollUp.OWN:
        return
    _check_weekdays(asking.weekdays, grain)


def _check_weekdays(weekdays: Sequence[Decimal] | None, grain: str) -> None:
    if weekdays is None:
        return
    if grain != "day":
        raise DomainError(
            "target.weekdays_of_day",
            gettext_noop("Only a target for the day can differ by weekday."),
        )
    if len(weekdays) != 7 or any(
        not each.is_finite() or not 0 <= each <= 10 * _PERCENT for each in weekdays
    ):
        raise DomainError(
            "target.weekdays",
            gettext_noop("Say for each weekday what part of the target it asks for: 0 to 1000 %."),
        )


def check_primary(goal: Goal, day: date) -> None:
    """Refuse, inside the transaction, when a profile has one primary goal more than a glance."""
    if goal.profile_id is None or not Goal.objects.filter(id=goal.id, is_primary=True).exists():
        return
    standing_ids = {each.goal_id for each in queries.goals(day, FOREVER)}
    count = Goal.objects.filter(
        profile_id=goal.profile_id, is_primary=True, id__in=standing_ids
    ).count()
    if count > MOST_PRIMARY:
        raise ConflictError(
            "target.too_many_primary",
            gettext_noop(
                "Five primary targets are as many as anybody takes in at a glance. "
                "Make this one secondary, or another one first."
            ),
        )
