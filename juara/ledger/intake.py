"""Taking in people as a source describes them: member, place, and whom the rows mean."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from juara.connect.types import PersonRow
from juara.core import scope
from juara.core.calendar import ALWAYS, FOREVER
from juara.people import operations as people
from juara.people.models import Assignment, Member, Team
from juara.records import operations as records
from juara.records import queries as record_queries
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
    person are stations one after the other.
    """
    persons: dict[str, list[PersonRow]] = {}
    for row in rows:
        persons.setdefault(row.key, []).append(row)
    with knowledge.batch(moment=moment, reason="people"):
        organization = Organization.objects.get(id=scope.current().organization_id)
        people.ensure_root(name=organization.name)
        intake = _Intake(source_id, moment, actor)
        changed = sum(intake.take(stations) for stations in persons.values())
    return PeopleTaken(len(persons), changed)


@dataclass(slots=True)
class _Intake:
    """One list of people on its way in, with what need not be asked again for each of them."""

    source_id: int
    moment: datetime
    actor: str
    today: date = field(init=False)
    _known: dict[str, KnownPerson] = field(init=False)
    _taken: set[int] = field(init=False)
    _teams: dict[tuple[str, ...], Team] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.today = self.moment.astimezone(ZoneInfo(scope.current().zone)).date()
        self._known = record_queries.known_people(self.source_id)
        self._taken = {each.member_id for each in self._known.values()}

    def take(self, rows: list[PersonRow]) -> bool:
        """Take one person in; return whether anything of them was new or changed."""
        person, known = rows[0], self._known.get(rows[0].key)
        member = self._member(person, known)
        changed = self._places(member, rows)
        changed.append(known is not None and self._rename(member, person, known))
        changed.append(
            records.match_owner(
                source_id=self.source_id, key=person.key, member=member, name=person.name,
                email=person.email, moment=self.moment, actor=self.actor,
            )
        )  # fmt: skip
        self._known[person.key] = KnownPerson(member.id, person.name)
        self._taken.add(member.id)
        return any(changed)

    def _member(self, person: PersonRow, known: KnownPerson | None) -> Member:
        if known is not None:
            return Member.objects.get(id=known.member_id)
        return people.ensure_member(
            name=person.name, email=person.email, role=person.role,
            not_among=self._taken, moment=self.moment, actor=self.actor,
        )  # fmt: skip

    def _rename(self, member: Member, person: PersonRow, known: KnownPerson) -> bool:
        """Call somebody what the source calls them, when it no longer says what it said."""
        if known.name in ("", person.name):
            return False
        return people.rename(member, person.name, moment=self.moment, actor=self.actor)

    def _places(self, member: Member, rows: list[PersonRow]) -> list[bool]:
        current = people.place_on(member, self.today)
        # Only somebody who never worked anywhere can have been here since always.
        since = ALWAYS if current is None and not people.was_placed(member) else self.today
        # What ended before today without saying since when is only ended: its days stay.
        starts = [row.starts_on or min(since, row.ends_on or since) for row in rows]
        in_order = sorted(range(len(rows)), key=starts.__getitem__)
        spans = pairwise([*sorted(starts), FOREVER])
        return [
            self._station(member, rows[index], current, from_day=from_day, next_day=next_day)
            for index, (from_day, next_day) in zip(in_order, spans, strict=True)
        ]

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
