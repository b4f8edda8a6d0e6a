"""Scores of people, on real credits."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from juara.core.calendar import ALWAYS, Period, parse_period
from juara.goals import operations as goal_operations
from juara.goals import progress
from juara.metrics import operations as metrics
from juara.people.models import Member
from juara.scorecards import operations, results
from juara.scorecards.cards import Scorecard
from juara.scorecards.types import Kind, Line, Mode, Unscored, WithoutValue
from juara.tenancy.models import Organization
from tests import cast
from tests.goals import cast as goals
from tests.scorecards import cast as scorecards

# Half of Monday is over; of March's 21 working days 5 and a half.
NOON = cast.at("2025-03-10T13:00")
APRIL = cast.at("2025-04-02T13:00")


@pytest.fixture(autouse=True)
def office(inside: Organization) -> None:
    cast.team("North")
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


def calls(owner: str, count: int, *, on: str = "2025-03-10T10:00") -> None:
    first = datetime.fromisoformat(on).replace(tzinfo=UTC)
    cast.deliver(
        *(
            cast.call(f"{owner}-{on}-{number}", owner=owner, when=first + timedelta(minutes=number))
            for number in range(count)
        ),
    )


def deals(owner: str, *amounts: str, closed: date = date(2025, 3, 3)) -> None:
    cast.deliver(
        *(
            cast.deal(f"{owner}-{closed}-{at}", owner=owner, amount=each, dates={"closed": closed})
            for at, each in enumerate(amounts)
        )
    )


def period(key: str = "2025-03") -> Period:
    return parse_period(key, today=cast.TODAY)


def card(
    member: Member, key: str = "2025-03", *, moment: datetime = NOON, as_of: datetime | None = None
) -> Scorecard:
    return results.of_member(
        member.id, period=period(key), moment=moment, batch=progress.batch_of(as_of)
    )


def points(found: Scorecard) -> list[Decimal]:
    return [each.step.points for each in found.lines]


def closer(name: str = "Ana") -> Member:
    """Somebody asked for 4 deals and 20,000 a month."""
    goals.target("deals_won", "month", "4")
    goals.target("revenue_won", "month", "20000")
    return goals.hired(name, "North")


TWO = ("deals_won month 20", "revenue_won month 80")


def test_two_deals_and_50000_are_170_at_the_usual_cap_and_210_without() -> None:
    ana = closer()
    deals("ana", "20000", "30000")
    scorecards.scorecard(*TWO)

    found = card(ana)
    assert (found.score.points, points(found)) == (Decimal(170), [Decimal(10), Decimal(160)])
    assert [(each.metric.key, each.period.key) for each in found.lines] == [
        ("deals_won", "2025-03"), ("revenue_won", "2025-03"),
    ]  # fmt: skip
    first = found.lines[0]
    assert (first.step.value, first.step.target, first.step.attainment) == (
        Decimal(2),
        Decimal(4),
        Decimal("0.5"),
    )
    assert (first.credits, first.is_primary, first.kind) == (2, True, Kind.OBJECTIVE)

    scorecards.scorecard(*TWO, cap=None)
    assert card(ana).score.points == 210


def test_without_a_scorecard_every_line_with_a_target_weighs_the_same() -> None:
    ana = closer()
    deals("ana", "20000", "30000")

    found = card(ana)
    assert (found.is_equal, found.definition, found.score.points) == (True, None, Decimal(125))
    assert [each.step.weight for each in found.lines] == [50, 50]
    assert [each.kind for each in found.lines] == [None, None]


def test_a_line_without_a_target_gives_its_weight_to_the_others() -> None:
    ana = closer()
    deals("ana", "20000", "30000")
    scorecards.scorecard("calls day 50", "deals_won month 10", "revenue_won month 40")

    found = card(ana)
    assert [each.step.unscored for each in found.lines] == [Unscored.NO_TARGET, None, None]
    assert [each.step.counted_weight for each in found.lines] == [0, 20, 80]
    assert (found.score.points, found.score.scored_weight) == (Decimal(170), Decimal(50))
    assert found.lines[0].pace is None


def test_a_ratio_without_its_denominator_is_0_or_not_scored_as_the_line_says() -> None:
    ana = goals.hired("Ana", "North")
    goals.target("win_rate", "month", "0.5")
    goals.target("calls", "month", "21")
    calls("ana", 21)
    rate = Line("win_rate", "month", Decimal(50))

    scorecards.scorecard(rate, "calls month 50")
    assert card(ana).score.points == 50
    scorecards.scorecard(replace(rate, without_value=WithoutValue.SKIP), "calls month 50")
    found = card(ana)
    assert (found.score.points, found.lines[0].step.unscored) == (Decimal(100), Unscored.NO_VALUE)


def test_a_target_for_the_day_is_added_up_over_the_days_of_the_period() -> None:
    # March 2025 has 21 working days, 14 of them from the 12th on.
    budi = goals.hired("Budi", "North", from_day=date(2025, 3, 12))
    goals.target("calls", "day", "2")
    calls("budi", 7, on="2025-03-12T10:00")
    scorecards.scorecard("calls day 100")

    (line,) = card(budi, moment=APRIL).lines
    assert (line.step.target, line.step.value, line.step.points) == (
        Decimal(28),
        Decimal(7),
        Decimal(25),
    )
    assert (line.period.key, line.credits) == ("2025-03", 7)
    # Of one day it is the day's own.
    (line,) = card(budi, "2025-03-12", moment=APRIL).lines
    assert (line.step.target, line.step.points) == (Decimal(2), Decimal(200))


def test_a_week_on_the_edge_of_a_month_is_asked_for_by_its_working_days() -> None:
    # Weeks of five working days: one day of March's last week, four and more in the others.
    ana = goals.hired("Ana", "North")
    goals.target("calls", "week", "10")
    scorecards.scorecard("calls week 100")

    (line,) = card(ana, moment=APRIL).lines
    assert line.step.target == 42


def test_a_changed_target_counts_for_the_days_it_held() -> None:
    ana = goals.hired("Ana", "North")
    line = goals.target("calls", "day", "2")
    goal_operations.change_target(
        line, target=Decimal(4), is_primary=True, from_day=date(2025, 3, 17), moment=cast.NOW,
        actor=cast.ACTOR,
    )  # fmt: skip
    scorecards.scorecard("calls day 100")

    # Ten working days before the 17th, eleven from it on.
    assert card(ana, moment=APRIL).lines[0].step.target == 10 * 2 + 11 * 4


def test_a_longer_line_is_taken_as_it_stands_in_its_own_period() -> None:
    ana = goals.hired("Ana", "North")
    goals.target("revenue_won", "quarter", "60000")
    deals("ana", "20000", closed=date(2025, 1, 15))
    deals("ana", "10000")
    scorecards.scorecard("revenue_won quarter 100")

    (line,) = card(ana).lines
    assert (line.period.key, line.step.value, line.step.points) == (
        "2025-Q1",
        Decimal(30000),
        Decimal(50),
    )


def test_a_pace_index_holds_the_last_30_days_against_what_they_asked_for() -> None:
    # From 9 February to noon on 10 March: 15 working days of February's 20, five and a half of
    # March's 21.
    ana = goals.hired("Ana", "North")
    goals.target("deals_won", "month", "20", from_day=date(2025, 1, 1))
    goals.target("calls", "day", "2")
    deals("ana", *["5"] * 10, closed=date(2025, 2, 10))
    deals("ana", *["5"] * 10, closed=date(2025, 2, 7))
    calls("ana", 41)
    scorecards.scorecard(
        "deals_won month 60", "calls day 40", mode=Mode.PACE_INDEX, cap=Decimal("2.5")
    )

    found = card(ana)
    first, second = found.lines
    assert first.period == Period("custom", date(2025, 2, 9), date(2025, 3, 11))
    # 20 × 15/20 + 20 × 5.5/21, of which 10 deals were won.
    assert (first.step.value, first.step.target) == (Decimal(10), Decimal("20.2381"))
    assert (second.step.target, second.step.points) == (Decimal(41), Decimal(40))
    assert found.score.points == Decimal("69.6471")
    assert found.score.mode is Mode.PACE_INDEX


def test_rank_points_are_places_among_those_with_the_same_profile() -> None:
    goals.target("calls", "month", "21")
    goals.target("calls", "month", "21", profile="AE")
    people = [goals.hired(name, "North") for name in ("Ana", "Budi", "Citra")]
    other = goals.hired("Dewi", "North", profile="AE")
    for name, count in (("ana", 9), ("budi", 9), ("citra", 3), ("dewi", 20)):
        calls(name, count)
    scorecards.scorecard("calls month 100", mode=Mode.RANK_POINTS)

    found = results.of_members(
        [each.id for each in people], period=period(), moment=NOON
    )  # fmt: skip
    assert [each.score.points for each in found] == [1, 1, 3]
    assert {each.lines[0].step.peers for each in found} == {3}
    assert card(other).score.mode is Mode.WEIGHTED


def test_a_scorecard_changed_from_a_day_on_leaves_the_score_of_the_past() -> None:
    ana = closer()
    deals("ana", "20000", "30000")
    scorecards.scorecard(*TWO)
    scorecards.scorecard("deals_won month 100", from_day=date(2025, 4, 1))

    assert card(ana, moment=APRIL).score.points == 170
    assert card(ana, "2025-04", moment=APRIL).score.points == 0
    assert card(ana, "2025-04", moment=APRIL).definition != card(ana, moment=APRIL).definition


def test_the_past_is_scored_as_it_was_known() -> None:
    ana = closer()
    scorecards.scorecard(*TWO)
    deals("ana", "20000", "30000")
    operations.remove_scorecard(
        profile=scorecards.profile_id(), from_day=ALWAYS, moment=cast.at("2025-03-10T15:00"),
        actor=cast.ACTOR,
    )  # fmt: skip

    assert card(ana, moment=APRIL).score.points == 125
    assert card(ana, moment=NOON, as_of=NOON).score.points == 170


def test_a_score_is_compared_to_ones_own_past_the_team_and_the_target() -> None:
    ana = closer()
    goals.hired("Budi", "North")
    goals.hired("Citra", "North", "Alpha")
    goals.hired("Dewi", "North")
    goals.hired("Eka", "North", profile="AE")
    scorecards.scorecard(*TWO)
    deals("ana", "5000", "5000", closed=date(2025, 2, 10))
    deals("ana", "20000", "30000")
    deals("budi", "10000", "2000", "2000", "2000")

    found = results.compared(ana.id, period=period(), moment=NOON)

    assert (found.card.score.points, found.before.points, found.before_period.key) == (
        Decimal(170), Decimal(50), "2025-02",
    )  # fmt: skip
    # Ana 170, Budi 84, Dewi 0; Citra is in another team, Eka has another profile.
    assert (found.median, found.peers, found.target) == (Decimal(84), 3, Decimal(100))


def test_history_goes_by_the_scorecard_of_each_period() -> None:
    ana = closer()
    scorecards.scorecard("deals_won month 100", until_day=date(2025, 2, 1))
    scorecards.scorecard(*TWO, from_day=date(2025, 2, 1))
    deals("ana", "5000", closed=date(2025, 1, 10))
    deals("ana", "5000", "5000", closed=date(2025, 2, 10))
    deals("ana", "20000", "30000")

    found = results.history(ana.id, period=period(), count=3, moment=NOON)

    assert [(each.period.key, each.points) for each in found] == [
        ("2025-01", Decimal(25)), ("2025-02", Decimal(50)), ("2025-03", Decimal(170)),
    ]  # fmt: skip


def test_who_has_no_targets_has_no_score() -> None:
    ana = cast.member("Ana", "North")

    found = card(ana)
    assert (found.score.points, found.lines, found.profile) == (None, (), None)


def test_archived_metrics_stay_on_a_scorecard_without_being_scored() -> None:
    ana = closer()
    deals("ana", "20000", "30000")
    scorecards.scorecard("emails day 50", "deals_won month 10", "revenue_won month 40")
    metrics.archive("emails", moment=cast.NOW, actor=cast.ACTOR)

    found = card(ana)
    assert [each.metric.key for each in found.lines] == ["emails", "deals_won", "revenue_won"]
    assert found.score.points == 170


@pytest.mark.parametrize("people", [1, 3])
def test_the_number_of_queries_does_not_depend_on_people_or_lines(
    people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    members = [closer(f"Rep {number}") for number in range(people)]
    goals.target("calls", "day", "2")
    for line in range(people):
        goals.target(("emails", "demos", "win_rate")[line], "month", "2", is_primary=False)
    scorecards.scorecard("calls day 10", "deals_won month 10", "revenue_won month 80")

    with django_assert_num_queries(QUERIES):
        found = results.of_members([each.id for each in members], period=period(), moment=NOON)
    assert len(found) == people


QUERIES = 15
