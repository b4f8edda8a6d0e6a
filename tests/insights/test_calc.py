"""Where a number lands: the same every time, in order, and never more certain than it can be."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juara.insights import calc
from juara.insights.types import Forecast, History, Question, TooLittle

ONE = Fraction(1)


def history(*totals: int | str, weight: Fraction = ONE) -> History:
    """Return days with these totals, each of one credit, those of nothing of none."""
    return calc.history((weight, Decimal(each), int(Decimal(each) != 0)) for each in totals)


# Twelve weeks of a deal every other day, worth 100 to 500.
DEALS = history(*(((at * 7) % 5 + 1) * 100 * (at % 2) for at in range(60)))
CALLS = calc.history((ONE, Decimal(35 + at * 11 % 13), 35 + at * 11 % 13) for at in range(90))


def landing(question: Question) -> Forecast:
    found = calc.forecast(question)
    assert isinstance(found, Forecast)
    return found


def test_the_same_question_has_the_same_answer_to_the_last_digit() -> None:
    asked = Question(DEALS, Decimal("1200.5"), Fraction(21, 2), Decimal(2500))

    assert landing(asked) == Forecast(
        Decimal("1900.5000"), Decimal("2700.5000"), Decimal("3700.5000"), Decimal("0.667"), 60
    )


def test_a_busy_hand_lands_near_its_pace() -> None:
    found = landing(Question(CALLS, Decimal(400), Fraction(10), Decimal(800)))

    assert found == Forecast(
        Decimal("727.0000"), Decimal("807.0000"), Decimal("900.0000"), Decimal("0.554"), 90
    )


def test_an_answer_is_the_same_whoever_else_is_asked_about() -> None:
    asked = [
        Question(DEALS, Decimal(at), Fraction(at, 3), Decimal(900 + at * 40)) for at in range(30)
    ]

    assert calc.forecasts(asked) == [calc.forecast(each) for each in asked]


def test_only_days_that_happened_come_again_whole() -> None:
    found = landing(Question(history(*([0, 0, 500] * 10)), Decimal(0), Fraction(8)))

    assert {each % 500 for each in (found.low, found.middle, found.high)} == {0}


def test_part_of_a_day_brings_part_of_many_credits_and_all_or_nothing_of_one() -> None:
    lumpy = history(*([1] * 30))
    steady = calc.history((ONE, Decimal(40), 40) for _ in range(30))
    half = Fraction(1, 2)

    assert landing(Question(lumpy, Decimal(0), half, Decimal(1))) == Forecast(
        Decimal("0.0000"), Decimal("1.0000"), Decimal("1.0000"), Decimal("0.504"), 30
    )
    assert landing(Question(steady, Decimal(0), half, Decimal(10))) == Forecast(
        Decimal("16.0000"), Decimal("20.0000"), Decimal("24.0000"), Decimal("1.000"), 30
    )


def test_half_days_of_the_past_count_for_whole_ones_to_come() -> None:
    halves = calc.history((Fraction(1, 2), Decimal(5), 5) for _ in range(40))
    wholes = calc.history((ONE, Decimal(10), 10) for _ in range(40))

    assert landing(Question(halves, Decimal(0), Fraction(10))).middle == pytest.approx(100, abs=3)
    assert landing(Question(wholes, Decimal(0), Fraction(10))).middle == pytest.approx(100, abs=3)


def test_yesterday_counts_for_more_than_a_quarter_ago() -> None:
    rising, falling = [0] * 45 + [10] * 45, [10] * 45 + [0] * 45
    up = landing(Question(history(*rising), Decimal(0), Fraction(20)))
    down = landing(Question(history(*falling), Decimal(0), Fraction(20)))

    assert (up.middle, down.middle) == (Decimal("150.0000"), Decimal("50.0000"))


def test_the_longest_stretch_there_is_is_used_and_named() -> None:
    days = [1] * 120
    used = [
        landing(Question(history(*days[:count]), Decimal(0), ONE)).days_used
        for count in (20, 24, 74, 75, 120)
    ]

    assert used == [20, 20, 60, 75, 90]


def test_too_few_days_or_too_few_with_anything_on_them_make_no_forecast() -> None:
    def answer(*totals: int) -> object:
        return calc.forecast(Question(history(*totals), Decimal(3), Fraction(5), Decimal(9)))

    assert answer(*([1] * 19)) == TooLittle(19, 20, 19, 5)
    assert answer() == TooLittle(0, 20, 0, 5)
    assert answer(*([0] * 36 + [1] * 4)) == TooLittle(40, 20, 4, 5)
    # What lies before the days that are looked at helps nobody.
    assert answer(*([1] * 30 + [0] * 90)) == TooLittle(90, 20, 0, 5)
    assert isinstance(answer(*([0] * 15 + [1] * 5)), Forecast)


def test_late_days_are_worth_what_they_brought_drawn_towards_the_others() -> None:
    late = np.array([at >= 90 for at in range(100)])
    past = calc.history((ONE, Decimal(1), 4 if at >= 90 else 1) for at in range(100))

    # 40 and an even 1.5 on a tenth of the days, 90 and an even 13.5 on the others.
    assert calc.lateness(past, late) == pytest.approx((41.5 / 0.1) / (103.5 / 0.9))
    assert calc.lateness(past, np.zeros(100, np.bool_)) == 1
    assert calc.lateness(history(), np.zeros(0, np.bool_)) == 1


@pytest.mark.parametrize("past", [history(), DEALS])
@pytest.mark.parametrize(
    ("is_higher_better", "target", "reached"),
    [(True, 7, 1), (True, Fraction(50, 7), 0), (False, 7, 1), (False, Fraction(48, 7), 0)],
)
def test_without_time_left_the_value_is_the_landing(
    past: History, is_higher_better: bool, target: Fraction, reached: int
) -> None:
    asked = Question(past, Decimal(7), Fraction(0), Fraction(target), is_higher_better)

    assert calc.forecast(asked) == Forecast(
        Decimal(7), Decimal(7), Decimal(7), Decimal(reached).quantize(Decimal("0.001")), 0
    )


def test_where_less_is_better_staying_below_is_what_is_likely_or_not() -> None:
    above = landing(Question(DEALS, Decimal(0), Fraction(9), Decimal(1500)))
    below = landing(
        Question(DEALS, Decimal(0), Fraction(9), Decimal("1499.9999"), is_higher_better=False)
    )

    assert above.probability is not None
    assert below.probability is not None
    assert above.probability + below.probability == 1


questions = st.builds(
    Question,
    history=st.lists(
        st.integers(-5, 400).map(lambda each: max(each, 0)), min_size=25, max_size=70
    ).map(lambda each: history(*each, *([3] * 5))),
    value=st.decimals(0, 10_000, places=2),
    left=st.fractions(Fraction(1, 20), 70, max_denominator=20),
    target=st.decimals(1, 20_000, places=2),
)


@settings(max_examples=40)
@given(questions)
def test_the_landing_is_in_order_and_never_below_what_is_there(asked: Question) -> None:
    found = landing(asked)

    assert asked.value <= found.low <= found.middle <= found.high
    assert found.probability is not None
    assert 0 <= found.probability <= 1


@settings(max_examples=30)
@given(questions, st.decimals(0, 500, places=2))
def test_more_so_far_or_less_asked_never_makes_it_less_likely(
    asked: Question, more: Decimal
) -> None:
    easier = replace(asked, target=Decimal(str(asked.target)) - more)
    further = replace(asked, value=asked.value + more)

    one, two, three = (landing(each) for each in (asked, easier, further))

    assert one.probability is not None
    assert one.probability <= (two.probability or 0)
    assert two.probability == three.probability
    assert (three.low - one.low, three.high - one.high) == (more, more)


@settings(max_examples=30)
@given(questions, st.integers(2, 1000))
def test_another_unit_gives_the_same_forecast_in_that_unit(asked: Question, factor: int) -> None:
    past = asked.history
    scaled = Question(
        History(past.totals * factor, past.credits, past.weights),
        asked.value * factor, asked.left, Decimal(str(asked.target)) * factor,
    )  # fmt: skip

    one, other = landing(asked), landing(scaled)

    assert other.probability == one.probability
    slack = Decimal(factor) / 1000 if asked.left < 5 else 0
    assert abs(other.middle - one.middle * factor) <= slack


def test_of_drawn_worlds_as_many_land_inside_as_is_said() -> None:
    """Let days be drawn as the forecast believes: then four of five must land inside."""
    random = np.random.default_rng(5)
    inside, likely, came = 0, Decimal(0), 0
    for _ in range(400):
        rate = random.gamma(4, 0.2)
        days = random.poisson(rate, 90)
        past = History(days * 10_000, days.astype(np.int64), np.ones(90))
        if np.count_nonzero(days) < calc.FEWEST_CREDITED:
            continue
        actual = int(random.poisson(rate * random.gamma(44.4, 1 / 44.4) * 15))
        found = landing(Question(past, Decimal(0), Fraction(15), Decimal(12)))
        inside += found.low <= actual <= found.high
        likely += found.probability or 0
        came += actual >= 12

    assert 320 <= inside <= 365
    assert abs(float(likely) - came) < 12
