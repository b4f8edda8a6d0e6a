"""What must hold whenever everything has been taken in: the product and the model agree."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from juara.core import db, scope
from juara.core.calendar import Period
from juara.leaderboards import queries as boards
from juara.leaderboards.types import Board
from juara.ledger import queries, sums
from juara.ledger.verify import verify
from juara.metrics import queries as metrics
from juara.metrics.types import Sums
from tests.ledger.model import boards as model_boards
from tests.ledger.model.boards import Range
from tests.ledger.model.crediting import INDIRECT, NOBODY, Credit, credits_of
from tests.ledger.model.life import ROOT, START, Life
from tests.ledger.model.plans import PLANS, WORKED
from tests.ledger.model.world import day_in

METRICS = (*PLANS, *WORKED)
_ROLES = (0, INDIRECT, 1)
# Boards looked at each time; which ones goes round.
_BOARDS = 3


@dataclass(frozen=True)
class Memory:
    """A board as it was shown at a moment."""

    asked: boards.Asked
    now: datetime
    today: date
    shown: tuple[Any, ...]


@dataclass
class Checks:
    """Compares a life with its model, each time another part of it, and remembers what it saw."""

    life: Life
    memories: list[Memory] = field(default_factory=list)
    count: int = 0

    def compare(self) -> None:
        self.count += 1
        expected = credits_of(self.life.world)
        _same(Counter(_stored_credits()), Counter(expected))
        found = verify()
        assert not found.differences, found.differences
        assert found.credits == len(expected)
        self._compare_sums(expected)
        for turn in range(_BOARDS):
            self._compare_board(expected, self.count * _BOARDS + turn)
        self._compare_reasons(expected)
        self._remember()
        self.recall({0, self.count * 7 % len(self.memories)})

    def recall(self, numbers: Iterable[int]) -> None:
        """Show boards again as of the moment they were shown: they are the same.

        In another zone it may have been another day then: of that board more, or less, is to come.
        """
        zone = self.life.world.zone
        for memory in map(self.memories.__getitem__, numbers):
            if day_in(memory.now, zone) != memory.today:
                continue
            past = replace(memory.asked, as_of=memory.now)
            assert _shown(boards.board(past, now=self.life.clock)) == memory.shown

    def _range(self, turn: int) -> tuple[Period, Range]:
        """Return the days looked at this time: some weeks, or a day, or a month."""
        first = START + timedelta(days=7 * turn % 24)
        until = first + timedelta(days=(1, 9, 31, 3)[turn % 4])
        today = day_in(self.life.clock, self.life.world.zone)
        return Period("custom", first, until), Range(first, until, today)

    def _compare_sums(self, expected: list[Credit]) -> None:
        role = _ROLES[self.count % len(_ROLES)]
        period, asked = self._range(self.count)
        components = [metrics.metric(metric) for metric in PLANS]
        keys = {each.id: each.key for each in components}
        names = {member.id: name for name, member in self.life.members.items()} | {0: NOBODY}
        teams = {team.id: name for name, team in self.life.teams.items()} | {0: NOBODY}
        stored: dict[tuple[str, str, str], Sums] = {}
        for row in sums.member_sums(
            components, role=role, from_day=period.from_day, until_day=period.until_day
        ):
            key = (keys[row.metric_id], names[row.member_id], teams[row.team_id])
            stored[key] = stored.get(key, Sums()) + row.sums
        called_for: dict[tuple[str, str, str], Sums] = {}
        for metric in PLANS:
            is_distinct = PLANS[metric][0].aggregation == "distinct"
            for each in model_boards.earned_in(expected, metric, asked, role=role):
                key = (metric, each.member, each.team)
                called_for[key] = called_for.get(key, Sums()) + _sums_of(each, is_distinct)
        differing = {key for key in stored | called_for if stored.get(key) != called_for.get(key)}
        assert not differing, [(key, stored.get(key), called_for.get(key)) for key in differing]

    def _compare_board(self, expected: list[Credit], turn: int) -> None:
        metric, by = METRICS[turn % len(METRICS)], boards.BY[turn % 3]
        period, asked = self._range(turn)
        found = boards.board(boards.Asked(metric, period.key, by=by), now=self.life.clock)
        model = model_boards.board(self.life.world, expected, metric, asked, by=by, root=ROOT)
        shown = {row.name: row.value for row in found.rows}
        assert shown == model.rows, (metric, by, asked, shown, model.rows)
        totals = (found.company, found.unassigned)
        assert totals == (model.company, model.unassigned), (metric, asked, totals, model)
        if found.is_additive:
            credited = sum((row.value or Decimal(0) for row in found.rows), Decimal(0))
            assert found.company == credited + (found.unassigned or 0)

    def _compare_reasons(self, expected: list[Credit]) -> None:
        metric = ("calls", "revenue", "size")[self.count % 3]
        period, asked = self._range(self.count + 1)
        nobodys = [
            each for each in model_boards.earned_in(expected, metric, asked)
            if each.member == NOBODY
        ]  # fmt: skip
        totals = Counter[tuple[str, str]]()
        for each in queries.unassigned(metrics.metric(metric).id, period=period):
            totals[each.reason, each.owner_key] += each.sums.credits
        assert totals == Counter((each.reason, each.key) for each in nobodys)

    def _remember(self) -> None:
        metric = METRICS[self.count * 5 % len(METRICS)]
        asked = boards.Asked(metric, "2025-03", by=boards.BY[self.count % 3])
        shown = _shown(boards.board(asked, now=self.life.clock))
        today = day_in(self.life.clock, self.life.world.zone)
        self.memories.append(Memory(asked, self.life.clock, today, shown))


def _same(found: "Counter[Credit]", expected: "Counter[Credit]") -> None:
    # Said as what is too much and what is missing, since there are hundreds.
    surplus, missing = sorted(found - expected), sorted(expected - found)
    assert not [*surplus, *missing], (surplus[:4], missing[:4])


def _sums_of(credit: Credit, is_distinct: bool) -> Sums:
    if is_distinct:
        return Sums(1, credit.share, credit.value, items=frozenset({credit.item}))
    return Sums(1, credit.share, credit.value, credit.value, credit.value)


def _shown(board: Board) -> tuple[Any, ...]:
    rows = tuple(
        (row.name, row.team_name, row.rank, row.value, row.gap, row.movement, row.is_tied)
        for row in board.rows
    )
    empty = tuple(row.name for row in board.without_data)
    return rows, empty, board.company, board.unassigned, board.freshness.unassigned_records


def _stored_credits() -> list[Credit]:
    """Return the open credits in the model's words."""
    found = db.rows(
        "SELECT m.key, c.role, s.key, r.kind, r.external_id, coalesce(p.name, '-'),"
        " coalesce(t.name, '-'), c.day, c.occurred_at, c.value, c.share, c.item, c.reason,"
        " c.owner_key FROM credit c JOIN metric m ON m.id = c.metric_id"
        " JOIN record r ON r.organization_id = c.organization_id AND r.id = c.record_id"
        " JOIN source s ON s.id = r.source_id"
        " LEFT JOIN member p ON p.id = c.member_id"
        " LEFT JOIN assignment a ON a.organization_id = c.organization_id"
        f" AND a.assignment_id = c.assignment_id AND a.known_until = {db.OPEN}"
        " LEFT JOIN team t ON t.id = a.team_id"
        f" WHERE c.organization_id = %s AND c.known_until = {db.OPEN}",
        [scope.current().organization_id],
    )
    return [Credit(row[0], row[1], (row[2], row[3], row[4]), *row[5:]) for row in found]
