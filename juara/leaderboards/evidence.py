"""The records behind a number on a board."""

from datetime import datetime
from decimal import Decimal
from math import ceil

from django.utils.translation import gettext_noop

from juara.core import ids
from juara.core.calendar import Period, parse_period
from juara.core.errors import NotAllowedError, NotFoundError
from juara.leaderboards import holders, queries
from juara.leaderboards.holders import TOTAL, UNASSIGNED, Holder
from juara.leaderboards.queries import Asked
from juara.leaderboards.types import Board, Conversion, Evidence, EvidencePage
from juara.ledger import queries as ledger
from juara.ledger.queries import Nobodys
from juara.ledger.types import CreditFacts
from juara.metrics import calc as metric_calc
from juara.metrics import rates
from juara.metrics.queries import MetricFacts
from juara.metrics.rates import RateFacts
from juara.metrics.types import Aggregation, Ratio
from juara.people import queries as people
from juara.people.access import Viewer
from juara.tenancy import knowledge, periods

PAGE = 50


def evidence(
    asked: Asked,
    *,
    holder: str,
    nobodys: Nobodys | None = None,
    part: str = "",
    now: datetime,
    viewer: Viewer,
    page: int = 1,
) -> EvidencePage:
    """Return a page of the credits behind one row of a board, as its viewer may see them.

    `holder` is the row's public id, ``unassigned`` or ``total``. The row is found on the board
    itself, so what is shown adds up to what the board says; `nobodys` keeps to a part of what is
    unassigned, which then is the total. A ratio opens to the records of its denominator, a formula
    to those of one of the metrics it comes down to: the first, or `part` by its id. Raises
    NotFoundError for a row that is not there, NotAllowedError for records that are not the
    viewer's to open.
    """
    board = queries.board(asked, now=now, viewer=viewer)
    batch = ledger.LATEST if asked.as_of is None else knowledge.number_as_of(asked.as_of)
    today = queries.today(asked.as_of or now)
    period = parse_period(asked.period, today=today, rules=periods.rules(batch=batch))
    measure = queries.measure_of(asked, period=period, batch=batch, now=now)
    is_ratio = isinstance(measure.metric.definition, Ratio) and len(measure.components) == 2
    metric = measure.components[1 if is_ratio else 0]
    parts = () if is_ratio or len(measure.components) == 1 else measure.components
    metric = next((each for each in parts if each.public_id == part), metric)
    whose, total = _holder(board, holder, asked, viewer, period, batch)
    is_balance = metric.aggregation is Aggregation.LATEST
    where = whose.where(period, batch=batch, is_balance=is_balance)
    role = metric.roles.index(asked.role) if asked.role in metric.roles else 0
    if nobodys is not None:
        total = _part_of(nobodys, metric, role=role, period=period, batch=batch)
    count = ledger.credit_count(
        metric.id, role=role, nobodys=nobodys, is_balance=is_balance, period=period, batch=batch,
        **where,
    )  # fmt: skip
    page_count = max(ceil(count / PAGE), 1)
    page = min(page, page_count)
    rows = ledger.credits_behind(
        [metric.id], role=role, nobodys=nobodys, is_balance=is_balance, period=period, batch=batch,
        limit=PAGE, offset=(page - 1) * PAGE, **where,
    )  # fmt: skip
    hits = None
    if is_ratio:
        hits = ledger.credited(
            measure.components[0].id, [row.record_id for row in rows], batch=batch
        )
    known_rates = rates.facts([row.rate_id for row in rows if row.rate_id is not None])
    return EvidencePage(
        holder_name=whose.name,
        metric=board.metric,
        row_metric=queries.board_metric(metric),
        hit_name=measure.components[0].name if is_ratio else "",
        period=board.period,
        total=total,
        record_count=count,
        rows=tuple(_shown(row, hits, known_rates) for row in rows),
        page=page,
        page_count=page_count,
        parts=tuple((each.public_id, each.name, each is metric) for each in parts),
    )


def _holder(
    board: Board, holder: str, asked: Asked, viewer: Viewer, period: Period, batch: int
) -> tuple[Holder, Decimal | None]:
    """Return whose row was opened, and its value."""
    team = people.team(asked.team) if asked.team else people.root_team()
    if holder in (UNASSIGNED, TOTAL) and (team.is_root or holder == TOTAL):
        found = holders.holder(asked, holder, viewer=viewer, period=period, batch=batch)
        return found, board.company if holder == TOTAL else board.unassigned
    row = next((row for row in board.rows if row.public_id == holder), None)
    if row is None:
        raise NotFoundError(
            "board.no_row", gettext_noop("There is nobody like that on this board.")
        )
    if not row.can_open:
        raise NotAllowedError(
            "records.closed",
            gettext_noop("These records are open to the person, their managers and executives."),
        )
    own = people.member(holder).id if asked.by == "member" else people.team(holder).id
    return Holder(holder, row.name, own, asked.by, team), row.value


def _part_of(
    nobodys: Nobodys, metric: MetricFacts, *, role: int, period: Period, batch: int
) -> Decimal | None:
    """Return what one reason and key make of what nobody earned."""
    earned = holders.earning(metric, period)
    for each in ledger.unassigned(metric.id, role=role, period=earned, batch=batch):
        if Nobodys(each.reason, each.owner_key, each.source_key) == nobodys:
            return metric_calc.value_of(metric.aggregation, each.sums)
    return None


def _shown(
    row: CreditFacts, hits: frozenset[int] | None, known_rates: dict[int, RateFacts]
) -> Evidence:
    return Evidence(
        record_id=ids.encode_public(row.record_id),
        external_id=row.external_id,
        name=row.name,
        kind=row.kind,
        account=row.account,
        day=row.day,
        occurred_at=row.occurred_at,
        value=row.value,
        # What a file says is not trusted to be an address that only leads somewhere.
        url=row.url if row.url.startswith(("https://", "http://")) else "",
        is_hit=None if hits is None else row.record_id in hits,
        reason=row.reason,
        owner_key=row.owner_key if row.reason else "",
        conversion=_conversion(row, known_rates),
    )


def _conversion(row: CreditFacts, known_rates: dict[int, RateFacts]) -> Conversion | None:
    rate = known_rates.get(row.rate_id or 0)
    if rate is None or row.amount is None:
        return None
    return Conversion(row.amount, rate.currency, rate.rate, rate.from_day, rate.source)
