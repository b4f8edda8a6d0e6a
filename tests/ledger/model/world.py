"""What an organization knows: its rows, who is who, who works where, what counts, what money is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from juara.connect.types import RecordRow
from tests.ledger.model.timeline import Span, Timeline
from tests.ledger.model.working import Working

if TYPE_CHECKING:
    from tests.ledger.model.plans import Plan

ONE_DAY = timedelta(days=1)
# What a record can belong to, in the order it is looked for.
PARENTS = ("deal", "lead", "account")

# Source, kind and external id.
Name = tuple[str, str, str]


class Place(NamedTuple):
    team: str
    zone: str
    manager: str = ""


class Version(NamedTuple):
    """What was known of a record: what it said last, deleted or not, and by which import."""

    run: str
    row: RecordRow
    is_deleted: bool


@dataclass
class Known:
    """A record: its row while it is not deleted, and who it named since when it was first known."""

    name: Name
    number: int
    row: RecordRow | None = None
    owners: list[tuple[datetime, str]] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)

    @property
    def source(self) -> str:
        return self.name[0]

    @property
    def live(self) -> RecordRow:
        assert self.row is not None
        return self.row

    def text(self, name: str) -> str:
        return self.live.texts.get(name, "")

    def number_of(self, attribute: str) -> Decimal | None:
        value = self.live.attributes.get(attribute)
        return value if isinstance(value, Decimal) else None


@dataclass
class World:
    zone: str
    day: date
    records: dict[Name, Known] = field(default_factory=dict)
    places: dict[str, Timeline[Place]] = field(default_factory=dict)
    matches: dict[tuple[str, str], Timeline[str]] = field(default_factory=dict)
    parents: dict[str, Timeline[str]] = field(default_factory=dict)
    rules: "dict[str, Timeline[Plan]]" = field(default_factory=dict)
    rates: dict[str, Timeline[Decimal]] = field(default_factory=dict)
    own_money: str = "USD"
    undone: set[str] = field(default_factory=set)
    working: Working = field(default_factory=Working)

    # What happens.

    def arrive(
        self, source: str, rows: Iterable[RecordRow], *, moment: datetime, run: str = ""
    ) -> None:
        """Let rows be what is known of their records; of several of one record the last."""
        last: dict[Name, RecordRow] = {}
        for row in rows:
            name = (source, row.kind.value, row.external_id)
            last.pop(name, None)
            last[name] = row
        for name, row in last.items():
            self._arrive(name, row, moment, run)

    def _arrive(self, name: Name, row: RecordRow, moment: datetime, run: str) -> None:
        if row.is_deleted:
            if (gone := self.records.get(name)) is not None and gone.row is not None:
                self._stand(gone, Version(run, gone.row, is_deleted=True), moment)
            return
        known = self.records.setdefault(name, Known(name, len(self.records)))
        if known.row != row:
            self._stand(known, Version(run, row, is_deleted=False), moment)

    def _stand(self, known: Known, version: Version, moment: datetime) -> None:
        known.versions.append(version)
        known.row = None if version.is_deleted else version.row
        known.owners.append((moment, version.row.users.get("owner", "")))

    def undo(self, run: str, *, moment: datetime) -> None:
        """Put what still stands as an import left it back as it stood before."""
        for known in self.records.values():
            last = known.versions[-1]
            if last.run == run and not (
                last.is_deleted and all(each.run == run for each in known.versions)
            ):
                first = next(n for n, each in enumerate(known.versions) if each.run == run)
                before = [v for v in known.versions[:first] if v.run not in self.undone]
                back = before[-1] if before else Version("", last.row, is_deleted=True)
                self._stand(known, back, moment)
        self.undone.add(run)

    def live_in(self, zone: str) -> None:
        """Let the organization be in another zone; who lives by the old one follows."""
        for member, stays in self.places.items():
            for span in stays.spans:
                if span.value.zone == self.zone:
                    self.place(member, span.value._replace(zone=zone), span.first, span.until)
        self.zone = zone

    def count_in(self, currency: str) -> None:
        """Let money be another; what others were worth in the old one is not known in it."""
        if currency != self.own_money:
            self.own_money = currency
            self.rates.clear()

    def place(self, member: str, place: Place, first: date, until: date) -> None:
        """Begin a stay, unless the member is there on all of these days already."""
        stays = self.places.setdefault(member, Timeline())
        here = stays.on(first)
        if here is None or here.value != place or here.until < until:
            # A stay of its own, even where it goes on in the same place.
            stays.lay(None, first, until)
            stays.lay(place, first, until)

    def match(self, source: str, key: str, member: str, first: date, until: date) -> None:
        self.matches.setdefault((source, key), Timeline()).lay(member, first, until)

    def lay_rate(self, currency: str, rate: Decimal, day: date, end: date) -> None:
        """Let a rate hold until the next one: inside another's days as long as that one would."""
        rates = self.rates.setdefault(currency, Timeline())
        here = rates.on(day)
        later = [span.first for span in rates.spans if span.first > day]
        until = here.until if here else min(later, default=end)
        if not (here and here.value == rate):
            rates.lay(rate, day, until)

    def withdraw_rate(self, currency: str, day: date) -> bool:
        here = self.rates[currency].on(day) if currency in self.rates else None
        if here is None or here.first != day:
            return False
        self.rates[currency].lay(None, here.first, here.until)
        return True

    # What can be asked.

    def live(self, *kinds: str) -> Iterator[Known]:
        for known in self.records.values():
            if known.row is not None and (not kinds or known.name[1] in kinds):
                yield known

    def parent(self, known: Known) -> Known | None:
        above = known.text("parent")
        for kind in PARENTS if above else ():
            found = self.records.get((known.source, kind, above))
            if found is not None and found.row is not None:
                return found
        return None

    def children(self, source: str, parent: str, kind: str) -> list[Known]:
        """Return what of a kind belongs to an id, in the order it became known."""
        found = [
            each for each in self.live(kind)
            if each.source == source and each.text("parent") == parent != ""
        ]  # fmt: skip
        return sorted(found, key=lambda each: each.number)

    def day_of(self, when: Any) -> date:
        return day_in(when, self.zone)

    def moment_of(self, when: Any) -> datetime:
        """Return a moment; of a day without a time its end."""
        if isinstance(when, datetime):
            return when
        return datetime.combine(when + ONE_DAY, datetime.min.time(), ZoneInfo(self.zone))

    def in_own_money(self, amount: Decimal, currency: str, when: Any) -> Decimal | None:
        """Return an amount at the rate of its day; None where there is none."""
        if currency in ("", self.own_money):
            return amount
        rate = self.rates[currency].on(self.day_of(when)) if currency in self.rates else None
        return rounded(amount * rate.value, 2) if rate else None

    def who(self, source: str, key: str, day: date) -> tuple[str, Span[Place] | None]:
        """Return whom a key means on a day ('' nobody known) and where they are then."""
        match = self.matches[source, key].on(day) if (source, key) in self.matches else None
        if match is None:
            return "", None
        return match.value, self.places[match.value].on(day)

    def branch(self, team: str, day: date, root: str) -> str:
        """Return the team just below the root that a team hangs under on a day."""
        line = [team]
        while line[-1] != root and (above := self.parents[line[-1]].on(day)):
            if above.value == root:
                break
            assert above.value not in line, "the tree runs in a circle"
            line.append(above.value)
        return line[-1]


def day_in(when: Any, zone: str) -> date:
    day = when.astimezone(ZoneInfo(zone)).date() if isinstance(when, datetime) else when
    assert isinstance(day, date)
    return day


def rounded(amount: Decimal, decimals: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
