"""Teams and the company: own target or the people's, the gap, and what was earned below."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from juara.core.calendar import period_of
from juara.goals import chain, owners, progress, queries
from juara.goals import ground as grounds
from juara.goals.owners import OwnerGoal, Owners
from juara.goals.types import RollUp, Status
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.people import queries as people
from juara.tenancy.models import Organization
from tests import cast
from tests.goals import cast as goals

# Half of Monday is over: 5.5 of the 21 working days of March 2025.
NOON = cast.at("2025-03-10T13:00")
ZERO = Decimal(0)


@pytest.fixture(autouse=True)
def office(inside: Organization) -> None:
    cast.team("North")
    cast.team("South")
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


def of(*names: str, day: date | None = None, grain: str = "") -> Sequence[OwnerGoal]:
    asked = [people.team(name) if name else None for name in names]
    return owners.of_owners(asked, moment=NOON, batch=queries.LATEST, day=day, grain=grain)


def one(name: str = "", *, day: date | None = None, grain: str = "") -> OwnerGoal:
    (found,) = of(name, day=day, grain=grain)
    return found


def test_an_own_target_stands_beside_the_sum_of_the_peoples_with_the_gap() -> None:
    goals.hired("Ana", "North")
    goals.hired("Budi", "North")
    goals.target("calls", "month", "42")
    goals.of_team("North", "calls", "month", "105")
    goals.calls("ana", 20)

    found = one("North")
    assert (found.own, found.members, found.gap) == (Decimal(105), Decimal(84), Decimal(21))
    assert (found.roll_up, found.people, found.asked) == (RollUp.OWN, 2, 2)
    assert found.pace is not None
    # 105 × 5.5 ÷ 21
    assert (found.value, found.pace.expected) == (Decimal(20), Decimal("27.5"))
    assert found.pace.status is Status.AT_RISK


def test_the_sum_asks_of_everybody_assigned_and_of_each_for_their_days() -> None:
    goals.hired("Ana", "North")
    # 14 of 21 working days.
    goals.hired("Budi", "North", from_day=date(2025, 3, 12))
    goals.hired("Citra", "North", profile="Manager")
    goals.target("calls", "month", "42")
    goals.of_team("North", "calls", "month", None)

    found = one("North")
    assert found.pace is not None
    assert (found.own, found.members, found.gap) == (None, Decimal(70), None)
    assert (found.people, found.asked) == (3, 2)
    # Only Ana is there already: 42 × 5.5 ÷ 21.
    assert (found.pace.target, found.pace.expected) == (Decimal(70), Decimal(11))


def test_what_was_earned_stays_with_the_team_and_so_does_what_was_asked() -> None:
    ana = goals.hired("Ana", "North")
    goals.target("calls", "month", "21")
    goals.calls("ana", 5, on="2025-03-05T10:00")
    goals.give(ana, "South", profile="SDR", from_day=date(2025, 3, 10))
    goals.calls("ana", 3, on="2025-03-10T10:00")
    for name in ("North", "South"):
        goals.of_team(name, "calls", "month", None)

    north, south = of("North", "South")
    assert (north.value, north.members) == (Decimal(5), Decimal(5))
    assert (south.value, south.members) == (Decimal(3), Decimal(16))


def test_a_region_counts_the_teams_below_it() -> None:
    cast.team("East", "Hills")
    goals.hired("Ana", "East", "Hills")
    goals.target("calls", "month", "21")
    goals.of_team("East", "calls", "month", "30")
    goals.calls("ana", 4)

    found = one("East")
    assert (found.value, found.members, found.gap) == (Decimal(4), Decimal(21), Decimal(9))


@pytest.mark.parametrize(("counts", "value"), [(True, 7), (False, 4)])
def test_a_company_goal_says_whether_it_counts_what_nobody_earned(counts: bool, value: int) -> None:
    goals.hired("Ana", "North")
    goals.company("calls", "month", "100", counts_unassigned=counts)
    goals.calls("ana", 4)
    goals.calls("stranger", 3)

    found = one()
    assert (found.value, found.unassigned) == (Decimal(value), Decimal(3))


def test_a_day_target_of_people_makes_up_a_month_of_their_team() -> None:
    goals.hired("Ana", "North")
    goals.target("calls", "day", "2")
    goals.of_team("North", "calls", "month", None)

    assert one("North").members == 42


def test_months_of_people_make_up_a_quarter_of_the_company() -> None:
    ana = goals.hired("Ana", "North")
    goals.of_person(ana, "calls", "month", "30")
    goals.of_person(ana, "calls", "month", "40", from_day=date(2025, 2, 1), until_day=cast.TODAY)
    goals.company("calls", "quarter", "120")

    # January 30, February 40; the last day so far tells for March: 30.
    assert (one().members, one().gap) == (Decimal(100), Decimal(20))


def test_a_rate_of_a_team_is_worked_out_from_its_sums_and_not_prorated() -> None:
    goals.hired("Ana", "North")
    goals.of_team("North", "win_rate", "month", "0.5")
    cast.deliver(
        cast.deal("1", owner="ana", amount="5"),
        cast.deal("2", owner="ana", amount="5", texts={"status": "lost"}),
        cast.deal("3", owner="ana", amount="5", texts={"status": "lost"}),
    )
    found = one("North")
    assert found.pace is not None
    assert (found.value, found.members) == (Decimal("0.3333"), None)
    assert (found.pace.target, found.pace.expected) == (Decimal("0.5"), Decimal("0.5"))


def test_without_a_goal_the_peoples_targets_stand_in() -> None:
    goals.hired("Ana", "North")
    goals.target("calls", "month", "21")
    ground = grounds.read(("month", "day"), moment=NOON, batch=queries.LATEST)
    calls = metric_queries.metric("calls")
    month = period_of("month", cast.TODAY)

    found = Owners(ground).of_subject(people.team("North"), calls.id, "month", month)
    assert (found.goal, found.roll_up, found.members) == (None, RollUp.MEMBERS, Decimal(21))
    nobody = Owners(ground).of_subject(people.team("South"), calls.id, "month", month)
    assert (nobody.pace, nobody.members, nobody.value) == (None, None, ZERO)


def test_a_past_period_is_asked_about_by_one_of_its_days() -> None:
    goals.hired("Ana", "North")
    goals.company("calls", "month", "50")
    goals.calls("ana", 60, on="2025-02-03T10:00", moment=cast.at("2025-02-04T10:00"))

    found = one(day=date(2025, 2, 14))
    assert found.pace is not None
    assert (found.value, found.pace.expected) == (Decimal(60), Decimal(50))
    assert found.pace.status is Status.DONE


@pytest.mark.parametrize("count", [1, 4])
def test_teams_cost_the_same_for_any_number(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    goals.target("calls", "month", "21")
    names = [f"Team {number}" for number in range(count)]
    for name in names:
        goals.hired(f"Rep of {name}", name)
        goals.of_team(name, "calls", "month", "30")
    teams = [people.team(name) for name in names]
    with django_assert_num_queries(13):
        found = owners.of_owners(teams, moment=NOON, batch=queries.LATEST, grain="month")
    assert len(found) == count


def test_the_chain_leads_from_a_persons_goal_to_the_companys() -> None:
    ana = goals.hired("Ana", "North")
    goals.target("calls", "day", "5")
    goals.of_team("North", "calls", "month", "300")
    goals.of_team("North", "calls", "quarter", "900")
    company = goals.company("revenue_won", "year", "100000")
    goals.company("calls", "year", "5000")
    ground = grounds.read(moment=NOON, batch=queries.LATEST)
    me = progress.person(ground, ana.id)

    (line,) = me.lines
    above = chain.of_line(Owners(ground), me, line)
    assert [(each.team and each.team.name, each.metric.key, each.grain) for each in above] == [
        ("North", "calls", "month"),
        (None, "calls", "year"),
    ]

    goals.of_team("North", "calls", "month", "300", serves=company)
    ground = grounds.read(moment=NOON, batch=queries.LATEST)
    above = chain.of_line(Owners(ground), me, line)
    assert [each.metric.key for each in above] == ["calls", "revenue_won"]


def test_nothing_above_is_no_chain() -> None:
    ana = goals.hired("Ana", "North")
    goals.target("calls", "day", "5")
    ground = grounds.read(moment=NOON + timedelta(hours=1), batch=queries.LATEST)
    me = progress.person(ground, ana.id)
    assert chain.of_line(Owners(ground), me, me.lines[0]) == ()
