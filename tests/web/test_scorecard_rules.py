"""Who is measured on what: the list, the editor, its refusals and its preview."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from juara.people import queries as people
from juara.scorecards import queries
from juara.scorecards.queries import COMPANY, Owner, RuleFacts
from juara.scorecards.types import Kind, Mode, WithoutValue
from juara.tenancy import scope
from tests import cast
from tests.goals import cast as goals
from tests.scorecards import cast as cards
from tests.web import day
from tests.web.conftest import SignedIn
from tests.web.office import Office
from tests.web.reading import Document, read


@pytest.fixture
def sdr(acme: Office) -> str:
    """SDRs asked for 20 calls a day and 2 deals won a month; the profile's public id."""
    day.begun(acme)
    with scope.enter(acme.organization):
        goals.target("deals_won", "month", "2")
        return goals.profile()


def lines(acme: Office, *said: str) -> dict[str, list[str]]:
    """Return the form's lines for "calls day 40", further fields empty."""
    words = [each.split() for each in said]
    return {
        "line.metric": [acme.metrics[metric] for metric, _grain, _weight in words],
        "line.grain": [grain for _metric, grain, _weight in words],
        "line.weight": ["" if weight == "-" else weight for _metric, _grain, weight in words],
        "line.cap": [""] * len(words),
        "line.start": [""] * len(words),
        "line.kind": ["objective"] * len(words),
        "line.without_value": ["zero"] * len(words),
    }


def form(acme: Office, *said: str, **other: Any) -> dict[str, Any]:
    return lines(acme, *said) | {"mode": "weighted", "cap": "200", "do": "save"} | other


def address(acme: Office, profile: str) -> str:
    return acme.path(f"scorecard-rules/profiles/{profile}/")


def sent(client: Client, acme: Office, profile: str, given: dict[str, Any]) -> Any:
    return client.post(address(acme, profile), given)


def held(acme: Office, owner: Owner) -> tuple[RuleFacts, ...]:
    with scope.enter(acme.organization):
        return queries.versions(owner)


def of_sdr(acme: Office, profile: str) -> tuple[RuleFacts, ...]:
    with scope.enter(acme.organization):
        return queries.versions(queries.owner(profile=profile))


def refusals(page: Document) -> list[str]:
    return [each.text for each in page.find("p", of="field-error")]


def test_the_list_says_who_is_measured_on_what(signed_in: SignedIn, acme: Office, sdr: str) -> None:
    with scope.enter(acme.organization):
        cards.scorecard("calls day 40", "deals_won month 60")
    page = read(signed_in("mira").get(acme.path("scorecard-rules/")))

    assert page.find("li", of="scoring-owner")[0].text == (
        "SDR 4 people Weighted Calls (day) 40 · Deals won (month) 60"
    )
    assert page.find("li", of="scoring-owner")[1].text.endswith("Equal weights")


def test_a_first_scorecard_begins_with_every_goal_at_the_same_weight(
    admin: Client, acme: Office, sdr: str
) -> None:
    page = read(admin.get(address(acme, sdr)))

    assert [each.text for each in page.find("p", of="scoring-name")] == [
        "Calls Day",
        "Deals won Month",
    ]
    weights = page.find("input", name="line.weight")
    assert [each.attributes["value"] for each in weights] == ["50", "50"]
    assert page.one("p", of="scoring-sum").text == "100 of 100"


def test_an_administrator_sets_one_from_a_day_and_the_past_stays(
    admin: Client, acme: Office, sdr: str
) -> None:
    with scope.enter(acme.organization):
        cards.scorecard("calls day 100")
    given = form(acme, "calls day 40", "deals_won month 60", from_day="2025-04-01")
    given |= {
        "line.cap": ["150", ""],
        "line.start": ["50", ""],
        "line.kind": ["activity", "objective"],
        "line.without_value": ["zero", "skip"],
    }
    answer = sent(admin, acme, sdr, given)

    assert answer.status_code == 302
    before, after = of_sdr(acme, sdr)
    assert [each.weight for each in before.definition.lines] == [Decimal(100)]
    assert str(before.until_day) == str(after.from_day) == "2025-04-01"
    calls, deals = after.definition.lines
    assert (calls.cap, calls.start, calls.kind) == (Decimal("1.5"), Decimal("0.5"), Kind.ACTIVITY)
    assert (deals.cap, deals.without_value) == (None, WithoutValue.SKIP)
    page = read(admin.get(address(acme, sdr)))
    assert [each.text.split(" Weighted")[0] for each in page.find("li", of="scoring-version")] == [
        "From Apr 1, 2025", "Until Mar 31, 2025 Holds today",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "other", "refusal"),
    [
        (("calls day 40", "deals_won month 50"), {}, "The weights add to 90, not to 100."),
        (("calls day -", "deals_won month 100"), {}, "Write a number from 0 to 100."),
        (("calls day 101", "deals_won month 1"), {}, "A weight is a number from 0 to 100."),
        (("calls day 50", "calls day 50"), {},
         "The same metric stands twice for the same length of time."),
        (("calls day 100",), {"line.cap": ["much"]},
         "Write a percentage, such as 200, or leave it empty."),
        (("calls day 100",), {"line.start": ["250"]},
         "A line starts to earn below its cap: choose a higher cap or a lower start."),
        (("calls day 100",), {"line.start": ["0"]},
         "Caps and starts are percentages above 0, up to 10,000 %."),
        (("calls day 100",), {"mode": "pace_index", "cap": "300"},
         "A pace index goes up to 250 %: cap it there or below."),
        (("calls day 100",), {"from_day": "soon"}, "Choose a day from the calendar."),
        ((), {}, "A scorecard has at least one line, and at most 40."),
    ],
)  # fmt: skip
def test_what_cannot_be_one_is_refused_and_nothing_changes(
    admin: Client,
    acme: Office,
    sdr: str,
    said: tuple[str, ...],
    other: dict[str, Any],
    refusal: str,
) -> None:
    answer = sent(admin, acme, sdr, form(acme, *said, **other))

    assert answer.status_code == 422
    page = read(answer)
    shown = [*refusals(page), *(each.text for each in page.find(of="banner"))]
    assert any(refusal in each for each in shown), shown
    assert of_sdr(acme, sdr) == ()


