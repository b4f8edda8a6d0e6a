"""Transfers: the effect said beforehand is what is stored, and saying it stores nothing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import ConflictError, DomainError
from juara.events import queries as events
from juara.events.operations import FRESHNESS
from juara.ledger import transfers
from juara.ledger.transfers import Effect
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.people import queries as people
from juara.people.models import Member
from juara.people.types import PlaceChange
from juara.tenancy import knowledge
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading


def march(day: int) -> date:
    return date(2025, 3, day)


@pytest.fixture(autouse=True)
def company(inside: Organization) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    cast.team("South")


@pytest.fixture
def ana() -> Member:
    """Ana sold for 10, 20 and 40 in North."""
    made = cast.member("Ana", "North")
    cast.deliver(
        cast.deal("1", owner="ana", amount="10", dates={"closed": march(3)}),
        cast.deal("2", owner="ana", amount="20", dates={"closed": march(10)}),
        cast.deal("3", owner="ana", amount="40", dates={"closed": march(20)}),
    )
    return made


def to(member: Member, team: str | None, from_day: date, **changes: Any) -> PlaceChange:
    team_id = None if team is None else people.team(team).id
    wanted: dict[str, Any] = {
        "team_id": team_id, "manager_id": None, "profile_id": None, "zone": "UTC",
        "until_day": FOREVER,
    }  # fmt: skip
    return PlaceChange(member_id=member.id, from_day=from_day, **wanted | changes)


def said(*changes: PlaceChange) -> Effect:
    return transfers.effect(changes, moment=cast.NOW, actor=cast.ACTOR)


def done(*changes: PlaceChange) -> Effect:
    effect = transfers.transfer(changes, moment=cast.NOW, actor=cast.ACTOR)
    assert verify().differences == ()
    return effect


def revenue(effect: Effect) -> list[tuple[str, str, int, Decimal]]:
    """Return what moves of the revenue: from, to, records, amount."""
    names = {0: reading.NOBODY} | {id_: team.name for id_, team in people.teams().items()}
    wanted = metric_queries.metric("revenue_won").id
    return [
        (names[shift.from_team_id], names[shift.to_team_id], shift.sums.credits, shift.sums.total)
        for shift in effect.shifts
        if shift.metric_id == wanted
    ]


def by_team() -> dict[tuple[str, str], Decimal]:
    return {key: each.total for key, each in reading.sums("revenue_won").items()}


def test_what_was_earned_before_the_day_stays_and_the_rest_moves(ana: Member) -> None:
    effect = done(to(ana, "South", march(10)))

    assert revenue(effect) == [("North", "South", 2, Decimal(60))]
    assert by_team() == {("Ana", "North"): 10, ("Ana", "South"): 60}
    wanted = metric_queries.metric("revenue_won").id
    assert [each.sums.total for each in effect.stayed if each.metric_id == wanted] == [10]


def test_the_effect_said_beforehand_is_what_saving_does(ana: Member) -> None:
    change = to(ana, "South", march(10), until_day=march(15))

    assert said(change) == done(change)
    assert by_team() == {("Ana", "North"): 50, ("Ana", "South"): 20}


def test_saying_the_effect_stores_nothing(ana: Member) -> None:
    before, number, topic = reading.contents(), knowledge.last_number(), freshness()
    woken = len(connection.run_on_commit)

    assert revenue(said(to(ana, "South", march(10)))) == [("North", "South", 2, Decimal(60))]

    assert reading.contents() == before
    assert (knowledge.last_number(), freshness()) == (number, topic)
    assert len(connection.run_on_commit) == woken


def freshness() -> int:
    return events.topic_version(FRESHNESS)


def test_a_change_to_what_is_already_so_is_none(ana: Member) -> None:
    before = reading.contents()

    assert said(to(ana, "North", march(10))) == Effect(is_change=False)
    assert done(to(ana, "North", march(10))) == Effect(is_change=False)
    assert reading.contents() == before


def test_who_leaves_leaves_later_results_to_nobody(ana: Member) -> None:
    effect = done(to(ana, None, march(10)))

    assert revenue(effect) == [("North", "-", 2, Decimal(60))]
    assert by_team() == {("Ana", "North"): 10, ("-", "-"): 60}


def test_who_comes_back_gets_the_results_of_those_days(ana: Member) -> None:
    done(to(ana, None, march(4)))

    effect = done(to(ana, "South", march(15)))

    assert revenue(effect) == [("-", "South", 1, Decimal(40))]
    assert by_team() == {("Ana", "North"): 10, ("Ana", "South"): 40, ("-", "-"): 20}


def test_a_new_manager_moves_no_result(ana: Member) -> None:
    boss = cast.member("Boss", "North")

    effect = done(to(ana, "North", march(10), manager_id=boss.id))

    assert effect.shifts == ()
    # Two deals after that day, each five credits: won, closed, revenue, average and largest.
    assert (effect.is_change, effect.rewritten) == (True, 10)
    assert by_team() == {("Ana", "North"): 70}


def test_a_new_zone_says_which_results_count_on_another_day() -> None:
    ana = cast.member("Ana", "North")
    cast.deliver(
        cast.call("late", owner="ana", when=cast.at("2025-03-05T23:00")),
        cast.call("noon", owner="ana", when=cast.at("2025-03-05T12:00")),
    )

    effect = done(to(ana, "North", march(1), zone="Asia/Tokyo"))

    calls = metric_queries.metric("calls").id
    assert [(each.sums.credits, each.other_day) for each in effect.shifts
            if each.metric_id == calls] == [(2, 1)]  # fmt: skip
    assert reading.days("calls") == {"late": march(6), "noon": march(5)}


def test_several_people_move_in_one_batch(ana: Member) -> None:
    budi = cast.member("Budi", "North")
    cast.deliver(cast.deal("4", owner="budi", amount="5", dates={"closed": march(12)}))
    number = knowledge.last_number()

    effect = done(to(ana, "South", march(10)), to(budi, "South", march(10)))

    assert sorted(revenue(effect)) == [
        ("North", "South", 1, Decimal(5)),
        ("North", "South", 2, Decimal(60)),
    ]
    assert knowledge.last_number() == number + 1


def test_one_refusal_among_several_lets_nobody_move(ana: Member) -> None:
    budi = cast.member("Budi", "North")
    before = reading.contents()

    for carry_out in (said, done):
        with pytest.raises(ConflictError) as refused:
            carry_out(to(ana, "South", march(10)), to(budi, "South", march(10), manager_id=budi.id))
        assert refused.value.code == "place.own_manager"
    assert reading.contents() == before


def test_a_correction_gives_the_days_back_to_the_stay_before(ana: Member) -> None:
    done(to(ana, "South", march(10)))

    effect = done(to(ana, "South", march(15), instead_of=(march(10), FOREVER)))

    assert revenue(effect) == [("South", "North", 1, Decimal(20))]
    assert by_team() == {("Ana", "North"): 30, ("Ana", "South"): 40}


def test_a_correction_to_fewer_days_gives_the_rest_to_the_stay_after(ana: Member) -> None:
    done(to(ana, "South", march(10)))

    effect = done(to(ana, "North", ALWAYS, until_day=march(5), instead_of=(ALWAYS, march(10))))

    assert revenue(effect) == []
    assert [(each.from_day, each.until_day) for each in people.places_of(ana.id)] == [
        (ALWAYS, march(5)),
        (march(5), march(10)),
        (march(10), FOREVER),
    ]


def test_a_correction_of_the_first_stay_leaves_a_gap_where_nothing_was(ana: Member) -> None:
    effect = done(to(ana, "North", march(5), instead_of=(ALWAYS, FOREVER)))

    assert revenue(effect) == [("North", "-", 1, Decimal(10))]
    assert [(each.from_day, each.until_day) for each in people.places_of(ana.id)] == [
        (march(5), FOREVER)
    ]


def test_what_was_known_before_a_correction_can_still_be_asked(ana: Member) -> None:
    known = knowledge.last_number()

    done(to(ana, "South", march(10)))

    assert {key: each.total for key, each in reading.sums("revenue_won", batch=known).items()} == {
        ("Ana", "North"): 70
    }


def test_a_span_that_ends_before_it_begins_is_refused(ana: Member) -> None:
    before = reading.contents()

    with pytest.raises(DomainError) as refused:
        done(to(ana, "South", march(10), until_day=march(10)))

    assert refused.value.code == "place.span"
    assert reading.contents() == before


def test_moving_a_team_wakes_every_board(ana: Member) -> None:
    topic = metric_queries.metric("revenue_won").topic
    before = events.topic_version(topic)

    moved = transfers.move_team(
        people.team("South"), under=people.team("North"), from_day=march(10), moment=cast.NOW,
        actor=cast.ACTOR,
    )  # fmt: skip

    assert moved is True
    assert events.topic_version(topic) == before + 1
    assert by_team() == {("Ana", "North"): 70}


DAYS = st.integers(min_value=1, max_value=28)


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["North", "South", None]), DAYS, st.integers(1, 20)),
        min_size=1,
        max_size=4,
    )
)
def test_any_row_of_changes_does_what_was_said_and_loses_nothing(
    ana: Member, steps: list[tuple[str | None, int, int]]
) -> None:
    for team, first, length in steps:
        until = march(min(first + length, 31))
        change = to(ana, team, march(first), until_day=until)
        before = by_team()
        announced = said(change)
        assert by_team() == before
        assert done(change) == announced
        for old, new, _, amount in revenue(announced):
            before[holder(old)] = before.get(holder(old), Decimal(0)) - amount
            before[holder(new)] = before.get(holder(new), Decimal(0)) + amount
        assert by_team() == {key: amount for key, amount in before.items() if amount}
    assert sum(by_team().values()) == 70


def holder(team: str) -> tuple[str, str]:
    return (reading.NOBODY, team) if team == reading.NOBODY else ("Ana", team)
