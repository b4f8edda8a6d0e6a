"""The set-up checklist: its state comes from what there is."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from juara.connect import operations as connect
from juara.metrics import operations as metrics
from juara.people import operations as people
from juara.screens import operations as screens
from juara.tenancy import scope
from juara.tenancy.models import Organization
from juara.web.setup import checklist
from tests import cast
from tests.web import office
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import read


@pytest.fixture
def fresh(db: None) -> tuple[Organization, Client]:
    """An organization as beginning leaves it, and its administrator's client."""
    made = cast.organization("fresh", zone="Asia/Jakarta", currency="IDR")
    with scope.enter(made):
        people.ensure_root(name="Fresh")
        metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
        rina = people.ensure_member(
            name="Rina", email="rina@example.com", role="admin", moment=cast.NOW, actor=cast.ACTOR
        )
        user = office.seated(rina, "fresh")
    client = Client()
    client.force_login(user)
    return made, client


def states(client: Client, slug: str = "fresh") -> dict[str, str]:
    found = client.get(f"/o/{slug}/set-up/").context["checklist"]
    return {step.key: step.state for step in found.steps}


def fact(client: Client, key: str, slug: str = "fresh") -> str:
    found = client.get(f"/o/{slug}/set-up/").context["checklist"]
    return str(next(step.fact for step in found.steps if step.key == key))


def test_a_fresh_organization_has_people_to_add_next(fresh: tuple[Organization, Client]) -> None:
    assert states(fresh[1]) == {
        "organization": "done", "people": "current", "source": "open", "metrics": "done",
        "board": "open", "targets": "open", "goals": "open", "scorecards": "open",
        "screen": "open", "invite": "open",
    }  # fmt: skip


def test_each_step_says_what_was_done(fresh: tuple[Organization, Client]) -> None:
    organization, client = fresh
    with scope.enter(organization):
        for name in ("Ana", "Budi"):
            cast.member(name, "North", name)
        run = connect.begin_run(
            cast.source(), files=[], delete_missing=False, moment=cast.NOW, actor=cast.ACTOR
        )
        type(run).objects.filter(id=run.id).update(state="done", landed_count=1_250)
        cast.deliver(cast.deal("1", owner="ana", amount="70"))
        screens.create_screen(
            name="Lobby", metric_key="revenue_won", moment=cast.NOW, actor=cast.ACTOR
        )

    assert fact(client, "organization") == "Asia/Jakarta · IDR"
    assert fact(client, "people") == "3 people in 3 teams"
    assert fact(client, "source") == "1,250 rows"
    assert fact(client, "board") == "Live"
    assert fact(client, "screen") == "1 screen"
    assert states(client) == {
        "organization": "done", "people": "done", "source": "done", "metrics": "done",
        "board": "done", "targets": "current", "goals": "open", "scorecards": "open",
        "screen": "done", "invite": "open",
    }  # fmt: skip


def test_a_step_left_out_makes_the_next_one_current_and_can_be_taken_up(
    fresh: tuple[Organization, Client],
) -> None:
    _organization, client = fresh

    client.post("/o/fresh/set-up/skip/", {"step": "people"})
    left_out = states(client)
    client.post("/o/fresh/set-up/skip/", {"step": "people", "again": "1"})

    assert (left_out["people"], left_out["source"]) == ("skipped", "current")
    assert states(client)["people"] == "current"


def test_what_was_left_out_and_done_after_all_is_done(fresh: tuple[Organization, Client]) -> None:
    organization, client = fresh
    client.post("/o/fresh/set-up/skip/", {"step": "people"})
    with scope.enter(organization):
        cast.member("Ana", "North")

    assert states(client)["people"] == "done"


def test_there_is_no_other_step(fresh: tuple[Organization, Client]) -> None:
    assert fresh[1].post("/o/fresh/set-up/skip/", {"step": "coffee"}).status_code == 404
    assert Organization.objects.get().setup_skipped == []


