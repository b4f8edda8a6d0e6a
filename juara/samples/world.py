"""What everything that happens on a day shares: the company, the clock of the story, the post."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from juara.connect.types import RecordRow
from juara.samples import effort, seasons
from juara.samples.chance import generator
from juara.samples.market import Market
from juara.samples.outbox import Outbox
from juara.samples.rows import RowWriter
from juara.samples.types import DemoCompany, Person, Profile, Team

T = TypeVar("T")

# What is typed in after it happened, at best.
_TYPING = timedelta(minutes=4)
_LATE_SHARE = 0.02


class Agenda(Generic[T]):
    """What is due on which day."""

    def __init__(self) -> None:
        self._due: defaultdict[date, list[T]] = defaultdict(list)

    def put(self, day: date, item: T) -> None:
        self._due[day].append(item)

    def take(self, day: date) -> list[T]:
        return self._due.pop(day, [])


class World:
    """The company on one day of its story. `begin` opens a day; days come in order."""

    def __init__(self, company: DemoCompany) -> None:
        self.company = company
        self.rows = RowWriter(company.currency)
        self.outbox = Outbox()
        self.market = Market(company.seed, company.teams)
        self.day = company.starts_on
        self.rng = generator(company.seed, "before")
        self._present: dict[str, list[Person]] = {}

    def begin(self, day: date) -> None:
        self.day = day
        self.rng = generator(self.company.seed, "day", day)
        self._present = defaultdict(list)
        for person in self.company.reps:
            team = person.team_on(day)
            if team and effort.is_around(person, day):
                self._present[team.name].append(person)

    def team_of(self, person: Person) -> Team:
        """Return the rep's team of the day; every rep has one."""
        team = person.team_on(self.day)
        if team is None:
            raise LookupError(f"{person.key} sits in no team.")
        return team

    def teammates(self, team: Team, profile: Profile | None = None) -> list[Person]:
        """Return the reps of the team who can be given work today."""
        present = self._present.get(team.name, [])
        return [person for person in present if profile in (None, person.profile)]

    def heir(self, person: Person) -> Person:
        """Return the person, or once they are gone a closer of their team who takes over."""
        if effort.is_around(person, self.day):
            return person
        closers = self.teammates(self.team_of(person), Profile.CLOSER)
        return closers[int(self.rng.random() * len(closers))]

    def next_day_at_work(self, person: Person, day: date) -> date:
        """Return the day itself or the next on which the person keeps appointments.

        For somebody who leaves before that, the next working day: an heir will be found then.
        """
        team = self.team_of(person)
        day = seasons.next_workable(team.country, day)
        while effort.is_around(person, day) and not effort.is_at_work(person, day):
            day = seasons.next_workable(team.country, day + seasons.ONE_DAY)
        return day

    def office_moment(self, person: Person) -> datetime:
        """Draw a moment of the person's working hours today, in UTC."""
        second = seasons.office_second(self.rng)
        return seasons.local_moment(self.team_of(person).zone, self.day, second)

    def skill(self, person: Person) -> float:
        if person.strength is None:
            return 1.0
        return effort.skill(person, person.strength, self.day, self.company.starts_on)

    def typed_at(self, moment: datetime) -> datetime:
        """Return when a row about the moment is in the CRM: at once, or days late for a few."""
        if self.rng.random() < _LATE_SHARE:
            return moment + timedelta(hours=20 + self.rng.random() * 98)
        return moment + _TYPING

    def post(self, row: RecordRow, happened_at: datetime) -> None:
        """Hand the row to the sync that will find it."""
        self.outbox.put(row, self.typed_at(happened_at))

    def owner_key(self, person: Person, unknown: float = 0.0, missing: float = 0.0) -> str:
        """Return whose the record is in the CRM: the person's, a stranger's, or nobody's."""
        point = self.rng.random()
        if point < unknown:
            return self.company.consultant.key
        return "" if point < unknown + missing else person.key
