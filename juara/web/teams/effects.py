"""The effect of a change of places, in rows a person can check."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from juara.leaderboards import queries as boards
from juara.leaderboards.types import BoardMetric
from juara.ledger.transfers import Effect, Shift
from juara.metrics import calc
from juara.metrics import queries as metrics
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Sums


@dataclass(frozen=True, slots=True)
class Row:
    """Of one metric and role: how much leaves which team for which, and what stays."""

    name: str
    measure: BoardMetric
    value: Decimal | None
    records: int
    from_team: str
    to_team: str
    stayed: Decimal | None


@dataclass(frozen=True, slots=True)
class Shown:
    """An effect in words and rows; `other_day` and `rewritten` count records and credits."""

    is_change: bool
    from_day: date
    rows: tuple[Row, ...]
    other_day: int
    rewritten: int


def shown(effect: Effect, teams: Mapping[int, str], *, from_day: date) -> Shown:
    """Put an effect into rows by metric, in the metrics' own order."""
    every = metrics.metrics()
    order = {metric.id: index for index, metric in enumerate(every)}
    known = {metric.id: metric for metric in every}
    moved: dict[tuple[int, int, int, int], Sums] = {}
    for shift in effect.shifts:
        if shift.from_team_id != shift.to_team_id and shift.metric_id in known:
            key = _key(shift)
            moved[key] = moved.get(key, Sums()) + shift.sums
    stayed: dict[tuple[int, int], Sums] = {}
    for each in effect.stayed:
        stay = (each.metric_id, each.team_id)
        stayed[stay] = stayed.get(stay, Sums()) + each.sums
    rows = tuple(
        _row(known[key[0]], key, sums, stayed.get((key[0], key[2])), teams)
        for key, sums in sorted(moved.items(), key=lambda item: (order[item[0][0]], item[0]))
    )
    return Shown(
        is_change=effect.is_change,
        from_day=from_day,
        rows=rows,
        other_day=sum(shift.other_day for shift in effect.shifts if _is_same_team(shift)),
        rewritten=effect.rewritten,
    )


def _key(shift: Shift) -> tuple[int, int, int, int]:
    return shift.metric_id, shift.role, shift.from_team_id, shift.to_team_id


def _is_same_team(shift: Shift) -> bool:
    return shift.from_team_id == shift.to_team_id


def _row(
    metric: MetricFacts,
    key: tuple[int, int, int, int],
    sums: Sums,
    stayed: Sums | None,
    teams: Mapping[int, str],
) -> Row:
    name, role = _(metric.name), key[1]
    if role and role < len(metric.roles):
        name = f"{name} ({metric.roles[role]})"
    nobody = _("Nobody")
    return Row(
        name=name,
        measure=boards.board_metric(metric),
        value=calc.value_of(metric.aggregation, sums),
        records=sums.credits,
        from_team=teams.get(key[2], nobody),
        to_team=teams.get(key[3], nobody),
        # What stays is said once, for the leading role.
        stayed=None if stayed is None or role else calc.value_of(metric.aggregation, stayed),
    )
