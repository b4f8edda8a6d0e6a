"""Ranking: order, shared ranks, gaps, and who reached a value first."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate, groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juara.leaderboards import calc
from juara.leaderboards.calc import Entry, Ranked, Step

START = datetime(2025, 3, 3, tzinfo=UTC)


def at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


def entry(name: str, value: str, hours: int | None = None, key: int = 0) -> Entry:
    return Entry(
        key or sum(map(ord, name)), name, Decimal(value), None if hours is None else at(hours)
    )


def order(*entries: Entry, higher: bool = True) -> list[tuple[int, str]]:
    return [
        (place.rank, place.entry.name) for place in calc.ranked(entries, higher_is_better=higher)
    ]


def test_the_best_stands_first_and_equal_values_share_a_rank() -> None:
    found = order(
        entry("a", "1"), entry("b", "3"), entry("c", "2"), entry("d", "2"), entry("e", "0")
    )

    assert found == [(1, "b"), (2, "c"), (2, "d"), (4, "a"), (5, "e")]


def test_the_lowest_is_best_where_lower_is_better() -> None:
    found = order(entry("a", "1"), entry("b", "3"), entry("c", "-2"), higher=False)

    assert found == [(1, "c"), (2, "a"), (3, "b")]


@pytest.mark.parametrize("higher", [True, False])
def test_inside_a_tie_the_first_to_reach_it_stands_above_then_the_name(*, higher: bool) -> None:
    found = order(
        entry("zoe", "5", 1),
        entry("Bea", "5", 3),
        entry("anna", "5", 3),
        entry("late", "5"),
        higher=higher,
    )

    assert found == [(1, "zoe"), (1, "anna"), (1, "Bea"), (1, "late")]


def test_two_of_one_name_and_moment_have_an_order_all_the_same() -> None:
    twins = [entry("Ana", "5", 1, key=2), entry("Ana", "5", 1, key=1)]

    assert [place.entry.key for place in calc.ranked(twins, higher_is_better=True)] == [1, 2]


def test_values_are_equal_whatever_their_places() -> None:
    assert order(entry("a", "5.0000"), entry("b", "5")) == [(1, "a"), (1, "b")]


def test_the_gap_is_to_the_next_better_rank() -> None:
    found = calc.ranked(
        [entry("a", "10"), entry("b", "7.5"), entry("c", "7.5"), entry("d", "0")],
        higher_is_better=True,
    )

    assert [place.gap for place in found] == [None, Decimal("2.5"), Decimal("2.5"), Decimal("7.5")]


def test_the_leaders_who_share_a_rank_have_no_gap() -> None:
    found = calc.ranked([entry("a", "1"), entry("b", "1")], higher_is_better=False)

    assert [(place.gap, place.is_tied) for place in found] == [(None, True), (None, True)]


def test_nobody_is_ranked_when_there_is_nobody() -> None:
    assert calc.ranked([], higher_is_better=True) == ()
    assert calc.tied_keys([]) == ()


ENTRIES = st.lists(
    st.tuples(st.integers(-3, 3), st.integers(0, 2) | st.none(), st.sampled_from("abC")),
    max_size=9,
).map(
    lambda rows: [
        Entry(key, name, Decimal(value), None if hours is None else at(hours))
        for key, (value, hours, name) in enumerate(rows)
    ]
)


@given(ENTRIES, st.booleans())
def test_ranks_ties_and_gaps_follow_from_the_values_alone(
    entries: list[Entry], higher: bool
) -> None:
    found = calc.ranked(entries, higher_is_better=higher)

    def is_better(one: Decimal, other: Decimal) -> bool:
        return one > other if higher else one < other

    assert sorted(place.entry.key for place in found) == [each.key for each in entries]
    for place in found:
        value = place.entry.value
        better = [each.value for each in entries if is_better(each.value, value)]
        assert place.rank == 1 + len(better)
        assert place.gap == (min(abs(each - value) for each in better) if better else None)
        assert place.is_tied == ([each.value for each in entries].count(value) > 1)
    assert {place.entry.key for place in found if place.is_tied} == set(calc.tied_keys(entries))


@given(ENTRIES.flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_does_not_depend_on_the_order_asked_in(
    orders: tuple[list[Entry], list[Entry]],
) -> None:
    one, other = orders

    assert calc.ranked(one, higher_is_better=True) == calc.ranked(other, higher_is_better=True)


def _inside_ties(found: tuple[Ranked, ...]) -> list[list[Entry]]:
    return [
        [place.entry for place in group]
        for _, group in groupby(found, key=lambda place: place.rank)
    ]


@given(ENTRIES)
def test_inside_every_tie_nobody_earlier_stands_below(entries: list[Entry]) -> None:
    never = at(1_000)
    for tie in _inside_ties(calc.ranked(entries, higher_is_better=True)):
        moments = [each.reached_at or never for each in tie]
        assert moments == sorted(moments)


@pytest.mark.parametrize(
    ("now", "before", "moved"),
    [(1, 3, 2), (3, 1, -2), (2, 2, 0), (None, 1, None), (1, None, None), (None, None, None)],
)
def test_movement_is_the_places_gained(
    now: int | None, before: int | None, moved: int | None
) -> None:
    assert calc.movement(now, before) == moved


def reached(*steps: tuple[int, int]) -> int | None:
    """Return the hour at which the running sum of (hour, amount) became its final one."""
    found = calc.reached_at(
        [Step(at(hour), amount) for hour, amount in steps],
        zero=0,
        add=lambda one, other: one + other,
        value_of=Decimal,
    )
    return None if found is None else int((found - START) / timedelta(hours=1))


@pytest.mark.parametrize(
    ("steps", "hour"),
    [
        ([], None),
        ([(1, 5)], 1),
        ([(1, 5), (2, 5)], 2),
        ([(2, 5), (1, 5)], 2),
        # Nothing was added at two o'clock.
        ([(1, 5), (2, 0)], 1),
        # The value left its final height and came back: it counts from the return.
        ([(1, 5), (2, 3), (3, -3)], 3),
        # Steps of one moment are one step.
        ([(1, 5), (2, 3), (2, -3)], 1),
        ([(1, 0)], 1),
        ([(1, 5), (2, -5)], 2),
    ],
)
def test_a_value_is_reached_when_it_last_became_what_it_is(
    steps: list[tuple[int, int]], hour: int | None
) -> None:
    assert reached(*steps) == hour


STEPS = st.lists(st.tuples(st.integers(0, 6), st.integers(-2, 3)), max_size=8)


@given(STEPS)
def test_from_the_moment_reached_on_the_value_stayed(steps: list[tuple[int, int]]) -> None:
    hour = reached(*steps)
    if not steps:
        assert hour is None
        return
    hours = sorted({each for each, _ in steps})
    added = [sum(amount for each, amount in steps if each == one) for one in hours]
    running = dict(zip(hours, accumulate(added), strict=True))
    final = running[hours[-1]]

    assert hour in running
    assert all(value == final for each, value in running.items() if each >= hour)
    earlier = [value for each, value in running.items() if each < hour]
    assert not earlier or earlier[-1] != final


def test_a_ratio_is_reached_when_it_became_what_it_is() -> None:
    """Won of closed: one of one, then one of two, then two of four: a half since the second."""

    def add(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
        return one[0] + other[0], one[1] + other[1]

    found = calc.reached_at(
        [Step(at(1), (1, 1)), Step(at(2), (0, 1)), Step(at(3), (1, 2))],
        zero=(0, 0),
        add=add,
        value_of=lambda total: Decimal(total[0]) / total[1] if total[1] else None,
    )

    assert found == at(2)


@pytest.mark.parametrize(
    ("value", "best", "higher", "share"),
    [
        ("50", "100", True, 0.5),
        ("100", "100", True, 1.0),
        ("0", "100", True, 0.0),
        ("-5", "100", True, 0.0),
        ("0", "0", True, 0.0),
        ("-5", "-5", True, 0.0),
        ("10", "10", False, 1.0),
        ("20", "10", False, 0.5),
        ("20", "0", False, 0.0),
        ("0", "0", False, 1.0),
    ],
)
def test_a_bar_is_as_long_as_the_value_is_near_the_best(
    value: str, best: str, share: float, *, higher: bool
) -> None:
    assert calc.share_of_best(Decimal(value), Decimal(best), higher_is_better=higher) == share
