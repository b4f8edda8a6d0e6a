"""Adding many people nobody has heard of, with their places, in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from juara.audit import operations as audit
from juara.core import ids, scope
from juara.people.models import Assignment, JobProfile, Member, Team
from juara.people.operations import check_zone
from juara.tenancy import knowledge


@dataclass(frozen=True, slots=True)
class Station:
    """A place somebody has from a day until a day; `zone` '' is the organization's.

    The manager may be a newcomer, too.
    """

    team: Team
    zone: str
    from_day: date
    until_day: date
    manager: Member | None = None
    profile: JobProfile | None = None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A member not stored yet, and where they work; the stations follow each other."""

    member: Member
    stations: tuple[Station, ...]


def add(newcomers: Sequence[Newcomer], *, moment: datetime, actor: str) -> None:
    """Store people who are new, as `ensure_member` and `place` would one by one."""
    if not newcomers:
        return
    for zone in {station.zone for each in newcomers for station in each.stations if station.zone}:
        check_zone(zone)
    with knowledge.batch(moment=moment, reason="people") as batch:
        Member.objects.bulk_create([each.member for each in newcomers])
        Assignment.objects.bulk_create(
            _assignment(each.member, station, batch.number)
            for each in newcomers
            for station in each.stations
        )
        batch.is_used = True
        names = [each.member.name for each in newcomers]
        placed = [each.member.name for each in newcomers if each.stations]
        audit.record_many(actor=actor, action="member.added", subjects=names, at=moment)
        audit.record_many(actor=actor, action="member.placed", subjects=placed, at=moment)


def _assignment(member: Member, station: Station, batch: int) -> Assignment:
    return Assignment(
        assignment_id=ids.new_id(),
        member=member,
        team=station.team,
        manager=station.manager,
        profile=station.profile,
        zone=station.zone or scope.current().zone,
        valid_from=station.from_day,
        valid_until=station.until_day,
        known_from=batch,
    )
