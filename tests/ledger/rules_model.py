"""The rules of crediting once more, in plain Python, straight from the product's description.

Nothing here is shared with the ledger: no SQL, no tallies, no knowledge of batches. It is slow,
small, and asked for everything anew each time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from juara.connect.types import RecordRow

T = TypeVar("T")
ONE_DAY = timedelta(days=1)
NOBODY = "-"


class Span(NamedTuple, Generic[T]):
    """What holds from a day until a day."""

    first: date
    until: date
    value: T


@dataclass
class Timeline(Generic[T]):
    """What holds when; what is laid later replaces what was there."""

    spans: list[Span[T]] = field(default_factory=list)

    def lay(self, value: T | None, first: date, until: date) -> None:
        kept = [Span(s.first, min(s.until, first), s.value) for s in self.spans if s.first < first]
        kept += [Span(max(s.first, until), s.until, s.value) for s in self.spans if s.until > until]
        if value is not None:
            kept.append(Span(first, until, value))
        self.spans = kept

    def on(self, day: date) -> Span[T] | None:
        return next((span for span in self.spans if span.first <= day < span.until), None)


class Place(NamedTuple):
    team: str
    zone: str


@dataclass(frozen=True)
class RulePlan:
    """A rule as the product stores it, and the same rule as a person would apply it."""

    definition: dict[str, Any]
    date: str
    roles: tuple[str, ...]
    counts: Callable[[RecordRow], bool]
    value: Callable[[RecordRow], Decimal | None]


class ModelCredit(NamedTuple):
    metric: str
    role: int
    record: str
    member: str
    team: str
    day: date
    value: Decimal
    reason: str
    key: str


@dataclass
class Model:
    """An organization: its rows, who is who, who works where, and what counts."""

    zone: str
    rows: dict[str, RecordRow] = field(default_factory=dict)
    places: dict[str, Timeline[Place]] = field(default_factory=dict)
    matches: dict[str, Timeline[str]] = field(default_factory=dict)
    parents: dict[str, Timeline[str]] = field(default_factory=dict)
    rules: dict[str, Timeline[RulePlan]] = field(default_factory=dict)

    def arrive(self, row: RecordRow) -> None:
        """Let a row be what is known of its record; a deleted one is known no longer."""
        self.rows.pop(row.external_id, None)
        if not row.is_deleted:
            self.rows[row.external_id] = row

    def place(self, member: str, place: Place, first: date, until: date) -> None:
        """Begin a stay, unless the member is there on all of these days already."""
        stays = self.places.setdefault(member, Timeline())
        here = stays.on(first)
        if here is None or here.value != place or here.until < until:
            stays.lay(place, first, until)

    def match(self, key: str, member: str, first: date, until: date) -> None:
        self.matches.setdefault(key, Timeline()).lay(member, first, until)

    def credits(self) -> Iterator[ModelCredit]:
        for name, row in self.rows.items():
            for metric, timeline in self.rules.items():
                for rule in timeline.spans:
                    for role in range(len(rule.value.roles)):
                        if row.kind == "entry" and (role or row.texts["type"] != metric):
                            continue
                        found = self._credit(metric, rule, role, name, row)
                        if found is not None and rule.first <= found.day < rule.until:
                            yield found

    def _credit(
        self, metric: str, rule: Span[RulePlan], role: int, name: str, row: RecordRow
    ) -> ModelCredit | None:
        plan = rule.value
        if row.kind == "entry":
            # What somebody entered says itself on which day and how much.
            plan = replace(plan, date="occurred", counts=lambda _: True, value=lambda it: it.amount)
        when, value = row.dates.get(plan.date), plan.value(row)
        if when is None or value is None or not plan.counts(row):
            return None
        home_day = _day(when, self.zone)
        key = row.users.get(plan.roles[role], "")
        known = self.matches[key].on(home_day) if key in self.matches else None
        stay = self.places[known.value].on(home_day) if known else None
        if known is None or stay is None:
            reason = "not_assigned" if known else "owner_unknown" if key else "owner_empty"
            return ModelCredit(metric, role, name, NOBODY, NOBODY, home_day, value, reason, key)
        day = min(max(_day(when, stay.value.zone), stay.first), stay.until - ONE_DAY)
        return ModelCredit(metric, role, name, known.value, stay.value.team, day, value, "", key)

    def branch(self, team: str, day: date, root: str) -> str:
        """Return the team just below the root that a team hangs under on a day."""
        line = [team]
        while (above := self.parents[line[-1]].on(day)) and above.value != root:
            assert above.value not in line, "the tree runs in a circle"
            line.append(above.value)
        return line[-1]


def _day(when: datetime | date, zone: str) -> date:
    return when.astimezone(ZoneInfo(zone)).date() if isinstance(when, datetime) else when
