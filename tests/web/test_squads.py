"""The pages of squads and job profiles."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from juara.people import queries
from juara.people import squads as operations
from juara.tenancy import scope
from tests import cast
from tests.web.office import Office
from tests.web.reading import read


def made(office: Office, name: str = "Rockets") -> str:
    with scope.enter(office.organization):
        return operations.create_squad(name, moment=cast.NOW, actor=cast.ACTOR).public_id


def join(client: Client, office: Office, squad: str, *names: str, **given: Any) -> Any:
    ids = [office.members[name].public_id for name in names]
    return client.post(
        office.path(f"teams/squads/{squad}/add/"),
        {"members": ids, "from_day": "2025-03-03"} | given,
    )


def listed(client: Client, office: Office, squad: str) -> dict[str, list[str]]:
    context = client.get(office.path(f"teams/squads/{squad}/")).context
    return {
        name: [each.member.name for each in context[name]] for name in ("now", "to_come", "over")
    }


def test_a_squad_is_made_and_filled(admin: Client, acme: Office) -> None:
    response = admin.post(acme.path("teams/squads/new/"), {"name": "Rockets"})
    squad = response.headers["Location"].rstrip("/").rpartition("/")[2]

    assert join(admin, acme, squad, "dewi", "ana").status_code == 302
    join(admin, acme, squad, "budi", from_day="2025-04-01")
    join(admin, acme, squad, "citra", last_day="2025-03-05")

    assert listed(admin, acme, squad) == {
        "now": ["Ana", "Dewi"],
        "to_come": ["Budi"],
        "over": ["Citra"],
    }


def test_somebody_leaves_from_a_day_on(admin: Client, acme: Office) -> None:
    squad = made(acme)
    join(admin, acme, squad, "ana")
    address = acme.path(f"teams/squads/{squad}/remove/{acme.members['ana'].public_id}/")

    assert admin.post(address, {"from_day": ""}).status_code == 422
    assert listed(admin, acme, squad)["now"] == ["Ana"]
    assert admin.post(address, {"from_day": "2025-03-10"}).status_code == 302
    assert listed(admin, acme, squad) == {"now": [], "to_come": [], "over": ["Ana"]}


def test_people_to_add_are_found_by_name_and_not_offered_twice(admin: Client, acme: Office) -> None:
    squad = made(acme)
    join(admin, acme, squad, "ana")
    page = admin.get(acme.path(f"teams/squads/{squad}/"), {"q": "A"})

    found = [each.name for each in page.context["offered"]]
    assert "Ana" not in found
    assert found == sorted(found)
    only = admin.get(acme.path(f"teams/squads/{squad}/"), {"q": "dew"}).context["offered"]
    assert [each.name for each in only] == ["Dewi"]


def test_a_squad_is_renamed_archived_and_restored(admin: Client, acme: Office) -> None:
    squad = made(acme)
    path = acme.path(f"teams/squads/{squad}/")
    made(acme, "Stars")

    assert admin.post(path + "rename/", {"name": "STARS"}).status_code == 422
    admin.post(path + "rename/", {"name": "Comets"})
    assert read(admin.get(path)).one("h1").text == "Comets"

    admin.post(path + "archive/")
    overview = admin.get(acme.path("teams/squads/")).context
    assert [each["facts"].name for each in overview["archived"]] == ["Comets"]
    assert join(admin, acme, squad, "ana").status_code == 422

    admin.post(path + "restore/")
    assert join(admin, acme, squad, "ana").status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_the_same_however_long(
    admin: Client, acme: Office, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    squads = [made(acme, f"Squad {number}") for number in range(count)]
    join(admin, acme, squads[0], *("ana", "budi", "citra")[:count])
    admin.get(acme.path("teams/squads/"))
    with django_assert_num_queries(10):
        response = admin.get(acme.path("teams/squads/"))
    assert len(response.context["squads"]) == count
    with django_assert_num_queries(12):
        response = admin.get(acme.path(f"teams/squads/{squads[0]}/"))
    assert len(response.context["now"]) == count


def test_a_job_profile_is_added_renamed_archived_and_restored(admin: Client, acme: Office) -> None:
    path = acme.path("teams/profiles/")
    admin.post(path + "new/", {"name": "Closer"})
    with scope.enter(acme.organization):
        key = next(iter(queries.profiles().values())).public_id

    assert admin.post(path + "new/", {"name": "closer"}).status_code == 422
    admin.post(f"{path}{key}/rename/", {"name": "Account executive"})
    assert [row["use"].name for row in admin.get(path).context["rows"]] == ["Account executive"]
    admin.post(f"{path}{key}/archive/")
    assert [row["use"].name for row in admin.get(path).context["archived"]] == ["Account executive"]
    again = admin.post(path + "new/", {"name": "Account Executive"})
    assert "is archived. Restore it in the list below." in again.content.decode()
    admin.post(f"{path}{key}/restore/")
    assert [row["use"].name for row in admin.get(path).context["rows"]] == ["Account executive"]


def test_what_is_another_organizations_is_nowhere(
    admin: Client, acme: Office, globex: Office
) -> None:
    theirs, ours = made(globex), made(acme)
    path = acme.path(f"teams/squads/{theirs}/")
    given = {"name": "X", "from_day": "2025-03-03", "members": acme.members["ana"].public_id}

    assert admin.get(path).status_code == 404
    someone = acme.members["ana"].public_id
    for rest in ("rename/", "archive/", "restore/", "add/", f"remove/{someone}/"):
        assert admin.post(path + rest, given).status_code == 404
    assert (
        join(admin, acme, ours, "ana", members=[globex.members["ana"].public_id]).status_code == 404
    )
    for rest in ("rename/", "archive/", "restore/"):
        assert admin.post(acme.path(f"teams/profiles/{theirs}/{rest}"), given).status_code == 404
    assert listed(admin, acme, ours) == {"now": [], "to_come": [], "over": []}
