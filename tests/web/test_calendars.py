"""Calendars: looked after by administrators, and what people say of being away."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from juara.core.calendar import FOREVER
from juara.people import calendars, queries
from juara.people.calendar_types import CalendarFacts, Pattern
from juara.people.models import Absence, AbsenceEntry
from juara.tenancy import scope
from tests import cast
from tests.web.conftest import SignedIn
from tests.web.office import Office

FORM = {
    "name": "Munich", "opens": "08:30", "closes": "16:30", "country": "DE", "region": "BY",
    "day_0": "1", "day_1": "1", "day_2": "1", "day_3": "1", "day_4": "1/2", "day_5": "0",
    "day_6": "0",
}  # fmt: skip


def said(answer: Any) -> str:
    return unescape(answer.content.decode())


@contextmanager
def inside(acme: Office) -> Iterator[None]:
    with scope.enter(acme.organization):
        yield


def called(acme: Office, name: str) -> CalendarFacts:
    with inside(acme):
        return next(each for each in calendars.calendars() if each.name == name)


def made(client: Client, acme: Office, **changes: str) -> CalendarFacts:
    answer = client.post(acme.path("calendars/new/"), FORM | changes)
    assert answer.status_code == 302
    return called(acme, FORM["name"])


def absences(acme: Office, name: str) -> list[tuple[str, str]]:
    with inside(acme):
        found = calendars.absences_of(
            acme.members[name].id, date(2025, 1, 1), date(2026, 1, 1)
        )  # fmt: skip
        return [(str(each.from_day), str(each.until_day)) for each in found]


def test_a_calendar_is_made_with_its_week_hours_and_holidays(
    signed_in: SignedIn, acme: Office
) -> None:
    adi = signed_in("adi")
    found = made(adi, acme)
    pattern = found.on(cast.TODAY)
    assert (str(pattern.weights[4]), pattern.opens, pattern.region) == ("1/2", time(8, 30), "BY")
    page = said(adi.get(acme.path(f"calendars/{found.public_id}/")))
    assert "Mon–Thu, Fri ½" in page
    assert "Fronleichnam" in page
    assert "holidays of Germany" in said(adi.get(acme.path("calendars/")))


def test_a_form_that_cannot_be_comes_back_with_the_reason(
    signed_in: SignedIn, acme: Office
) -> None:
    adi = signed_in("adi")
    for changes in (
        {"closes": "08:00"}, {"name": "standard"}, {"day_0": "2"}, {"region": "CA"},
        {f"day_{index}": "0" for index in range(7)},
    ):  # fmt: skip
        assert adi.post(acme.path("calendars/new/"), FORM | changes).status_code == 422
    with inside(acme):
        assert len(calendars.calendars()) == 1


def test_looking_at_the_holidays_first_makes_nothing(signed_in: SignedIn, acme: Office) -> None:
    adi = signed_in("adi")
    answer = adi.post(acme.path("calendars/new/"), FORM | {"name": "", "look": "1"})
    assert answer.status_code == 200
    assert "Fronleichnam" in said(answer)
    part = said(adi.get(acme.path("calendars/holidays/"), {"country": "US", "region": "BY"}))
    assert "Thanksgiving" in part
    with inside(acme):
        assert len(calendars.calendars()) == 1


def test_a_calendar_changes_from_a_day_on(signed_in: SignedIn, acme: Office) -> None:
    adi = signed_in("adi")
    found = called(acme, "Standard")
    changed = FORM | {"name": "Everybody", "from_day": "2025-04-01"}
    assert adi.post(
        acme.path(f"calendars/{found.public_id}/change/"), changed
    ).status_code == 302  # fmt: skip
    after = called(acme, "Everybody")
    assert after.is_default
    assert after.on(date(2025, 3, 31)) == Pattern()
    assert after.on(date(2025, 4, 1)).country == "DE"


def test_a_company_day_is_named_and_withdrawn(signed_in: SignedIn, acme: Office) -> None:
    adi = signed_in("adi")
    found = made(adi, acme)
    address = acme.path(f"calendars/{found.public_id}/days/")
    given = {"name": "Break", "kind": "half", "first_day": "2025-08-04", "last_day": "2025-08-05",
             "is_everywhere": "on"}  # fmt: skip
    assert adi.post(address, given | {"last_day": "2025-08-01"}).status_code == 422
    assert adi.post(address, given).status_code == 302
    with inside(acme):
        days = calendars.different_days(date(2025, 8, 4), date(2025, 8, 6))
        assert [(each.name, each.is_company) for each in days] == [("Break", True)] * 2
    page = said(adi.get(acme.path(f"calendars/{found.public_id}/")))
    assert "Break" in page
    assert adi.post(f"{address}2025-08-04/withdraw/").status_code == 302
    assert adi.post(f"{address}2025-08-04/withdraw/").status_code == 404
    with inside(acme):
        assert len(calendars.different_days(date(2025, 8, 4), date(2025, 8, 6))) == 1


def test_a_person_works_by_another_calendar_which_then_cannot_be_archived(
    signed_in: SignedIn, acme: Office
) -> None:
    adi = signed_in("adi")
    found = made(adi, acme)
    ana = acme.members["ana"]
    person = acme.path(f"people/{ana.public_id}/")
    chosen = {"calendar": found.public_id, "from_day": "2025-03-10"}
    assert adi.post(f"{person}calendar/", chosen).status_code == 302
    with inside(acme):
        (span,) = calendars.chosen_by(ana.id)
        assert (span.calendar_id, span.from_day, span.until_day) == (
            found.id, cast.TODAY, FOREVER
        )  # fmt: skip
    assert "Munich" in said(adi.get(person))
    archive = acme.path(f"calendars/{found.public_id}/archive/")
    assert "People work by this calendar" in said(adi.post(archive, follow=True))
    assert not called(acme, "Munich").is_archived


def test_a_transfer_can_come_with_another_calendar(signed_in: SignedIn, acme: Office) -> None:
    adi = signed_in("adi")
    found = made(adi, acme)
    ana = acme.members["ana"]
    with inside(acme):
        before = queries.places_of(ana.id)
    given = {
        "team": acme.teams["Alpha"].public_id, "zone": "UTC", "from_day": "2025-03-10",
        "calendar": found.public_id, "confirm": "yes",
    }  # fmt: skip
    assert adi.post(acme.path(f"people/{ana.public_id}/transfer/"), given).status_code == 302
    with inside(acme):
        assert [each.calendar_id for each in calendars.chosen_by(ana.id)] == [found.id]
        # Nothing else changed, so they are still in the same place, and nothing is credited anew.
        assert queries.places_of(ana.id) == before


AWAY = {"kind": "sick", "much": "1/2", "first_day": "2025-03-10", "last_day": "2025-03-11",
        "note": "Dentist"}  # fmt: skip


def test_somebody_says_they_are_away_and_takes_it_back(signed_in: SignedIn, acme: Office) -> None:
    ana = signed_in("ana")
    person = acme.path(f"people/{acme.members['ana'].public_id}/")
    assert ana.post(f"{person}absences/", AWAY | {"much": "1"}).status_code == 302
    assert absences(acme, "ana") == [("2025-03-10", "2025-03-12")]
    assert "Dentist" in said(ana.get(person))
    # Executives open every page, and see the days without the reason.
    seen = said(signed_in("eka").get(person))
    assert "Mar 10" in seen
    assert "Dentist" not in seen
    assert "Sick" not in seen
    with inside(acme):
        key = AbsenceEntry.objects.get().public_id
    assert ana.post(f"{person}absences/{key}/withdraw/").status_code == 302
    assert absences(acme, "ana") == []


def test_days_that_are_over_are_for_the_manager_to_enter(signed_in: SignedIn, acme: Office) -> None:
    person = acme.path(f"people/{acme.members['ana'].public_id}/")
    past = AWAY | {"first_day": "2025-03-05", "last_day": "2025-03-06"}
    refused = signed_in("ana").post(f"{person}absences/", past)
    assert refused.status_code == 422
    assert "by your manager or an administrator" in said(refused)
    assert absences(acme, "ana") == []
    assert signed_in("mira").post(f"{person}absences/", past).status_code == 302
    assert absences(acme, "ana") == [("2025-03-05", "2025-03-07")]
    with inside(acme):
        key = AbsenceEntry.objects.get().public_id
    # What is over stays, though the person withdraws it.
    signed_in("ana").post(f"{person}absences/{key}/withdraw/")
    assert absences(acme, "ana") == [("2025-03-05", "2025-03-07")]


@pytest.mark.parametrize("name", ["budi", "eka", "reza"])
def test_nobody_else_enters_absences_of_others(
    signed_in: SignedIn, acme: Office, name: str
) -> None:
    # Reza leads North and opens Ana's page: he may; the others may not.
    answer = signed_in(name).post(
        acme.path(f"people/{acme.members['ana'].public_id}/absences/"), AWAY
    )
    assert answer.status_code == (302 if name == "reza" else 403)
    with inside(acme):
        assert Absence.objects.count() == (1 if name == "reza" else 0)


@pytest.mark.parametrize("name", ["ana", "mira", "eka"])
def test_calendars_are_for_administrators(signed_in: SignedIn, acme: Office, name: str) -> None:
    client = signed_in(name)
    assert client.get(acme.path("calendars/")).status_code == 403
    assert client.post(acme.path("calendars/new/"), FORM).status_code == 403


def test_the_calendar_is_shown_as_it_was_known(signed_in: SignedIn, acme: Office) -> None:
    adi = signed_in("adi")
    found = called(acme, "Standard")
    with time_machine.travel(cast.at("2025-03-10T12:00"), tick=False):
        adi.post(acme.path(f"calendars/{found.public_id}/change/"), FORM | {"name": "Standard"})
    with time_machine.travel(cast.at("2025-03-11T12:00"), tick=False):
        now = said(adi.get(acme.path(f"calendars/{found.public_id}/")))
        then = said(
            adi.get(acme.path(f"calendars/{found.public_id}/"), {"as_of": "2025-03-10T11:00"})
        )
    assert "Fronleichnam" in now
    assert "Fronleichnam" not in then
    assert "no public holidays" in then
