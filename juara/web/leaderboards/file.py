"""A leaderboard as a file: every row, those without data, what belongs to nobody."""

from datetime import datetime

from django.utils.translation import gettext as _

from juara.leaderboards.types import Board, BoardRow
from juara.ui import formats
from juara.web import export
from juara.web.export import Cell, Column, Row, Sheet


def sheet(board: Board, *, at: datetime) -> Sheet:
    """Return a board as a table; `at` is the moment it is shown as of.

    Unlike the page it leaves nobody out, however many they are; the last row is what belongs to
    nobody, so that the values add up to the total.
    """
    metric = _(board.metric.name)
    is_people = board.by == "member"
    columns = [
        Column(_("Rank"), width=8),
        Column(_("Name") if is_people else _("Team"), width=28),
        *([Column(_("Team"), width=28)] if is_people else []),
        Column(metric, board.metric),
        Column(_("To the next place"), board.metric),
        Column(_("Places gained since the day before"), width=24),
    ]
    rows = [_row(row, is_people=is_people) for row in (*board.rows, *board.without_data)]
    if board.unassigned:
        rows.append([None, _("Unassigned"), *([None] if is_people else []), board.unassigned])
    return Sheet(
        name=f"leaderboard {board.metric.key}",
        title=metric,
        columns=columns,
        read=export.at_once(rows),
        facts=_facts(board, at),
    )


def _row(row: BoardRow, *, is_people: bool) -> Row:
    team: list[Cell] = [row.team_name] if is_people else []
    return [row.rank, row.name, *team, row.value, row.gap, row.movement]


def _facts(board: Board, at: datetime) -> list[tuple[str, Cell]]:
    period = board.period
    total = formats.measured(board.company, board.metric)
    return [
        (_("Metric"), _(board.metric.name)),
        (_("Where"), board.scope_name),
        (_("Period"), formats.period(period.key, period.from_day, period.until_day)),
        (_("Days"), formats.first_to_last(period.from_day, period.until_day)),
        (_("As of"), at if board.is_past else board.freshness.as_of or at),
        (_("Total") if board.is_additive else _("Overall"), total),
    ]
