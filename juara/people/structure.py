"""The company on one day: every team in its place, with who manages it and how many work there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from juara.people import calc, queries
from juara.people.types import MemberFacts, TeamFacts


@dataclass(frozen=True, slots=True)
class Leader:
    """Somebody who manages a team, and who stands in for them that day ("" for nobody)."""

    public_id: str
    name: str
    acting: str


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team in the tree; `level` is 1 for the company.

    `people` work in the team itself, `people_below` there and in every team below;
    `position` of `siblings` hang under the same team.
    """

    team: TeamFacts
    parent_id: str
    level: int
    position: int
    siblings: int
    teams: int
    people: int
    people_below: int
    leaders: tuple[Leader, ...]


@dataclass(frozen=True)
class Structure:
    """The tree from the top, each team before those below it, and the teams not in it that day."""

    rows: tuple[TeamRow, ...]
    closed: tuple[TeamFacts, ...]

    def row(self, public_id: str) -> TeamRow | None:
        return next((row for row in self.rows if row.team.public_id == public_id), None)

    @cached_property
    def paths(self) -> dict[str, tuple[str, ...]]:
        """Return the names from below the company down to each team; of the company, none."""
        found: dict[str, tuple[str, ...]] = {}
        for row in self.rows:
            above = found.get(row.parent_id)
            found[row.team.public_id] = () if above is None else (*above, row.team.name)
        return found

    def path(self, public_id: str) -> tuple[str, ...]:
        return self.paths.get(public_id, ())


def structure(day: date, *, batch: int = queries.LATEST) -> Structure:
    """Return the company on a day, as known at a batch. Five queries, whatever its size."""
    teams = queries.teams()
    parents = calc.parents_on(queries.parent_spans(batch=batch), day)
    sizes = queries.team_sizes(day, batch=batch)
    leaders = leaders_on(day, batch=batch)
    root = next((team for team in teams.values() if team.is_root), None)
    if root is None:
        return Structure((), ())
    children = _children(teams, parents)
    below = _sizes_below(root.id, children, sizes)
    rows = tuple(
        TeamRow(
            team=teams[team_id],
            parent_id=teams[parents[team_id]].public_id if team_id in parents else "",
            level=level,
            position=position,
            siblings=siblings,
            teams=len(children.get(team_id, ())),
            people=sizes.get(team_id, 0),
            people_below=below[team_id],
            leaders=leaders.get(team_id, ()),
        )
        for team_id, level, position, siblings in _walk(root.id, children)
    )
    placed = {row.team.id for row in rows}
    closed = sorted(
        (team for team in teams.values() if team.id not in placed),
        key=lambda team: team.name.casefold(),
    )
    return Structure(rows, tuple(closed))


def leaders_on(day: date, *, batch: int = queries.LATEST) -> dict[int, tuple[Leader, ...]]:
    """Return who manages each team on a day, with who stands in for them. Two queries."""
    managers = queries.managers_on(day, batch=batch)
    acting = queries.acting_on(day, batch=batch)
    return {
        team_id: tuple(_leader(member, acting.get(member.id)) for member in members)
        for team_id, members in managers.items()
    }


def _leader(member: MemberFacts, acting: MemberFacts | None) -> Leader:
    return Leader(member.public_id, member.name, acting.name if acting else "")


def _children(
    teams: Mapping[int, TeamFacts], parents: Mapping[int, int]
) -> dict[int, Sequence[int]]:
    """Return the teams directly below each, by name."""
    found: dict[int, list[int]] = {}
    for team_id, parent_id in parents.items():
        found.setdefault(parent_id, []).append(team_id)
    return {
        parent: sorted(below, key=lambda each: (teams[each].name.casefold(), each))
        for parent, below in found.items()
    }


def _walk(root: int, children: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, int, int, int]]:
    """Yield (team, level, position, siblings) from the top down; no recursion."""
    waiting = [(root, 1, 1, 1)]
    while waiting:
        team_id, level, position, siblings = waiting.pop()
        yield team_id, level, position, siblings
        below = children.get(team_id, ())
        waiting += [
            (child, level + 1, index, len(below))
            for index, child in reversed(list(enumerate(below, 1)))
        ]


def _sizes_below(
    root: int, children: Mapping[int, Sequence[int]], sizes: Mapping[int, int]
) -> dict[int, int]:
    total: dict[int, int] = {}
    for team_id, *_ in reversed(list(_walk(root, children))):
        below = sum(total[child] for child in children.get(team_id, ()))
        total[team_id] = sizes.get(team_id, 0) + below
    return total
