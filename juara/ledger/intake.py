"""Taking in people as a source describes them: member, place, and whom the rows mean."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from juara.connect.types import PersonRow
from juara.core import scope
from juara.core.calendar import ALWAYS, FOREVER
from juara.people import newcomers
from juara.people import operations as people
from juara.people import queries as people_queries
from juara.people.models import Assignment, Member, Team
from juara.people.newcomers import Newcomer, Station
from juara.records import operations as records
from juara.records import queries as record_queries
from juara.records.operations import Introduction
from juara.records.types import KnownPerson
from juara.tenancy import knowledge
from juara.tenancy.models import Organization


@dataclass(frozen=True, slots=True)
class PeopleTaken:
    """How many people a source described, and how many of them were new or changed."""

    described: int
    changed: int


def take_people(
    rows: Iterable[PersonRow], *, source_id: int, moment: datetime, actor: str
) -> PeopleTaken:
    """Bring members, their places and their keys up to what a source says, in one batch.

    Somebody is who the source's key was matched to before, else the member with that address,
    else the one of that name whom the source does not call something else already. A row without
    a first day places somebody new since always, and moves somebody known from the day of
    `moment` on, so that importing a newer list never rewrites the past. Several rows of one
    person are stations one after the other. Whoever is new costs no query of their own, nor does
    whoever is as they were.
    """
    persons: dict[str, list[PersonRow]] = {}
    for row in rows:
        persons.setdefault(row.key, []).append(row)
    with knowledge.batch(moment=moment, reason="people"):
        organization = Organization.objects.get(id=scope.current().organization_id)
        people.ensure_root(name=organization.name)
        intake = _Intake(source_id, moment, actor)
        changed = sum(intake.take(stations) for stations in persons.values())
        intake.store_newcomers()
    return PeopleTaken(len(persons), changed)


@dataclass(slots=True)
class _Intake:
    """One list of people on its way in, with what is known of everybody before it."""

    source_id: int
    moment: datetime
    actor: str
    today: date = field(init=False)
    _known: dict[str, KnownPerson] = field(init=False)
    _places: dict[int, Assignment] = field(init=False)
    _by_email: dict[str, int] = field(init=False)
    _by_name: dict[str, list[int]] = field(init=False)
    _teams: dict[tuple[str, ...], Team] = field(default_factory=dict)
    _taken: set[int] = field(default_factory=set)
    _newcomers: list[tuple[Newcomer, Introduction]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.today = self.moment.astimezone(ZoneInfo(scope.current().zone)).date()
        self._known = record_queries.known_people(self.source_id)
        self._taken.update(each.member_id for each in self._known.values())
        self._places = people.places_on(self.today)
        members = people_queries.members().values()
        self._by_email = {each.email.lower(): each.id for each in members if each.email}
        self._by_name = {}
        for each in members:
            if not each.email:
                self._by_name.setdefault(each.name.casefold(), []).append(each.id)

    def take(self, rows: list[PersonRow]) -> bool:
        """Take one person in; return whether anything of them was new or changed."""
        person, known = rows[0], self._known.get(rows[0].key)
        if known is not None:
            return any([*self._place(known.member_id, rows), self._describe(person, known)])
        member_id = self._found(person)
        if member_id is None:
            self._add(rows)
            return True
        # Somebody further up in the list may not have been stored yet.
        self.store_newcomers()
        self._taken.add(member_id)
        placed = self._place(member_id, rows)
        matched = records.match_owner(
            source_id=self.source_id, key=person.key, member=Member.objects.get(id=member_id),
            name=person.name, email=person.email, moment=self.moment, actor=self.actor,
        )  # fmt: skip
        return any([*placed, matched])

    def _found(self, person: PersonRow) -> int | None:
        """Return the member somebody without a match must be; None when there is none."""
        if person.email:
            return self._by_email.get(person.email.lower())
        namesakes = self._by_name.get(person.name.casefold(), [])
        return next((each for each in namesakes if each not in self._taken), None)

    # Somebody new.

    def _add(self, rows: list[PersonRow]) -> None:
        person = rows[0]
        member = Member(name=person.name, email=person.email.lower(), role=person.role)
        stations = tuple(
            Station(self._team(row, None), row.zone, from_day, min(row.ends_on or FOREVER, until))
            for row, from_day, until in _in_order(rows, since=ALWAYS)
            if from_day < min(row.ends_on or FOREVER, until)
        )
        introduction = Introduction(person.key, member, person.name, person.email)
        self._newcomers.append((Newcomer(member, stations), introduction))
        self._taken.add(member.id)
        if person.email:
            self._by_email[person.email.lower()] = member.id

    def store_newcomers(self) -> None:
        """Store everybody new so far."""
        newcomers.add(
            [newcomer for newcomer, _ in self._newcomers], moment=self.moment, actor=self.actor
        )
        records.match_newcomers(
            [introduction for _, introduction in self._newcomers],
            source_id=self.source_id, moment=self.moment, actor=self.actor,
        )  # fmt: skip
        self._newcomers.clear()

    # Somebody known.

    def _describe(self, person: PersonRow, known: KnownPerson) -> bool:
        """Note what the source calls somebody, and call them so if it called them otherwise."""
        if (person.name, person.email) == (known.name, known.email):
            return False
        records.describe_user(known.user_id, name=person.name, email=person.email)
        if known.name in ("", person.name):
            return False
        member = Member.objects.get(id=known.member_id)
        return people.rename(member, person.name, moment=self.moment, actor=self.actor)

    def _place(self, member_id: int, rows: list[PersonRow]) -> list[bool]:
        current = self._places.get(member_id)
        if len(rows) == 1 and current is not None and self._stays(rows[0], current):
            return [False]
        member = Member.objects.get(id=member_id)
        # Only somebody who never worked anywhere can have been here since always.
        since = ALWAYS if current is None and not people.was_placed(member) else self.today
        return [
            self._station(member, row, current, from_day=from_day, next_day=next_day)
            for row, from_day, next_day in _in_order(rows, since=since)
        ]

    def _stays(self, row: PersonRow, current: Assignment) -> bool:
        """Say whether an undated row leaves somebody where they are for good."""
        return (
            row.starts_on is None
            and row.ends_on is None
            and current.valid_until == FOREVER
            and self._team(row, current).id == current.team_id
            and row.zone in ("", current.zone)
        )

    def _station(
        self, member: Member, row: PersonRow, current: Assignment | None, *, from_day: date,
        next_day: date,
    ) -> bool:  # fmt: skip
        """Place somebody until the row ends, and nowhere from then until the next row begins."""
        until_day = min(row.ends_on or FOREVER, next_day)
        # What a list leaves out it does not change: one without zones moves nobody to another.
        placed = from_day < until_day and people.place(
            member, team=self._team(row, current),
            zone=row.zone or (current.zone if current else ""),
            manager=current.manager if current else None,
            profile=current.profile if current else None,
            from_day=from_day, until_day=until_day, moment=self.moment, actor=self.actor,
        )  # fmt: skip
        ended = row.ends_on is not None and row.ends_on < next_day and people.end_assignment(
            member, from_day=row.ends_on, until_day=next_day, moment=self.moment,
            actor=self.actor,
        )  # fmt: skip
        return placed or ended

    def _team(self, row: PersonRow, current: Assignment | None) -> Team:
        if current is not None and not row.team:
            return current.team
        if row.team not in self._teams:
            self._teams[row.team] = people.ensure_team(row.team, moment=self.moment)
        return self._teams[row.team]


def _in_order(rows: list[PersonRow], *, since: date) -> Iterator[tuple[PersonRow, date, date]]:
    """Yield a person's rows in order, each with its first day and that of the next one.

    What ended before `since` without saying when it began is only ended: its days stay.
    """
    starts = [row.starts_on or min(since, row.ends_on or since) for row in rows]
    in_order = sorted(range(len(rows)), key=starts.__getitem__)
    spans = pairwise([*sorted(starts), FOREVER])
    for index, (from_day, next_day) in zip(in_order, spans, strict=True):
        yield rows[index], from_day, next_day
