"""The records behind a number on a board."""

from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import TypedDict

from django.utils.translation import gettext_noop

from juara.core import ids, scope
from juara.core.calendar import Period, parse_period
from juara.core.errors import NotAllowedError, NotFoundError
from juara.leaderboards import queries, standing
from juara.leaderboards.queries import Asked
from juara.leaderboards.types import Board, Evidence, EvidencePage
from juara.ledger import queries as ledger
from juara.ledger.queries import TeamDays
from juara.ledger.types import CreditFacts
from juara.people import calc as tree
from juara.people import queries as people
from juara.people.access import Viewer
from juara.tenancy import knowledge

PAGE = 50
UNASSIGNED = "unassigned"


class Where(TypedDict):
    """Which credits are asked for, as the ledger's queries take them."""

    member_id: int | None
    inside: list[TeamDays] | None


def evidence(
    asked: Asked, *, holder: str, now: datetime, viewer: Viewer, page: int = 1
) -> EvidencePage:
    """Return a page of the credits behind one row of a board, as its viewer may see them.

    `holder` is the row's public id, or ``unassigned``. The row is found on the board itself, so
    what is shown adds up to what the board says. A ratio opens to the records of its
    denominator. Raises NotFoundError for a row that is not there, NotAllowedError for records
    that are not the viewer's to open.
    """
    board = queries.board(asked, now=now, viewer=viewer)
    batch = ledger.LATEST if asked.as_of is None else knowledge.number_as_of(asked.as_of)
    period = parse_period(
        asked.period, today=queries.today(now), week_start=scope.current().week_start
    )
    measure = queries.measure_of(asked, period=period, batch=batch, now=now)
    name, total, where = _holder(board, holder, asked, viewer, period, batch)
    metric = measure.components[-1]
    is_ratio = len(measure.components) > 1
    role = metric.roles.index(asked.role) if asked.role in metric.roles else 0
    count = ledger.credit_count(metric.id, role=role, period=period, batch=batch, **where)
    page_count = max(ceil(count / PAGE), 1)
    page = min(page, page_count)
    rows = ledger.credits_behind(
        [metric.id], role=role, period=period, batch=batch,
        limit=PAGE, offset=(page - 1) * PAGE, **where,
    )  # fmt: skip
    hits = None
    if is_ratio:
        hits = ledger.credited(
            measure.components[0].id, [row.record_id for row in rows], batch=batch
        )
    return EvidencePage(
        holder_name=name,
        metric=board.metric,
        row_metric=queries.board_metric(metric),
        hit_name=measure.components[0].name if is_ratio else "",
        period=board.period,
        total=total,
        record_count=count,
        rows=tuple(_shown(row, hits) for row in rows),
        page=page,
        page_count=page_count,
    )


def _holder(
    board: Board, holder: str, asked: Asked, viewer: Viewer, period: Period, batch: int
) -> tuple[str, Decimal | None, Where]:
    """Return the name, the value and the credits of the row that was opened."""
    team = people.team(asked.team) if asked.team else people.root_team()
    if holder == UNASSIGNED and team.is_root:
        if viewer.opens is not None:
            raise NotAllowedError(
                "records.closed",
                gettext_noop("Only executives and administrators open what nobody owns."),
            )
        return "", board.unassigned, {"member_id": standing.NOBODY, "inside": None}
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
    if asked.by == "member":
        inside = None if team.is_root else _team_days(team.id, period, batch)
        return row.name, row.value, {"member_id": people.member(holder).id, "inside": inside}
    days = _team_days(team.id, period, batch, by=asked.by, own=people.team(holder).id)
    return row.name, row.value, {"member_id": None, "inside": days}


def _team_days(
    scope_team: int, period: Period, batch: int, *, by: str = "member", own: int = 0
) -> list[TeamDays]:
    """Return which teams hang at or under the scope on which days of a period.

    On a board of teams or branches only those counted in the row of the team `own`.
    """
    every = people.teams()
    segments = ledger.tree_segments(
        people.parent_spans(batch=batch), period.from_day, period.until_day
    )
    return [
        TeamDays(team, segment.from_day, segment.until_day)
        for segment in segments
        for team in every
        if scope_team in (line := tree.line_of(segment.parents, team))
        and (by == "member" or standing.team_of_row(line, by=by, scope_team=scope_team) == own)
    ]


def _shown(row: CreditFacts, hits: frozenset[int] | None) -> Evidence:
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
    )
