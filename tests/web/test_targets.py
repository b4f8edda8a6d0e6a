"""The targets page: looking, setting, changing, ending, copying."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from juara.core.calendar import FOREVER
from juara.goals import queries
from juara.goals.defaults import DEFAULTS
from juara.people import queries as people
from juara.tenancy import scope
from juara.web.today import amounts
from tests import cast
from tests.goals import cast as goals
from tests.web import day
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import Document, read


@pytest.fixture
def line(acme: Office) -> str:
    return day.begun(acme)


def held(acme: Office, on: date = cast.TODAY) -> list[tuple[str, Decimal | None, bool]]:
    with scope.enter(acme.organization):
        return [
            (each.grain, each.target, each.is_primary)
            for each in queries.goals(on, FOREVER)
            if each.holds_on(on)
        ]


def profile(acme: Office, name: str = "SDR") -> str:
    with scope.enter(acme.organization):
        return goals.profile(name)


def page_of(client: Client, acme: Office) -> Document:
    return read(client.get(acme.path("today/targets/")))


def post(client: Client, acme: Office, rest: str, **given: str) -> Document:
    return read(client.post(acme.path(f"today/targets/{rest}"), given, follow=True))


def test_lines_are_shown_with_how_many_they_are_for(admin: Client, acme: Office, line: str) -> None:
    with scope.enter(acme.organization):
        goals.target("deals_won", "month", "42", is_primary=False)
    page = page_of(admin, acme)

    assert page.one("header", of="targets-head").text == "SDR 4 people"
    assert page.texts("target-name") == ["Calls", "Deals won Secondary"]
    # March 2025 has 21 working days.
    assert page.texts("target-note") == ["Day", "Month · about 2 a working day"]
    assert page.texts("target-value") == ["20", "42"]
    assert page.find("p", of="targets-hint")[0].text.startswith("1 rep has no job profile")


def test_an_administrator_sets_a_target(admin: Client, acme: Office, line: str) -> None:
    given = {
        "profile": profile(acme), "metric": acme.metrics["pipeline_created"], "grain": "month",
        "target": "25,000.50", "from_day": "2025-04-01", "is_primary": "on",
    }  # fmt: skip
    page = post(admin, acme, "new/", **given)

    assert held(acme) == [("day", Decimal(20), True)]
    assert held(acme, date(2025, 4, 1))[1] == ("month", Decimal("25000.5000"), True)
    assert "$25,001 from Apr 1, 2025" in page.texts("target-note")[1]


def test_a_percentage_is_typed_as_one(admin: Client, acme: Office, line: str) -> None:
    given = {"profile": profile(acme), "metric": acme.metrics["win_rate"], "grain": "month"}
    post(admin, acme, "new/", **given, target="35 %")

    assert held(acme)[1] == ("month", Decimal("0.3500"), False)


@pytest.mark.parametrize("amount", ["", "many", "-3", "1e30", "12,34"])
def test_what_is_no_amount_is_said_at_the_form(
    admin: Client, acme: Office, line: str, amount: str
) -> None:
    given = {"profile": profile(acme), "metric": acme.metrics["emails"], "grain": "day"}
    answer = admin.post(acme.path("today/targets/new/"), given | {"target": amount})

    assert answer.status_code == 422
    assert "Write a number from 0 up" in read(answer).one("dialog", id="new-target").text
    assert held(acme) == [("day", Decimal(20), True)]


def test_a_target_is_changed_from_a_day_on(admin: Client, acme: Office, line: str) -> None:
    page = post(admin, acme, f"{line}/change/", target="25", from_day="2025-03-17", is_primary="on")

    assert (held(acme)[0][1], held(acme, date(2025, 3, 17))[0][1]) == (Decimal(20), Decimal(25))
    assert page.texts("target-note") == ["Day · 25 from Mar 17, 2025"]


def test_a_refused_change_comes_back_with_what_was_typed(
    admin: Client, acme: Office, line: str
) -> None:
    answer = admin.post(acme.path(f"today/targets/{line}/change/"), {"target": "lots"})

    form = read(answer).one("details", of="target-change")
    assert answer.status_code == 422
    assert "open" in form.attributes
    assert "Write a number from 0 up" in form.text
    assert read(answer).find("input", name="target", value="lots")


def test_a_sixth_primary_target_is_refused_in_words(admin: Client, acme: Office, line: str) -> None:
    with scope.enter(acme.organization):
        for metric in ("emails", "demos", "deals_won", "meetings_held"):
            goals.target(metric, "day", "1")
    given = {"profile": profile(acme), "metric": acme.metrics["connected_calls"], "grain": "day"}
    answer = admin.post(
        acme.path("today/targets/new/"), given | {"target": "3", "is_primary": "on"}
    )

    assert answer.status_code == 422
    assert "Five primary targets are as many" in read(answer).one("dialog", id="new-target").text
    assert len(held(acme)) == 5


def test_a_target_ends(admin: Client, acme: Office, line: str) -> None:
    page = post(admin, acme, f"{line}/end/", from_day="2025-03-17")

    assert page.texts("target-note") == ["Day · ends before Mar 17, 2025"]
    assert held(acme, date(2025, 3, 17)) == []


def test_lines_change_places(admin: Client, acme: Office, line: str) -> None:
    with scope.enter(acme.organization):
        goals.target("emails", "day", "5")
    page = post(admin, acme, f"{line}/move/", way="down")

    assert page.texts("target-name") == ["E-mails", "Calls"]


def test_targets_are_copied_to_another_profile(admin: Client, acme: Office, line: str) -> None:
    other = profile(acme, "AE")
    page = post(admin, acme, "copy/", source=profile(acme), receiver=other)

    section = page.one("section", id=f"profile-{other}")
    assert section.text.startswith("AE 0 people Calls Day 20")


def test_copying_to_itself_is_refused(admin: Client, acme: Office, line: str) -> None:
    same, _other = profile(acme), profile(acme, "AE")
    answer = admin.post(acme.path("today/targets/copy/"), {"source": same, "receiver": same})

    assert answer.status_code == 422
    assert "Choose two different job profiles." in answer.content.decode()


def test_an_empty_organization_begins_with_ready_targets(admin: Client, acme: Office) -> None:
    before = page_of(admin, acme)
    assert before.one(of="empty-title").text == "Who is asked for what?"

    page = post(admin, acme, "first/")
    assert [each.text for each in page.find("header", of="targets-head")] == [
        "Account executive 0 people", "SDR 0 people"
    ]  # fmt: skip
    expected = len(DEFAULTS["sdr"]) + len(DEFAULTS["account executive"])
    assert len(page.texts("target-name")) == expected


def test_a_job_profile_is_made_in_passing(admin: Client, acme: Office) -> None:
    page = post(admin, acme, "profiles/", name="Hunter")
    assert page.one("header", of="targets-head").text == "Hunter 0 people"

    refused = admin.post(acme.path("today/targets/profiles/"), {"name": ""})
    assert refused.status_code == 422


@pytest.mark.parametrize("name", ["mira", "eka"])
def test_managers_and_executives_look_and_change_nothing(
    signed_in: SignedIn, acme: Office, line: str, name: str
) -> None:
    client = signed_in(name)
    page = page_of(client, acme)

    assert page.texts("target-value") == ["20"]
    inside = [
        each
        for each in page.find("form", method="post")
        if "targets" in each.attributes.get("action", "")
    ]
    assert inside == []
    given = {"target": "1", "name": "x", "way": "up"}
    for rest in (
        "new/",
        "copy/",
        "first/",
        "profiles/",
        f"{line}/change/",
        f"{line}/end/",
        f"{line}/move/",
    ):
        assert client.post(acme.path(f"today/targets/{rest}"), given).status_code == 403
    assert held(acme) == [("day", Decimal(20), True)]


def test_a_rep_is_not_let_in(signed_in: SignedIn, acme: Office, line: str) -> None:
    assert signed_in("ana").get(acme.path("today/targets/")).status_code == 403


def test_another_organizations_lines_and_profiles_are_not_there(
    admin: Client, acme: Office, globex: Office, line: str
) -> None:
    theirs = day.begun(globex)
    for rest in ("change/", "end/", "move/"):
        answer = admin.post(acme.path(f"today/targets/{theirs}/{rest}"), {"target": "1"})
        assert answer.status_code == 404
    given = {"profile": profile(globex), "metric": acme.metrics["emails"], "grain": "day"}
    assert admin.post(acme.path("today/targets/new/"), given | {"target": "1"}).status_code == 422
    assert held(globex) == [("day", Decimal(20), True)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_lines(
    admin: Client,
    acme: Office,
    line: str,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    with scope.enter(acme.organization):
        for number, metric in enumerate(("emails", "demos")[: count - 1]):
            goals.target(metric, "day", "5", profile=f"Profile {number}")
        assert len(people.profiles()) == count
    with django_assert_num_queries(20):
        page = page_of(admin, acme)
    assert len(page.texts("target-name")) == count


@pytest.mark.parametrize(
    ("language", "text", "unit", "amount"),
    [
        ("en", "1,250.5", "count", "1250.5"), ("id", "1.250,5", "count", "1250.5"),
        ("en", "35%", "percent", "0.35"), ("id", "12,5", "percent", "0.125"),
        ("en", "30d", "duration", "2592000"), ("en", "2h 30m", "duration", "9000"),
        ("en", "36", "duration", "129600"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_they_are_written(
    language: str, text: str, unit: str, amount: str
) -> None:
    with translation.override(language):
        assert amounts.parse(text, unit) == Decimal(amount)
        assert amounts.parse(amounts.typed(Decimal(amount), unit), unit) == Decimal(amount)


@pytest.mark.parametrize("text", ["1.5", "1,5", "x", "", "--2", "NaN", "Infinity", "3d and more"])
def test_what_could_be_read_two_ways_is_not_guessed(text: str) -> None:
    with translation.override("en" if text != "1.5" else "id"):
        assert amounts.parse(text, "duration" if "d" in text else "count") is None
