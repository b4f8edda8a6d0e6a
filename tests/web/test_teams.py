"""The page of the team tree: looking at it, changing it, moving people."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from juara.people import queries
from juara.people import structure as company
from juara.tenancy import scope
from tests import cast
from tests.ledger import reading
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import Document, read

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def tree(office: Office, day: str = "2025-03-10") -> list[str]:
    """Return the teams of a day in order, indented by their level."""
    with scope.enter(office.organization):
        rows = company.structure(cast.at(f"{day}T00:00").date()).rows
        return ["  " * (row.level - 1) + row.team.name for row in rows]


WHOLE = ["Company", "  North", "    Alpha", "    Beta", "  South", "    Gamma"]


def stored(office: Office) -> dict[str, list[str]]:
    with scope.enter(office.organization):
        return reading.contents()


def post(client: Client, office: Office, rest: str, **given: Any) -> Any:
    return client.post(office.path(f"teams/{rest}"), given)


def people_of(page: Document) -> list[str]:
    return page.texts("team-person-name")


def test_the_tree_shows_every_team_with_its_manager_and_people(admin: Client, acme: Office) -> None:
    page = read(admin.get(acme.path("teams/")))

    items = page.find("a", of="tree-item", role="treeitem")
    assert [(item.attributes["data-name"], item.attributes["aria-level"]) for item in items] == [
        (name.strip(), str((len(name) - len(name.lstrip())) // 2 + 1)) for name in WHOLE
    ]
    assert page.texts("tree-who") == ["", "Reza", "Mira", "", "", ""]
    assert [text.split()[0] for text in page.texts("tree-count")] == [
        "9", "5", "3", "1", "2", "2",
    ]  # fmt: skip


def test_the_company_is_open_at_first_and_a_team_when_asked_for(
    admin: Client, acme: Office
) -> None:
    assert read(admin.get(acme.path("teams/"))).one("h2", id="team-title").text == "Company"

    asked = {"team": acme.teams["Alpha"].public_id}
    page = read(admin.get(acme.path("teams/"), asked))
    assert page.one("h2", id="team-title").text == "Alpha"
    assert people_of(page) == ["Ana", "Budi", "Mira"]


def test_the_open_team_alone_is_loaded_for_a_part(admin: Client, acme: Office) -> None:
    asked = {"team": acme.teams["Beta"].public_id}
    page = read(admin.get(acme.path("teams/"), asked, headers=PART))

    assert people_of(page) == ["Citra"]
    assert page.find(role="tree") == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_however_many_teams_and_people(
    admin: Client, acme: Office, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    with scope.enter(acme.organization):
        for number in range(rows):
            cast.member(f"New {number}", "North", "Delta", role="manager")
            cast.team("North", f"Team {number}")
        delta = queries.team("Delta").public_id
    with django_assert_num_queries(17):
        response = admin.get(acme.path("teams/"), {"team": delta})
    assert len(people_of(read(response))) == rows


def test_a_day_that_is_none_is_today(admin: Client, acme: Office) -> None:
    for day in ("soon", "9999-12-31", "0001-01-01", ""):
        response = admin.get(acme.path("teams/"), {"day": day})
        assert response.context["asked"].day == cast.TODAY


def test_a_new_team_hangs_under_the_one_chosen(admin: Client, acme: Office) -> None:
    response = post(admin, acme, "new/", name="Delta", under=acme.teams["South"].public_id)

    assert response.status_code == 302
    assert tree(acme) == [*WHOLE[:5], "    Delta", "    Gamma"]


def test_a_name_that_is_taken_there_is_said_beside_the_field(admin: Client, acme: Office) -> None:
    before = stored(acme)
    response = post(admin, acme, "new/", name="gamma", under=acme.teams["South"].public_id)

    assert response.status_code == 422
    assert "There is a team called “gamma” there already." in response.content.decode()
    assert stored(acme) == before


def test_a_team_moves_from_the_day_on(admin: Client, acme: Office) -> None:
    response = post(
        admin, acme, f"{acme.teams['Beta'].public_id}/move/",
        under=acme.teams["South"].public_id, from_day="2025-03-05",
    )  # fmt: skip

    assert response.status_code == 302
    assert tree(acme, "2025-03-04") == WHOLE
    assert tree(acme, "2025-03-05") == [*WHOLE[:3], "  South", "    Beta", "    Gamma"]
    said = read(admin.get(response.headers["Location"])).texts("toast")
    assert said[0].startswith("From Mar 5, 2025 on, Beta hangs under South.")


def test_a_loop_is_refused_in_words_and_nothing_changes(admin: Client, acme: Office) -> None:
    before = stored(acme)
    response = post(
        admin, acme, f"{acme.teams['North'].public_id}/move/",
        under=acme.teams["Alpha"].public_id, from_day="2025-03-05",
    )  # fmt: skip

    assert response.status_code == 422
    assert "Alpha is below it." in response.content.decode()
    assert stored(acme) == before


def test_a_team_dropped_on_another_opens_the_form_with_both(admin: Client, acme: Office) -> None:
    beta, south = acme.teams["Beta"].public_id, acme.teams["South"].public_id
    page = read(admin.get(acme.path("teams/"), {"team": beta, "under": south}))

    chosen = [each.text for each in page.find("option") if "selected" in each.attributes]
    assert page.one("h2", id="team-title").text == "Beta"
    assert "South" in chosen
    assert page.find("form", data_takes_focus="") != []


def test_a_team_is_renamed(admin: Client, acme: Office) -> None:
    post(admin, acme, f"{acme.teams['Beta'].public_id}/rename/", name="Berlin")

    assert tree(acme)[3] == "    Berlin"


def test_a_team_with_people_is_not_closed_and_says_how_many(admin: Client, acme: Office) -> None:
    before = stored(acme)
    address = f"{acme.teams['Gamma'].public_id}/close/"
    response = post(admin, acme, address, from_day="2025-03-10")

    assert response.status_code == 422
    assert "2 people are in Gamma on Mar 10, 2025 or later." in response.content.decode()
    assert stored(acme) == before


def test_a_closed_team_is_listed_apart_and_can_be_opened_again(admin: Client, acme: Office) -> None:
    with scope.enter(acme.organization):
        cast.member("Old", "South", "Omega", until_day=cast.TODAY)
        omega = queries.team("Omega").public_id
    assert post(admin, acme, f"{omega}/close/", from_day="2025-03-10").status_code == 302
    assert tree(acme) == WHOLE

    page = read(admin.get(acme.path("teams/"), {"team": omega}))
    assert page.one("h2", id="team-title").text == "Omega"

    under = acme.teams["South"].public_id
    post(admin, acme, f"{omega}/move/", under=under, from_day="2025-03-10")
    assert tree(acme)[-1] == "    Omega"


def moving(office: Office, *names: str, team: str = "Gamma", **given: Any) -> dict[str, Any]:
    return {
        "members": [office.members[name].public_id for name in names],
        "team": office.teams[team].public_id,
        "from_day": "2025-03-04",
        "here": office.teams["Alpha"].public_id,
    } | given


def revenue(office: Office) -> dict[tuple[str, str], Any]:
    with scope.enter(office.organization):
        found = reading.sums("revenue_won", "2025-03")
        return {key: int(each.total) for key, each in found.items() if key[0] in ("Ana", "Budi")}


def test_moving_people_first_says_what_it_does_and_then_does_it(
    admin: Client, acme: Office
) -> None:
    before = stored(acme)
    announced = post(admin, acme, "people/move/", **moving(acme, "ana", "budi"))

    assert announced.status_code == 200
    rows = {row.name: (row.value, row.stayed) for row in announced.context["effect"].rows}
    assert rows["Revenue won"] == (140, 70)
    assert stored(acme) == before

    done = post(admin, acme, "people/move/", **moving(acme, "ana", "budi", confirm="yes"))
    assert done.status_code == 302
    assert revenue(acme) == {("Ana", "Alpha"): 70, ("Ana", "Gamma"): 50, ("Budi", "Gamma"): 90}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"members": []}, "Tick the people to move first."),
        ({"team": ""}, "Choose the team they go to."),
        ({"from_day": "soon"}, "Write a day like 2025-03-31."),
    ],
)
def test_an_incomplete_move_comes_back_with_what_is_missing(
    admin: Client, acme: Office, changes: dict[str, Any], words: str
) -> None:
    before = stored(acme)
    response = post(admin, acme, "people/move/", **moving(acme, "ana") | changes)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert stored(acme) == before


CHANGES = (
    ("new/", {"name": "X", "under": "North"}),
    ("{team}/move/", {"under": "South", "from_day": "2025-03-05"}),
    ("{team}/rename/", {"name": "X"}),
    ("{team}/close/", {"from_day": "2025-03-05"}),
    ("people/move/", {"from_day": "2025-03-05"}),
    ("squads/new/", {"name": "X"}),
    ("profiles/new/", {"name": "X"}),
)


@pytest.mark.parametrize("name", ["ana", "mira", "eka"])
def test_only_administrators_change_teams(signed_in: SignedIn, acme: Office, name: str) -> None:
    client, before = signed_in(name), stored(acme)

    for rest, given in CHANGES:
        address = rest.format(team=acme.teams["Beta"].public_id)
        assert post(client, acme, address, **given).status_code == 403
    assert stored(acme) == before


@pytest.mark.parametrize(("name", "status"), [("ana", 403), ("mira", 200), ("eka", 200)])
def test_leaders_look_at_the_tree_and_reps_do_not(
    signed_in: SignedIn, acme: Office, name: str, status: int
) -> None:
    for rest in ("", "squads/", "profiles/"):
        response = signed_in(name).get(acme.path(f"teams/{rest}"))
        assert response.status_code == status
        assert b'<form method="post" action="/o/acme/teams' not in response.content


def test_teams_and_people_of_another_organization_are_nowhere(
    admin: Client, acme: Office, globex: Office
) -> None:
    theirs, before = globex.teams["Beta"].public_id, (stored(acme), stored(globex))

    assert admin.get(acme.path("teams/"), {"team": theirs}).status_code == 404
    for rest, given in CHANGES[1:4]:
        assert post(admin, acme, rest.format(team=theirs), **given).status_code == 404
    stranger = globex.members["ana"].public_id
    moved = post(
        admin, acme, "people/move/", **moving(acme, "ana") | {"members": [stranger]}
    )  # fmt: skip
    assert moved.status_code == 404
    # What a select does not offer is a wrong choice, not another way in.
    beta = acme.teams["Beta"].public_id
    hung = post(admin, acme, f"{beta}/move/", under=theirs, from_day="2025-03-05")
    assert hung.status_code == 422
    assert (stored(acme), stored(globex)) == before
