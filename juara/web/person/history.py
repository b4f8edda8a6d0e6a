"""Somebody's time line: where they worked, for whom, and the days between."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from juara.core import scope
from juara.core.calendar import ALWAYS, FOREVER, ONE_DAY
from juara.people import calc
from juara.people import queries as people
from juara.people.structure import Structure
from juara.people.types import MemberFacts, PlaceSpan
from juara.web.teams import choices


@dataclass(frozen=True, slots=True)
class Entry:
    """A stay, or a gap (`is_gap`) in which somebody belonged nowhere."""

    title: str
    from_day: date
    until_day: date
    is_current: bool
    is_gap: bool
    manager: str = ""
    # Whether the manager is named for this person, or is simply the team's.
    is_named: bool = False
    profile: str = ""
    zone: str = ""
    change_url: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """The entries from the newest, and the stay of today, if any."""

    entries: tuple[Entry, ...]
    current: Entry | None
    place: PlaceSpan | None


def history(
    member: MemberFacts, structure: Structure, *, today: date, batch: int = people.LATEST
) -> History:
    """Return where somebody worked over time, as known at a batch.

    Whoever manages the team is said of today only.
    """
    stays = calc.stays(people.places_of(member.id, batch=batch))
    teams = choices.team_names(structure)
    profiles = {use.id: use.name for use in people.profile_uses(today)}
    named = people.members_in({stay.manager_id for stay in stays if stay.manager_id})
    parents = calc.parents_on(people.parent_spans(batch=batch), today)
    managing = people.managers_on(today, batch=batch)
    heads = {team: [each.id for each in found] for team, found in managing.items()}
    named |= {each.id: each for found in managing.values() for each in found}
    entries: list[Entry] = []
    for index, stay in enumerate(stays):
        is_current = stay.from_day <= today < stay.until_day
        # Who managed the team while an earlier stay lasted may have changed on any of its days.
        manager_id = (
            calc.manager_of(stay, managers=heads, parents=parents)
            if is_current
            else stay.manager_id
        )
        entries.append(
            _entry(
                stay,
                member,
                today,
                title=teams.get(stay.team_id, "?"),
                manager=_name(manager_id, named),
                profile=profiles.get(stay.profile_id or 0, ""),
            )
        )
        next_day = stays[index + 1].from_day if index + 1 < len(stays) else FOREVER
        if stay.until_day < next_day:
            entries.append(_gap(stay.until_day, next_day, today))
    entries.reverse()
    place = next((stay for stay in stays if stay.from_day <= today < stay.until_day), None)
    current = next((each for each in entries if each.is_current and not each.is_gap), None)
    return History(tuple(entries), current, place)


def _name(member_id: int | None, named: Mapping[int, MemberFacts]) -> str:
    found = None if member_id is None else named.get(member_id)
    return found.name if found else ""


def _entry(
    stay: PlaceSpan, member: MemberFacts, today: date, *, title: str, manager: str, profile: str
) -> Entry:
    address = reverse("person_correct", args=[scope.current().slug, member.public_id])
    return Entry(
        title=title,
        from_day=stay.from_day,
        until_day=stay.until_day,
        is_current=stay.from_day <= today < stay.until_day,
        is_gap=False,
        manager=manager,
        is_named=stay.manager_id is not None,
        profile=profile,
        zone=stay.zone,
        change_url=f"{address}?stay={stay.from_day.isoformat()}",
    )


def _gap(from_day: date, until_day: date, today: date) -> Entry:
    return Entry(
        title=_("Not assigned"),
        from_day=from_day,
        until_day=until_day,
        is_current=from_day <= today < until_day,
        is_gap=True,
    )


def last_day(until_day: date) -> date | None:
    """Return the last day of a half-open span; of one without an end, none."""
    return None if until_day == FOREVER else until_day - ONE_DAY


def first_day(from_day: date) -> date | None:
    return None if from_day == ALWAYS else from_day
