"""Goals of teams and the company in words, ready for a template."""

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from juara.core import scope
from juara.goals.owners import OwnerGoal
from juara.goals.types import RollUp, Status
from juara.ui import formats
from juara.web.company.asked import Asked
from juara.web.today.landing import NOWHERE, Landing
from juara.web.today.shown import amount, to_do
from juara.web.today.team_goals import gap_text


@dataclass(frozen=True, slots=True)
class Node:
    """A goal of the company or a team in words.

    `source` says where its target comes from, `gap` by how much a target of its own and its
    people's differ, `unassigned` what of the value is nobody's.
    """

    key: str
    metric: str
    metric_id: str
    owner: str
    value: str
    target: str
    share: Decimal | None
    state: str
    expected: str
    expected_share: Decimal | None
    needed: str
    source: str
    gap: str
    unassigned: str
    landing: Landing
    url: str
    goal: OwnerGoal

    @property
    def title(self) -> str:
        return f"{self.metric} · {self.source}" if self.source else self.metric

    @property
    def low(self) -> Decimal | None:
        return Decimal(self.landing.low) if self.landing.low else None

    @property
    def high(self) -> Decimal | None:
        return Decimal(self.landing.high) if self.landing.high else None

    @property
    def outlook(self) -> str:
        """Return where it lands and how likely the target is, in one line."""
        said = (self.landing.text, self.landing.chance, self.landing.lack)
        return " · ".join(each for each in said if each)


def node(goal: OwnerGoal, root: str, landing: Landing | None, asked: Asked) -> Node:
    """Put a goal into words; `root` is what the company is called."""
    pace, metric = goal.pace, goal.metric
    is_paced = pace is not None and pace.needed is not None
    team = goal.team.public_id if goal.team else ""
    query = asked.query(metric=metric.public_id, team=team)
    return Node(
        key=f"goal-{team or 'company'}-{metric.public_id}",
        metric=_(metric.name),
        metric_id=metric.public_id,
        owner=goal.team.name if goal.team else root,
        value=amount(metric, goal.value),
        target=amount(metric, pace.target) if pace else "",
        share=_share(goal),
        state=(pace.status if pace else Status.NO_TARGET).value,
        expected=amount(metric, pace.expected) if pace and is_paced and pace.expected else "",
        expected_share=_part(pace.expected, pace.target) if pace and is_paced else None,
        needed=_needed(goal),
        source=_source(goal),
        gap=gap_text(goal),
        unassigned=_unassigned(goal),
        landing=landing or NOWHERE,
        url=f"{reverse('company', args=[scope.current().slug])}?{query}",
        goal=goal,
    )


def _share(goal: OwnerGoal) -> Decimal | None:
    if goal.pace is None:
        return None
    if goal.pace.needed is None:
        return goal.pace.attainment
    return _part(goal.pace.value or Decimal(), goal.pace.target)


def _part(value: Decimal, whole: Decimal) -> Decimal | None:
    return max(value / whole, Decimal()) if whole > 0 else None


def _needed(goal: OwnerGoal) -> str:
    pace = goal.pace
    if pace is None or pace.needed is None or not pace.target or pace.status is Status.DONE:
        return ""
    needed = to_do(goal.metric, pace.needed)
    if pace.needed_per_day is None or goal.period.unit == "day":
        return _("%(needed)s to go") % {"needed": needed}
    a_day = amount(goal.metric, pace.needed_per_day.quantize(Decimal("0.1")))
    return _("%(needed)s to go, %(a_day)s a working day") % {"needed": needed, "a_day": a_day}


def _source(goal: OwnerGoal) -> str:
    """Say where the target comes from."""
    if goal.pace is None:
        return ""
    if goal.roll_up is RollUp.OWN:
        return _("target of its own")
    said = {"count": formats.number(goal.asked)}
    return (
        ngettext(
            "the target of %(count)s person", "the sum of %(count)s people's targets", goal.asked
        )
        % said
    )


def _unassigned(goal: OwnerGoal) -> str:
    if not goal.unassigned:
        return ""
    said = {"amount": amount(goal.metric, goal.unassigned)}
    if goal.goal is not None and not goal.goal.counts_unassigned:
        return _("%(amount)s that belongs to nobody is not counted") % said
    return _("%(amount)s of it belongs to nobody yet") % said
