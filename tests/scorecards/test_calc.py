"""The arithmetic of scores, on exact values."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juara.goals.calc import to_decimal
from juara.scorecards import calc
from juara.scorecards.calc import Measured
from juara.scorecards.types import DEFAULT_CAP, MOST_PACE, Mode, Score, Unscored

amounts = st.decimals(0, 10**6, places=4)
shares = st.one_of(st.none(), st.decimals("0.01", 9, places=2))


@st.composite
def lines(draw: st.DrawFn) -> Measured:
    start = draw(shares)
    cap = draw(shares)
    if start is not None and cap is not None:
        cap += start
    return Measured(
        weight=draw(st.decimals(0, 100, places=2)),
        value=draw(st.one_of(st.none(), amounts)),
        target=draw(st.one_of(st.none(), amounts)),
        is_higher_better=draw(st.booleans()),
        cap=cap,
        start=start,
        skips=draw(st.booleans()),
    )


cards = st.lists(lines(), min_size=1, max_size=6)


def line(
    weight: int, value: str | None, target: str | None, *, lower: bool = False, **more: str | bool
) -> Measured:
    shares = {name: Decimal(str(each)) for name, each in more.items() if name != "skips"}
    return Measured(
        Decimal(weight),
        None if value is None else Decimal(value),
        None if target is None else Decimal(target),
        is_higher_better=not lower,
        skips=bool(more.get("skips", False)),
        **shares,
    )


def points(score: Score) -> list[Decimal]:
    return [each.points for each in score.steps]


TWO = (line(20, "2", "4"), line(80, "50000", "20000"))


def test_two_of_4_deals_and_50000_of_20000_are_210_uncapped_and_170_capped() -> None:
    uncapped, capped = calc.weighted(TWO, cap=None), calc.weighted(TWO)

    assert (uncapped.points, points(uncapped)) == (Decimal(210), [Decimal(10), Decimal(200)])
    assert (capped.points, points(capped)) == (Decimal(170), [Decimal(10), Decimal(160)])
    first, second = capped.steps
    assert (first.attainment, first.counted, first.is_capped) == (
        Decimal("0.5"), Decimal("0.5"), False,
    )  # fmt: skip
    assert (second.attainment, second.counted, second.cap, second.is_capped) == (
        Decimal("2.5"), Decimal(2), DEFAULT_CAP, True,
    )  # fmt: skip
    assert not capped.is_scaled


def test_a_line_may_have_a_cap_of_its_own() -> None:
    score = calc.weighted((line(20, "2", "4"), line(80, "50000", "20000", cap="1.5")))

    assert points(score) == [Decimal(10), Decimal(120)]


def test_a_line_earns_nothing_below_its_start_and_everything_from_it_on() -> None:
    below = calc.weighted((line(100, "7999", "10000", start="0.8"),))
    on_it = calc.weighted((line(100, "8000", "10000", start="0.8"),))

    assert (below.points, below.steps[0].attainment, below.steps[0].is_below_start) == (
        Decimal(0), Decimal("0.7999"), True,
    )  # fmt: skip
    assert (on_it.points, on_it.steps[0].is_below_start) == (Decimal(80), False)


def test_a_start_is_judged_before_rounding() -> None:
    # 2,399,999,999 of 3,000,000,000 is written 0.8000, and is less.
    score = calc.weighted((line(100, "2399999999", "3000000000", start="0.8"),))

    assert (score.points, score.steps[0].attainment) == (Decimal(0), Decimal("0.8000"))


@pytest.mark.parametrize(
    ("left_out", "reason"),
    [
        (line(40, "7", None), Unscored.NO_TARGET),
        (line(40, "7", "0"), Unscored.ZERO_TARGET),
        (line(40, None, "0.3", skips=True), Unscored.NO_VALUE),
    ],
)
def test_the_weight_of_a_line_that_is_not_scored_goes_to_the_others(
    left_out: Measured, reason: Unscored
) -> None:
    score = calc.weighted((left_out, line(20, "2", "4"), line(40, "1", "1")))

    skipped, *scored = score.steps
    assert (skipped.unscored, skipped.counted_weight, skipped.attainment) == (
        reason,
        Decimal(0),
        None,
    )
    assert [each.weight for each in score.steps] == [40, 20, 40]
    assert [each.counted_weight for each in scored] == [Decimal("33.3333"), Decimal("66.6667")]
    # 1/3 × 50 + 2/3 × 100
    assert score.points == Decimal("83.3333")
    assert (score.scored_weight, score.is_scaled) == (Decimal(60), True)


def test_a_target_without_a_value_is_0_unless_the_line_says_not_scored() -> None:
    score = calc.weighted((line(50, None, "0.3"), line(50, "1", "1")))

    assert (score.points, score.steps[0].attainment, score.steps[0].unscored) == (
        Decimal(50),
        Decimal(0),
        None,
    )


def test_lower_is_better_earns_up_to_twice_and_a_target_of_0_asks_for_0() -> None:
    score = calc.weighted(
        (
            line(25, "0", "10", lower=True), line(25, "10", "10", lower=True),
            line(25, "25", "10", lower=True), line(25, "0", "0", lower=True),
        )
    )  # fmt: skip

    assert points(score) == [50, 25, 0, 25]


def test_a_scorecard_of_which_no_line_is_scored_has_no_score() -> None:
    score = calc.weighted((line(100, "7", None),))

    assert (score.points, score.scored_weight, score.is_scaled) == (None, Decimal(0), False)


def test_a_pace_index_goes_from_0_to_250_whatever_the_caps() -> None:
    score = calc.pace_index((line(50, "30", "10", cap="9"), line(50, "4", "10")))

    assert (score.mode, score.points, points(score)) == (
        Mode.PACE_INDEX, Decimal(145), [Decimal(125), Decimal(20)],
    )  # fmt: skip


def test_equal_values_share_a_rank() -> None:
    attained = {"a": Fraction(3), "b": Fraction(2), "c": Fraction(2), "d": Fraction(1), "e": None}

    assert calc.ranks(attained) == {"a": 1, "b": 2, "c": 2, "d": 4, "e": 5}


def test_rank_points_add_up_weighted_places_of_which_the_first_is_the_best() -> None:
    found = calc.rank_points(
        {
            "Ana": (line(50, "9", "10"), line(50, "1", "4")),
            "Budi": (line(50, "5", "5"), line(50, None, "4")),
            # Another target: places go by what is reached of one's own.
            "Citra": (line(50, "9", "10"), line(50, "2", "4")),
            "Dewi": (line(50, "1", None), line(50, None, "4")),
        }
    )

    assert {who: score.points for who, score in found.items()} == {
        "Ana": 2, "Budi": 2, "Citra": Decimal("1.5"), "Dewi": 3,
    }  # fmt: skip
    assert [(each.rank, each.peers, each.points) for each in found["Ana"].steps] == [
        (2, 3, Decimal(1)), (2, 4, Decimal(1)),
    ]  # fmt: skip
    # No target, no rank: the other line counts for all; no value is the place after the last.
    assert [(each.rank, each.counted_weight) for each in found["Dewi"].steps] == [
        (None, Decimal(0)), (3, Decimal(100)),
    ]  # fmt: skip


def test_a_median_lies_between_the_two_in_the_middle() -> None:
    assert calc.median(()) is None
    assert calc.median((Decimal(9), Decimal(1), Decimal(5))) == 5
    assert calc.median((Decimal(9), Decimal(1), Decimal(5), Decimal(6))) == Decimal("5.5")


# --- For every scorecard ---


def by_hand(card: list[Measured], cap: Decimal | None) -> Fraction | None:
    """Work a score out in another way: attainments first, then one division by the weights."""
    earned, weights = Fraction(0), Fraction(0)
    for each in card:
        if each.target is None or (each.is_higher_better and not each.target):
            continue
        if each.value is None and each.skips:
            continue
        share = Fraction(0)
        if each.value is not None and each.target:
            part = Fraction(each.value) / Fraction(each.target)
            share = part if each.is_higher_better else max(2 - part, Fraction(0))
        elif each.value == 0:
            share = Fraction(1)
        most = each.cap if each.cap is not None else cap
        if each.start is not None and share < Fraction(each.start):
            share = Fraction(0)
        elif most is not None:
            share = min(share, Fraction(most))
        earned += Fraction(each.weight) * share
        weights += Fraction(each.weight)
    return earned * 100 / weights if weights else None


@given(cards, shares)
def test_a_score_is_what_is_worked_out_by_hand(card: list[Measured], cap: Decimal | None) -> None:
    exact = by_hand(card, cap)

    assert calc.weighted(card, cap=cap).points == (None if exact is None else to_decimal(exact))


@given(cards)
def test_counted_weights_add_to_the_whole_and_points_to_the_score(card: list[Measured]) -> None:
    score = calc.weighted(card)

    if score.points is not None:
        near = Decimal("0.00005") * (len(card) + 1)
        assert abs(sum((each.counted_weight for each in score.steps), Decimal()) - 100) <= near
        assert abs(sum(points(score), Decimal()) - score.points) <= near


@given(cards, st.integers(0, 5), amounts)
def test_more_of_what_is_better_high_never_lowers_a_score(
    card: list[Measured], at: int, more: Decimal
) -> None:
    chosen = card[at % len(card)]
    if chosen.value is None or not chosen.is_higher_better:
        return
    better = [
        Measured(
            each.weight, chosen.value + more, each.target, True, each.cap, each.start, each.skips
        )
        if each is chosen else each
        for each in card
    ]  # fmt: skip
    before, after = calc.weighted(card).points, calc.weighted(better).points

    assert before is None or (after is not None and after >= before)


@given(cards, shares)
def test_no_pace_index_leaves_0_to_250(card: list[Measured], cap: Decimal | None) -> None:
    found = calc.pace_index(card, cap=cap).points

    assert found is None or 0 <= found <= 100 * MOST_PACE


@given(st.lists(st.lists(lines(), min_size=2, max_size=2), min_size=1, max_size=6))
def test_ranks_are_one_more_than_those_who_are_ahead(people: list[list[Measured]]) -> None:
    found = calc.rank_points(dict(enumerate(people)))

    for who, own in enumerate(people):
        for at, step in enumerate(found[who].steps):
            if own[at].unscored:
                assert step.rank is None
                continue
            others = [each[at] for each in people if not each[at].unscored]
            mine = own[at].attainment if own[at].value is not None else None
            ahead = [
                each
                for each in others
                if each.value is not None
                and (mine is None or (each.attainment or Fraction(0)) > mine)
            ]
            assert (step.rank, step.peers) == (len(ahead) + 1, len(others))
