"""The list of people as a file, read bit by bit."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from juara.core import clock
from juara.people import access, calendars, lists
from juara.people.access import Viewer
from juara.people.lists import Listed
from juara.web import as_of as moments
from juara.web import export
from juara.web.entrance import in_organization
from juara.web.people.views import Chosen
from juara.web.people.words import ROLES, SEATS


@require_safe
@in_organization
def people_export(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Return the people the filters choose; pasted back, the file changes nothing."""
    access.require_leader(viewer)
    now = clock.now()
    as_of = moments.read(request, now=now)
    chosen = Chosen.of(request.GET, as_of)
    sheet = export.Sheet(
        name="people",
        title=_("People"),
        columns=_columns(),
        read=partial(_rows, chosen=chosen, today=as_of.today, now=now, batch=as_of.batch),
        facts=((_("As of"), as_of.at),),
        is_plain=True,
    )
    return export.respond(request, sheet, "xlsx" if request.GET.get("format") == "xlsx" else "csv")


def _columns() -> list[export.Column]:
    wide = (_("Name"), _("E-mail"), _("Team"))
    others = (
        _("Role"), _("Manager"), _("Job profile"), _("Time zone"), _("Calendar"), _("Start date"),
        _("Sign-in"),
    )  # fmt: skip
    return [
        *(export.Column(name, width=28) for name in wide),
        *(export.Column(name) for name in others),
    ]


def _rows(
    offset: int, *, chosen: Chosen, today: date, now: datetime, batch: int
) -> Sequence[export.Row]:
    tree = lists.Tree.on(today, batch=batch)
    found = lists.chunk(chosen.asked(tree), offset=offset, today=today, now=now, tree=tree)
    every = calendars.calendars(batch=batch)
    names = {each.id: each.name for each in every}
    default = next((each.name for each in every if each.is_default), "")
    chosen_by = calendars.chosen_on(today, batch=batch)
    return [_row(each, names.get(chosen_by.get(each.id, 0), default)) for each in found]


def _row(each: Listed, calendar: str) -> export.Row:
    return [
        each.name,
        each.email,
        each.team,
        str(ROLES[each.role]),
        each.named_manager,
        each.profile,
        each.zone,
        calendar if each.place == "here" else "",
        each.from_day if each.place == "here" else None,
        str(SEATS[each.seat][0]),
    ]
