"""Goals in the browser: seen, set, divided, typed into a sheet, brought in by a file, undone."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from juara.core.calendar import FOREVER
from juara.goals import queries
from juara.people import queries as people
from juara.tenancy import scope
from tests import cast
from tests.goals import cast as goals
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import Document, read

APRIL = date(2025, 4, 1)


def held(acme: Office, on: date = cast.TODAY) -> dict[tuple[str, str], Decimal | None]:
    """Return what stands on a day, by whose it is and for how long."""
    with scope.enter(acme.organization):
        name = queries.owner_names()
        return {
            (name(each) or "company", each.grain): each.target
            for each in queries.goals(on, FOREVER)
            if each.holds_on(on)
        }


def post(client: Client, acme: Office, rest: str, **given: Any) -> Any:
    return client.post(acme.path(f"goals/{rest}"), given)


def company_goal(client: Client, acme: Office, target: str = "1,000") -> str:
    """Set the first company goal as the page offers it; return where it leads."""
    response = post(
        client, acme, "new/", owner="company", metric=acme.metrics["revenue_won"], grain="month",
        target=target, counts_unassigned="on", roll_up="own",
    )  # fmt: skip
    assert response.status_code == 302, read(response).texts("field-error")
    return str(response["Location"])


def cell(acme: Office, name: str, day: str) -> str:
    return f"t:{acme.members[name].public_id}:{day}"


def test_a_new_administrator_is_offered_a_company_goal(admin: Client, acme: Office) -> None:
    page = read(admin.get(acme.path("goals/")))

    assert page.one(of="goal-first").text.startswith("Company goal")
    assert "Revenue won" in page.one(of="goal-first").text


def test_the_first_goal_leads_to_dividing_it(admin: Client, acme: Office) -> None:
    address = company_goal(admin, acme)
    assert address.endswith("/divide/")
    assert held(acme) == {("company", "month"): Decimal(1000)}

    page = read(admin.get(address))
    # Five reps in three teams; managers, executive and administrator get nothing.
    assert [each.attributes["value"] for each in page.find("input", of="sheet-cell")] == ["200"] * 5


def test_dividing_sets_people_and_teams_in_one_step_that_is_undone_in_one(
    admin: Client, acme: Office
) -> None:
    address = company_goal(admin, acme)
    page = read(admin.get(address))
    given = {each.attributes["name"]: each.attributes["value"]
             for each in page.find("input", of="sheet-cell")}  # fmt: skip
    admin.post(address, {**given, "by": "equally", "teams": "on"})

    # Alpha has two, Beta one and so North three; Gamma two, and South.
    assert held(acme) == {
        ("company", "month"): Decimal(1000),
        **{(name, "month"): Decimal(200) for name in ("Ana", "Budi", "Citra", "Dewi", "Zul")},
        ("Alpha", "month"): Decimal(400), ("Beta", "month"): Decimal(200),
        ("North", "month"): Decimal(600), ("Gamma", "month"): Decimal(400),
        ("South", "month"): Decimal(400),
    }  # fmt: skip
    page = read(admin.get(acme.path("goals/")))
    assert page.texts("goal-item-gap") == ["Adds up to the target"] * 6

    admin.post(acme.path("goals/undo/"))
    assert held(acme) == {("company", "month"): Decimal(1000)}


def test_dividing_by_the_last_period_follows_what_each_reached(admin: Client, acme: Office) -> None:
    response = post(
        admin, acme, "new/", owner="company", metric=acme.metrics["revenue_won"], grain="week",
        target="600", counts_unassigned="on", roll_up="own",
    )  # fmt: skip
    # The week before 10 March: Ana 70, Budi 90, Citra 60, Dewi 30.
    page = read(admin.get(f"{response['Location']}?by=last"))

    assert {
        each.attributes["aria-label"]: each.attributes["value"]
        for each in page.find("input", of="sheet-cell")
    } == {"Ana": "168", "Budi": "216", "Citra": "144", "Dewi": "72", "Zul": "0"}


def test_a_wrong_amount_is_said_at_its_field_and_nothing_is_divided(
    admin: Client, acme: Office
) -> None:
    address = company_goal(admin, acme)
    name = f"p:{acme.members['ana'].public_id}"
    response = admin.post(address, {name: "much", "by": "equally"})

    assert response.status_code == 422
    assert read(response).texts("sheet-error") == ["This is not a number from 0 up."]
    assert held(acme) == {("company", "month"): Decimal(1000)}


def test_a_goal_is_changed_for_one_period_only(admin: Client, acme: Office) -> None:
    company_goal(admin, acme)
    with scope.enter(acme.organization):
        (goal,) = queries.goals(cast.TODAY, FOREVER)
    response = post(
        admin, acme, f"{goal.public_id}/change/", target="1,500", only="2025-04", roll_up="own",
        counts_unassigned="on",
    )  # fmt: skip
    assert response.status_code == 302

    assert held(acme, date(2025, 3, 31)) == {("company", "month"): Decimal(1000)}
    assert held(acme, APRIL) == {("company", "month"): Decimal(1500)}
    assert held(acme, date(2025, 5, 1)) == {("company", "month"): Decimal(1000)}
    page = read(admin.get(acme.path(f"goals/{goal.public_id}/")))
    assert "$1,500 from Apr 1, 2025" in page.texts("goal-note")[0]


def test_a_goal_may_be_the_sum_of_its_peoples(admin: Client, acme: Office) -> None:
    post(
        admin, acme, "new/", owner="company", metric=acme.metrics["calls"], grain="month",
        roll_up="members", counts_unassigned="on",
    )  # fmt: skip
    with scope.enter(acme.organization):
        (goal,) = queries.goals(cast.TODAY, FOREVER)

    assert (goal.target, goal.roll_up.value) == (None, "members")
    page = read(admin.get(acme.path("goals/")))
    assert page.texts("goal-note")[0].startswith("Sum of its people's targets")


def test_weekdays_custom_days_and_length_make_the_form(admin: Client, acme: Office) -> None:
    ana = acme.members["ana"].public_id
    given = {"owner": f"member:{ana}", "metric": acme.metrics["calls"], "is_prorated": "on"}
    days = {f"weekday_{at}": "100" for at in range(7)} | {"weekday_4": "50"}
    response = post(admin, acme, "new/", **given, grain="day", target="20", **days)
    assert response.status_code == 302
    response = post(
        admin, acme, "new/", **given, grain="custom", target="90", first_day="2025-03-03",
        last_day="2025-03-14",
    )  # fmt: skip
    assert response.status_code == 302

    with scope.enter(acme.organization):
        day, custom = sorted(
            queries.goals(cast.TODAY, FOREVER), key=lambda each: each.grain != "day"
        )
    assert day.weekdays == (*(Decimal(1),) * 4, Decimal("0.5"), Decimal(1), Decimal(1))
    assert custom.days == (date(2025, 3, 3), date(2025, 3, 15))


def test_what_cannot_be_read_comes_back_with_the_form(admin: Client, acme: Office) -> None:
    response = post(
        admin, acme, "new/", owner="company", metric=acme.metrics["calls"], grain="month",
        target="a lot", roll_up="own",
    )  # fmt: skip

    assert response.status_code == 422
    assert "a lot" in response.content.decode()
    assert held(acme) == {}


def test_an_ended_goal_keeps_its_days(admin: Client, acme: Office) -> None:
    company_goal(admin, acme)
    with scope.enter(acme.organization):
        (goal,) = queries.goals(cast.TODAY, FOREVER)
    post(admin, acme, f"{goal.public_id}/end/", from_day="2025-04-01")

    assert held(acme, date(2025, 3, 31)) == {("company", "month"): Decimal(1000)}
    assert held(acme, APRIL) == {}


# --- The sheet ---


def sheet(client: Client, acme: Office, **given: str) -> Document:
    return read(client.get(acme.path("goals/grid/"), {"team": "all", **given}))


def save(client: Client, acme: Office, seen: str, **given: str) -> Any:
    address = f"goals/grid/save/?team=all&metric={acme.metrics['revenue_won']}"
    return client.post(acme.path(address), {"seen": seen, **given})


def seen(page: Document) -> str:
    return page.find("input", name="seen")[0].attributes["value"]


def test_the_sheet_saves_what_was_typed_in_one_batch_and_takes_it_back(
    admin: Client, acme: Office
) -> None:
    page = sheet(admin, acme)
    assert len(page.find("input", of="sheet-cell")) == 7 * 12
    given = {cell(acme, "ana", "2025-03-01"): "1,200", cell(acme, "budi", "2025-04-01"): "900.50"}
    assert save(admin, acme, seen(page), **given).status_code == 302

    assert held(acme) == {("Ana", "month"): Decimal(1200)}
    assert held(acme, APRIL) == {("Budi", "month"): Decimal("900.5000")}
    admin.post(acme.path("goals/undo/"))
    assert held(acme) == held(acme, APRIL) == {}


def test_a_refused_cell_says_so_at_its_place_and_nothing_is_saved(
    admin: Client, acme: Office
) -> None:
    page = sheet(admin, acme)
    given = {cell(acme, "ana", "2025-03-01"): "1,200", cell(acme, "budi", "2025-04-01"): "-5"}
    response = save(admin, acme, seen(page), **given)

    page = read(response)
    assert response.status_code == 422
    assert page.texts("sheet-error") == ["This is not a number from 0 up."]
    # What was typed is still there.
    wrong = page.find("input", name=cell(acme, "ana", "2025-03-01"))[0]
    assert wrong.attributes["value"] == "1,200"
    assert held(acme) == {}


def test_a_cell_left_alone_does_not_take_back_what_somebody_else_typed(
    admin: Client, acme: Office
) -> None:
    first = sheet(admin, acme)
    name = cell(acme, "ana", "2025-03-01")
    save(admin, acme, seen(first), **{name: "1,200"})
    # A second page that was open all the time, where only Budi's cell was typed into.
    save(admin, acme, seen(first), **{name: "", cell(acme, "budi", "2025-03-01"): "7"})

    assert held(acme) == {("Ana", "month"): Decimal(1200), ("Budi", "month"): Decimal(7)}


def test_an_emptied_cell_gives_the_job_profiles_target_back(admin: Client, acme: Office) -> None:
    with scope.enter(acme.organization):
        for name in ("Ana",):
            goals.give(acme.members[name.lower()], "North", "Alpha", profile="SDR")
        goals.target("revenue_won", "month", "300")
    name = cell(acme, "ana", "2025-03-01")
    page = sheet(admin, acme)
    assert page.find("input", name=name)[0].attributes["placeholder"] == "300"
    save(admin, acme, seen(page), **{name: "1,200"})
    page = sheet(admin, acme)
    assert page.find("input", name=name)[0].attributes["value"] == "1,200"
    save(admin, acme, seen(page), **{name: ""})

    assert held(acme) == {("SDR", "month"): Decimal(300)}


def test_sums_stand_against_the_teams_own_target(admin: Client, acme: Office) -> None:
    company_goal(admin, acme)
    page = sheet(admin, acme)
    save(admin, acme, seen(page), **{cell(acme, "ana", "2025-03-01"): "700"})
    page = sheet(admin, acme)

    march = page.find(of="sheet-sum", data_column="2")
    assert [each.text for each in march] == [
        "$700 of $1,000 $300 less",
        "$700",
        "$700",
        "$0",
        "$0",
        "$0",
    ]


def test_managers_set_their_own_peoples_and_look_at_the_others(
    signed_in: SignedIn, acme: Office
) -> None:
    mira = signed_in("mira")
    page = sheet(mira, acme)
    fields = page.find("input", of="sheet-cell")
    assert {each.attributes["aria-label"].partition(",")[0] for each in fields
            if "readonly" not in each.attributes} == {"Ana", "Budi"}  # fmt: skip
    response = save(mira, acme, seen(page), **{cell(acme, "dewi", "2025-03-01"): "5"})

    assert read(response).texts("sheet-error") == ["Not yours to set."]
    assert held(acme) == {}
    assert post(mira, acme, "new/", owner="company").status_code == 403


def test_the_sheet_costs_the_same_for_one_month_and_for_fifty_people(
    admin: Client, acme: Office, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(40):
        sheet(admin, acme)


# --- From a file ---


def upload(client: Client, acme: Office, text: str) -> Any:
    file = SimpleUploadedFile("targets.csv", text.encode(), content_type="text/csv")
    return client.post(acme.path("goals/import/"), {"file": file})


def test_a_sheet_is_checked_first_then_saved_in_one_batch(admin: Client, acme: Office) -> None:
    rows = (
        "Person,Metric,Period,Target\n"
        "ana@example.com,Revenue won,2025-03,1200\n"
        "Budi,calls,2025-W11,40\n"
        "Nobody,Calls,2025-03,1\n"
        "Citra,Dances,2025-03,1\n"
        "Citra,Calls,soon,1\n"
        "Citra,Calls,2025-03,many\n"
        "Ana,Revenue won,2025-03,7\n"
    )
    page = read(upload(admin, acme, rows))
    assert held(acme) == {}
    problems = page.one("ul", of="goal-problem-list").text
    assert problems == (
        "Row 4 There is nobody called “Nobody”. "
        "Row 5 There is no metric called “Dances”. "
        "Row 6 “soon” is not a period. Write 2026-03, 2026-Q1, 2026-W10 or 2026. "
        "Row 7 “many” is not a target. Write a number from 0 up. "
        "Row 8 The same target stands in row 2 already."
    )
    given = {"upload": page.find("input", name="upload")[0].attributes["value"]}
    admin.post(acme.path("goals/import/store/"), given)

    assert held(acme) == {("Ana", "month"): Decimal(1200), ("Budi", "week"): Decimal(40)}
    admin.post(acme.path("goals/undo/"))
    assert held(acme) == {}


def test_a_file_without_the_columns_says_which(admin: Client, acme: Office) -> None:
    response = upload(admin, acme, "Who,Metric,Target\nAna,Calls,4\n")

    assert response.status_code == 422
    assert "Not found: Person, Period." in response.content.decode()


# --- Help, settings ---


def test_help_stands_beside_the_form(admin: Client, acme: Office) -> None:
    ana = acme.members["ana"].public_id
    given = {"owner": f"member:{ana}", "metric": acme.metrics["revenue_won"], "grain": "week"}
    page = read(admin.get(acme.path("goals/help/"), {**given, "target": "80"}))

    assert page.one("dl", of="goal-figures").text.startswith("Last period $70")
    # Ana 70 and Budi 90 in the team that Mira leads; who has nothing counts as nothing.
    assert "1 of 3 would have reached $80" in page.one("div", id="goal-help").text


def test_settings_change_from_a_day_and_let_managers_set_no_more(
    admin: Client, signed_in: SignedIn, acme: Office
) -> None:
    response = post(admin, acme, "settings/", on_track="95", behind="70", from_day="2025-03-10")
    assert response.status_code == 302
    with scope.enter(acme.organization):
        held_now = queries.settings_on(cast.TODAY)
    assert (held_now.on_track, held_now.behind) == (Decimal("0.95"), Decimal("0.7"))

    assert signed_in("mira").post(acme.path("goals/grid/save/?team=all")).status_code == 403
    response = post(admin, acme, "settings/", on_track="70", behind="80")
    assert response.status_code == 422


@pytest.mark.parametrize("name", ["ana", "mira", "eka", "adi"])
def test_goals_are_for_those_who_lead(signed_in: SignedIn, acme: Office, name: str) -> None:
    for rest in ("goals/", "goals/grid/"):
        expected = 403 if name == "ana" else 200
        assert signed_in(name).get(acme.path(rest)).status_code == expected


def test_a_persons_goals_show_where_each_comes_from(admin: Client, acme: Office) -> None:
    with scope.enter(acme.organization):
        goals.give(acme.members["ana"], "North", "Alpha", profile="SDR")
        goals.target("calls", "day", "20")
        assert people.profiles()
    ana = acme.members["ana"].public_id
    page = read(admin.get(acme.path(f"goals/people/{ana}/")))

    assert page.texts("goal-item-name") == ["Calls Day"]
    assert page.texts("goal-none") == ["No goals of their own."]
