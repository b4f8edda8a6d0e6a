"""The whole ledger against a plain model of its rules, in random order and random batches.

After everything taken in: it verifies; each credit is the one the model calls for; sums and
boards of any range are the model's; credited and unassigned make up the total; and every board
shown earlier is shown again as of its moment.
"""

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from juara.connect.types import RecordKind, RecordRow
from juara.core import db, scope
from juara.core.calendar import ALWAYS, FOREVER, Period
from juara.core.errors import ConflictError, DomainError
from juara.leaderboards import queries as boards
from juara.leaderboards.types import Board
from juara.ledger import entries, queries
from juara.ledger import operations as ledger
from juara.ledger.entries import EntryAsked
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.people import operations as people
from juara.people import queries as people_queries
from juara.people.models import Member, Team
from juara.records import operations as records
from juara.tenancy import scope as tenancy
from tests import cast
from tests.ledger.rules_model import NOBODY, Model, ModelCredit, Place, RulePlan, Timeline

IS_LONG = bool(os.environ.get("JUARA_LONG"))

START = date(2025, 2, 24)
# Both ends of the world, and New York, where the clocks change on 9 March.
ZONES = (
    "UTC", "Asia/Jakarta", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago",
)  # fmt: skip
MEMBERS = ("Ana", "Budi", "Citra")
TEAMS = ("Alpha", "Beta", "Gamma", "Delta")
ROOT = "Company"
KEYS = ("ana", "budi", "citra", "seat", "ghost")
OWNERS = ("ana", "ana", "budi", "budi", "citra", "citra", "seat", "seat", "ghost", "")
OWNER = [{"role": "owner", "field": "owner"}]
BOTH = [*OWNER, {"role": "sdr", "field": "users.sdr"}]


def _is(kind: str, **texts: str) -> Any:
    return lambda row: (
        row.kind == kind and all(row.texts.get(name, "") == value for name, value in texts.items())
    )


def _one(row: RecordRow) -> Decimal:
    return Decimal(1)


def _amount(row: RecordRow) -> Decimal | None:
    return row.amount if row.texts.get("currency", "") in ("", "USD") else None


