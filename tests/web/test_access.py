"""Who may open whose records, on the board and by address; who may manage screens."""

import pytest
from django.test import Client

from juara.people import operations as people
from juara.tenancy import scope
from tests import cast
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import read

REPS = ("ana", "budi", "citra", "dewi")
EVERYBODY = frozenset(REPS)

# Whose records each of them may open.
OPENS = {
    "ana": {"ana"},
    "dewi": {"dewi"},
    "mira": {"ana", "budi"},
    "reza": {"ana", "budi", "citra"},
    "eka": EVERYBODY,
    "adi": EVERYBODY,
}
OPENS_TEAMS = {
    "ana": set[str](),
    "dewi": {"Gamma"},
    "mira": {"Alpha"},
    "reza": {"Alpha", "Beta"},
    "eka": {"Alpha", "Beta", "Gamma"},
    "adi": {"Alpha", "Beta", "Gamma"},
}
OPENS_REGIONS = {
    "ana": set[str](),
    "mira": set[str](),
    "reza": {"North"},
    "eka": {"North", "South"},
    "adi": {"North", "South"},
}


def links(client: Client, acme: Office, **query: str) -> set[str]:
    """Return the holders whose records the board offers to open."""
    page = read(client.get(acme.path("leaderboards/"), query))
    return {link.attributes["href"].split("holder=")[1] for link in page.find(of="open-value")}


def status(client: Client, acme: Office, holder: str, **query: str) -> int:
    path = acme.path("leaderboards/records/")
    return client.get(path, {"holder": holder} | query).status_code


@pytest.mark.parametrize("who", OPENS)
def test_a_person_opens_the_records_that_are_theirs_to_see(
    signed_in: SignedIn, acme: Office, who: str
) -> None:
    client = signed_in(who)
    ids = {name: acme.members[name].public_id for name in REPS}

    found = {name: status(client, acme, ids[name]) for name in REPS}

    assert found == {name: 200 if name in OPENS[who] else 403 for name in REPS}
    assert links(client, acme) - {"unassigned", "total"} == {ids[name] for name in OPENS[who]}