def test_one_thing_is_primary_and_it_is_the_next_step(fresh: tuple[Organization, Client]) -> None:
    page = read(fresh[1].get("/o/fresh/set-up/"))

    primary = page.find(data_variant="primary")
    assert [each.text for each in primary] == ["Paste a list"]
    assert page.one(of="check", aria_current="step").text.startswith("Next People and teams")


def test_with_numbers_it_celebrates_and_can_be_put_away(admin: Client, acme: Office) -> None:
    Organization.objects.update(setup_skipped=["source"])
    page = read(admin.get(acme.path("set-up/")))
    assert [each.text for each in page.find(data_variant="primary")] == ["Open the leaderboard"]

    response = admin.post(acme.path("set-up/done/"))

    assert response["Location"] == "/"
    assert Organization.objects.get(slug="acme").setup_done_at == cast.NOW
    admin.post(acme.path("set-up/done/"), {"again": "1"})
    assert Organization.objects.get(slug="acme").setup_done_at is None


def test_the_first_board_opens_where_there_are_numbers(
    fresh: tuple[Organization, Client],
) -> None:
    """An export of last year must not lead to an empty board of this month."""
    organization, client = fresh
    with scope.enter(organization):
        cast.member("Ana", "North", "ana")
        cast.deliver(cast.deal("1", owner="ana", amount="70", dates={"closed": date(2024, 2, 10)}))

    answer = client.get("/o/fresh/set-up/")
    step = next(each for each in answer.context["checklist"].steps if each.key == "board")
    board = "/o/fresh/leaderboards/?metric=revenue_won&period=2024-02"
    assert step.url == board
    assert read(answer).find("a", href=board)


def test_the_preview_shows_the_top_three_as_they_are(admin: Client, acme: Office) -> None:
    page = read(admin.get(acme.path("set-up/preview/")))

    assert page.texts("preview-who") == ["Ana Alpha", "Budi Alpha", "Citra Beta"]
    assert page.texts("preview-value") == ["$120", "$90", "$60"]


def test_the_preview_chooses_the_newest_month_then_a_full_board_then_the_first_metric() -> None:
    march, april = date(2025, 3, 1), date(2025, 4, 1)

    assert checklist.newest({1: (march, 9), 2: (april, 1)}, [1, 2]) == (2, april)
    assert checklist.newest({1: (april, 2), 2: (april, 3)}, [1, 2]) == (2, april)
    assert checklist.newest({1: (april, 30), 2: (april, 9)}, [2, 1]) == (2, april)
    assert checklist.newest({}, [1, 2]) is None


@pytest.mark.parametrize("name", ["ana", "mira", "eka"])
@pytest.mark.parametrize(
    "path",
    ["set-up/", "set-up/preview/", "set-up/settings/", "set-up/skip/", "set-up/done/",
     "set-up/settings/remove/", "set-up/sample/", "set-up/sample/progress/",
     "set-up/sample/remove/"],
)  # fmt: skip
def test_only_administrators_set_up(
    signed_in: SignedIn, acme: Office, name: str, path: str
) -> None:
    client = signed_in(name)
    answers = {client.get(acme.path(path)).status_code, client.post(acme.path(path)).status_code}

    assert answers <= {403, 405}
    assert 403 in answers


@pytest.mark.parametrize("people_count", [1, 3])
def test_the_checklist_costs_the_same_whatever_there_is(
    fresh: tuple[Organization, Client],
    django_assert_num_queries: DjangoAssertNumQueries,
    people_count: int,
) -> None:
    organization, client = fresh
    with scope.enter(organization):
        for number in range(people_count):
            cast.member(f"Rep {number}", f"Team {number}")
            cast.deliver(cast.deal(str(number), owner=f"rep {number}", amount="5"))
            screens.create_screen(
                name=str(number), metric_key="calls", moment=cast.NOW, actor=cast.ACTOR
            )

    # Session, user, organization, scope, setting, member; then seven facts and the sample.
    with django_assert_num_queries(17):
        client.get("/o/fresh/set-up/")


def test_the_facts_are_read_in_seven_queries(
    acme: Office, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with scope.enter(acme.organization), django_assert_num_queries(7):
        checklist.facts(cast.TODAY)
