"""Why a number on a board is not what it was: between two moments, record by record."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from juara.core import scope
from juara.core.calendar import Period, PeriodRules, parse_period
from juara.leaderboards import holders, queries
from juara.leaderboards.holders import Holder
from juara.leaderboards.queries import Asked
from juara.leaderboards.types import BoardMetric, BoardPeriod
from juara.ledger import differences as ledger_differences
from juara.ledger import queries as ledger
from juara.ledger.differences import Held, Line
from juara.metrics.measures import Measure
from juara.metrics.types import Sums
from juara.people.access import Viewer
from juara.tenancy import knowledge, periods

PAGE = 50


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One record's part in the difference, with what it is measured in."""

    line: Line
    metric: BoardMetric


@dataclass(frozen=True, slots=True)
class Changed:
    """A number at two moments, and a page of the records that make the difference.

    `until` None means now. `change` is what all lines add up to, for a number that adds up:
    exactly `after` less `before`. None for the others, which are worked out from what the lines
    changed.
    """

    holder: Holder
    metric: BoardMetric
    period: BoardPeriod
    since: datetime
    until: datetime | None
    before: Decimal | None
    after: Decimal | None
    change: Decimal | None
    count: int
    lines: tuple[ChangedLine, ...]
    page: int
    page_count: int


def end_of_yesterday(now: datetime) -> datetime:
    """Return the moment the organization's today began."""
    zone = ZoneInfo(scope.current().zone)
    return datetime.combine(queries.today(now), time.min, zone)


def changed(
    asked: Asked, *, holder: str, since: datetime, now: datetime, viewer: Viewer, page: int = 1
) -> Changed:
    """Return why a number on a board is not what it was at `since`; at `asked.as_of`, or now.

    `holder` is a row's public id, ``unassigned`` or ``total``; whoever may open its records may
    ask. The number of queries does not depend on how many records there are.
    """
    batch, period, _rules = _ground(asked, now)
    whose = holders.holder(asked, holder, viewer=viewer, period=period, batch=batch)
    return changed_of(asked, whose, since=since, now=now, page=page, size=PAGE)


def changed_of(
    asked: Asked, whose: Holder, *, since: datetime, now: datetime, page: int = 1, size: int
) -> Changed:
    """Return the same for a holder who has been found, in pages of a size."""
    batch, period, rules = _ground(asked, now)
    batch_then = knowledge.number_as_of(since)
    measure = queries.measure_of(asked, period=period, batch=batch, now=now)
    measure_then = queries.measure_of(
        replace(asked, as_of=since), period=period, batch=batch_then, now=now
    )
    parts = {each.id: each for each in (*measure_then.components, *measure.components)}
    first = measure.components[0]
    found = ledger_differences.differences(
        [*parts.values()],
        role=first.roles.index(asked.role) if asked.role in first.roles else 0,
        period=period,
        before=Held(batch_then, **whose.where(period, batch=batch_then)),
        after=Held(batch, **whose.where(period, batch=batch)),
        page=page,
        size=size,
    )
    return Changed(
        holder=whose,
        metric=queries.board_metric(measure.metric),
        period=queries.board_period(period, now=now, rules=rules),
        since=since,
        until=asked.as_of,
        before=_value(measure_then, found.before, whose, replace(asked, as_of=since), now),
        after=_value(measure, found.after, whose, asked, now),
        change=found.change,
        count=found.count,
        lines=tuple(ChangedLine(each, queries.board_metric(each.metric)) for each in found.lines),
        page=found.page,
        page_count=found.page_count,
    )


def _value(
    measure: Measure, sums: Mapping[int, Sums], whose: Holder, asked: Asked, now: datetime
) -> Decimal | None:
    """Return a number from its sums; one that is of people and days, as its board has it."""
    if not (measure.names_people or measure.names_workdays):
        return measure.value(sums)
    board = queries.board(asked, now=now)
    if whose.key == holders.TOTAL:
        return board.company
    return next((row.value for row in board.rows if row.public_id == whose.key), None)


def _ground(asked: Asked, now: datetime) -> tuple[int, Period, PeriodRules]:
    """Return the batch of the later moment, and the period as its days were known then."""
    batch = ledger.LATEST if asked.as_of is None else knowledge.number_as_of(asked.as_of)
    rules = periods.rules(batch=batch)
    today = queries.today(asked.as_of or now)
    return batch, parse_period(asked.period, today=today, rules=rules), rules
