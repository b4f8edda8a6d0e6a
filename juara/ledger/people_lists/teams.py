"""Which team a list of people means, by its path or by its name alone."""

from django.utils.translation import gettext as _

from juara.ledger.people_lists import values
from juara.ledger.people_lists.given import Given, Problem, short
from juara.ledger.people_lists.known import Known
from juara.people.types import MemberFacts

LONGEST_NAME = 120
MOST_LEVELS = 8


Meant = tuple[tuple[str, ...] | None, int | None]


def team_of(known: Known, given: Given, person: MemberFacts | None) -> Meant:
    """Return a new team's path, or the id of one that is there; both None for no word of it."""
    text = " > ".join(filter(None, [given.get("region"), given.get("team")]))
    if not text:
        return None, None
    label = text.casefold()
    place = known.places.get(person.id) if person else None
    if place is not None and known.tree.label(place.team_id).casefold() == label:
        # Two teams may be called alike: whoever is in one of them stays.
        return None, place.team_id
    found = known.team_labels.get(label, [])
    path = values.path_of(text)
    if not found and len(path) == 1 and (known.root is None or not _is_child(known, path)):
        found = known.team_names.get(label, [])
    if len(found) > 1:
        raise Problem(
            _("There are several teams “%(team)s”. Write its path, as in North > Alpha.")
            % {"team": text}
        )
    if found:
        return None, found[0].id
    return _at(known, path, text)


def _is_child(known: Known, path: tuple[str, ...]) -> bool:
    return known.root is not None and (known.root.id, path[0].casefold()) in known.children


def _at(known: Known, path: tuple[str, ...], text: str) -> Meant:
    if path and path[0].casefold() == known.company.casefold():
        path = path[1:]
    if len(path) > MOST_LEVELS or any(len(name) > LONGEST_NAME for name in path):
        raise Problem(_("“%(text)s” is too long for a team. Shorten it.") % {"text": short(text)})
    if path and not _is_child(known, path):
        # A path may begin at a team that hangs further down.
        above = known.team_names.get(path[0].casefold(), [])
        if len(above) == 1:
            path = (*known.tree.path(above[0].id), *path[1:])
    team = known.root
    for name in path:
        team = known.children.get((team.id, name.casefold())) if team else None
    return (None, team.id) if team is not None else (path, None)