def test_teams_have_no_ranks(admin: Client, acme: Office, sdr: str) -> None:
    team = acme.teams["Alpha"].public_id
    answer = admin.post(
        acme.path(f"scorecard-rules/teams/{team}/"), form(acme, "calls day 100", mode="rank_points")
    )

    assert answer.status_code == 422
    assert refusals(read(answer)) == ["Rank points compare the people of a job profile, not teams."]


def test_the_root_team_is_the_company(admin: Client, acme: Office, sdr: str) -> None:
    with scope.enter(acme.organization):
        root = people.root_team().public_id
    admin.post(acme.path(f"scorecard-rules/teams/{root}/"), form(acme, "calls day 100"))

    assert [each.definition.mode for each in held(acme, COMPANY)] == [Mode.WEIGHTED]


def test_buttons_spread_add_and_remove(admin: Client, acme: Office, sdr: str) -> None:
    three = ("calls day 1", "deals_won month 2", "emails day 3")

    def weights(do: str, **other: str) -> list[str]:
        page = read(sent(admin, acme, sdr, form(acme, *three, do=do, **other)))
        return [each.attributes["value"] for each in page.find("input", name="line.weight")]

    assert weights("even") == ["34", "33", "33"]
    assert weights("remove:1") == ["1", "3"]
    assert weights("add", goal=f"{acme.metrics['calls']}|week") == ["1", "2", "3", ""]
    assert weights("metric", metric=acme.metrics["demos"], grain="week") == ["1", "2", "3", ""]
    assert weights("metric", metric=acme.metrics["calls"], grain="day") == ["1", "2", "3"]
    assert of_sdr(acme, sdr) == ()


def test_typing_is_answered_with_the_sum_and_the_scores_alone(
    admin: Client, acme: Office, sdr: str
) -> None:
    def side(*said: str) -> Document:
        given = form(acme, *said, do="look")
        return read(admin.post(address(acme, sdr), given, headers={"HX-Request": "true"}))

    short = side("calls day 40", "deals_won month 50")
    assert short.one("p", of="scoring-sum").text == "90 of 100 · 10 to go"
    assert short.find("tr") == []
    whole = side("calls day 100")
    # Twelve of 20 calls by the working day's half; nobody has closed a deal this month but three.
    assert [each.text.split()[0] for each in whole.find("tr")[1:]] == [
        "Ana",
        "Budi",
        "Citra",
        "Dewi",
    ]
    assert not whole.find("form")


def test_a_scorecard_is_copied_and_taken_back(admin: Client, acme: Office, sdr: str) -> None:
    with scope.enter(acme.organization):
        cards.scorecard("calls day 100")
        other = goals.profile("Account executive")

    assert sent(admin, acme, sdr, {"do": "copy", "receiver": other}).status_code == 302
    assert [len(each.definition.lines) for each in of_sdr(acme, other)] == [1]
    assert sent(admin, acme, sdr, {"do": "equal"}).status_code == 302
    (past,) = of_sdr(acme, sdr)
    assert past.until_day == cast.TODAY


def test_weights_are_read_as_the_language_writes_them(
    admin: Client, acme: Office, sdr: str
) -> None:
    with translation.override("id"):
        admin.cookies["juara_language"] = "id"
        answer = sent(admin, acme, sdr, form(acme, "calls day 33,5", "deals_won month 66,5"))

    assert answer.status_code == 302
    assert [each.weight for each in of_sdr(acme, sdr)[0].definition.lines] == [
        Decimal("33.5"), Decimal("66.5"),
    ]  # fmt: skip


def test_the_editor_is_for_administrators_and_knows_nobody_elses(
    admin: Client, signed_in: SignedIn, acme: Office, globex: Office, sdr: str
) -> None:
    foreign = globex.teams["Alpha"].public_id

    assert signed_in("mira").get(address(acme, sdr)).status_code == 403
    assert signed_in("ana").get(acme.path("scorecard-rules/")).status_code == 403
    assert admin.get(acme.path(f"scorecard-rules/teams/{foreign}/")).status_code == 404
    assert admin.get(address(acme, "nobody")).status_code == 404
