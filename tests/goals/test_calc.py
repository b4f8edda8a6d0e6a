"""The formulas of pace and attainment, on exact values."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juara.core.worktime import STANDARD, Span
from juara.goals import calc
from juara.goals.calc import Presence
from juara.goals.types import Status, Terms

# Twenty working days, Monday to Friday: 3 to 28 March 2025.
PERIOD = Span(date(2025, 3, 3), date(2025, 3, 29))
FOREVER = Span(date(1900, 1, 1), date(9999, 12, 31))
# Thirteen of them: from Wednesday 12 March.
JOINED = Span(date(2025, 3, 12), date(9999, 12, 31))

amounts = st.decimals(0, 10**9, places=4)
parts = st.fractions(0, 30, max_denominator=480)


def counting(target: str) -> Terms:
    return Terms(Decimal(target), is_higher_better=True, accumulates=True)


def whole(target: str, *, is_higher_better: bool = True) -> Terms:
    return Terms(Decimal(target), is_higher_better=is_higher_better, accumulates=False)


def there(now: datetime, *spans: Span, period: Span = PERIOD) -> Presence:
    return calc.presence(period, spans=spans or (FOREVER,), now=now, time=STANDARD)


def at(day: int, hour: int = 17, minute: int = 0) -> datetime:
    return datetime(2025, 3, day, hour, minute, tzinfo=UTC)


# --- Expectation ---


def test_a_joiner_with_13_of_20_days_and_target_13_is_expected_1_after_one_day() -> None:
    presence = there(at(12), JOINED)
    assert (presence.whole, presence.present, presence.elapsed) == (
        Fraction(20),
        Fraction(13),
        Fraction(1),
    )
    # Twenty for the whole period come to a target of 13 for the days they are there …
    pace = calc.pace(counting("20"), Decimal(1), presence)
    assert (pace.target, pace.expected) == (Decimal("13.0000"), Decimal("1.0000"))
    assert pace.is_prorated
    # … and whatever the target of those days is, one of them asks for a thirteenth.
    assert calc.expected(Fraction(13), presence) == 1


def test_today_counts_by_the_elapsed_fraction_of_the_working_day() -> None:
    day = Span(date(2025, 3, 10), date(2025, 3, 11))
    expected = {
        at(10, 8): "0", at(10, 9): "0", at(10, 11): "10", at(10, 13): "20", at(10, 17): "40",
        at(10, 22): "40",
    }  # fmt: skip
    for now, amount in expected.items():
        pace = calc.pace(counting("40"), Decimal(0), there(now, period=day))
        assert pace.expected == Decimal(amount)


def test_a_leaver_is_asked_for_their_days_only() -> None:
    left = Span(date(1900, 1, 1), date(2025, 3, 12))
    pace = calc.pace(counting("20"), Decimal(7), there(at(28), left))
    assert (pace.target, pace.expected, pace.status) == (Decimal(7), Decimal(7), Status.DONE)


def test_who_is_away_in_between_is_asked_for_both_stays() -> None:
    stays = (Span(date(2025, 3, 3), date(2025, 3, 8)), Span(date(2025, 3, 24), FOREVER.until_day))
    presence = there(at(24, 13), *stays)
    assert (presence.present, presence.elapsed, presence.left) == (
        Fraction(10),
        Fraction(11, 2),
        Fraction(5),
    )
    assert calc.pace(counting("20"), Decimal(0), presence).target == 10


@pytest.mark.parametrize("terms", [whole("0.3"), whole("30", is_higher_better=False)])
def test_what_does_not_accumulate_is_asked_for_and_expected_whole(terms: Terms) -> None:
    pace = calc.pace(terms, Decimal(1), there(at(12), JOINED))
    assert (pace.target, pace.expected) == (terms.target, terms.target)
    assert (pace.needed, pace.needed_per_day, pace.is_prorated) == (None, None, False)


# --- Attainment ---


@pytest.mark.parametrize(
    ("value", "target", "reached"),
    [
        ("5", "10", "0.5"),
        ("10", "10", "1"),
        ("25", "10", "2.5"),
        ("0", "10", "0"),
        ("-3", "10", "0"),
    ],
)
def test_higher_is_better_is_value_by_target(value: str, target: str, reached: str) -> None:
    found = calc.attainment(Decimal(value), Fraction(target), is_higher_better=True)
    assert found == Fraction(reached)


@pytest.mark.parametrize(
    ("value", "target", "reached"),
    [
        ("0", "10", "2"),
        ("10", "10", "1"),
        ("15", "10", "0.5"),
        ("20", "10", "0"),
        ("99", "10", "0"),
    ],
)
def test_lower_is_better_is_two_less_value_by_target(value: str, target: str, reached: str) -> None:
    found = calc.attainment(Decimal(value), Fraction(target), is_higher_better=False)
    assert found == Fraction(reached)


def test_a_target_of_nothing_is_not_scored_unless_lower_is_better() -> None:
    assert calc.attainment(Decimal(5), Fraction(0), is_higher_better=True) is None
    assert calc.attainment(Decimal(0), Fraction(0), is_higher_better=False) == 1
    assert calc.attainment(Decimal("0.01"), Fraction(0), is_higher_better=False) == 0


@pytest.mark.parametrize("is_higher_better", [True, False])
def test_no_value_is_nothing_reached(is_higher_better: bool) -> None:
    assert calc.attainment(None, Fraction(10), is_higher_better=is_higher_better) == 0


# --- Status ---


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("0", Status.AT_RISK), ("80.9999", Status.AT_RISK), ("81", Status.BEHIND),
        ("98.9999", Status.BEHIND), ("99", Status.ON_TRACK), ("199.9999", Status.ON_TRACK),
        ("200", Status.DONE),
    ],
)  # fmt: skip
def test_a_status_is_judged_on_exact_shares_of_the_expectation(value: str, status: Status) -> None:
    # Half of twenty days are over, so of 200 exactly 100 are expected.
    pace = calc.pace(counting("200"), Decimal(value), there(at(14)))
    assert (pace.expected, pace.status) == (Decimal(100), status)


def test_while_nothing_is_expected_it_has_not_started() -> None:
    before = there(at(3, 8))
    assert calc.pace(counting("20"), Decimal(0), before).status is Status.NOT_STARTED
    assert calc.pace(counting("20"), Decimal(3), before).status is Status.NOT_STARTED
    assert calc.pace(counting("20"), Decimal(20), before).status is Status.DONE


def test_a_day_off_asks_for_nothing() -> None:
    saturday = Span(date(2025, 3, 8), date(2025, 3, 9))
    pace = calc.pace(counting("40"), Decimal(2), there(at(8, 12), period=saturday))
    assert (pace.target, pace.expected, pace.status) == (Decimal(0), Decimal(0), Status.NOT_STARTED)
    assert pace.attainment is None


@pytest.mark.parametrize(
    ("value", "status"),
    [("0.30", Status.ON_TRACK), ("0.29", Status.BEHIND), ("0.24", Status.AT_RISK)],
)
def test_a_ratio_is_judged_by_its_whole_target_from_the_start(value: str, status: Status) -> None:
    assert calc.pace(whole("0.3"), Decimal(value), there(at(3, 10))).status is status


def test_a_ratio_without_its_denominator_has_not_started() -> None:
    pace = calc.pace(whole("0.3"), None, there(at(14)))
    assert (pace.status, pace.attainment) == (Status.NOT_STARTED, Decimal(0))


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("25", Status.ON_TRACK),
        ("30", Status.ON_TRACK),
        ("35", Status.BEHIND),
        ("36", Status.AT_RISK),
    ],
)
def test_lower_is_better_is_on_track_up_to_its_target(value: str, status: Status) -> None:
    pace = calc.pace(whole("30", is_higher_better=False), Decimal(value), there(at(14)))
    assert pace.status is status


def test_a_target_of_nothing_is_no_target() -> None:
    assert calc.pace(counting("0"), Decimal(3), there(at(14))).status is Status.NO_TARGET


# --- What is still needed ---


def test_what_is_missing_is_spread_over_the_days_left_with_today_among_them() -> None:
    # Friday of the second week at noon: eleven working days are left, this one included.
    pace = calc.pace(counting("200"), Decimal(90), there(at(14, 12)))
    assert (pace.needed, pace.needed_per_day) == (Decimal(110), Decimal(10))


def test_nothing_is_needed_beyond_the_target() -> None:
    pace = calc.pace(counting("20"), Decimal(26), there(at(14, 12)))
    assert (pace.needed, pace.needed_per_day) == (Decimal(0), Decimal(0))


def test_after_the_last_day_nothing_can_be_spread() -> None:
    pace = calc.pace(counting("20"), Decimal(6), there(at(28)))
    assert (pace.needed, pace.needed_per_day) == (Decimal(14), None)


def test_half_a_call_is_a_call_to_make() -> None:
    assert calc.whole_steps(Decimal("6.0001"), 0) == 7
    assert calc.whole_steps(Decimal("6.0000"), 0) == 6


def test_a_target_for_each_day_is_multiplied_by_the_days() -> None:
    assert calc.scaled(Decimal("8"), Fraction(20)) == 160
    assert calc.scaled(Decimal("2.5"), Fraction(9, 2)) == Decimal("11.25")


def test_the_worst_status_is_the_one_that_needs_help() -> None:
    mixed = [Status.DONE, Status.ON_TRACK, Status.BEHIND, Status.NOT_STARTED]
    assert calc.worst(mixed) is Status.BEHIND
    assert calc.worst([*mixed, Status.AT_RISK]) is Status.AT_RISK
    assert calc.worst([]) is Status.NO_TARGET


# --- What holds for every number ---


@given(target=amounts, value=amounts, whole=parts, present=parts, elapsed=parts)
def test_no_number_leaves_its_bounds(
    target: Decimal, value: Decimal, whole: Fraction, present: Fraction, elapsed: Fraction
) -> None:
    present, elapsed = min(present, whole), min(elapsed, present, whole)
    presence = Presence(whole, present, elapsed, present - elapsed)
    terms = Terms(target, is_higher_better=True, accumulates=True)
    pace = calc.pace(terms, value, presence)
    assert 0 <= pace.expected <= pace.target <= target
    assert pace.needed is not None
    assert pace.needed >= 0
    assert pace.attainment is None or pace.attainment >= 0
    assert (pace.status is Status.DONE) == (0 < calc.prorated(target, presence) <= Fraction(value))


@given(target=amounts, value=amounts, more=amounts)
def test_more_never_makes_a_better_status_worse(
    target: Decimal, value: Decimal, more: Decimal
) -> None:
    presence = there(at(14, 12))
    before = calc.pace(Terms(target, True, True), value, presence)
    after = calc.pace(Terms(target, True, True), value + more, presence)
    assert calc.URGENCY.index(after.status) >= calc.URGENCY.index(before.status)


@given(fraction=st.fractions(0, 10**6, max_denominator=10**6))
def test_a_decimal_is_the_nearest_of_four_places(fraction: Fraction) -> None:
    found = calc.to_decimal(fraction)
    assert abs(Fraction(found) - fraction) <= Fraction(1, 20_000)
    assert found == found.quantize(Decimal("0.0001"))
