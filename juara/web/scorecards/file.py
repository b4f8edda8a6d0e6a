"""A scorecard as a file."""

from datetime import datetime

from django.utils.translation import gettext as _

from juara.scorecards.cards import ScoredLine
from juara.scorecards.types import Mode
from juara.ui import formats
from juara.ui.registry import STATUSES
from juara.web import export
from juara.web.export import Cell, Column, Row, Sheet
from juara.web.scorecards.reading import CardShown
from juara.web.today.shown import grain_name


def sheet(shown: CardShown, *, at: datetime) -> Sheet:
    """Return a scorecard as a table, a row a line; `at` is the moment it is shown as of."""
    is_ranked = shown.card.score.mode is Mode.RANK_POINTS
    columns = [
        Column(_("Line"), width=28),
        Column(_("Target for"), width=16),
        Column(_("Value")),
        Column(_("Target")),
        Column(_("Expected by now")),
        Column(_("Attainment")),
        Column(_("Status"), width=14),
        Column(_("Weight")),
        Column(_("Counted weight")),
        *([Column(_("Rank"))] if is_ranked else [Column(_("Counted"))]),
        Column(_("Points")),
    ]
    rows = [_row(each, is_ranked=is_ranked) for each in shown.card.lines]
    return Sheet(
        name=f"scorecard {shown.name}",
        title=f"{_('Scorecard')} {shown.name}",
        columns=columns,
        read=export.at_once(rows),
        facts=_facts(shown, at),
    )


def _row(each: ScoredLine, *, is_ranked: bool) -> Row:
    pace, step = each.pace, each.step
    state = "no_target" if pace is None else pace.status.value
    return [
        _(each.metric.name),
        grain_name(each.grain),
        None if pace is None else pace.value,
        None if pace is None else pace.target,
        None if pace is None else pace.expected,
        step.attainment,
        str(STATUSES[state][1]),
        step.weight,
        step.counted_weight,
        step.rank if is_ranked else step.counted,
        step.points,
    ]


def _facts(shown: CardShown, at: datetime) -> list[tuple[str, Cell]]:
    period = shown.card.period
    return [
        (_("Whose"), shown.name),
        (_("Period"), formats.period(period.key, period.from_day, period.until_day)),
        (_("Days"), formats.first_to_last(period.from_day, period.until_day)),
        (_("As of"), at),
        (_("Score"), shown.exact),
        (_("How it is made"), shown.meaning),
        *((_("Note"), each) for each in shown.remarks),
    ]
