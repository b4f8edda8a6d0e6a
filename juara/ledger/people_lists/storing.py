"""Taking a checked list of people in: members, places and what follows, in one batch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from juara.connect.models import Source
from juara.core import db, scope
from juara.core.calendar import ALWAYS, FOREVER
from juara.ledger import operations as ledger
from juara.ledger import strangers
from juara.ledger.people_lists import table as tables
from juara.ledger.people_lists.checking import check
from juara.ledger.people_lists.types import Checked, Intended, Stored
from juara.people import calendar_operations, newcomers, seating
from juara.people import operations as people
from juara.people import queries as people_queries
from juara.people.models import Assignment, JobProfile, Member, Role, Team
from juara.people.newcomers import Newcomer, Station
from juara.records import operations as records
from juara.tenancy import knowledge
from juara.tenancy.models import Organization


def store(text: str, *, moment: datetime, actor: str, from_day: date | None = None) -> Stored:
    """Add and change the people of a list as `check` said it would, in one batch, and recount.

    The list is checked again, against what is known now: rows with a problem stay out, all the
    others go in together or not at all. Whom the records name by their address already is
    credited with them. DomainError for a list that cannot be read,
    ConflictError where nobody would be left to administer the organization.
    """
    with db.transaction(), knowledge.batch(moment=moment, reason="people list"):
        organization = Organization.objects.get(id=scope.current().organization_id)
        people.ensure_root(name=organization.name)
        checked = check(tables.of_text(text), moment=moment, from_day=from_day)
        storing = _Storing(checked, moment, actor)
        stored = storing.store()
        ledger.absorb(moment=moment, reason="people list")
    return stored


@dataclass(slots=True)
class _Storing:
    checked: Checked
    moment: datetime
    actor: str
    _teams: dict[tuple[str, ...] | int, Team] = field(default_factory=dict)
    _profiles: dict[str, JobProfile] = field(default_factory=dict)
    _members: dict[int, Member] = field(default_factory=dict)
    _added: dict[int, Member] = field(default_factory=dict)

    def store(self) -> Stored:
        good = [
            (row.number, row.intended)
            for row in self.checked.rows
            if row.intended is not None and row.outcome in ("new", "change")
        ]
        self._load([intended for _number, intended in good])
        self._add([(number, each) for number, each in good if each.member_id is None])
        changing = [each for _number, each in good if each.member_id is not None]
        self._keep_an_admin(changing)
        for each in changing:
            self._change(self._members[each.member_id or 0], each)
        self._introduce([*self._added.values(), *self._newly_addressed(changing)])
        return Stored(
            added=tuple(each.public_id for each in self._added.values()),
            changed=len(changing),
            same=len(self.checked.of("same")),
            left_out=len(self.checked.of("problem")) + len(self.checked.of("repeated")),
        )

    def _load(self, wanted: Sequence[Intended]) -> None:
        ids = {each.member_id for each in wanted} | {each.manager_id for each in wanted}
        self._members = Member.objects.in_bulk([each for each in ids if each is not None])

    # Whoever is new.

    def _add(self, wanted: Sequence[tuple[int, Intended]]) -> None:
        for number, each in wanted:
            self._added[number] = Member(
                name=each.name, email=each.email, role=each.role or Role.REP
            )
        newcomers.add(
            [Newcomer(self._added[number], (self._station(each),)) for number, each in wanted],
            moment=self.moment,
            actor=self.actor,
        )
        calendar_operations.choose_for_newcomers(
            [
                (self._added[number].id, each.calendar_id, each.calendar_from or ALWAYS)
                for number, each in wanted
                if each.calendar_id is not None
            ],
            moment=self.moment,
        )

    def _station(self, wanted: Intended) -> Station:
        return Station(
            team=self._team(wanted),
            zone=wanted.zone,
            from_day=wanted.from_day or ALWAYS,
            until_day=FOREVER,
            manager=self._manager(wanted),
            profile=self._profile(wanted.profile),
        )

    # Whoever is known.

    def _keep_an_admin(self, wanted: Sequence[Intended]) -> None:
        going = {each.member_id for each in wanted if each.role not in ("", Role.ADMIN)}
        if going:
            seating.refuse_without_admin({each for each in going if each is not None})

    def _change(self, member: Member, wanted: Intended) -> None:
        moment, actor = self.moment, self.actor
        if wanted.name:
            people.rename(member, wanted.name, moment=moment, actor=actor)
        if wanted.email and not member.email:
            facts = people_queries.member_of_id(member.public_id)
            people.give_address(facts, wanted.email, moment=moment, actor=actor)
        if wanted.role:
            people.set_role(member, wanted.role, moment=moment, actor=actor)
        if wanted.since is not None:
            self._begin_earlier(member, wanted.since)
        if wanted.from_day is not None:
            self._place(member, wanted, wanted.from_day)
        if wanted.calendar_id is not None:
            calendar_operations.choose_calendar(
                member, wanted.calendar_id, from_day=wanted.calendar_from or ALWAYS,
                moment=moment, actor=actor,
            )  # fmt: skip

    def _place(self, member: Member, wanted: Intended, from_day: date) -> None:
        current = people.place_on(member, from_day)
        manager, profile = self._manager(wanted), self._profile(wanted.profile)
        team = current.team if current and not _names_team(wanted) else self._team(wanted)
        if current is not None:
            # Whoever was named as the manager in the old team is not in the new one.
            stays = current.team_id == team.id
            manager = manager or (current.manager if stays else None)
            profile = profile or current.profile
        people.place(
            member, team=team, zone=wanted.zone or (current.zone if current else ""),
            manager=manager, profile=profile, from_day=from_day, moment=self.moment,
            actor=self.actor,
        )  # fmt: skip

    def _begin_earlier(self, member: Member, since: date) -> None:
        first = (
            Assignment.objects.filter(member=member, known_until=db.OPEN)
            .select_related("team", "manager", "profile")
            .order_by("valid_from")
            .first()
        )
        if first is not None and since < first.valid_from:
            people.place(
                member, team=first.team, zone=first.zone, manager=first.manager,
                profile=first.profile, from_day=since, until_day=first.valid_from,
                moment=self.moment, actor=self.actor,
            )  # fmt: skip

    # Whom the records name already.

    def _newly_addressed(self, wanted: Sequence[Intended]) -> list[Member]:
        ids = [each.member_id for each in wanted if each.member_id is not None and each.email]
        return [self._members[each] for each in ids]

    def _introduce(self, members: Sequence[Member]) -> None:
        """Match owners nobody knew to those of these members they must be."""
        if not members:
            return
        fresh = {each.id: each for each in members}
        for source_key, key, member_id in strangers.sure_matches():
            if member_id in fresh:
                records.match_owner(
                    source_id=Source.objects.get(key=source_key).id, key=key,
                    member=fresh[member_id], moment=self.moment, actor=self.actor,
                )  # fmt: skip

    # Teams and profiles, each looked up once.

    def _team(self, wanted: Intended) -> Team:
        key: tuple[str, ...] | int = (
            wanted.team_id if wanted.team_id is not None else wanted.team or ()
        )
        if key not in self._teams:
            self._teams[key] = (
                Team.objects.get(id=key)
                if isinstance(key, int)
                else people.ensure_team(key, moment=self.moment)
            )
        return self._teams[key]

    def _profile(self, name: str) -> JobProfile | None:
        if not name:
            return None
        if name.casefold() not in self._profiles:
            self._profiles[name.casefold()] = people.ensure_profile(
                name, moment=self.moment, actor=self.actor
            )
        return self._profiles[name.casefold()]

    def _manager(self, wanted: Intended) -> Member | None:
        if wanted.manager_row is not None:
            return self._added.get(wanted.manager_row)
        return None if wanted.manager_id is None else self._members[wanted.manager_id]


def _names_team(wanted: Intended) -> bool:
    return wanted.team is not None or wanted.team_id is not None
