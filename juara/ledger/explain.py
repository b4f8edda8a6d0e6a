"""One person's number, taken apart into every credit and record behind it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from juara.core import scope
from juara.core.calendar import ALWAYS, ONE_DAY, Period, parse_period
from juara.ledger import circumstances, queries
from juara.ledger.types import CreditFacts
from juara.metrics import measures
from juara.metrics import queries as metrics
from juara.metrics.types import Aggregation, Sums
from juara.people import queries as people
from juara.tenancy import knowledge, periods

UNASSIGNED = "unassigned"
# An explanation is whole or refused: half the records would explain nothing.
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class ExplainedPart:
    """One counting metric with its credits; a ratio has two such parts."""

    metric_key: str
    value: Decimal | None
    credits: tuple[CreditFacts, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A number and all it is made of: value = what the parts come to."""

    metric_key: str
    holder: str
    period: str
    value: Decimal | None
    as_of: datetime | None
    parts: tuple[ExplainedPart, ...]


def explain(
    metric_key: str,
    *,
    member: str,
    period_key: str,
    role: str = "",
    as_of: datetime | None = None,
    now: datetime,
) -> Explanation:
    """Return every credit behind a member's number, or behind what nobody earned."""
    zone = ZoneInfo(scope.current().zone)
    today = (as_of or now).astimezone(zone).date()
    batch = queries.LATEST if as_of is None else knowledge.number_as_of(as_of)
    period = parse_period(period_key, today=today, rules=periods.rules(batch=batch))
    day = min((as_of or now).astimezone(zone).date(), period.until_day - ONE_DAY)
    metric = metrics.metric(metric_key, batch=batch, day=day)
    every = {each.key: each for each in metrics.metrics(batch=batch, day=day)}
    measured = measures.measure(metric, every)
    holder, member_id = ("", 0) if member == UNASSIGNED else _holder(member)
    parts = []
    earned: dict[int, Sums] = {}
    for each in measured.components:
        is_balance = each.aggregation is Aggregation.LATEST
        found = queries.credits_behind(
            [each.id],
            role=each.roles.index(role) if role in each.roles else 0,
            member_id=member_id,
            period=Period("custom", ALWAYS, period.until_day) if is_balance else period,
            batch=batch,
            limit=_MOST,
        )
        earned[each.id] = _sums(found)
        parts.append(ExplainedPart(each.key, measures.measure(each, {}).value(earned), found))
    so_far = min(period.until_day, today + ONE_DAY)
    given = circumstances.read([measured], period.from_day, so_far, batch=batch)
    value = measured.value(earned, given.of([member_id]))
    return Explanation(metric.key, holder or UNASSIGNED, period.key, value, as_of, tuple(parts))


def _holder(member: str) -> tuple[str, int]:
    found = people.member(member)
    return found.name, found.id


def _sums(found: tuple[CreditFacts, ...]) -> Sums:
    total = Sums()
    for each in found:
        items = frozenset([each.item] if each.item else [])
        total += Sums(1, each.share, each.value, each.value, each.value, items)
    return total
