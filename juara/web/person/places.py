"""Changing where somebody works: first what it does to the numbers, then doing it."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from juara.core import clock, scope
from juara.core.calendar import ALWAYS, FOREVER, ONE_DAY
from juara.core.errors import DomainError, NotFoundError
from juara.leaderboards import queries as boards
from juara.ledger import transfers
from juara.people import access, calc, calendars
from juara.people import queries as people
from juara.people import structure as company
from juara.people.access import Viewer
from juara.people.structure import Structure
from juara.people.types import MemberFacts, PlaceChange, PlaceSpan
from juara.web.entrance import in_organization
from juara.web.person.forms import LeaveForm, PlaceForm
from juara.web.person.history import first_day, last_day
from juara.web.person.working import calendar_choices
from juara.web.teams import choices, effects, words

_NOWHERE = "nowhere"


@in_organization
def person_transfer(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Move somebody to another team, manager, profile or zone; or let them begin or come back."""
    member = access.member_to_change(viewer, public_id)
    today = boards.today(clock.now())
    stays = calc.stays(people.places_of(member.id))
    here = next((stay for stay in stays if stay.from_day <= today < stay.until_day), None)
    structure = company.structure(today)
    began = here or (stays[-1] if stays else None)
    initial = _initial(began, structure) | {"from_day": today if began else None, "last_day": None}
    title = _("Transfer %(name)s") if here else _("Give %(name)s a place")
    form = _form(request, member, structure, began, initial=initial)
    if form.is_bound and form.is_valid():
        change = _change(member, form, structure)
        return _carry_out(request, viewer, member, form, change, structure, title=title)
    return _page(request, member, form, title=title)


