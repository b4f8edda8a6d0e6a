"""Tells the thirteen months as the syncs that would have found them, one batch after another."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from juara.connect.types import PersonRow, RecordKind, RecordRow
from juara.samples.activity import Activity
from juara.samples.leads import Leads
from juara.samples.pipeline import Pipeline
from juara.samples.seasons import ONE_DAY
from juara.samples.types import (
    Batch,
    DemoCompany,
    Person,
    PersonChange,
    PersonEvent,
    Posting,
)
from juara.samples.world import World

# In UTC: the end of the day in New York, the beginning in Sydney, before breakfast in Jakarta.
SYNC_HOUR = 22
# So long before the story the company is already at work, so that its pipeline is full.
_PRELUDE_DAYS = 110


class Story:
    """The batches of the company's thirteen months, in order of moment.

    Each iteration tells the same story again. `open_deals` holds, by external id, the deals that
    the batches so far have left open, as last delivered.
    """

    def __init__(self, company: DemoCompany) -> None:
        self.company = company
        self.open_deals: dict[str, RecordRow] = {}

    def __iter__(self) -> Iterator[Batch]:
        self.open_deals.clear()
        life = _Life(self.company)
        changes = staff_changes(self.company)
        told = 0
        for moment, rows in life.tell():
            known = told
            while known < len(changes) and changes[known].moment <= moment:
                known += 1
            # An hour in which nothing happened is not worth a batch; the last one always is.
            if rows or known > told or moment == self.company.ends_at:
                keep_open(self.open_deals, rows)
                yield Batch(moment, changes[told:known], rows)
            told = known


def keep_open(deals: dict[str, RecordRow], rows: tuple[RecordRow, ...]) -> None:
    """Bring the open deals, by external id, up to what the rows say."""
    for row in rows:
        if row.kind is not RecordKind.DEAL:
            continue
        if row.texts["status"] == "open" and not row.is_deleted:
            deals[row.external_id] = row
        else:
            deals.pop(row.external_id, None)


def sync_moments(company: DemoCompany) -> list[datetime]:
    """Return the moments of the syncs: the first, one each evening, hourly on the last day."""
    last_day = company.ends_at - timedelta(hours=24)
    evening = datetime.combine(company.starts_at.date(), time(SYNC_HOUR), UTC)
    moments = [company.starts_at]
    while evening < last_day:
        if evening > company.starts_at:
            moments.append(evening)
        evening += ONE_DAY
    return moments + [last_day + timedelta(hours=hour) for hour in range(25)]


class _Life:
    """The company living day by day, as far as the next sync needs to know."""

    def __init__(self, company: DemoCompany) -> None:
        self._company = company
        self._world = World(company)
        self._pipeline = Pipeline(self._world)
        self._activity = Activity(self._world, self._pipeline)
        self._leads = Leads(self._world, self._activity)
        self._next_day = company.starts_on - timedelta(days=_PRELUDE_DAYS)
        self._leavers = {p.left_on: p for p in company.reps if p.left_on}
        self._beginning = self._live_through_the_prelude()

    def _live_through_the_prelude(self) -> tuple[RecordRow, ...]:
        """Return the deals open when the story begins; what else happened before is not told."""
        deals: dict[str, RecordRow] = {}
        moment = self._company.starts_at - timedelta(days=_PRELUDE_DAYS)
        while moment <= self._company.starts_at:
            keep_open(deals, self.found_at(moment))
            moment += ONE_DAY
        self._pipeline.forget_corrections()
        return tuple(deals.values())

    def tell(self) -> Iterator[tuple[datetime, tuple[RecordRow, ...]]]:
        """Yield each sync with what it finds; the first finds the deals open until then."""
        yield self._company.starts_at, self._beginning
        for moment in sync_moments(self._company)[1:]:
            yield moment, self.found_at(moment)

    def found_at(self, moment: datetime) -> tuple[RecordRow, ...]:
        """Live every local day that may have begun somewhere by then; return what a sync finds."""
        # Office hours east of Jakarta begin on the UTC day before, less than half a day early.
        while self._next_day <= (moment + timedelta(hours=12)).date():
            self._live()
        return self._world.outbox.take(moment)

    def _live(self) -> None:
        day: date = self._next_day
        self._next_day += ONE_DAY
        self._world.begin(day)
        if day in self._leavers:
            self._pipeline.hand_over(self._leavers[day])
        self._activity.work()
        self._leads.arrive()
        self._leads.answer()
        self._activity.meet()
        self._pipeline.advance()
        self._pipeline.amend()


def staff_changes(company: DemoCompany) -> tuple[PersonChange, ...]:
    """Return who joined, moved and left, in the order it became known.

    It is known at noon UTC of the day before it holds, or on the day it was typed in late; what
    was so before the story is known when it begins.
    """
    people = enumerate(company.people, start=1)
    found = [change for number, person in people for change in _changes_of(company, person, number)]
    found.sort(key=lambda change: (change.moment, change.person.key))
    return tuple(found)


def _changes_of(company: DemoCompany, person: Person, number: int) -> Iterator[PersonChange]:
    for position, posting in enumerate(person.postings):
        event = PersonEvent.MOVED if position else PersonEvent.JOINED
        row = _person_row(person, number, posting)
        known_at = _known_at(company, posting.entered_on or posting.from_on)
        yield PersonChange(known_at, event, posting.from_on, person, row)
    if person.left_on:
        row = _person_row(person, number, person.postings[-1], person.left_on)
        known_at = _known_at(company, person.left_on)
        yield PersonChange(known_at, PersonEvent.LEFT, person.left_on, person, row)


def _known_at(company: DemoCompany, on: date) -> datetime:
    return max(company.starts_at, datetime.combine(on - ONE_DAY, time(12), UTC))


def _person_row(
    person: Person, number: int, posting: Posting, ends_on: date | None = None
) -> PersonRow:
    return PersonRow(
        row_number=number,
        key=person.key,
        name=person.name,
        email=person.email,
        team=posting.path,
        role=person.role,
        zone=posting.team.zone if posting.team else person.zone,
        starts_on=posting.from_on,
        ends_on=ends_on,
    )