def _clause(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def _plan(
    aggregation: str, kind: str, day: str, where: Any, counts: Any, *, credit: Any = OWNER
) -> RulePlan:
    definition = {
        "aggregation": aggregation, "kinds": [kind], "date": day, "where": where, "credit": credit,
    }  # fmt: skip
    return RulePlan(
        definition if aggregation == "count" else {**definition, "value": "amount"},
        day,
        tuple(each["field"].removeprefix("users.") for each in credit),
        counts,
        _one if aggregation == "count" else _amount,
    )


CONNECTED = _clause("outcome", "equals", "connected")
PLANS: dict[str, tuple[RulePlan, ...]] = {
    "calls": (
        _plan("count", "activity", "occurred", {"all": []}, _is("activity")),
        _plan(
            "count", "activity", "occurred", {"all": [CONNECTED]},
            _is("activity", outcome="connected"),
        ),
        _plan(
            "count", "activity", "occurred", {"not": CONNECTED},
            lambda row: row.kind == "activity" and row.texts.get("outcome", "") != "connected",
        ),
    ),
    "revenue": (
        _plan(
            "sum", "deal", "closed", {"all": [_clause("status", "equals", "won")]},
            _is("deal", status="won"),
        ),
        _plan(
            "sum", "deal", "closed", {"all": [_clause("amount", "greater_or_equal", 50)]},
            lambda row: row.kind == "deal" and row.amount is not None and row.amount >= 50,
            credit=BOTH,
        ),
        _plan("sum", "deal", "created", {"all": []}, _is("deal"), credit=BOTH),
    ),
}  # fmt: skip

# Around the midnights of the zones above, in half hours since midnight in UTC.
HALF_HOURS = (0, 1, 8, 9, 10, 19, 20, 21, 22, 33, 34, 46, 47)
RECORDS = 24


def _day(random: Random) -> date:
    return START + timedelta(days=random.randrange(29))


def _span(random: Random) -> tuple[date, date]:
    first = _day(random)
    return random.choice(
        [(ALWAYS, FOREVER), (first, FOREVER), (first, first + timedelta(random.randint(1, 14)))]
    )


def _arrival(random: Random) -> RecordRow:
    number = random.randrange(RECORDS)
    is_deal = number % 2 == 1
    names = ("closed", "created") if is_deal else ("occurred",)
    texts = {
        "status": random.choice(["won", "won", "lost"]),
        "currency": random.choice(["", "USD", "USD", "USD", "EUR"]),
    } if is_deal else {"outcome": random.choice(["connected", "no_answer", ""])}  # fmt: skip
    return RecordRow(
        row_number=1,
        kind=RecordKind.DEAL if is_deal else RecordKind.ACTIVITY,
        external_id=str(number),
        texts=texts,
        amount=random.choice(
            [None, *map(Decimal, ("0", "0.0001", "49.9999", "50", "120.5", "-7"))]
        ),
        dates={name: _when(random) for name in names if random.random() < 0.9},
        users={"owner": random.choice(OWNERS), "sdr": random.choice(OWNERS)},
        is_deleted=random.random() < 0.12,
    )


def _when(random: Random) -> datetime | date:
    day = _day(random)
    if random.random() < 0.3:
        return day
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return midnight + timedelta(minutes=30 * random.choice(HALF_HOURS))


def _shown(board: Board) -> tuple[Any, ...]:
    rows = tuple(
        (row.name, row.team_name, row.rank, row.value, row.gap, row.movement, row.is_tied)
        for row in board.rows
    )
    empty = tuple(row.name for row in board.without_data)
    return rows, empty, board.company, board.unassigned, board.freshness.unassigned_records


@dataclass(frozen=True)
class Memory:
    """A board as it was shown at a moment."""

    asked: boards.Asked
    now: datetime
    shown: tuple[Any, ...]


class Life:
    """One organization's life, lived in the product and in the model alike."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.clock = cast.at("2025-03-12T09:00")
        self.memories: list[Memory] = []
        # Those that wait or count, and whose they are.
        self.entries: dict[str, tuple[RecordRow, str]] = {}
        self.model = Model(scope.current().zone)
        self.teams: dict[str, Team] = {}
        self.members: dict[str, Member] = {}
        for name in TEAMS:
            self.teams[name] = cast.team(name)
            self._hang(name, ROOT, ALWAYS)
        self.teams[ROOT] = cast.team()
        for name, team in zip(MEMBERS, TEAMS, strict=False):
            zone = random.choice(ZONES)
            self.members[name] = cast.member(name, team, zone=zone)
            self.model.place(name, Place(team, zone), ALWAYS, FOREVER)
            self.model.match(name.lower(), name, ALWAYS, FOREVER)
        for metric, plans in PLANS.items():
            cast.metric(metric, plans[0].definition)
            self._rule(metric, plans[0], ALWAYS)
        self._arrive(RECORDS)

    def live(self, steps: Iterable[tuple[str, int]]) -> None:
        for name, seed in steps:
            self.random.seed(seed)
            getattr(self, name)()
        self.absorb()

    # What can happen. Each is one way of changing an input, and most leave it to a later step to
    # be taken in, so that changes come together in all combinations.

    def absorb(self) -> None:
        cast.deliver(moment=self._tick())
        self._check()
        assert cast.deliver(moment=self._tick()).batch is None

    def deliver(self) -> None:
        self._arrive(self.random.randint(1, 8))
        self._check()

    def deliver_twice(self) -> None:
        rows = self._arrive(4)
        again = cast.deliver(*rows, moment=self._tick())
        assert (again.batch, again.landed.total) == (None, 0)
        self._check()

    def recount(self) -> None:
        cast.deliver(moment=self._tick())
        found = ledger.recount(moment=self._tick())
        assert (found.credits_made, found.credits_ended) == (0, 0)
        self._check()

    def transfer(self) -> None:
        name, (first, until) = self.random.choice(MEMBERS), _span(self.random)
        place = Place(self.random.choice(TEAMS), self.random.choice(ZONES))
        people.place(
            self.members[name], team=self.teams[place.team], zone=place.zone, from_day=first,
            until_day=until, moment=self._tick(), actor=cast.ACTOR,
        )  # fmt: skip
        self.model.place(name, place, first, until)

    def leave(self) -> None:
        name, day = self.random.choice(MEMBERS), _day(self.random)
        people.end_assignment(
            self.members[name], from_day=day, moment=self._tick(), actor=cast.ACTOR
        )
        self.model.places[name].lay(None, day, FOREVER)

    def move_team(self) -> None:
        team, under = self.random.sample([*TEAMS, ROOT], 2)
        day = _day(self.random)
        try:
            people.move_team(
                self.teams[team], under=self.teams[under], from_day=day, moment=self._tick(),
                actor=cast.ACTOR,
            )  # fmt: skip
        except ConflictError:
            return
        self._hang(team, under, day)

    def match(self) -> None:
        key, name = self.random.choice(KEYS), self.random.choice(MEMBERS)
        first, until = _span(self.random)
        records.match_owner(
            source_id=cast.source().id, key=key, member=self.members[name], from_day=first,
            until_day=until, moment=self._tick(), actor=cast.ACTOR,
        )  # fmt: skip
        self.model.match(key, name, first, until)

    def enter(self) -> None:
        name, metric = self.random.choice(MEMBERS), self.random.choice(list(PLANS))
        member = people_queries.member(self.members[name].public_id)
        quantity = Decimal(self.random.choice([-3, 1, 2, 40]))
        if metric == "revenue":
            quantity += Decimal("0.25")
        asked = EntryAsked(metric, member, _day(self.random), quantity, "Forgotten")
        must_wait = self.random.random() < 0.4
        try:
            made = entries.enter(
                asked, by=member, must_wait=must_wait, today=date(2025, 12, 31),
                moment=self._tick(),
            )  # fmt: skip
        except DomainError:
            return
        row = RecordRow(
            row_number=1, kind=RecordKind.ENTRY, external_id=made.public_id,
            texts={"type": metric}, amount=quantity, dates={"occurred": asked.day},
            users={"owner": member.public_id},
        )  # fmt: skip
        self.entries[made.public_id] = (row, name)
        if not must_wait:
            self._count(made.public_id)

    def decide(self) -> None:
        if not self.entries:
            return
        public_id = self.random.choice(list(self.entries))
        by = people_queries.member(self.members["Ana"].public_id)
        if public_id not in self.model.rows and self.random.random() < 0.7:
            entries.approve(public_id, by=by, moment=self._tick())
            self._count(public_id)
            return
        entries.withdraw(public_id, by=by, moment=self._tick())
        del self.entries[public_id]
        if self.model.rows.pop(public_id, None):
            self._check()

    def _count(self, public_id: str) -> None:
        row, name = self.entries[public_id]
        self.model.match(row.users["owner"], name, ALWAYS, FOREVER)
        self.model.arrive(row)
        self._check()

    def change_rule(self) -> None:
        metric = self.random.choice(list(PLANS))
        plan = self.random.choice(PLANS[metric])
        day = self.random.choice([ALWAYS, _day(self.random)])
        metrics.change_rule(
            metric, definition=plan.definition, from_day=day, moment=self._tick(), actor=cast.ACTOR
        )
        self._rule(metric, plan, day)

    def _arrive(self, count: int) -> list[RecordRow]:
        rows = []
        for _ in range(count):
            row = _arrival(self.random)
            known = self.model.rows.get(row.external_id)
            if known and self.random.random() < 0.6:
                # Mostly a CRM row changes in one field only.
                name = self.random.choice(["texts", "amount", "dates", "users", "is_deleted"])
                row = replace(known, **{name: getattr(row, name)})
            self.model.arrive(row)
            rows.append(row)
        cast.deliver(*rows, moment=self._tick())
        return rows

    def _hang(self, team: str, under: str, day: date) -> None:
        self.model.parents.setdefault(team, Timeline()).lay(under, day, FOREVER)

    def _rule(self, metric: str, plan: RulePlan, day: date) -> None:
        self.model.rules.setdefault(metric, Timeline()).lay(plan, day, FOREVER)

    def _tick(self) -> datetime:
        self.clock += timedelta(hours=1)
        return self.clock

    # What must hold afterwards.

    def _check(self) -> None:
        expected = list(self.model.credits())
        found = verify()
        assert found.differences == ()
        assert found.credits == len(expected)
        assert _credits() == Counter(expected)
        step = len(self.memories)
        first = START + timedelta(days=7 * step % 20)
        period = Period("custom", first, first + timedelta(days=3 + step % 30))
        for metric in PLANS:
            self._check_range(metric, period, expected)
        self._remember_and_recall()

    def _check_range(self, metric: str, period: Period, expected: list[ModelCredit]) -> None:
        inside = [
            each for each in expected
            if each.metric == metric and each.role == 0 and period.contains(each.day)
        ]  # fmt: skip
        names = {member.id: name for name, member in self.members.items()} | {0: NOBODY}
        teams = {team.id: name for name, team in self.teams.items()} | {0: NOBODY}
        sums = {
            (names[row.member_id], teams[row.team_id]): (row.sums.credits, row.sums.total)
            for row in queries.member_sums(
                [metric_queries.metric(metric).id],
                from_day=period.from_day,
                until_day=period.until_day,
            )
        }
        assert sums == _grouped(inside, lambda each: (each.member, each.team))
        self._check_board(metric, period, inside)
        for reason in queries.unassigned(metric_queries.metric(metric).id, period=period):
            behind = [e for e in inside if (e.reason, e.key) == (reason.reason, reason.owner_key)]
            assert reason.sums.total == sum(each.value for each in behind)
            assert reason.sums.credits == len(behind)

    def _check_board(self, metric: str, period: Period, inside: list[ModelCredit]) -> None:
        by = boards.BY[len(self.memories) % 3]
        key = {
            "member": lambda each: each.member,
            "team": lambda each: each.team,
            "branch": lambda each: self.model.branch(each.team, each.day, ROOT),
        }[by]
        board = boards.board(boards.Asked(metric, period.key, by=by), now=self.clock)
        earned = _grouped([each for each in inside if each.member != NOBODY], key)
        assert {row.name: row.value for row in board.rows} == {
            name: total for name, (_, total) in earned.items()
        }
        assert board.company == sum(each.value for each in inside)
        assert board.company == sum(row.value or 0 for row in board.rows) + (board.unassigned or 0)

    def _remember_and_recall(self) -> None:
        number = len(self.memories)
        asked = boards.Asked(list(PLANS)[number % 2], "2025-03", by=boards.BY[number % 3])
        shown = _shown(boards.board(asked, now=self.clock))
        self.memories.append(Memory(asked, self.clock, shown))
        for memory in self.memories[:: 1 if IS_LONG else max(1, number // 2)]:
            past = replace(memory.asked, as_of=memory.now)
            assert _shown(boards.board(past, now=self.clock)) == memory.shown


def _grouped(found: list[ModelCredit], key: Any) -> dict[Any, tuple[int, Decimal]]:
    groups: dict[Any, tuple[int, Decimal]] = {}
    for each in found:
        count, total = groups.get(key(each), (0, Decimal(0)))
        groups[key(each)] = (count + 1, total + each.value)
    return groups


def _credits() -> Counter[ModelCredit]:
    """Return the open credits in the model's words."""
    found = db.rows(
        "SELECT m.key, c.role, r.external_id, coalesce(p.name, '-'), coalesce(t.name, '-'), c.day,"
        " c.value, c.reason, c.owner_key FROM credit c"
        " JOIN metric m ON m.id = c.metric_id"
        " JOIN record r ON r.organization_id = c.organization_id AND r.id = c.record_id"
        " LEFT JOIN member p ON p.id = c.member_id"
        " LEFT JOIN assignment a ON a.organization_id = c.organization_id"
        f" AND a.assignment_id = c.assignment_id AND a.known_until = {db.OPEN}"
        " LEFT JOIN team t ON t.id = a.team_id"
        f" WHERE c.organization_id = %s AND c.known_until = {db.OPEN}",
        [scope.current().organization_id],
    )
    return Counter(ModelCredit(*row) for row in found)


# The first is what the others shrink to when a failure is made smaller.
STEPS = (
    "absorb", "deliver", "deliver", "deliver", "deliver_twice", "transfer", "transfer", "leave",
    "move_team", "move_team", "match", "match", "change_rule", "change_rule", "recount",
    "enter", "enter", "decide",
)  # fmt: skip
LIVES = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 2**32 - 1)), min_size=30, max_size=40
)


def _run(examples: int) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=not IS_LONG,
        # Making a failure smaller takes minutes; the long campaign has them.
        phases=(Phase.generate, Phase.shrink) if IS_LONG else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(zone=st.sampled_from(ZONES), seed=st.integers(0, 2**32 - 1), steps=LIVES)
    def campaign(zone: str, seed: int, steps: list[tuple[str, int]]) -> None:
        # Rolled back at the end, so that no life meets what an earlier one left.
        with db.transaction():
            try:
                with tenancy.enter(cast.organization("life", zone=zone)):
                    Life(Random(seed)).live(steps)
            finally:
                transaction.set_rollback(True)

    campaign()


def test_the_ledger_is_what_the_rules_say_whatever_happens_in_whatever_order(db: None) -> None:
    _run(examples=16)


@pytest.mark.soak
@pytest.mark.skipif(not IS_LONG, reason="a long campaign: run with JUARA_LONG=1")
@pytest.mark.timeout(7200)
def test_the_ledger_is_what_the_rules_say_for_a_long_time(db: None) -> None:
    _run(examples=1_000)
