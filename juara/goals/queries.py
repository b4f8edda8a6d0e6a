"""Reading goals: who is asked for what, on which days, as it was known at a batch."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from juara.core import db
from juara.core.calendar import FOREVER
from juara.core.errors import NotFoundError
from juara.goals.models import Goal, GoalSettings, GoalTarget
from juara.goals.types import STANDARD, GoalFacts, Owner, PlannedGoal, RollUp, SettingsFacts
from juara.people import queries as people
from juara.people.types import ProfileFacts

LATEST = people.LATEST
OPEN = db.OPEN

# Moves whenever a target does, so that open pages follow.
TOPIC = "targets"

_FACTS = (
    "goal_id", "goal__public_id", "goal__profile_id", "goal__member_id", "goal__team_id",
    "goal__metric_id", "goal__grain", "goal__from_day", "goal__until_day", "goal__position",
    "goal__is_primary", "value", "roll_up", "is_prorated", "weekdays", "counts_unassigned",
    "serves_id", "valid_from", "valid_until",
)  # fmt: skip

_PERCENT = Decimal(100)


def goals(from_day: date, until_day: date, *, batch: int = LATEST) -> tuple[GoalFacts, ...]:
    """Return every goal with each target that holds on any of the days, as known at a batch.

    Those of an archived profile or metric are left out. In the order of their places. One query.
    """
    found = (
        GoalTarget.objects.filter(
            known_from__lte=batch,
            known_until__gt=batch,
            valid_from__lt=until_day,
            valid_until__gt=from_day,
            goal__profile__archived_at=None,
            goal__metric__archived_at=None,
        )
        .order_by("goal__profile_id", "goal__position", "goal_id", "valid_from")
        .values_list(*_FACTS)
    )
    return tuple(_facts(row) for row in found)


def known_targets(goal_ids: list[int]) -> tuple[tuple[GoalFacts, int, int], ...]:
    """Return every target these goals ever had, each with the batches it was known from and until.

    One query.
    """
    found = GoalTarget.objects.filter(goal_id__in=goal_ids).order_by("goal_id", "valid_from")
    rows = found.values_list(*_FACTS, "known_from", "known_until")
    return tuple((_facts(row[:-2]), row[-2], row[-1]) for row in rows)


def _facts(row: tuple[Any, ...]) -> GoalFacts:
    (
        goal_id, public_id, profile_id, member_id, team_id, metric_id, grain, first, last, position,
        is_primary, value, roll_up, is_prorated, weekdays, counts_unassigned, serves_id, from_day,
        until_day,
    ) = row  # fmt: skip
    return GoalFacts(
        goal_id=goal_id,
        public_id=public_id,
        profile_id=profile_id,
        member_id=member_id,
        team_id=team_id,
        metric_id=metric_id,
        grain=grain,
        days=None if first is None else (first, last),
        position=position,
        is_primary=is_primary,
        target=value,
        roll_up=RollUp(roll_up),
        is_prorated=is_prorated,
        weekdays=None if weekdays is None else tuple(Decimal(each) / _PERCENT for each in weekdays),
        counts_unassigned=counts_unassigned,
        serves_id=serves_id,
        from_day=from_day,
        until_day=until_day,
    )


def planned(day: date, *, batch: int = LATEST) -> tuple[PlannedGoal, ...]:
    """Return every goal that has a target on a day or a later one, with its next change."""
    by_goal: dict[int, list[GoalFacts]] = {}
    for each in goals(day, FOREVER, batch=batch):
        by_goal.setdefault(each.goal_id, []).append(each)
    return tuple(_planned(values, day) for values in by_goal.values())


def _planned(values: list[GoalFacts], day: date) -> PlannedGoal:
    first = values[0]
    now = first if first.holds_on(day) else None
    after = next((each for each in values if each.from_day > day), None)
    changes_on = None if after is None else after.from_day
    if now is not None and now.until_day not in (FOREVER, changes_on):
        # A gap, or the end, comes first.
        after, changes_on = None, now.until_day
    return PlannedGoal(first=first, now=now, next_day=changes_on, after=after)


def profile(public_id: str) -> ProfileFacts:
    """Return a job profile in use by its public id; NotFoundError when there is none."""
    for each in people.profiles().values():
        if each.public_id == public_id:
            return each
    raise NotFoundError("profile.unknown", gettext_noop("There is no such job profile."))


def unit_of(public_id: str) -> str:
    """Return the unit a goal's target is in; NotFoundError when there is no such goal."""
    found = Goal.objects.filter(public_id=public_id).values_list("metric__unit", flat=True).first()
    if found is None:
        raise NotFoundError("target.unknown", gettext_noop("There is no such target."))
    return found


def goal_of_id(public_id: str) -> Goal:
    """Return a goal by its public id; NotFoundError for another organization's, too."""
    found = Goal.objects.filter(public_id=public_id).select_related("profile").first()
    if found is None:
        raise NotFoundError("target.unknown", gettext_noop("There is no such target."))
    return found


def settings(*, batch: int = LATEST) -> tuple[SettingsFacts, ...]:
    """Return how the organization judges, by the days it holds, as known at a batch. One query.

    On days without any, `STANDARD` holds.
    """
    found = GoalSettings.objects.filter(known_from__lte=batch, known_until__gt=batch)
    rows = found.order_by("valid_from").values_list(
        "on_track", "behind", "managers_set", "valid_from", "valid_until"
    )
    return tuple(SettingsFacts(*row) for row in rows)


def settings_on(day: date, *, batch: int = LATEST) -> SettingsFacts:
    return on_day(settings(batch=batch), day)


def on_day(found: tuple[SettingsFacts, ...], day: date) -> SettingsFacts:
    """Return what holds on a day among settings."""
    held = (each for each in found if each.from_day <= day < each.until_day)
    return next(held, STANDARD)


def owner_names() -> Callable[[GoalFacts], str]:
    """Return how to tell whose a goal is; "" is the company's. Three queries."""
    profiles, members, teams = people.profiles(), people.members(), people.teams()

    def name(goal: GoalFacts) -> str:
        match goal.owner:
            case Owner.PROFILE:
                return profiles[goal.profile_id or 0].name
            case Owner.MEMBER:
                return members[goal.member_id or 0].name
            case Owner.TEAM:
                return teams[goal.team_id or 0].name
        return ""

    return name
