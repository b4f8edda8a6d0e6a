"""What stands behind a target: earlier periods, percentile, median."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from juara.goals import helping
from juara.goals.helping import Help
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.people import queries as people
from juara.tenancy.models import Organization
from tests import cast

D = Decimal


@pytest.fixture(autouse=True)
def office(inside: Organization) -> None:
    for name, team in (("Ana", "North"), ("Budi", "North"), ("Citra", "South")):
        cast.member(name, team)
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    # Weeks begin on Mondays; the last that has ended before 10 March 2025 is 3 to 9 March.
    days = [date(2025, 2, 10), date(2025, 2, 18), date(2025, 2, 25), date(2025, 3, 4)]
    amounts = {"ana": (10, 20, 30, 40), "budi": (0, 0, 0, 7), "citra": (100, 0, 0, 9)}
    cast.deliver(
        *(
            cast.deal(f"{owner} {at}", owner=owner, amount=str(amount), dates={"closed": days[at]})
            for owner, each in amounts.items()
            for at, amount in enumerate(each)
            if amount
        ),
        moment=cast.NOW,
    )


def asked(
    metric: str = "revenue_won", grain: str = "week", *, member: str = "", team: str = ""
) -> Help | None:
    keys = {each.key: each.id for each in metric_queries.metrics()}
    return helping.of_owner(
        keys[metric],
        grain,
        team=people.team(team) if team else None,
        member_id=people.member(member).id if member else None,
        moment=cast.NOW,
    )


@pytest.mark.parametrize(
    ("share", "expected"),
    [("0", "10"), ("1/4", "17.5"), ("1/2", "25"), ("3/4", "32.5"), ("1", "40")],
)
def test_a_quantile_lies_between_its_neighbours_in_proportion(share: str, expected: str) -> None:
    # As PERCENTILE.INC of a spreadsheet has it.
    values = [D(40), D(10), D(30), D(20)]
    assert helping.quantile(values, Fraction(share)) == D(expected)


def test_of_nothing_there_is_no_quantile_and_of_one_value_that_one() -> None:
    assert helping.median([]) is None
    assert helping.median([D(7)]) == 7
    assert helping.median([D(1), D(2), D(2)]) == 2
    assert helping.quantile([D(0), D(1)], Fraction(1, 3)) == D("0.3333")


def test_a_person_is_told_their_own_weeks_and_their_teams_median() -> None:
    found = asked(member="Ana")
    assert found is not None

    assert found.period.key == "2025-W10"
    assert (found.last, found.percentile, found.sample) == (D(40), D("32.5"), 4)
    # Ana 40 and Budi 7 in North.
    assert (found.median, found.people) == (D("23.5"), 2)
    assert sorted(found.spread) == [7, 40]


def test_a_team_is_held_against_its_own_weeks() -> None:
    found = asked(team="North")
    assert found is not None

    assert (found.last, found.percentile, found.sample) == (D(47), D("34.25"), 4)
    assert found.spread == (D(47), D(30), D(20), D(10))
    assert not found.is_of_people


def test_the_company_counts_everybody() -> None:
    found = asked()
    assert found is not None
    assert (found.last, found.spread) == (D(56), (D(56), D(30), D(20), D(110)))
    assert (found.median, found.people) == (D(9), 3)


def test_a_days_target_looks_at_the_working_days_of_twelve_weeks() -> None:
    found = asked(grain="day", member="Ana")
    assert found is not None

    # Monday 10 February to Friday 7 March: twenty working days since the first record.
    assert found.sample == 20
    assert (found.period.key, found.last, found.percentile) == ("2025-03-07", D(0), D(0))


def test_a_ratio_is_worked_out_anew_for_each_period() -> None:
    found = asked("win_rate", team="North")
    assert found is not None
    assert (found.last, found.median) == (D(1), D(1))


def test_before_the_first_period_has_ended_there_is_no_help() -> None:
    assert asked(grain="quarter") is None or asked(grain="year") is None
    assert asked(grain="custom") is None
    assert asked("calls") is None
