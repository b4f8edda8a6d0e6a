"""scorecard: the score with its steps, on a terminal and as JSON."""

from decimal import Decimal

import pytest

from juara.core.calendar import ALWAYS
from juara.people.models import Member
from juara.scorecards import operations
from juara.scorecards.types import Definition, Line, Mode
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.cli.calling import juara, refusal, report
from tests.goals import cast as goals
from tests.scorecards import cast as scorecards

MARCH = ("--period", "2025-03")
TWO = ("deals_won month 20", "revenue_won month 80")


@pytest.fixture
def closer(sales: Organization) -> Organization:
    """Ana, who won 100 and 70, is asked for 4 deals and 68 a month."""
    with scope.enter(sales):
        for name, team in (("Ana", "North"), ("Bob", "South")):
            goals.give(Member.objects.get(name=name), team, profile="Closer")
        goals.target("deals_won", "month", "4", profile="Closer")
        goals.target("revenue_won", "month", "68", profile="Closer")
    return sales


def measured_on(organization: Organization, definition: Definition) -> None:
    with scope.enter(organization):
        operations.set_scorecard(
            definition, profile=scorecards.profile_id("Closer"), from_day=ALWAYS,
            moment=cast.at("2025-03-10T09:30"), actor=cast.ACTOR,
        )  # fmt: skip


def test_a_score_comes_with_every_step(closer: Organization) -> None:
    measured_on(closer, scorecards.definition(*TWO))

    body = report("scorecard", "ana", *MARCH)

    assert (body["score"], body["mode"], body["cap"], body["scored_weight"]) == (
        "170", "weighted", "2", "100",
    )  # fmt: skip
    assert [
        (line["metric"]["key"], line["value"], line["target"], line["attainment"], line["counted"],
         line["points"])
        for line in body["lines"]
    ] == [
        ("deals_won", "2", "4", "0.5", "0.5", "10"),
        ("revenue_won", "170", "68", "2.5", "2", "160"),
    ]  # fmt: skip
    assert (body["member"]["name"], body["profile"]["name"], body["team"]) == (
        "Ana", "Closer", "North",
    )  # fmt: skip
    assert (body["before"], body["team_median"], body["team_people"]) == (
        {"period": "2025-02", "score": "0"}, "170", 1,
    )  # fmt: skip


def test_a_score_is_a_table_on_a_terminal(closer: Organization) -> None:
    rate = Line("calls", "week", Decimal(50))
    measured_on(closer, scorecards.definition(rate, "deals_won month 10", "revenue_won month 40"))

    told = juara("scorecard", "Ana", *MARCH).lines
    assert [" ".join(each.split()) for each in told] == [
        "Ana, Closer, 2025-03",
        "line for weight value target reached counts points",
        "Calls week 50 – – no target",
        "Deals won month 10 → 20 2 4 50% 50% 10",
        "Revenue won month 40 → 80 $170 $68 250% 200% 160",
        "1 line not scored: the others weigh 50 of 100, scaled up to the whole.",
        "Score: 170",
    ]


def test_it_says_where_nobody_has_set_a_scorecard(closer: Organization) -> None:
    told = juara("scorecard", "Ana", *MARCH).lines

    assert told[-2:] == [
        "Nobody has set a scorecard: every line with a target weighs the same.", "Score: 125",
    ]  # fmt: skip
    assert report("scorecard", "Ana", *MARCH)["has_equal_weights"]
    assert juara("scorecard", "Cyd", *MARCH).lines[-2:] == [
        "There is nothing to score: no targets.", "Score: none",
    ]  # fmt: skip


def test_places_are_shown_among_their_peers(closer: Organization) -> None:
    measured_on(closer, scorecards.definition("deals_won month 100", mode=Mode.RANK_POINTS))

    (line,) = report("scorecard", "Bob", *MARCH)["lines"]
    assert (line["rank"], line["peers"], line["points"]) == (2, 2, "2")
    told = juara("scorecard", "Bob", *MARCH).lines
    assert [" ".join(each.split()) for each in told[-2:]] == [
        "Deals won month 100 0 4 0% 2 of 2 2",
        "Rank points (1 is the best): 2",
    ]  # fmt: skip


def test_a_past_score_is_the_one_that_was_known(closer: Organization) -> None:
    measured_on(closer, scorecards.definition(*TWO))

    asked = ("scorecard", "Ana", *MARCH, "--as-of")
    then = report(*asked, "2025-03-10T09:15")
    assert (then["score"], then["as_of"]) == ("125", "2025-03-10T09:15:00+00:00")
    assert report(*asked, "2025-03-10T10:00")["score"] == "170"


def test_somebody_unknown_and_a_bad_period_are_refused(closer: Organization) -> None:
    assert refusal("scorecard", "Zed").startswith("There is nobody called “Zed”.")
    assert refusal("scorecard", "Ana", "--period", "soon").startswith("“soon” is not a period.")
