"""The command palette: everything a viewer can go to, by a few letters of its name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from juara.core.scope import current
from juara.metrics import queries as metrics
from juara.people import finding
from juara.people import queries as people
from juara.people.access import Viewer
from juara.records import history
from juara.web.entrance import in_organization
from juara.web.navigation import DESTINATIONS
from juara.web.palette import matching
from juara.web.palette.actions import ACTIONS

LIMIT = 20
# No name of ours is longer; a longer question is no question.
_LONGEST = 80
_RECORDS = 5
_GROUPS = {
    "page": gettext_noop("Pages"),
    "action": gettext_noop("Begin something"),
    "board": gettext_noop("Leaderboards"),
    "person": gettext_noop("People"),
    "team": gettext_noop("Teams"),
    "record": gettext_noop("Records"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing to go to."""

    kind: str
    label: str
    icon: str
    url: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class HitGroup:
    key: str
    label: str
    hits: tuple[Hit, ...]


@never_cache
@require_safe
@in_organization
def palette(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what fits `q`, without it the pages and what can be begun; a part for the dialog."""
    asked = request.GET.get("q", "").replace("\x00", "")[:_LONGEST].strip()
    context = {"asked": asked, "groups": _grouped(_hits(viewer, asked))}
    is_part = request.headers.get("X-Juara-Part") == "palette"
    template = "web/palette/_results.html" if is_part else "web/palette/page.html"
    return render(request, template, context)


def _hits(viewer: Viewer, asked: str) -> list[Hit]:
    own = [*_pages(viewer, asked), *_actions(viewer, asked)]
    if not asked:
        return own
    found = [
        *own, *_boards(asked), *_people(viewer, asked), *_teams(asked), *_records(viewer, asked),
    ]  # fmt: skip
    # Letters spread over a name are for when nothing is called so.
    near = [hit for hit in found if hit.rank < matching.SPREAD]
    return sorted(near or found, key=lambda hit: hit.rank)[:LIMIT]


def _grouped(hits: Iterable[Hit]) -> tuple[HitGroup, ...]:
    """Put hits under their headings: the group with the best of them first."""
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.kind, []).append(hit)
    return tuple(HitGroup(key, _(_GROUPS[key]), tuple(held)) for key, held in groups.items())


def _pages(viewer: Viewer, asked: str) -> Iterator[Hit]:
    for place in DESTINATIONS:
        if viewer.member.role in place.roles:
            url = reverse(place.url_name, args=[current().slug])
            names = [*_in_every_language(place.label), *_in_every_language(place.words)]
            yield from _fitting("page", place.label, place.icon, url, asked, names)


def _actions(viewer: Viewer, asked: str) -> Iterator[Hit]:
    for action in ACTIONS:
        if viewer.member.role in action.roles:
            url = reverse(action.url_name, args=[current().slug])
            names = _in_every_language(action.label)
            yield from _fitting("action", action.label, action.icon, url, asked, names)


def _boards(asked: str) -> Iterator[Hit]:
    board = reverse("leaderboards", args=[current().slug])
    for metric in metrics.metrics():
        names = [metric.name, _(metric.name)]
        url = f"{board}?metric={metric.public_id}"
        yield from _fitting("board", _(metric.name), "trophy", url, asked, names)


def _people(viewer: Viewer, asked: str) -> Iterator[Hit]:
    """Names are on the boards for everybody; the page of a person only for who may open it."""
    words = matching.words_of(asked)
    board = reverse("leaderboards", args=[current().slug])
    for member in finding.members_named(words, limit=LIMIT) if words else ():
        page = reverse("person", args=[current().slug, member.public_id])
        url = page if viewer.may_open(member.id) else board
        yield Hit("person", member.name, "user-round", url, _rank(asked, [member.name]) or 0)


def _teams(asked: str) -> Iterator[Hit]:
    board = reverse("leaderboards", args=[current().slug])
    for team in people.teams().values():
        url = f"{board}?scope={team.public_id}"
        yield from _fitting("team", team.name, "network", url, asked, [team.name])


def _records(viewer: Viewer, asked: str) -> Iterator[Hit]:
    """A record by the id it has in the CRM: whole, since names are too many to look through."""
    if not any(letter.isdigit() for letter in asked):
        return
    for each in history.with_id(asked, members=viewer.opens, limit=_RECORDS):
        url = reverse("record", args=[current().slug, each.public_id])
        label = f"{each.name} ({each.external_id})" if each.name else each.external_id
        yield Hit("record", label, "file-search", url)


def _fitting(
    kind: str, label: Any, icon: str, url: str, asked: str, names: Iterable[str]
) -> Iterator[Hit]:
    rank = _rank(asked, names)
    if rank is not None:
        yield Hit(kind, str(label), icon, url, rank)


def _rank(asked: str, names: Iterable[str]) -> int | None:
    return matching.rank(asked, names) if asked else 0


def _in_every_language(text: Any) -> list[str]:
    """Say a label in each language: who works in two looks for the word that comes to mind."""
    said = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said.append(str(text))
    return said
