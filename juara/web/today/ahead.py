"""Where a person's longer goals lead: where they will land, and whose goals they are part of."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from juara.goals import chain
from juara.goals.owners import OwnerGoal, Owners
from juara.goals.progress import LineProgress, PersonProgress
from juara.goals.types import Pace
from juara.insights.forecasts import Whose
from juara.metrics.queries import MetricFacts
from juara.people import queries as people
from juara.web.as_of import AsOf
from juara.web.today import landing, shown
from juara.web.today.landing import Running

# What somebody reads of what their goals are part of.
MOST_CHAINS = 3
_LONG = frozenset(
    ["month", "fiscal-month", "quarter", "fiscal-quarter", "year", "fiscal-year", "last-30-days"]
)


@dataclass(frozen=True, slots=True)
class Link:
    """A goal of a chain: mine, my team's, the company's. Shares are of its target."""

    owner: str
    when: str
    value: str
    target: str
    share: str
    expected_share: str
    state: str


@dataclass(frozen=True, slots=True)
class Chain:
    """A goal with those it is part of, nearest first."""

    key: str
    name: str
    when: str
    links: tuple[Link, ...]


def is_long(line: LineProgress) -> bool:
    """Say whether a goal runs long enough to look ahead and up from it."""
    return line.line.grain in _LONG


def chains(owners: Owners, me: PersonProgress) -> tuple[Chain, ...]:
    """Return what one's primary longer goals are part of; those that stand alone are left out."""
    found = [
        Chain(
            key=each.line.public_id,
            name=_(each.metric.name),
            when=shown.grain_title(each.line.grain),
            links=(_mine(each), *(_above(one) for one in above)),
        )
        for each in me.primary
        if is_long(each) and (above := chain.of_line(owners, me, each))
    ]
    return tuple(found[:MOST_CHAINS])


def landings(
    me: PersonProgress, lines: Iterable[LineProgress], *, as_of: AsOf
) -> dict[Hashable, str]:
    """Return where each longer goal will land, in words, by the line's public id."""
    running = [
        Running(each.line.public_id, each.metric, each.period, Whose(me.member.id), each.pace)
        for each in lines
        if is_long(each)
    ]
    found = landing.of_running(running, today=me.local.date(), moment=as_of.at, batch=as_of.batch)
    return {
        key: f"{each.text}, {each.chance}" if each.chance else each.text
        for key, each in found.items()
        if each.text
    }


def _mine(line: LineProgress) -> Link:
    return _link(_("Mine"), line.line.grain, line.metric, line.pace)


def _above(goal: OwnerGoal) -> Link:
    owner = goal.team.name if goal.team else people.root_team().name
    return _link(owner, goal.grain, goal.metric, goal.pace, goal.value)


def _link(
    owner: str, grain: str, metric: MetricFacts, pace: Pace | None, value: Decimal | None = None
) -> Link:
    is_paced = pace is not None and pace.needed is not None
    return Link(
        owner=owner,
        when=shown.grain_title(grain),
        value=shown.amount(metric, value if pace is None else pace.value),
        target="" if pace is None else shown.amount(metric, pace.target),
        share=_share(None if pace is None else pace.attainment),
        expected_share=_share(_part(pace)) if pace and is_paced else "",
        state="no_target" if pace is None else pace.status.value,
    )


def _part(pace: Pace) -> Decimal:
    return pace.expected / pace.target if pace.target > 0 else Decimal()


def _share(part: Decimal | None) -> str:
    return f"{min(max(part or Decimal(), Decimal()), Decimal(1)):.4f}"
