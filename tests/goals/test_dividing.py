"""Dividing a target so that nothing is lost."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from juara.goals import dividing

D = Decimal


def test_equal_weights_get_the_same_and_the_first_the_rest() -> None:
    assert dividing.parts(D(100), [1, 1, 1], decimals=0) == [D(34), D(33), D(33)]
    assert dividing.parts(D(100), [1, 1, 1], decimals=2) == [D("33.34"), D("33.33"), D("33.33")]


def test_shares_follow_the_weights_and_the_largest_remainder_gets_the_step() -> None:
    # 100 × 5/7 = 71.43, 100 × 2/7 = 28.57.
    assert dividing.parts(D(100), [5, 2], decimals=0) == [D(71), D(29)]
    assert dividing.parts(D(100), [D(70), D(0), D(30)], decimals=0) == [D(70), D(0), D(30)]


def test_without_any_weight_all_get_the_same() -> None:
    assert dividing.parts(D(10), [0, 0], decimals=0) == [D(5), D(5)]
    assert dividing.parts(D(10), [], decimals=0) == []


def test_what_is_smaller_than_a_step_goes_to_the_first_who_has_a_share() -> None:
    assert dividing.parts(D("10.5"), [0, 1, 1], decimals=0) == [D(0), D("5.5"), D(5)]


@given(
    st.decimals(0, 10**12, places=4),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=40),
    st.integers(0, 2),
)
def test_parts_always_add_up(total: Decimal, weights: list[int], decimals: int) -> None:
    parts = dividing.parts(total, weights, decimals=decimals)

    assert sum(parts, D()) == total
    assert min(parts) >= 0


def test_a_team_gets_what_its_people_get_together() -> None:
    added = dividing.added({1: D(30), 2: D(20), 3: D(5)}, {1: (11, 10), 2: (11, 10), 3: (10,)})

    assert added == {11: D(50), 10: D(55)}
