"""The team tree on a day, worked out from dated parents."""

from collections.abc import Iterable
from datetime import date

from juara.people.types import ParentSpan


def parents_on(spans: Iterable[ParentSpan], day: date) -> dict[int, int]:
    """Return each team's parent on a day; the root and teams not yet placed have none."""
    return {span.team_id: span.parent_id for span in spans if span.from_day <= day < span.until_day}


def line_of(parents: dict[int, int], team_id: int) -> tuple[int, ...]:
    """Return a team and all teams above it, nearest first. A loop in the data ends the line."""
    line = [team_id]
    while (above := parents.get(line[-1])) is not None and above not in line:
        line.append(above)
    return tuple(line)


def subtree_of(parents: dict[int, int], root: int, teams: Iterable[int]) -> frozenset[int]:
    """Return the teams at or below a team."""
    return frozenset(team for team in teams if root in line_of(parents, team))


def boundaries(spans: Iterable[ParentSpan], from_day: date, until_day: date) -> list[date]:
    """Return the days strictly inside a range on which the tree changes, in order."""
    edges = {edge for span in spans for edge in (span.from_day, span.until_day)}
    return sorted(edge for edge in edges if from_day < edge < until_day)
