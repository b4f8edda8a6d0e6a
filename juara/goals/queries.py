"""Reading targets: who is asked for what, on which days, as it was known at a batch."""

from datetime import date

from django.utils.translation import gettext_noop

from juara.core.calendar import FOREVER
from juara.core.errors import NotFoundError
from juara.goals.models import TargetLine, TargetValue
from juara.goals.types import PlannedLine, TargetFacts
from juara.people import queries as people
from juara.people.types import ProfileFacts

LATEST = people.LATEST

# Moves whenever a target does, so that open pages follow.
TOPIC = "targets"

_FACTS = (
    "line_id", "line__public_id", "line__profile_id", "line__metric_id", "line__grain",
    "line__position", "line__is_primary", "value", "valid_from", "valid_until",
)  # fmt: skip


def targets(from_day: date, until_day: date, *, batch: int = LATEST) -> tuple[TargetFacts, ...]:
    """Return every target that holds on any of the days, as known at a batch, in their order.

    Lines of an archived profile or metric are left out. One query.
    """
    found = (
        TargetValue.objects.filter(
            known_from__lte=batch,
            known_until__gt=batch,
            valid_from__lt=until_day,
            valid_until__gt=from_day,
            line__profile__archived_at=None,
            line__metric__archived_at=None,
        )
        .order_by("line__profile_id", "line__position", "line_id", "valid_from")
        .values_list(*_FACTS)
    )
    return tuple(TargetFacts(*row) for row in found)


def planned(day: date, *, batch: int = LATEST) -> tuple[PlannedLine, ...]:
    """Return every line that has a target on a day or a later one, with its next change."""
    every = targets(day, FOREVER, batch=batch)
    return tuple(
        _planned(values, day)
        for line_id in dict.fromkeys(each.line_id for each in every)
        if (values := [each for each in every if each.line_id == line_id])
    )


def _planned(values: list[TargetFacts], day: date) -> PlannedLine:
    first = values[0]
    now = first if first.holds_on(day) else None
    after = next((each for each in values if each.from_day > day), None)
    changes_on = None if after is None else after.from_day
    if now is not None and now.until_day not in (FOREVER, changes_on):
        # A gap, or the end, comes first.
        after, changes_on = None, now.until_day
    return PlannedLine(
        public_id=first.public_id,
        profile_id=first.profile_id,
        metric_id=first.metric_id,
        grain=first.grain,
        is_primary=first.is_primary,
        now=None if now is None else now.target,
        next_day=changes_on,
        next_target=None if after is None else after.target,
    )


def profile(public_id: str) -> ProfileFacts:
    """Return a job profile in use by its public id; NotFoundError when there is none."""
    for each in people.profiles().values():
        if each.public_id == public_id:
            return each
    raise NotFoundError("profile.unknown", gettext_noop("There is no such job profile."))


def unit_of(public_id: str) -> str:
    """Return the unit a line's target is in; NotFoundError when there is no such line."""
    found = TargetLine.objects.filter(public_id=public_id).values_list("metric__unit", flat=True)
    unit = found.first()
    if unit is None:
        raise NotFoundError("target.unknown", gettext_noop("There is no such target."))
    return unit
