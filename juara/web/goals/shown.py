"""Goals as pages show them: every text ready to read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from juara.core import scope
from juara.core.calendar import ALWAYS, FOREVER
from juara.goals.owners import OwnerGoal
from juara.goals.types import GoalFacts, PlannedGoal, RollUp
from juara.metrics.queries import MetricFacts
from juara.ui import formats
from juara.web.today import shown

amount = shown.amount
grain_name = shown.grain_name


@dataclass(frozen=True, slots=True)
class GoalShown:
    """A goal on a page: `gap` says where the target and its people's together differ, `notes`
    what else was said of it. Without a pace nothing is measured yet.
    """

    public_id: str
    name: str
    length: str
    target: str
    source: str
    members: str
    gap: str
    value: str
    share: str
    expected: str
    expected_share: str
    state: str
    notes: tuple[str, ...]
    url: str
    divide_url: str
    can_set: bool


def goal(
    planned: PlannedGoal,
    metric: MetricFacts,
    *,
    standing: OwnerGoal | None,
    names: Mapping[int, str],
    can_set: bool,
    can_divide: bool = False,
) -> GoalShown:
    """Show a goal as it stands; `names` are those of the goals that others serve, by their id."""
    facts = planned.now or planned.after or planned.first
    pace = None if standing is None else standing.pace
    target = pace.whole if pace is not None else facts.target
    slug = scope.current().slug
    return GoalShown(
        public_id=facts.public_id,
        name=_(metric.name),
        length=length(facts),
        target=amount(metric, target),
        source=source(facts.roll_up) if facts.member_id is None else "",
        members="" if standing is None else _members(standing),
        gap="" if standing is None else gap(standing),
        value="" if standing is None else amount(metric, standing.value),
        share="" if pace is None else _share(pace.value, pace.target),
        expected="" if pace is None else amount(metric, pace.expected),
        expected_share="" if pace is None else _share(pace.expected, pace.target),
        state="not_started" if pace is None else pace.status.value,
        notes=tuple(_notes(planned, facts, metric, names)),
        url=reverse("goal", args=[slug, facts.public_id]),
        divide_url=reverse("goal_divide", args=[slug, facts.public_id])
        if can_divide and can_set and facts.target is not None and facts.days is None
        else "",
        can_set=can_set,
    )


def length(facts: GoalFacts) -> str:
    if facts.days is not None:
        return formats.first_to_last(*facts.days)
    return grain_name(facts.grain)


def source(roll_up: RollUp) -> str:
    if roll_up is RollUp.MEMBERS:
        return _("Sum of its people's targets")
    return _("Target of its own")


def _members(standing: OwnerGoal) -> str:
    if standing.members is None:
        return ""
    return _("%(amount)s by %(asked)s of %(people)s people") % {
        "amount": amount(standing.metric, standing.members),
        "asked": formats.number(standing.asked),
        "people": formats.number(standing.people),
    }


def gap(standing: OwnerGoal) -> str:
    """Say how far the people's targets together are from the target."""
    if standing.gap is None:
        return ""
    far = amount(standing.metric, abs(standing.gap))
    if standing.gap > 0:
        return _("%(amount)s not handed out to anybody") % {"amount": far}
    if standing.gap < 0:
        return _("%(amount)s more than the target") % {"amount": far}
    return _("Adds up to the target")


def _share(part: Decimal | None, whole: Decimal) -> str:
    found = (part or Decimal()) / whole if whole > 0 else Decimal()
    return f"{min(max(found, Decimal()), Decimal(1)):.4f}"


def _notes(
    planned: PlannedGoal, facts: GoalFacts, metric: MetricFacts, names: Mapping[int, str]
) -> list[str]:
    found: list[str] = []
    if planned.now is None:
        found.append(_("from %(day)s") % {"day": formats.day(planned.next_day or facts.from_day)})
    elif facts.from_day > ALWAYS and facts.days is None:
        found.append(_("since %(day)s") % {"day": formats.day(facts.from_day)})
    if planned.now is not None and planned.next_day is not None and facts.days is None:
        found.append(_change(planned, metric, planned.next_day))
    if not facts.is_prorated and facts.member_id is not None:
        found.append(_("asked whole, whenever somebody joins or leaves"))
    if facts.weekdays is not None:
        found.append(_("differs by weekday"))
    if facts.member_id is None and facts.team_id is None and facts.profile_id is None:
        found.append(
            _("counts what belongs to nobody")
            if facts.counts_unassigned
            else _("without what belongs to nobody")
        )
    if facts.serves_id in names:
        found.append(_("part of %(goal)s") % {"goal": names[facts.serves_id or 0]})
    return found


def _change(planned: PlannedGoal, metric: MetricFacts, day: date) -> str:
    shown_day = formats.day(day)
    if planned.after is None:
        return "" if day >= FOREVER else _("ends before %(day)s") % {"day": shown_day}
    if planned.after.target is None:
        return _("sum of its people's from %(day)s") % {"day": shown_day}
    target = amount(metric, planned.after.target)
    return _("%(target)s from %(day)s") % {"target": target, "day": shown_day}
