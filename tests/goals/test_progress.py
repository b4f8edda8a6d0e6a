"""Where people stand against their targets, on real credits."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from juara.core.calendar import ALWAYS, period_of
from juara.goals import feed, operations, progress
from juara.goals.progress import LineProgress, PersonProgress, TeamProgress
from juara.goals.types import Status
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.people import queries as people_queries
from juara.people.models import Member
from juara.tenancy.models import Organization
from tests import cast
from tests.goals import cast as goals

# Half of Monday is over.
NOON = cast.at("2025-03-10T13:00")
EVENING = cast.at("2025-03-10T17:00")


@pytest.fixture(autouse=True)
def office(inside: Organization) -> None:
    cast.team("North")
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


def mine(
    member: Member, *, moment: datetime = NOON, as_of: datetime | None = None
) -> PersonProgress:
    return progress.of_member(member.id, moment=moment, batch=progress.batch_of(as_of))


def only(person: PersonProgress) -> LineProgress:
    (line,) = person.lines
    return line


def team(
    *,
    grain: str = "day",
    name: str = "",
    among: frozenset[int] | None = None,
    moment: datetime = NOON,
) -> TeamProgress:
    asked = people_queries.team(name) if name else None
    return progress.of_team(
        asked, grain=grain, among=among, moment=moment, batch=progress.batch_of(None)
    )


def names(found: TeamProgress) -> list[str]:
    return [each.member.name for each in found.people]


def test_a_day_is_paced_by_the_working_hours_gone_by() -> None:
    ana = goals.hired("Ana", "North")
    goals.target("calls", "day", "20")
    goals.calls("ana", 9)

    line = only(mine(ana))
    pace = line.pace
    assert (pace.value, pace.target, pace.expected) == (Decimal(9), Decimal(20), Decimal(10))
    assert (pace.status, pace.needed) == (Status.BEHIND, Decimal(11))
    assert (line.period.key, line.credits) == ("2025-03-10", 9)


def test_the_day_is_that_of_the_persons_own_zone() -> None:
    # Noon in London is early morning in Honolulu, where Sunday's calls were made hours ago.
    kai = goals.hired("Kai", "North", zone="Pacific/Honolulu")
    goals.target("calls", "day", "20")
    goals.calls("kai", 3, on="2025-03-10T09:30")

    line = only(mine(kai, moment=cast.at("2025-03-10T13:00")))
    assert (line.period.key, line.pace.value, line.pace.expected) == (
        "2025-03-10",
        Decimal(0),
        Decimal(0),
    )
    assert line.pace.status is Status.NOT_STARTED

    sunday = only(mine(kai, moment=cast.at("2025-03-10T09:45")))
    assert (sunday.period.key, sunday.pace.value, sunday.pace.target) == (
        "2025-03-09",
        Decimal(3),
        Decimal(0),
    )


def test_a_joiner_is_asked_for_their_days_of_the_month() -> None:
    # March 2025 has 21 working days; 14 of them from the 12th on.
    budi = goals.hired("Budi", "North", from_day=date(2025, 3, 12))
    goals.target("calls", "month", "42")

    pace = only(mine(budi, moment=cast.at("2025-03-12T17:00"))).pace
    assert (pace.whole, pace.target, pace.expected) == (Decimal(42), Decimal(28), Decimal(2))
    assert pace.is_prorated


def test_only_days_with_the_profile_count_for_its_targets() -> None:
    ana = goals.hired("Ana", "North", profile="SDR", until_day=date(2025, 3, 12))
    goals.give(ana, "North", profile="AE", from_day=date(2025, 3, 12))
    goals.target("calls", "month", "42", profile="AE")

    person = mine(ana, moment=cast.at("2025-03-12T17:00"))
    assert person.profile is not None
    assert (person.profile.name, only(person).pace.target) == ("AE", Decimal(28))
    # Before the change they were an SDR, and nothing was asked of those.
    assert mine(ana).lines == ()


def test_a_ratio_is_worked_out_from_sums_and_asked_for_whole() -> None:
    ana = goals.hired("Ana", "North", from_day=date(2025, 3, 3))
    goals.target("win_rate", "month", "0.5")
    assert only(mine(ana)).pace.status is Status.NOT_STARTED

    cast.deliver(
        cast.deal("1", owner="ana", amount="5"),
        cast.deal("2", owner="ana", amount="5", texts={"status": "lost"}),
        cast.deal("3", owner="ana", amount="5", texts={"status": "lost"}),
    )
    line = only(mine(ana))
    assert (line.pace.value, line.pace.target, line.pace.expected) == (
        Decimal("0.3333"), Decimal("0.5"), Decimal("0.5")
    )  # fmt: skip
    assert (line.pace.status, line.credits) == (Status.AT_RISK, 4)


def test_lower_is_better_is_asked_for_whole() -> None:
    ana = goals.hired("Ana", "North")
    goals.target("sales_cycle", "month", str(30 * 86400))
    cast.deliver(cast.deal("1", owner="ana", amount="5", dates={"created": date(2025, 2, 21)}))

    pace = only(mine(ana)).pace
    assert pace.value == 10 * 86400
    assert (pace.status, pace.attainment) == (Status.ON_TRACK, Decimal("1.6667"))


def test_lines_come_primary_first_then_the_shortest_time() -> None:
    ana = goals.hired("Ana", "North")
    goals.target("deals_won", "month", "4")
    goals.target("emails", "day", "20", is_primary=False)
    goals.target("calls", "week", "100")
    goals.target("calls", "day", "20")

    shown = [(each.metric.key, each.line.grain) for each in mine(ana).lines]
    assert shown == [
        ("calls", "day"), ("calls", "week"), ("deals_won", "month"), ("emails", "day")
    ]  # fmt: skip


def test_a_changed_target_judges_the_whole_running_period() -> None:
    ana = goals.hired("Ana", "North")
    line = goals.target("calls", "month", "42")
    operations.change_target(
        line, target=Decimal(21), is_primary=True, from_day=cast.TODAY, moment=cast.NOW,
        actor=cast.ACTOR,
    )  # fmt: skip

    assert only(mine(ana)).pace.target == 21
    # A month that was over before keeps its own.
    assert only(mine(ana, moment=cast.at("2025-02-27T12:00"))).pace.target == 42


def test_the_past_shows_targets_people_and_credits_as_they_were_known() -> None:
    ana = goals.hired("Ana", "North")
    line = goals.target("calls", "day", "20")
    goals.calls("ana", 4, moment=cast.at("2025-03-10T11:00"))
    operations.change_target(
        line, target=Decimal(8), is_primary=True, from_day=ALWAYS,
        moment=cast.at("2025-03-10T14:00"), actor=cast.ACTOR,
    )  # fmt: skip
    goals.calls("ana", 3, on="2025-03-10T10:30", moment=cast.at("2025-03-10T15:00"))

    now = only(mine(ana, moment=EVENING)).pace
    then = only(mine(ana, moment=NOON, as_of=NOON)).pace
    before = only(mine(ana, moment=NOON, as_of=cast.at("2025-03-10T10:00"))).pace
    assert (now.value, now.target) == (Decimal(7), Decimal(8))
    assert (then.value, then.target) == (Decimal(4), Decimal(20))
    assert (before.value, before.target) == (Decimal(0), Decimal(20))


# --- A team ---


def test_who_needs_help_comes_first() -> None:
    goals.target("calls", "day", "20")
    goals.target("emails", "day", "1")
    for name, count in (("Ana", 20), ("Budi", 9), ("Citra", 0), ("Dewi", 5), ("Eka", 10)):
        goals.hired(name, "North")
        goals.calls(name.lower(), count)
        cast.deliver(
            cast.call(f"mail-{name}", owner=name.lower(), when=cast.NOW, texts={"type": "email"})
        )

    found = team()
    assert names(found) == ["Citra", "Dewi", "Budi", "Eka", "Ana"]
    assert [each.status for each in found.people] == [
        Status.AT_RISK, Status.AT_RISK, Status.BEHIND, Status.ON_TRACK, Status.DONE
    ]  # fmt: skip
    assert [each.key for each in found.columns] == ["calls", "emails"]


def test_a_team_holds_everybody_below_it_and_nobody_beside_it() -> None:
    goals.target("calls", "day", "20")
    goals.hired("Ana", "North", "Alpha")
    goals.hired("Budi", "North")
    goals.hired("Citra", "South")
    goals.hired("Dewi", "North", until_day=cast.TODAY)

    assert sorted(names(team(name="North"))) == ["Ana", "Budi"]
    assert names(team(name="Alpha")) == ["Ana"]
    assert sorted(names(team())) == ["Ana", "Budi", "Citra"]


def test_only_those_that_may_be_shown_are() -> None:
    goals.target("calls", "day", "20")
    ana = goals.hired("Ana", "North")
    goals.hired("Budi", "North")

    assert names(team(among=frozenset({ana.id}))) == ["Ana"]


def test_reps_without_a_target_stand_apart() -> None:
    goals.target("calls", "day", "20")
    goals.hired("Ana", "North")
    goals.hired("Budi", "North", profile="AE")
    cast.member("Citra", "North")
    cast.member("Mira", "North", role="manager")

    found = team()
    assert names(found) == ["Ana"]
    assert [each.member.name for each in found.without] == ["Budi", "Citra"]


def test_a_target_for_each_day_is_shown_over_longer_periods() -> None:
    goals.hired("Ana", "North")
    goals.target("calls", "day", "20")
    goals.target("emails", "day", "5")
    goals.target("emails", "week", "12")
    goals.target("demos", "day", "1", is_primary=False)
    goals.calls("ana", 30)

    week = {each.metric.key: each for each in team(grain="week").people[0].lines}
    assert set(week) == {"calls", "emails"}
    assert (week["calls"].pace.whole, week["calls"].days) == (Decimal(100), Decimal(5))
    # Half a day of five is over.
    assert (week["calls"].pace.expected, week["calls"].pace.status) == (
        Decimal(10),
        Status.ON_TRACK,
    )
    assert (week["emails"].pace.whole, week["emails"].days) == (Decimal(12), None)

    (month,) = [each for each in team(grain="month").people[0].lines if each.metric.key == "calls"]
    assert (month.pace.whole, month.days) == (Decimal(420), Decimal(21))


def test_profiles_side_by_side_share_the_columns_of_a_metric() -> None:
    goals.target("calls", "day", "20")
    goals.target("calls", "day", "5", profile="AE")
    goals.target("demos", "day", "1", profile="AE")
    goals.hired("Ana", "North")
    goals.hired("Budi", "North", profile="AE")

    found = team()
    assert [each.key for each in found.columns] == ["calls", "demos"]
    ana = next(each for each in found.people if each.member.name == "Ana")
    demos = found.columns[1]
    assert ana.line_of(demos.id) is None
    assert {each.line_of(found.columns[0].id).pace.whole for each in found.people} == {20, 5}  # type: ignore[union-attr]


@pytest.mark.parametrize("count", [1, 3])
def test_a_team_of_any_size_costs_the_same(
    django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    goals.target("calls", "day", "20")
    goals.target("win_rate", "day", "0.5")
    for number in range(count):
        goals.hired(f"P{number}", "North", f"Team {number}")
        goals.calls(f"p{number}", 2)
    north = people_queries.team("North")

    with django_assert_num_queries(13):
        found = progress.of_team(
            north, grain="day", among=None, moment=NOON, batch=progress.batch_of(None)
        )
    assert len(found.people) == count


# --- What just counted ---


def newest(member: Member) -> list[tuple[str, list[str]]]:
    every = metric_queries.metrics()
    found = feed.of_member(
        member.id,
        counting=feed.counted_by((), every),
        period=period_of("day", cast.TODAY),
        batch=progress.batch_of(None),
        limit=5,
    )
    return [(each.name, [metric.key for metric, _value in each.amounts]) for each in found]


def test_a_record_is_told_once_with_all_it_counted_for() -> None:
    ana = goals.hired("Ana", "North")
    rows: dict[str, tuple[str, dict[str, str]]] = {
        "Early": ("2025-03-10T08:00", {"outcome": "connected"}),
        "Late": ("2025-03-10T08:30", {}),
        "Before": ("2025-03-09T08:30", {}),
    }
    cast.deliver(
        *(
            cast.call(
                name, owner="ana", when=cast.at(when), texts={"type": "call", "name": name} | more
            )
            for name, (when, more) in rows.items()
        )
    )

    assert newest(ana) == [("Late", ["calls"]), ("Early", ["calls", "connected_calls"])]


def test_a_teams_feed_tells_of_its_people_alone() -> None:
    goals.hired("Ana", "North")
    citra = goals.hired("Citra", "South")
    goals.calls("ana", 1)
    goals.calls("citra", 1)
    goals.calls("ghost", 1)
    every = metric_queries.metrics()

    def told(team_name: str, among: frozenset[int] | None = None) -> list[str]:
        found = feed.of_team(
            people_queries.team(team_name) if team_name else None,
            counting=feed.counted_by((), every),
            among=among,
            period=period_of("day", cast.TODAY),
            batch=progress.batch_of(None),
            limit=5,
        )
        return sorted(each.member.name for each in found)

    assert told("North") == ["Ana"]
    assert told("") == ["Ana", "Citra"]
    assert told("", frozenset({citra.id})) == ["Citra"]
