"""What a number counts for nobody: by reason and by the key that the records name."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import ceil

from juara.core.calendar import parse_period
from juara.leaderboards import holders, queries
from juara.leaderboards.queries import Asked
from juara.leaderboards.types import BoardMetric, BoardPeriod
from juara.ledger import queries as ledger
from juara.ledger.types import UnassignedTotal
from juara.metrics import measures
from juara.metrics.types import Ratio, Sums
from juara.people import queries as people
from juara.people.access import Viewer
from juara.people.types import MemberFacts
from juara.records import history
from juara.records.likeness import Likely
from juara.tenancy import knowledge, periods

PAGE = 25


@dataclass(frozen=True, slots=True)
class Part:
    """One reason and key: how many credits, what they come to.

    `member` is whom the key is matched to, for who had no place on those days; `likely` whom it
    could be, for a key that nobody is matched to.
    """

    total: UnassignedTotal
    value: Decimal | None
    member: MemberFacts | None
    likely: MemberFacts | None


@dataclass(frozen=True, slots=True)
class Nobodys:
    """All that one metric counts for nobody in a period, the parts with most records first.

    Of a metric worked out from others these are the records below its line. `by_reason` holds
    (reason, how many credits, what they come to).
    """

    metric: BoardMetric
    row_metric: BoardMetric
    period: BoardPeriod
    count: int
    value: Decimal | None
    by_reason: tuple[tuple[str, int, Decimal | None], ...]
    parts: tuple[Part, ...]
    page: int
    page_count: int


def nobodys(asked: Asked, *, now: datetime, viewer: Viewer, page: int = 1) -> Nobodys:
    """Return what nobody earned, now or at `asked.as_of`; for who opens every record only."""
    holders.require_everything(viewer)
    batch = ledger.LATEST if asked.as_of is None else knowledge.number_as_of(asked.as_of)
    rules = periods.rules(batch=batch)
    today = queries.today(asked.as_of or now)
    period = parse_period(asked.period, today=today, rules=rules)
    measure = queries.measure_of(asked, period=period, batch=batch, now=now)
    # Of a ratio what it is out of, as its records show it; of a formula its first metric.
    is_ratio = isinstance(measure.metric.definition, Ratio) and len(measure.components) == 2
    metric = measure.components[1 if is_ratio else 0]
    role = metric.roles.index(asked.role) if asked.role in metric.roles else 0
    earned = holders.earning(metric, period)
    found = ledger.unassigned(metric.id, role=role, period=earned, batch=batch)
    page_count = max(ceil(len(found) / PAGE), 1)
    page = min(page, page_count)

    def value(parts: list[UnassignedTotal]) -> Decimal | None:
        sums = Sums()
        for each in parts:
            sums += each.sums
        return measures.measure(metric, {}).value({metric.id: sums})

    shown = found[(page - 1) * PAGE : page * PAGE]
    members = people.members()
    who = history.members_of_keys([(each.source_id, each.owner_key) for each in shown])
    likely = Likely(members.values())
    reasons = list(dict.fromkeys(each.reason for each in found))
    grouped = {reason: [each for each in found if each.reason == reason] for reason in reasons}
    return Nobodys(
        metric=queries.board_metric(measure.metric),
        row_metric=queries.board_metric(metric),
        period=queries.board_period(period, now=now, rules=rules),
        count=sum(each.sums.credits for each in found),
        value=value([*found]),
        by_reason=tuple(
            (reason, sum(each.sums.credits for each in group), value(group))
            for reason, group in grouped.items()
        ),
        parts=tuple(
            Part(
                each,
                value([each]),
                members.get(who.get((each.source_id, each.owner_key), 0)),
                _likely(each, likely),
            )
            for each in shown
        ),
        page=page,
        page_count=page_count,
    )


def _likely(each: UnassignedTotal, likely: Likely) -> MemberFacts | None:
    if each.reason != "owner_unknown":
        return None
    found = likely.member_for(key=each.owner_key, name=each.name, email="")
    return found.member if found else None
