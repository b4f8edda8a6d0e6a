"""Refusals and crashes: what happened, what to do, and for a part of a page in that part."""

import logging
from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from juara.config import urls
from juara.core import errors as domain
from juara.web import errors
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import read

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/o/acme/screens/?a=1"}
REFUSALS = {
    "conflict": (domain.ConflictError, 409),
    "gone": (domain.GoneError, 410),
    "limit": (domain.LimitError, 429),
    "forbidden": (domain.NotAllowedError, 403),
    "missing": (domain.NotFoundError, 404),
}


def refuse(request: HttpRequest, kind: str) -> HttpResponse:
    if kind == "crash":
        raise RuntimeError("a secret of the inside")
    raise REFUSALS[kind][0](f"test.{kind}", f"The {kind} has a sentence.")


# The product's own addresses, and one that fails as asked.
urlpatterns = [*urls.urlpatterns, path("fail/<str:kind>/", refuse)]
handler500 = errors.server_error

failing = pytest.mark.urls("tests.web.test_errors")


@failing
@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refusal_says_its_sentence_on_a_page_of_its_own(
    client: Client, db: None, kind: str
) -> None:
    response = client.get(f"/fail/{kind}/")
    page = read(response)

    assert response.status_code == REFUSALS[kind][1]
    assert page.one(of="problem-code").text == str(REFUSALS[kind][1])
    assert page.one(of="problem-text").text == f"The {kind} has a sentence."
    assert page.one(of="problem-ways").text == "Go to the start"


@failing
@pytest.mark.parametrize("kind", REFUSALS)
def test_a_part_of_a_page_is_answered_with_the_sentence_alone(
    client: Client, db: None, kind: str
) -> None:
    response = client.get(f"/fail/{kind}/", headers=HTMX)
    part = read(response)

    assert response.status_code == REFUSALS[kind][1]
    assert part.find("html") == []
    assert part.one(data_problem="").text == f"The {kind} has a sentence."


@failing
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_crash_names_what_the_log_has_and_tells_nothing_of_the_inside(
    db: None, caplog: pytest.LogCaptureFixture, headers: dict[str, str]
) -> None:
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR):
        response = client.get("/fail/crash/", headers=headers)
    text = response.content.decode()
    logged = [each for each in caplog.records if each.name == "juara.web"]

    assert response.status_code == 500
    assert "a secret of the inside" not in text
    assert len(logged) == 1
    error_id = str(logged[0].args[0]) if isinstance(logged[0].args, tuple) else ""
    assert len(error_id) == 8
    assert error_id in text
    assert logged[0].exc_info is not None


def test_a_form_of_yesterday_is_refused_with_what_to_do(admin: Client, acme: Office) -> None:
    checked = Client(enforce_csrf_checks=True)
    checked.cookies = admin.cookies
    page = read(checked.post(acme.path("screens/new/"), {"name": "Hall"}))
    part = read(checked.post(acme.path("screens/new/"), {"name": "Hall"}, headers=HTMX))

    words = "This form has expired. Go back, reload the page and send it again."
    assert page.one(of="problem-text").text == words
    assert part.one(data_problem="").text == words


def sent_to(response: Any) -> str:
    return str(response.headers.get("HX-Redirect") or response.headers["Location"])


def test_a_page_asked_for_is_come_back_to(client: Client, acme: Office) -> None:
    response = client.get(acme.path("screens/?a=1"))

    assert sent_to(response) == f"/sign-in/?next={quote('/o/acme/screens/?a=1', safe='')}"


@pytest.mark.parametrize(
    ("referer", "next_"),
    [
        ("http://testserver/o/acme/screens/?a=1", "/o/acme/screens/?a=1"),
        ("http://evil.example/o/acme/screens/", ""),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_what_was_sent_without_a_session_leads_back_to_the_page_of_the_form(
    client: Client, acme: Office, referer: str, next_: str
) -> None:
    headers = {"Referer": referer} if referer else {}
    response = client.post(acme.path("screens/new/"), {"name": "Hall"}, headers=headers)

    expected = f"/sign-in/?next={quote(next_, safe='')}" if next_ else "/sign-in/"
    assert sent_to(response) == expected


def test_a_part_sent_without_a_session_leads_the_whole_page_to_sign_in(
    client: Client, acme: Office
) -> None:
    response = client.post(acme.path("screens/new/"), {"name": "Hall"}, headers=HTMX)

    assert response.status_code == 204
    assert sent_to(response) == f"/sign-in/?next={quote('/o/acme/screens/?a=1', safe='')}"


def test_a_crash_before_anything_else_still_has_a_page() -> None:
    """No session, no user, no organization is there yet, and the database may be gone."""
    response = errors.server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert read(response).one("h1").text == "Something broke on our side"


def test_a_role_is_refused_with_who_to_ask(signed_in: SignedIn, acme: Office) -> None:
    page = read(signed_in("ana").get(acme.path("screens/")))

    assert page.one(of="problem-text").text == (
        "Only an administrator can do that. Ask one of yours."
    )


def test_a_look_at_the_address_of_a_deed_leads_back_in_words(admin: Client, acme: Office) -> None:
    response = admin.get(acme.path("entries/new/"))
    page = read(response)

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert page.one("h1").text == "This address only takes what a form sends"
