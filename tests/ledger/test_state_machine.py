"""The whole ledger against a plain model of its rules, whatever happens in whatever order.

Whenever all is taken in: it verifies; each credit is the one the model calls for; sums and boards
of any range are the model's; credited and unassigned make up the total; and every board shown
earlier is shown again as of its moment. What is broken off between any two statements leaves
nothing behind, and what changes nothing writes nothing.
"""

import os
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from juara.connect.types import RecordRow
from juara.core import db, scope
from juara.core.calendar import ALWAYS
from juara.tenancy import scope as tenancy
from tests import cast
from tests.ledger import reading
from tests.ledger.model import rows
from tests.ledger.model.breaking import BrokenOffError, breaking_off
from tests.ledger.model.checking import Checks
from tests.ledger.model.life import MEMBERS, ROOT, TEAMS, Deed, Life, RefusedError
from tests.ledger.model.plans import PLANS
from tests.ledger.model.world import Place

IS_LONG = bool(os.environ.get("JUARA_LONG"))

_TABLES = (
    *reading.TABLES, "entry", "exchange_rate", "import_run", "absence", "calendar_day",
    "member_calendar",
)  # fmt: skip


class Ledger(RuleBasedStateMachine):
    """One organization's life in one transaction, which is rolled back at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.around = ExitStack()
        self.around.enter_context(db.transaction())
        self.crash_after: int | None = None
        self.is_checked = False

    @initialize(
        zone=st.sampled_from(rows.ZONES),
        zones=st.tuples(*[st.sampled_from(rows.ZONES)] * len(MEMBERS)),
        plans=rows.first_plans,
        arrived=rows.first_arrivals,
    )
    def begin(self, zone: str, zones: tuple[str, ...], plans: Any, arrived: Any) -> None:
        self.around.enter_context(tenancy.enter(cast.organization("life", zone=zone)))
        self.life = Life(zones, plans)
        self.checks = Checks(self.life)
        self.deliver("crm", arrived)

    def teardown(self) -> None:
        with suppress(BrokenOffError), self.around:
            raise BrokenOffError

    # --- What can happen. What does not drain is left to a later step, so that changes come
    # together in all combinations. ---

    @rule()
    def absorb(self) -> None:
        self.perform(self.life.absorb())
        before = reading.contents(_TABLES)
        self.perform(self.life.absorb())
        assert reading.contents(_TABLES) == before

    @rule(source=rows.sources, arrived=rows.arrivals)
    def deliver(self, source: str, arrived: list[tuple[RecordRow, str]]) -> None:
        self.perform(self.life.deliver(source, rows.as_edits(self.life, source, arrived)))

    @rule(source=rows.sources, arrived=rows.many_arrivals)
    def deliver_more(self, source: str, arrived: list[tuple[RecordRow, str]]) -> None:
        self.deliver(source, arrived)

    @rule(source=rows.sources, arrived=rows.arrivals)
    def deliver_twice(self, source: str, arrived: list[tuple[RecordRow, str]]) -> None:
        edits = rows.as_edits(self.life, source, arrived)
        self.perform(self.life.deliver(source, edits))
        again = cast.deliver(*edits, moment=self.life.tick(), key=source)
        assert (again.batch, again.landed.total) == (None, 0)

    @rule(
        source=rows.sources, loser=st.sampled_from("01234567"), winner=st.sampled_from("01234567")
    )
    def merge(self, source: str, loser: str, winner: str) -> None:
        """Let one deal go; what belonged to it belongs to another."""
        deal = self.life.current((source, "deal", loser))
        assume(deal is not None and loser != winner)
        assert deal is not None
        children = [
            replace(each.live, texts=each.live.texts | {"parent": winner})
            for kind in ("activity", "change", "split")
            for each in self.life.world.children(source, loser, kind)
        ]
        self.perform(self.life.deliver(source, [*children, replace(deal, is_deleted=True)]))

    @rule(member=rows.members, place=rows.places, span=rows.spans)
    def transfer(self, member: str, place: Place, span: tuple[date, date]) -> None:
        self.perform(self.life.place(member, place, *span))

    @rule(member=rows.members, span=rows.spans)
    def leave(self, member: str, span: tuple[date, date]) -> None:
        self.perform(self.life.leave(member, *span))

    @rule(team=st.sampled_from(TEAMS), under=st.sampled_from((*TEAMS, ROOT, ROOT)), day=rows.days)
    def move_team(self, team: str, under: str, day: date) -> None:
        self.perform(self.life.move_team(team, under, day))

    @rule(source=rows.sources, key=st.sampled_from(rows.KEYS), member=rows.members, span=rows.spans)
    def match(self, source: str, key: str, member: str, span: tuple[date, date]) -> None:
        self.perform(self.life.match(source, key, member, *span))

    @rule(
        change=st.sampled_from(
            [(metric, each) for metric, plans in PLANS.items() for each in plans]
        ),
        day=st.one_of(st.just(ALWAYS), rows.days),
    )
    def change_rule(self, change: Any, day: date) -> None:
        metric, plan = change
        self.perform(self.life.change_rule(metric, plan, day))

    @rule(
        currency=st.sampled_from(("EUR", "EUR", "JPY")), day=rows.days,
        rate=st.sampled_from(tuple(map(Decimal, ("1.1", "1.1", "1.23457", "0.0067")))),
    )  # fmt: skip
    def lay_rate(self, currency: str, day: date, rate: Decimal) -> None:
        self.perform(self.life.lay_rate(currency, day, rate))

    @precondition(lambda self: any(each.spans for each in self.life.world.rates.values()))
    @rule(number=st.integers(0, 9))
    def withdraw_rate(self, number: int) -> None:
        known = [
            (currency, span.first)
            for currency, timeline in self.life.world.rates.items() for span in timeline.spans
        ]  # fmt: skip
        self.perform(self.life.withdraw_rate(*known[number % len(known)]))

    @rule(
        member=rows.members, day=rows.days, waits=st.booleans(),
        quantity=st.sampled_from(
            [("calls", Decimal(3)), ("calls", Decimal(-1)), ("revenue", Decimal("40.25"))]
        ),
    )  # fmt: skip
    def enter(self, member: str, day: date, waits: bool, quantity: tuple[str, Decimal]) -> None:
        metric, amount = quantity
        self.perform(self.life.enter(member, metric, day, amount, waits=waits))

    @precondition(lambda self: self.life.entries)
    @rule(number=st.integers(0, 9), is_approved=st.booleans())
    def decide(self, number: int, is_approved: bool) -> None:
        deed = self.life.decide(number, is_approved=is_approved)
        assert deed is not None
        self.perform(deed)

    @rule(count=st.integers(1, 4), source=rows.sources, arrived=rows.arrivals)
    def let_days_pass(self, count: int, source: str, arrived: Any) -> None:
        self.deliver(source, arrived)
        self.life.tick(days=count)
        self.perform(self.life.absorb())

    @rule(
        source=rows.sources, arrived=rows.arrivals,
        is_full=st.sampled_from((False, False, False, True)),
    )  # fmt: skip
    def bring(self, source: str, arrived: list[tuple[RecordRow, str]], is_full: bool) -> None:
        edits = rows.as_edits(self.life, source, arrived)
        self.perform(self.life.bring(source, edits, is_full=is_full))

    @precondition(lambda self: self.life.runs)
    @rule(number=st.integers(0, 9))
    def undo(self, number: int) -> None:
        self.perform(self.life.undo(number))

    @rule(
        member=rows.members, span=rows.spans, days=rows.short_spans, number=st.integers(0, 9),
        part=st.sampled_from((Fraction(1), Fraction(1, 2))), how=st.integers(0, 4),
    )  # fmt: skip
    def change_working_time(
        self, member: str, span: tuple[date, date], days: tuple[date, date], number: int,
        part: Fraction, how: int,
    ) -> None:  # fmt: skip
        if how < 2:
            deed = self.life.choose_calendar(member, how == 0, *span)
        elif how == 2:
            deed = self.life.change_days(1 - part, *days)
        elif how == 3 or not self.life.world.working.away:
            deed = self.life.go_away(member, part, *days)
        else:
            deed = self.life.come_back(number, days[0])
        self.perform(deed)

    @rule(what=st.sampled_from([*(("zone", each) for each in rows.ZONES), ("currency", "EUR"),
                                ("currency", "USD"), ("currency", "USD")]))  # fmt: skip
    def restate(self, what: tuple[str, str]) -> None:
        """Let the organization be somewhere else, or have other money."""
        name, value = what
        self.perform(self.life.restate(**{name: value}))

    @rule(source=rows.sources, arrived=rows.many_arrivals)
    def recount(self, source: str, arrived: Any) -> None:
        self.deliver(source, arrived)
        self.perform(self.life.recount())

    @rule(after=st.integers(0, 80))
    def crash_next(self, after: int) -> None:
        """Break off what comes next, after so many statements."""
        self.crash_after = after

    def perform(self, deed: Deed) -> None:
        if self.crash_after is not None:
            self.break_off(deed, self.crash_after)
            self.crash_after = None
        self.is_checked &= not self.life.perform(deed)

    def break_off(self, deed: Deed, after: int) -> None:
        """Do it until it breaks off, if it takes so many statements; nothing may have changed."""
        before = reading.contents(_TABLES)
        point = transaction.savepoint()
        current = scope.current()
        zone, currency = current.zone, current.currency
        try:
            with db.transaction(), breaking_off(after):
                deed.do(self.life.clock + timedelta(minutes=1))
        except (BrokenOffError, RefusedError):
            pass
        else:
            transaction.savepoint_rollback(point)
        # A process that is killed takes these with it.
        current.zone, current.currency = zone, currency
        assert reading.contents(_TABLES) == before

    @invariant()
    def agree(self) -> None:
        if self.life.is_drained and not self.is_checked:
            self.checks.compare()
            self.is_checked = True


def _live(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not IS_LONG,
            # Making a failure smaller takes minutes; the long campaign has them.
            phases=(Phase.generate, Phase.shrink) if IS_LONG else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_ledger_is_what_the_rules_say_whatever_happens_in_whatever_order(db: None) -> None:
    _live(examples=6, steps=28)


@pytest.mark.soak
@pytest.mark.skipif(not IS_LONG, reason="a long campaign: run with JUARA_LONG=1")
@pytest.mark.timeout(7200)
def test_the_ledger_is_what_the_rules_say_for_a_long_time(db: None) -> None:
    _live(examples=400, steps=50)
