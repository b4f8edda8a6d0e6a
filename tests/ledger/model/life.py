"""One organization's life, lived in the product and in the model alike.

Whatever can happen is a `Deed`: what is done to the product, and what the model is told of it. So
the same deed can be broken off and done again, or done by two at once and told in the order in
which it came to pass.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from juara.connect import operations as connect
from juara.connect.types import RecordKind, RecordRow
from juara.core import scope
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import DomainError
from juara.ledger import entries, imports, rates, recounts, settings
from juara.ledger import operations as ledger
from juara.ledger.entries import EntryAsked
from juara.metrics import operations as metrics
from juara.metrics.rates_changes import Quote
from juara.people import absences
from juara.people import calendar_operations as calendars
from juara.people import operations as people
from juara.people import queries as people_queries
from juara.people.calendar_types import Pattern
from juara.people.models import Member, Team
from juara.people.types import MemberFacts
from juara.records import operations as records
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger.model.plans import PLANS, WORKED, Plan
from tests.ledger.model.timeline import Timeline
from tests.ledger.model.working import SHORT
from tests.ledger.model.world import Name, Place, World, day_in

MEMBERS = ("Ana", "Budi", "Citra", "Dewi")
# Who is under whom to begin with.
MANAGERS = {"Ana": "Citra", "Citra": "Dewi"}
TEAMS = ("Alpha", "Beta", "Gamma", "Delta")
ROOT = "Company"
SOURCES = ("crm", "hub")

START = date(2025, 2, 24)
_BEGINNING = "2025-03-12T09:00"


class RefusedError(Exception):
    """The product declined, in words, what it was asked for: nothing happened."""


@dataclass(frozen=True)
class Deed:
    """Something that happens at a moment, and what it means.

    `do` returns False where nothing changed; after one that `drains` all is taken in.
    """

    do: Callable[[datetime], object]
    tell: Callable[[datetime], object]
    drains: bool = True


def _nothing(_: datetime) -> None:
    pass


@dataclass
class Life:
    zones: tuple[str, ...]
    plans: tuple[Plan, ...]
    clock: datetime = field(default_factory=lambda: cast.at(_BEGINNING))
    is_drained: bool = True

    def __post_init__(self) -> None:
        home = scope.current().zone
        self.world = World(home, day_in(self.clock, home))
        self.teams: dict[str, Team] = {}
        self.members: dict[str, Member] = {}
        # Those that wait or count, and whose they are.
        self.entries: dict[str, tuple[RecordRow, str]] = {}
        # Imports that can still be undone.
        self.runs: list[str] = []
        self.short = calendars.add_calendar(
            "Short", Pattern(SHORT), today=START, moment=cast.NOW, actor=cast.ACTOR
        )
        for name in TEAMS:
            self.teams[name] = cast.team(name)
            self._hang(name, ROOT, ALWAYS)
        self.teams[ROOT] = cast.team()
        for index, name in enumerate(MEMBERS):
            zone = self.zones[index % len(self.zones)]
            self.members[name] = cast.member(name, TEAMS[index % 3], zone=zone)
            self.world.place(name, Place(TEAMS[index % 3], zone), ALWAYS, FOREVER)
            self.world.match("crm", name.lower(), name, ALWAYS, FOREVER)
        for metric, plan in zip(PLANS, self.plans, strict=True):
            cast.metric(metric, plan.definition)
            self.world.rules.setdefault(metric, Timeline()).lay(plan, ALWAYS, FOREVER)
        for metric, worked in WORKED.items():
            cast.metric(metric, worked.definition)
        for name, manager in MANAGERS.items():
            here = self.world.places[name].spans[0].value._replace(manager=manager)
            self.perform(self.place(name, here, ALWAYS, FOREVER))
        self.perform(self.absorb())

    def tick(self, **span: int) -> datetime:
        self.clock += timedelta(**span or {"hours": 1})
        return self.clock

    def perform(self, deed: Deed) -> bool:
        """Do it and tell the model; return whether the product did it."""
        moment = self.tick()
        try:
            deed.do(moment)
        except RefusedError:
            return False
        self.told(deed, moment)
        return True

    def told(self, deed: Deed, moment: datetime) -> None:
        deed.tell(moment)
        self.is_drained = deed.drains
        if deed.drains:
            self.world.day = max(self.world.day, day_in(moment, self.world.zone))

    # --- Rows ---

    def absorb(self) -> Deed:
        return Deed(lambda at: ledger.absorb(moment=at, reason="test"), _nothing)

    def deliver(self, source: str, rows: list[RecordRow]) -> Deed:
        return Deed(
            lambda at: cast.deliver(*rows, moment=at, key=source).batch is not None,
            lambda at: self.world.arrive(source, rows, moment=at),
        )

    def bring(self, source: str, rows: list[RecordRow], *, is_full: bool) -> Deed:
        """Import rows as a file, a full one saying of what it leaves out that it is gone."""
        last = {(row.kind, row.external_id): row for row in rows}
        made: list[str] = []

        def do(at: datetime) -> None:
            run = connect.begin_run(
                cast.source(source), files=[], delete_missing=is_full, moment=at, actor=cast.ACTOR
            )
            connect.stage(
                run, [replace(row, row_number=n) for n, row in enumerate(last.values(), 1)]
            )
            imports.land(self.organization(), run.id, clock=lambda: at, stretch_rows=3)
            made.append(run.public_id)

        def tell(at: datetime) -> None:
            kinds = {kind.value for kind, _ in last}
            missing = [
                replace(each.live, is_deleted=True) for each in self.world.live(*kinds)
                if is_full and each.source == source
                and (RecordKind(each.name[1]), each.name[2]) not in last
            ]  # fmt: skip
            self.world.arrive(source, [*last.values(), *missing], moment=at, run=made[-1])
            self.runs.append(made[-1])

        return Deed(do, tell)

    def undo(self, number: int) -> Deed:
        run = self.runs[number % len(self.runs)]

        def tell(at: datetime) -> None:
            self.world.undo(run, moment=at)
            self.runs.remove(run)

        return Deed(
            lambda at: imports.undo(self.organization(), run, moment=at, actor=cast.ACTOR), tell
        )

    def organization(self) -> Organization:
        return Organization.objects.get(id=scope.current().organization_id)

    def current(self, name: Name) -> RecordRow | None:
        known = self.world.records.get(name)
        return known.row if known else None

    def recount(self) -> Deed:
        def do(at: datetime) -> None:
            ledger.absorb(moment=at, reason="test")
            found = recounts.recount(moment=at)
            assert (found.credits_made, found.credits_ended) == (0, 0)

        return Deed(do, _nothing)

    # --- People ---

    def place(self, member: str, place: Place, first: date, until: date) -> Deed:
        def do(at: datetime) -> bool:
            return people.place(
                self.members[member], team=self.teams[place.team], zone=place.zone,
                manager=self.members.get(place.manager), from_day=first, until_day=until,
                moment=at, actor=cast.ACTOR,
            )  # fmt: skip

        return Deed(do, lambda _: self.world.place(member, place, first, until), drains=False)

    def leave(self, member: str, first: date, until: date) -> Deed:
        def do(at: datetime) -> bool:
            return people.end_assignment(
                self.members[member], from_day=first, until_day=until, moment=at,
                actor=cast.ACTOR,
            )  # fmt: skip

        return Deed(do, lambda _: self.world.places[member].lay(None, first, until), drains=False)

    def move_team(self, team: str, under: str, day: date) -> Deed:
        def do(at: datetime) -> None:
            try:
                people.move_team(
                    self.teams[team], under=self.teams[under], from_day=day, moment=at,
                    actor=cast.ACTOR,
                )  # fmt: skip
            except DomainError as error:
                raise RefusedError from error

        return Deed(do, lambda _: self._hang(team, under, day), drains=False)

    def match(self, source: str, key: str, member: str, first: date, until: date) -> Deed:
        def do(at: datetime) -> bool:
            return records.match_owner(
                source_id=cast.source(source).id, key=key, member=self.members[member],
                from_day=first, until_day=until, moment=at, actor=cast.ACTOR,
            )  # fmt: skip

        return Deed(do, lambda _: self.world.match(source, key, member, first, until), drains=False)

    # --- Working time: nothing earned rests on it, only what formulas divide by ---

    def choose_calendar(self, member: str, is_short: bool, first: date, until: date) -> Deed:
        chosen = self.short.id if is_short else None
        return Deed(
            lambda at: calendars.choose_calendar(
                self.members[member], chosen, from_day=first, until_day=until, moment=at,
                actor=cast.ACTOR,
            ),
            lambda _: self.world.working.choose(member, is_short, first, until),
            drains=self.is_drained,
        )  # fmt: skip

    def change_days(self, weight: Fraction, first: date, until: date) -> Deed:
        return Deed(
            lambda at: calendars.add_company_day(
                [self.short.public_id], name=f"Day of {weight}", from_day=first, until_day=until,
                weight=weight, moment=at, actor=cast.ACTOR,
            ),
            lambda _: self.world.working.different.lay(weight, first, until),
            drains=self.is_drained,
        )  # fmt: skip

    def go_away(self, member: str, part: Fraction, first: date, until: date) -> Deed:
        made: list[str] = []

        def do(at: datetime) -> None:
            who = people_queries.member(self.members[member].public_id)
            made.append(
                absences.add_absence(
                    who, from_day=first, until_day=until, part=part, moment=at, actor=cast.ACTOR
                )
            )

        def tell(_: datetime) -> None:
            self.world.working.away[made[-1]] = (member, first, until, part)

        return Deed(do, tell, drains=self.is_drained)

    def come_back(self, number: int, day: date) -> Deed:
        away = self.world.working.away
        key = list(away)[number % len(away)]
        member, first, until, part = away[key]

        def do(at: datetime) -> None:
            who = people_queries.member(self.members[member].public_id)
            absences.withdraw_absence(who, key, from_day=day, moment=at, actor=cast.ACTOR)

        def tell(_: datetime) -> None:
            away[key] = (member, first, min(until, max(day, first)), part)

        return Deed(do, tell, drains=self.is_drained)

    # --- Settings ---

    def restate(self, *, zone: str = "", currency: str = "") -> Deed:
        changes = zone not in ("", self.world.zone) or currency not in ("", self.world.own_money)

        def tell(_: datetime) -> None:
            if zone:
                self.world.live_in(zone)
            if currency:
                self.world.count_in(currency)

        return Deed(
            lambda at: settings.restate(zone=zone, currency=currency, moment=at, actor=cast.ACTOR),
            tell,
            drains=changes or self.is_drained,
        )

    # --- Rules and rates ---

    def change_rule(self, metric: str, plan: Plan, day: date) -> Deed:
        def do(at: datetime) -> bool:
            return metrics.change_rule(
                metric, definition=plan.definition, from_day=day, moment=at, actor=cast.ACTOR
            )

        return Deed(do, lambda _: self.world.rules[metric].lay(plan, day, FOREVER), drains=False)

    def lay_rate(self, currency: str, day: date, rate: Decimal) -> Deed:
        quote = Quote(currency, day, rate)

        def do(at: datetime) -> None:
            try:
                rates.lay(quote, source="Bank", moment=at, actor=cast.ACTOR)
            except DomainError as error:
                assert currency == self.world.own_money
                raise RefusedError from error

        return Deed(do, lambda _: self.world.lay_rate(currency, rate, day, FOREVER))

    def withdraw_rate(self, currency: str, day: date) -> Deed:
        def do(at: datetime) -> None:
            try:
                rates.withdraw(currency, from_day=day, moment=at, actor=cast.ACTOR)
            except DomainError as error:
                assert not self._has_rate_from(currency, day)
                raise RefusedError from error

        return Deed(do, lambda _: self.world.withdraw_rate(currency, day))

    def _has_rate_from(self, currency: str, day: date) -> bool:
        rates_known = self.world.rates.get(currency, Timeline()).spans
        return any(span.first == day for span in rates_known)

    # --- Entries by hand ---

    def enter(self, member: str, metric: str, day: date, quantity: Decimal, *, waits: bool) -> Deed:
        made: list[str] = []

        def do(at: datetime) -> None:
            by = people_queries.member(self.members[member].public_id)
            asked = EntryAsked(metric, by, day, quantity, "Forgotten")
            try:
                found = entries.enter(
                    asked, by=by, must_wait=waits, today=date(2025, 12, 31), moment=at
                )
            except DomainError as error:
                assert self.world.places[member].on(day) is None
                raise RefusedError from error
            made.append(found.public_id)

        def tell(at: datetime) -> None:
            row = RecordRow(
                row_number=1, kind=RecordKind.ENTRY, external_id=made[-1],
                texts={"type": metric}, amount=quantity, dates={"occurred": day},
                users={"owner": self.members[member].public_id},
            )  # fmt: skip
            self.entries[made[-1]] = (row, member)
            if not waits:
                self._count(made[-1], at)

        return Deed(do, tell, drains=not waits or self.is_drained)

    def decide(self, number: int, *, is_approved: bool) -> Deed | None:
        if not self.entries:
            return None
        public_id = list(self.entries)[number % len(self.entries)]
        name = ("manual", "entry", public_id)
        is_counted = self.current(name) is not None
        if is_approved and not is_counted:
            return Deed(
                lambda at: entries.approve(public_id, by=self._approver(), moment=at),
                lambda at: self._count(public_id, at),
            )

        def tell(_: datetime) -> None:
            del self.entries[public_id]
            if is_counted:
                self.world.records[name].row = None

        return Deed(
            lambda at: entries.withdraw(public_id, by=self._approver(), moment=at),
            tell,
            drains=is_counted or self.is_drained,
        )

    def _approver(self) -> MemberFacts:
        return people_queries.member(self.members["Ana"].public_id)

    def _count(self, public_id: str, moment: datetime) -> None:
        row, member = self.entries[public_id]
        self.world.match("manual", row.users["owner"], member, ALWAYS, FOREVER)
        self.world.arrive("manual", [row], moment=moment)

    def _hang(self, team: str, under: str, day: date) -> None:
        self.world.parents.setdefault(team, Timeline()).lay(under, day, FOREVER)
