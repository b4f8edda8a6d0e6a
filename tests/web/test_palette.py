"""The command palette: everything one may go to, by a few letters, and nothing else."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from juara.tenancy import scope
from juara.web.palette import matching
from juara.web.palette.views import LIMIT
from tests import cast
from tests.web import office
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import read

PART = {"X-Juara-Part": "palette"}


def asked(client: Client, acme: Office, text: str) -> Any:
    return client.get(acme.path("palette/"), {"q": text}, headers=PART)


def found(client: Client, acme: Office, text: str) -> list[str]:
    # An avatar's initials stand before the name.
    options = read(asked(client, acme, text)).find(role="option")
    return [each.words[-1].strip() for each in options]


@pytest.mark.parametrize(
    ("text", "name", "rank"),
    [
        ("lead", "Leaderboards", 0),
        ("DATA he", "Data health", 0),
        ("health da", "Data health", 1),
        ("sar", "Anna Sari", 1),
        ("ebe", "Ébène", 0),
        ("board", "Leaderboards", 2),
        ("ldb", "Leaderboards", 3),
        ("oa", "Leaderboards", None),
        ("ebd", "Leaderboards", None),
        ("sari x", "Anna Sari", None),
        ("", "Leaderboards", None),
        ("“”", "Leaderboards", None),
    ],
)
def test_beginnings_count_before_insides_and_insides_before_letters(
    text: str, name: str, rank: int | None
) -> None:
    assert matching.rank(text, [name]) == rank


def test_a_person_a_team_a_page_and_a_board_are_found(admin: Client, acme: Office) -> None:
    assert found(admin, acme, "ana")[0] == "Ana"
    assert found(admin, acme, "alph") == ["Alpha"]
    assert found(admin, acme, "scre") == ["Screens"]
    assert found(admin, acme, "revenue") == ["Revenue won"]
    assert found(admin, acme, "tele") == ["Screens", "Connect a television"]


def test_the_word_of_the_other_language_is_found_too(admin: Client, acme: Office) -> None:
    assert "Leaderboards" in found(admin, acme, "papan")
    admin.cookies["juara_language"] = "id"
    assert "Papan peringkat" in found(admin, acme, "leader")


def test_without_a_word_the_pages_of_the_role_are_offered(
    signed_in: SignedIn, acme: Office
) -> None:
    assert found(signed_in("ana"), acme, "") == [
        "Today", "Scorecard", "Leaderboards", "Records", "Entries", "Type in a value",
    ]  # fmt: skip


def test_nobody_is_offered_what_is_not_theirs(signed_in: SignedIn, acme: Office) -> None:
    for text in ("settings", "sources", "import", "screens", "set"):
        assert found(signed_in("ana"), acme, text) == []


def test_everything_offered_can_be_opened(signed_in: SignedIn, acme: Office) -> None:
    for name in ("ana", "mira", "eka", "adi"):
        client = signed_in(name)
        for text in ("", "an", "re", "al"):
            for option in read(asked(client, acme, text)).find(role="option"):
                response = client.get(option.attributes["href"])
                assert response.status_code == 200, (name, option.attributes["href"])


def test_a_person_who_is_not_theirs_leads_to_the_board(signed_in: SignedIn, acme: Office) -> None:
    to_others = read(asked(signed_in("ana"), acme, "budi")).one(role="option")
    own = read(asked(signed_in("ana"), acme, "ana")).one(role="option")

    assert to_others.attributes["href"] == acme.path("leaderboards/")
    assert own.attributes["href"] == acme.path(f"people/{acme.members['ana'].public_id}/")


def test_another_organization_has_no_part_in_it(
    admin: Client, acme: Office, globex: Office
) -> None:
    with scope.enter(globex.organization):
        cast.member("Zaphod", "Betelgeuse")
        metric = globex.metrics["revenue_won"]

    assert found(admin, acme, "zaph") == []
    assert found(admin, acme, "betel") == []
    assert metric not in asked(admin, acme, "revenue").content.decode()
    assert admin.get(globex.path("palette/"), {"q": "a"}).status_code == 404


def test_what_is_not_found_is_said_with_what_to_try(admin: Client, acme: Office) -> None:
    page = read(asked(admin, acme, "<b>qx"))

    assert page.one("p").text == (
        "Nothing is called “<b>qx”. Try the beginning of a name, a page or a metric."
    )


def test_the_list_ends_somewhere(admin: Client, acme: Office) -> None:
    with scope.enter(acme.organization):
        office.crowd(60, "North", "Alpha")

    assert len(found(admin, acme, "rep")) == LIMIT


@pytest.mark.parametrize("text", ["ana", "rep"])
def test_it_costs_three_queries_more_than_the_way_in_however_many_there_are(
    admin: Client, acme: Office, django_assert_num_queries: DjangoAssertNumQueries, text: str
) -> None:
    with scope.enter(acme.organization):
        office.crowd(3, "North", "Alpha")
    with django_assert_num_queries(8):
        asked(admin, acme, "")
    with django_assert_num_queries(11):
        asked(admin, acme, text)


@pytest.mark.parametrize("text", ["\x00", "%", "_", "'", "a" * 5000, "🙂", "\\"])
def test_whatever_is_typed_is_only_text(admin: Client, acme: Office, text: str) -> None:
    response = asked(admin, acme, text)

    # PostgreSQL keeps no NUL in a text, so such an address is refused as a whole.
    assert response.status_code == (400 if text == "\x00" else 200)
    assert read(response).find(role="option") == []


def test_without_script_it_is_a_page(admin: Client, acme: Office) -> None:
    page = read(admin.get(acme.path("palette/"), {"q": "ana"}))

    assert page.one("h1").text == "Search"
    assert page.texts("link-card")[0] == "Ana"


def test_who_is_signed_out_is_led_to_sign_in(client: Client, acme: Office) -> None:
    assert client.get(acme.path("palette/"), headers=PART)["Location"].startswith("/sign-in/")


def test_it_is_never_kept_by_a_cache(admin: Client, acme: Office) -> None:
    assert "no-store" in asked(admin, acme, "ana")["Cache-Control"]


def test_a_record_is_found_by_its_id_by_whom_it_is_open_to(
    signed_in: SignedIn, acme: Office
) -> None:
    assert "Deal 3 (3)" in found(signed_in("budi"), acme, "3")
    assert "Deal 3 (3)" in found(signed_in("adi"), acme, "3")
    assert "Deal 3 (3)" not in found(signed_in("ana"), acme, "3")