@in_organization
def person_correct(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Put a stay right that was entered wrongly: its team, its days, who it was under."""
    member = access.member_to_change(viewer, public_id)
    today = boards.today(clock.now())
    asked = request.POST.get("stay", "") or request.GET.get("stay", "")
    stays = calc.stays(people.places_of(member.id))
    stay = next((each for each in stays if each.from_day.isoformat() == asked), None)
    if stay is None:
        raise NotFoundError("place.unknown", people.NOTHING)
    structure = company.structure(today)
    initial = _initial(stay, structure)
    title = _("Correct a stay of %(name)s")
    form = _form(request, member, structure, stay, initial=initial, is_correction=True)
    if form.is_bound and form.is_valid():
        change = replace(
            _change(member, form, structure), instead_of=(stay.from_day, stay.until_day)
        )
        return _carry_out(request, viewer, member, form, change, structure, title=title, stay=asked)
    return _page(request, member, form, title=title, stay=asked)


@in_organization
def person_leave(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Let somebody leave after a day, for good or until they come back."""
    member = access.member_to_change(viewer, public_id)
    today = boards.today(clock.now())
    form = LeaveForm(request.POST if request.method == "POST" else None,
                     initial={"last_day": today})  # fmt: skip
    title = _("%(name)s leaves")
    if form.is_bound and form.is_valid():
        change = PlaceChange(
            member_id=member.id, team_id=None, manager_id=None, profile_id=None, zone="",
            from_day=form.from_day, until_day=form.until_day,
        )  # fmt: skip
        structure = company.structure(today)
        return _carry_out(
            request, viewer, member, form, change, structure, title=title, is_leaving=True
        )
    return _page(request, member, form, title=title, is_leaving=True)


def _initial(stay: PlaceSpan | None, structure: Structure) -> dict[str, Any]:
    if stay is None:
        return {"zone": scope.current().zone}
    teams = people.teams()
    manager = people.members_in({stay.manager_id or 0}).get(stay.manager_id or 0)
    profiles = {use.id: use.public_id for use in people.profile_uses(ALWAYS)}
    is_open = structure.row(teams[stay.team_id].public_id) is not None
    return {
        "team": teams[stay.team_id].public_id if is_open or stay.until_day != FOREVER else "",
        "manager": manager.public_id if manager else "",
        "profile": profiles.get(stay.profile_id or 0, ""),
        "zone": stay.zone,
        "from_day": first_day(stay.from_day),
        "last_day": last_day(stay.until_day),
    }


def _form(
    request: HttpRequest,
    member: MemberFacts,
    structure: Structure,
    stay: PlaceSpan | None,
    *,
    initial: dict[str, Any],
    is_correction: bool = False,
) -> PlaceForm:
    also = people.members_in({stay.manager_id}) if stay and stay.manager_id else {}
    teams = choices.teams(structure, has_closed=is_correction)
    if is_correction:
        teams = [(_NOWHERE, _("Not assigned")), *teams]
    return PlaceForm(
        request.POST if request.method == "POST" else None,
        teams=teams,
        managers=[
            ("", _("Whoever manages the team")),
            *choices.managers(*also.values(), but=member.id),
        ],
        profiles=[
            ("", _("None")),
            *choices.profiles(day=ALWAYS, also=stay.profile_id if stay else None),
        ],
        zones=choices.time_zones(),
        calendars=[("", _("As it is")), *calendar_choices(calendars.calendars())],
        # Since always, that is: nobody who joined on a day loses it by this.
        has_open_start=stay is None or (is_correction and stay.from_day == ALWAYS),
        initial=initial,
    )


def _change(member: MemberFacts, form: PlaceForm, structure: Structure) -> PlaceChange:
    given = form.cleaned_data
    every = {row.team.public_id: row.team for row in structure.rows}
    every |= {team.public_id: team for team in structure.closed}
    profiles = {use.public_id: use.id for use in people.profile_uses(ALWAYS)}
    manager = people.member_of_id(given["manager"]).id if given["manager"] else None
    return PlaceChange(
        member_id=member.id,
        team_id=None if given["team"] == _NOWHERE else every[given["team"]].id,
        manager_id=manager,
        profile_id=profiles[given["profile"]] if given["profile"] else None,
        zone=given["zone"],
        from_day=form.starts_on,
        until_day=form.until_day,
        calendar_id=_calendar(given["calendar"]),
    )


def _calendar(public_id: str) -> int | None:
    return calendars.calendar_of_id(public_id).id if public_id else None


def _carry_out(
    request: HttpRequest,
    viewer: Viewer,
    member: MemberFacts,
    form: PlaceForm | LeaveForm,
    change: PlaceChange,
    structure: Structure,
    *,
    title: str,
    stay: str = "",
    is_leaving: bool = False,
) -> HttpResponse:
    """Do what was asked for when it is confirmed; otherwise show what doing it would do."""
    is_confirmed = "confirm" in request.POST
    work = transfers.transfer if is_confirmed else transfers.effect
    try:
        effect = work([change], moment=clock.now(), actor=viewer.member.email)
    except DomainError as refusal:
        form.add_error(_field_of(refusal, form), words.sentence(refusal))
        return _page(request, member, form, title=title, stay=stay, is_leaving=is_leaving)
    if is_confirmed:
        said = _("Saved. %(name)s's numbers follow.")
        if not effect.is_change:
            said = _("Nothing to change: it is like that already.")
        messages.success(request, said % {"name": member.name})
        return redirect("person", scope.current().slug, member.public_id)
    return _page(
        request, member, form, title=title, stay=stay, is_leaving=is_leaving,
        effect=effects.shown(effect, choices.team_names(structure), from_day=change.from_day),
    )  # fmt: skip


def _field_of(refusal: DomainError, form: Form) -> str | None:
    field = {
        "place.span": "last_day",
        "place.day": "from_day",
        "place.own_manager": "manager",
        "team.closed": "team",
        "zone.unknown": "zone",
    }.get(refusal.code)
    return field if field in form.fields else None


def _page(
    request: HttpRequest,
    member: MemberFacts,
    form: Form,
    *,
    title: str,
    stay: str = "",
    is_leaving: bool = False,
    effect: effects.Shown | None = None,
) -> HttpResponse:
    context = {
        "person": member,
        "title": title % {"name": member.name},
        "form": form,
        "stay": stay,
        "is_leaving": is_leaving,
        "effect": effect,
        "last_old_day": effect.from_day - ONE_DAY if effect and _has_before(effect) else None,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "web/person/change.html", context, status=status)


def _has_before(effect: effects.Shown) -> bool:
    return effect.from_day > ALWAYS
