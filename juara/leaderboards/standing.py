"""Which people or teams stand on a board, and with what sums.

Sums are added over people, teams and days; values are made of them at the last moment
(metrics.measures).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from juara.ledger.queries import TreeSegment
from juara.ledger.types import MemberSums
from juara.metrics import measures
from juara.metrics import queries as metrics
from juara.metrics.measures import Measure
from juara.metrics.types import Counting, Sums
from juara.people import calc as tree

# One sum for each metric that takes part: a counting metric has one, a ratio two.
Parts = dict[int, Sums]

NOBODY = 0


def measure(key: str, *, batch: int, day: date) -> Measure:
    """Return a metric by key with its components, by their rules of a day, known at a batch."""
    found = metrics.metric(key, batch=batch, day=day)
    if isinstance(found.definition, Counting):
        return measures.measure(found, {})
    every = {each.key: each for each in metrics.metrics(batch=batch, day=day)}
    return measures.measure(found, every)


def add(one: Parts, other: Mapping[int, Sums]) -> Parts:
    """Add sums metric by metric."""
    merged = dict(one)
    for metric_id, sums in other.items():
        merged[metric_id] = merged.get(metric_id, Sums()) + sums
    return merged


@dataclass(frozen=True, slots=True)
class Placed:
    """Sums of one member in one team, under the tree of the days they were earned on."""

    row: MemberSums
    parents: dict[int, int]

    def is_under(self, team_id: int) -> bool:
        return team_id in tree.line_of(self.parents, self.row.team_id)


def placed(rows: Iterable[MemberSums], segment: TreeSegment) -> list[Placed]:
    return [Placed(row, segment.parents) for row in rows]


def grouped(rows: Iterable[Placed], *, by: str, scope_team: int) -> dict[int, Parts]:
    """Add up what people earned inside a team's subtree, by member, by team or by branch.

    `team` is the one a credit was earned in; `branch` the team just below the scope that it
    hangs under (credits earned in the scope team itself are under its own id). What nobody
    earned is left out.
    """
    groups: dict[int, Parts] = {}
    for item in rows:
        if item.row.member_id == NOBODY:
            continue
        line = tree.line_of(item.parents, item.row.team_id)
        if scope_team not in line:
            continue
        key = item.row.member_id
        if by != "member":
            key = team_of_row(line, by=by, scope_team=scope_team)
        groups[key] = add(groups.get(key, {}), {item.row.metric_id: item.row.sums})
    return groups


def team_of_row(line: tuple[int, ...], *, by: str, scope_team: int) -> int:
    """Return the team whose row what was earned at the bottom of a line is counted in."""
    return line[0] if by == "team" else line[max(line.index(scope_team) - 1, 0)]


def unassigned(rows: Iterable[Placed]) -> Parts:
    """Add up what nobody earned."""
    total: Parts = {}
    for item in rows:
        if item.row.member_id == NOBODY:
            total = add(total, {item.row.metric_id: item.row.sums})
    return total
