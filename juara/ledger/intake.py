"""Taking in people as a source describes them: member, place, and whom the rows mean."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from juara.connect.types import PersonRow
from juara.core import scope
from juara.core.calendar import ALWAYS, FOREVER
from juara.people import operations as people
from juara.people.models import Assignment, Team
from juara.records import operations as records
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

    A row without a first day places somebody new since always, and moves somebody known from
    the day of `moment` on, so that importing a newer list never rewrites the past.
    """
    described = changed = 0
    with knowledge.batch(moment=moment, reason="people"):
        _root()
        for row in rows:
            described += 1
            changed += _take(row, source_id=source_id, moment=moment, actor=actor)
    return PeopleTaken(described, changed)


def _root() -> None:
    organization = Organization.objects.get(id=scope.current().organization_id)
    people.ensure_root(name=organization.name)


def _take(row: PersonRow, *, source_id: int, moment: datetime, actor: str) -> bool:
    member = people.ensure_member(
        name=row.name, email=row.email, role=row.role, moment=moment, actor=actor
    )
    today = moment.astimezone(ZoneInfo(scope.current().zone)).date()
    # What a list leaves out it does not change: one without zones moves nobody to another.
    current = people.place_on(member, today)
    until_day = row.ends_on or FOREVER
    from_day = row.starts_on or (today if current else ALWAYS)
    placed = from_day < until_day and people.place(
        member, team=_team(row, current, moment=moment),
        zone=row.zone or (current.zone if current else ""),
        manager=current.manager if current else None,
        from_day=from_day, until_day=until_day, moment=moment, actor=actor,
    )  # fmt: skip
    ended = row.ends_on is not None and people.end_assignment(
        member, from_day=row.ends_on, moment=moment, actor=actor
    )
    matched = records.match_owner(
        source_id=source_id, key=row.key, member=member, name=row.name, email=row.email,
        moment=moment, actor=actor,
    )  # fmt: skip
    return placed or ended or matched


def _team(row: PersonRow, current: Assignment | None, *, moment: datetime) -> Team:
    if current is not None and not row.team:
        return current.team
    return people.ensure_team(row.team, moment=moment)
