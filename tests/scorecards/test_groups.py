"""Scores of teams and the company, by what their goals say of where the target comes from."""

from datetime import date
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from juara.core.calendar import ALWAYS, parse_period
from juara.goals import operations as goal_operations
from juara.goals.types import Asking, GoalOwner, Owner, RollUp
from juara.metrics import operations as metrics
from juara.people import queries as people
from juara.scorecards import results
from juara.scorecards.cards import Scorecard
from juara.scorecards.types import Mode
from juara.tenancy.models import Organization
from tests import cast
from tests.goals import cast as goals
from tests.scorecards import cast as scorecards

NOON = cast.at("2025-03-10T13:00")
APRIL = cast.at("2025-04-02T13:00")


@pytest.fixture(autouse=True)
def office(inside: Organization) -> None:
    cast.team("North")
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    goals.target("deals_won", "month", "4")
    for name in ("Ana", "Budi"):
        goals.hired(name, "North")
    goals.hired("Citra", "South")


def goal(metric: str, grain: str, asking: Asking, team: str = "") -> None:
    """Ask a team, or the company, for something."""
    owner = GoalOwner(Owner.COMPANY)
    if team:
        owner = GoalOwner(Owner.TEAM, people.team(team).public_id)
    goal_operations.set_goal(
        owner, metric=metric, grain=grain, asking=asking, from_day=ALWAYS, moment=cast.NOW,
        actor=cast.ACTOR,
    )  # fmt: skip


def deals(*owned: tuple[str, str], closed: date = date(2025, 3, 3)) -> None:
    cast.deliver(
        *(
            cast.deal(
                f"{owner}-{closed}-{at}", owner=owner, amount=amount, dates={"closed": closed}
            )
            for at, (owner, amount) in enumerate(owned)
        )
    )


def card(team: str = "", key: str = "2025-03") -> Scorecard:
    (found,) = results.of_groups(
        [people.team(team) if team else None],
        period=parse_period(key, today=cast.TODAY),
        moment=APRIL,
    )
    return found


def test_a_team_is_scored_by_its_own_target_or_by_the_sum_of_its_peoples() -> None:
    goal("deals_won", "month", Asking(None, RollUp.MEMBERS), "North")
    goal("revenue_won", "month", Asking(Decimal(20000)), "North")
    scorecards.scorecard("deals_won month 20", "revenue_won month 80", team="North")
    deals(("ana", "20000"), ("budi", "20000"), ("budi", "10000"), ("citra", "90000"))

    found = card("North")
    first, second = found.lines
    # Ana and Budi are asked for 4 each; the 90,000 are South's.
    assert (first.step.value, first.step.target, first.step.points) == (
        Decimal(3),
        Decimal(8),
        Decimal("7.5"),
    )
    assert (second.step.value, second.step.points) == (Decimal(50000), Decimal(160))
    assert found.score.points == Decimal("167.5")
    assert first.group is not None
    assert (first.group.roll_up, first.group.members) == (RollUp.MEMBERS, Decimal(8))
    assert (found.team and found.team.name, found.member) == ("North", None)


def test_the_company_is_scored_with_what_nobody_earned_where_its_goal_counts_it() -> None:
    goal("revenue_won", "month", Asking(Decimal(1000)))
    deals(("ana", "500"), ("nobody", "250"))

    found = card()
    assert (found.team, found.is_equal, found.score.points) == (None, True, Decimal(75))
    assert card("Company").score.points == 75

    goal("revenue_won", "month", Asking(Decimal(1000), counts_unassigned=False))
    assert card().score.points == 50


def test_targets_for_weeks_and_days_are_added_up_over_a_longer_period() -> None:
    # 21 working days in March, four weeks and a day of them in its weeks.
    goal("calls", "day", Asking(Decimal(2)), "North")
    goal("emails", "week", Asking(Decimal(10)), "North")
    scorecards.scorecard("calls day 50", "emails week 50", team="North")

    assert [each.step.target for each in card("North").lines] == [42, 42]


def test_a_pace_index_of_a_team_looks_back_on_30_days() -> None:
    goal("revenue_won", "month", Asking(Decimal(2100)), "North")
    scorecards.scorecard(
        "revenue_won month 100", team="North", mode=Mode.PACE_INDEX, cap=Decimal("2.5")
    )
    deals(("ana", "800"), closed=date(2025, 3, 20))

    (found,) = results.of_groups(
        [people.team("North")], period=parse_period("2025-03", today=cast.TODAY), moment=APRIL
    )
    (line,) = found.lines
    # From 2 to 31 March: all 21 working days, of which nobody's are left.
    assert (line.step.target, line.step.value) == (Decimal(2100), Decimal(800))
    assert found.score.points == Decimal("38.0952")


def test_a_team_without_goals_has_no_score() -> None:
    found = card("South")
    assert (found.score.points, found.lines, found.is_equal) == (None, (), True)


def test_history_of_the_company() -> None:
    goal("revenue_won", "month", Asking(Decimal(1000)))
    deals(("ana", "500"), closed=date(2025, 2, 10))
    deals(("ana", "700"))

    found = results.group_history(
        None, period=parse_period("2025-03", today=cast.TODAY), count=2, moment=NOON
    )
    assert [(each.period.key, each.points) for each in found] == [
        ("2025-02", Decimal(50)),
        ("2025-03", Decimal(70)),
    ]


@pytest.mark.parametrize("teams", [1, 3])
def test_the_number_of_queries_does_not_depend_on_teams(
    teams: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    asked = [people.team(name) for name in ("North", "South", "Company")][:teams]
    for name in ("North", "South"):
        goal("deals_won", "month", Asking(None, RollUp.MEMBERS), name)

    with django_assert_num_queries(14):
        found = results.of_groups(
            asked, period=parse_period("2025-03", today=cast.TODAY), moment=APRIL
        )
    assert len(found) == teams
