"""One person's number, taken apart into every credit and record behind it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from juara.core import scope
from juara.core.calendar import ONE_DAY, parse_period
from juara.ledger import queries
from juara.ledger.types import CreditFacts
from juara.metrics import calc
from juara.metrics import queries as metrics
from juara.metrics.types import Ratio, Sums
from juara.people import queries as people
from juara.tenancy import knowledge

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
    today = now.astimezone(zone).date()
    period = parse_period(period_key, today=today, week_start=scope.current().week_start)
    batch = queries.LATEST if as_of is None else knowledge.number_as_of(as_of)
    day = min((as_of or now).astimezone(zone).date(), period.until_day - ONE_DAY)
    metric = metrics.metric(metric_key, batch=batch, day=day)
    definition = metric.definition
    ends = (
        (definition.numerator, definition.denominator)
        if isinstance(definition, Ratio)
        else (metric.key,)
    )
    holder, member_id = ("", 0) if member == UNASSIGNED else _holder(member)
    parts = []
    for key in ends:
        each = metrics.metric(key, batch=batch, day=day)
        found = queries.credits_behind(
            [each.id],
            role=each.roles.index(role) if role in each.roles else 0,
            member_id=member_id,
            period=period,
            batch=batch,
            limit=_MOST,
        )
        parts.append(ExplainedPart(key, _value(each, found), found))
    value = parts[0].value if len(parts) == 1 else calc.ratio_of(parts[0].value, parts[1].value)
    return Explanation(metric.key, holder or UNASSIGNED, period.key, value, as_of, tuple(parts))


def _holder(member: str) -> tuple[str, int]:
    found = people.member(member)
    return found.name, found.id


def _value(metric: metrics.MetricFacts, found: tuple[CreditFacts, ...]) -> Decimal | None:
    shares = sum(each.share for each in found)
    total = sum((each.value for each in found), Decimal(0))
    return calc.value_of(metric.aggregation, Sums(len(found), shares, total))
