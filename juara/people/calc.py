"""The team tree on a day, stays over time and who reports to whom, from dated facts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from juara.core.calendar import FOREVER
from juara.people.types import ParentSpan, PlaceSpan


def parents_on(spans: Iterable[ParentSpan], day: date) -> dict[int, int]:
    """Return each team's parent on a day; the root and teams not yet placed have none."""
    return {span.team_id: span.parent_id for span in spans if span.from_day <= day < span.until_day}


def line_of(parents: Mapping[int, int], team_id: int) -> tuple[int, ...]:
    """Return a team and all teams above it, nearest first. A loop in the data ends the line."""
    line = [team_id]
    while (above := parents.get(line[-1])) is not None and above not in line:
        line.append(above)
    return tuple(line)


def subtree_of(parents: dict[int, int], root: int, teams: Iterable[int]) -> frozenset[int]:
    """Return the teams at or below a team."""
    return frozenset(team for team in teams if root in line_of(parents, team))


def boundaries(spans: Iterable[ParentSpan], from_day: date, until_day: date) -> list[date]:
    """Return the days strictly inside a range on which the tree changes, in order."""
    edges = {edge for span in spans for edge in (span.from_day, span.until_day)}
    return sorted(edge for edge in edges if from_day < edge < until_day)


def days_of_change(spans: Iterable[ParentSpan], from_day: date) -> list[date]:
    """Return a day and every later one on which the tree changes, in order."""
    edges = {edge for span in spans for edge in (span.from_day, span.until_day)}
    return [from_day, *sorted(edge for edge in edges if from_day < edge < FOREVER)]


def is_covered(spans: Iterable[tuple[date, date]], from_day: date, until_day: date) -> bool:
    """Say whether half-open spans together hold on every day of a range."""
    reached = from_day
    for first, last in sorted(spans):
        if first > reached:
            return False
        reached = max(reached, last)
    return reached >= until_day


def stays(places: Iterable[PlaceSpan]) -> tuple[PlaceSpan, ...]:
    """Return one member's places in order, those that differ only in their days as one stay.

    A stay keeps the identity of its first place.
    """
    found: list[PlaceSpan] = []
    for place in sorted(places, key=lambda each: each.from_day):
        if found and found[-1].until_day == place.from_day and _is_same(found[-1], place):
            found[-1] = replace(found[-1], until_day=place.until_day)
        else:
            found.append(place)
    return tuple(found)


def _is_same(one: PlaceSpan, other: PlaceSpan) -> bool:
    return (one.team_id, one.manager_id, one.profile_id, one.zone) == (
        other.team_id, other.manager_id, other.profile_id, other.zone
    )  # fmt: skip


def manager_of(
    place: PlaceSpan, *, managers: Mapping[int, Sequence[int]], parents: Mapping[int, int]
) -> int | None:
    """Return who somebody in a place reports to; None at the top.

    The manager named in the place; where none is named, the first of those who manage the team;
    of a team without, and for those who manage it themselves, the first of the nearest team
    above. `managers` lists the members with the role manager by the team they are assigned to.
    """
    if place.manager_id is not None:
        return place.manager_id
    for team_id in line_of(parents, place.team_id):
        here = managers.get(team_id, ())
        if here and place.member_id not in here:
            return here[0]
    return None


def people_of(
    managers: Collection[int], here: Sequence[PlaceSpan], parents: Mapping[int, int]
) -> frozenset[int]:
    """Return whom managers manage on a day: all in their teams and below, and who names them."""
    own = {place.team_id for place in here if place.member_id in managers}
    lines = {place.team_id: line_of(parents, place.team_id) for place in here}
    return frozenset(
        place.member_id
        for place in here
        if place.manager_id in managers or own.intersection(lines[place.team_id])
    )
