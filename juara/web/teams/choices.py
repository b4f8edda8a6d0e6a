"""What the selects of these pages offer: teams by their path, people, job profiles, zones."""

from datetime import date

from django.utils.translation import gettext as _

from juara.core import zones
from juara.people import queries as people
from juara.people.structure import Structure
from juara.people.types import MemberFacts

Choices = list[tuple[str, str]]

_BETWEEN = " › "


def path_of(structure: Structure, public_id: str) -> str:
    """Return where a team hangs, from below the company: North › Alpha; '' for the company."""
    return _BETWEEN.join(structure.path(public_id))


def teams(structure: Structure, *, has_closed: bool = False) -> Choices:
    """Return every team in the tree, each named by its path, then the closed ones."""
    found = [
        (row.team.public_id, path_of(structure, row.team.public_id) or row.team.name)
        for row in structure.rows
    ]
    if has_closed:
        found += [
            (team.public_id, _("%(team)s (closed)") % {"team": team.name})
            for team in structure.closed
        ]
    return found


def team_names(structure: Structure) -> dict[int, str]:
    """Return each team's path by its id, closed ones by their name alone."""
    paths = {
        row.team.id: path_of(structure, row.team.public_id) or row.team.name
        for row in structure.rows
    }
    return {team.id: team.name for team in structure.closed} | paths


def managers(*also: MemberFacts | None, but: int = 0) -> Choices:
    """Return who somebody can report to: everybody who is more than a rep, and those named."""
    every = {each.id: each for each in people.leaders()}
    every |= {each.id: each for each in also if each is not None}
    found = sorted(every.values(), key=lambda member: member.name.casefold())
    return [(each.public_id, each.name) for each in found if each.id != but]


def profiles(*, day: date, also: int | None = None) -> Choices:
    """Return the job profiles in use, and the one somebody holds."""
    return [
        (use.public_id, use.name)
        for use in people.profile_uses(day)
        if not use.is_archived or use.id == also
    ]


def time_zones() -> Choices:
    return [(name, name.replace("_", " ")) for name in sorted(zones.names())]