@pytest.mark.parametrize("who", OPENS_TEAMS)
def test_a_team_opens_to_who_may_open_each_of_its_people(
    signed_in: SignedIn, acme: Office, who: str
) -> None:
    with scope.enter(acme.organization):
        # Alone in the team, a rep's number and the team's are the same records.
        people.end_assignment(
            acme.members["zul"], from_day=cast.at("2025-02-01T00:00").date(),
            moment=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip
    client = signed_in(who)
    ids = {name: acme.teams[name].public_id for name in ("Alpha", "Beta", "Gamma")}

    found = {name: status(client, acme, ids[name], by="team") for name in ids}

    assert found == {name: 200 if name in OPENS_TEAMS[who] else 403 for name in ids}
    assert links(client, acme, by="team") - {"unassigned", "total"} == {
        ids[name] for name in OPENS_TEAMS[who]
    }


@pytest.mark.parametrize("who", OPENS_REGIONS)
def test_a_region_opens_to_its_director_and_those_above(
    signed_in: SignedIn, acme: Office, who: str
) -> None:
    client = signed_in(who)
    ids = {name: acme.teams[name].public_id for name in ("North", "South")}

    found = {name: status(client, acme, ids[name], by="branch") for name in ids}

    assert found == {name: 200 if name in OPENS_REGIONS[who] else 403 for name in ids}
    assert links(client, acme, by="branch") - {"unassigned", "total"} == {
        ids[name] for name in OPENS_REGIONS[who]
    }


@pytest.mark.parametrize("who", OPENS)
def test_what_nobody_owns_opens_to_executives_and_admins(
    signed_in: SignedIn, acme: Office, who: str
) -> None:
    client, may = signed_in(who), who in ("eka", "adi")

    assert status(client, acme, "unassigned") == (200 if may else 403)
    assert ("unassigned" in links(client, acme)) is may


def test_a_refusal_says_why_on_a_page_of_ours(signed_in: SignedIn, acme: Office) -> None:
    response = signed_in("ana").get(
        acme.path("leaderboards/records/"), {"holder": acme.members["budi"].public_id}
    )
    page = read(response)

    assert response.status_code == 403
    assert page.one("h1").text == "This is not open to you"
    assert page.one(of="problem-text").text == (
        "These records are open to the person, their managers and executives."
    )
    assert "Budi" not in response.content.decode()
    assert "90" not in page.one("main").text


def test_everybody_sees_the_whole_board(signed_in: SignedIn, acme: Office) -> None:
    for who in OPENS:
        page = read(signed_in(who).get(acme.path("leaderboards/")))
        assert page.texts("who-name")[0].startswith("Ana")
        assert len(page.texts("who-name")) == 4


def test_a_manager_keeps_to_the_team_they_lead_today(signed_in: SignedIn, acme: Office) -> None:
    with scope.enter(acme.organization):
        people.place(
            acme.members["mira"], team=acme.teams["Gamma"], from_day=cast.TODAY,
            moment=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip
    client = signed_in("mira")

    found = {name: status(client, acme, acme.members[name].public_id) for name in REPS}

    assert found == {"ana": 403, "budi": 403, "citra": 403, "dewi": 200}


def test_a_new_role_holds_from_the_next_page_on(signed_in: SignedIn, acme: Office) -> None:
    client = signed_in("ana")
    dewi = acme.members["dewi"].public_id
    assert status(client, acme, dewi) == 403

    with scope.enter(acme.organization):
        people.set_role(acme.members["ana"], "executive", moment=cast.NOW, actor=cast.ACTOR)

    assert status(client, acme, dewi) == 200


@pytest.mark.parametrize("who", ["ana", "mira", "reza", "eka"])
def test_only_an_admin_manages_screens(signed_in: SignedIn, acme: Office, who: str) -> None:
    from juara.screens import queries

    client = signed_in(who)
    whole = {"name": "Mine", "metric": "calls", "period": "today", "by": "member", "team": ""}

    refused = [
        client.get(acme.path("screens/")),
        client.post(acme.path("screens/new/"), whole),
        client.post(acme.path(f"screens/{acme.screen_id}/revoke/")),
    ]

    assert [response.status_code for response in refused] == [403, 403, 403]
    assert read(refused[0]).one(of="problem-text").text == (
        "Only an administrator can do that. Ask one of yours."
    )
    with scope.enter(acme.organization):
        assert [screen.name for screen in queries.screens()] == ["Lobby"]
    assert "screens/" not in client.get(acme.path()).content.decode()


def test_the_way_to_the_screens_is_shown_to_an_admin(admin: Client, acme: Office) -> None:
    page = read(admin.get(acme.path()))

    assert {each.text for each in page.find("a", href="/o/acme/screens/")} == {"Screens"}


def test_a_seat_without_a_member_opens_nothing(acme: Office, globex: Office) -> None:
    from juara.accounts.models import Seat

    Seat.objects.create(user=globex.users["adi"], organization=acme.organization)
    client = Client()
    client.force_login(globex.users["adi"])

    assert client.get(acme.path()).status_code == 404
    assert client.get(globex.path()).status_code == 200


def test_somebody_in_two_organizations_chooses(acme: Office, globex: Office) -> None:
    with scope.enter(globex.organization):
        twin = cast.member("Twin", email="twin@example.com", role="admin")
        people.give_seat(twin, acme.users["ana"], moment=cast.NOW, actor=cast.ACTOR)
    client = Client()
    client.force_login(acme.users["ana"])

    page = read(client.get("/"))

    assert [(link.text, link.attributes["href"]) for link in page.find(of="link-card")] == [
        ("A Acme", "/?in=acme"),
        ("G Globex", "/?in=globex"),
    ]
    assert client.get("/?in=acme")["Location"] == "/o/acme/today/"
    assert client.get("/?in=globex")["Location"] == "/o/globex/today/team/"
    # In each they are who they are there.
    assert client.get(acme.path("screens/")).status_code == 403
    assert client.get(globex.path("screens/")).status_code == 200
