"""Identifiers: in order inside, readable and unguessable outside."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juara.core import ids

CROCKFORD = set("0123456789abcdefghjkmnpqrstvwxyz")


def test_each_id_is_larger_than_the_one_before() -> None:
    made = [ids.new_id() for _ in range(5_000)]

    assert made == sorted(set(made))
    assert 0 < made[0] < made[-1] < 2**63


def test_ids_made_by_several_threads_are_all_different() -> None:
    made: list[list[int]] = [[] for _ in range(4)]
    threads = [
        threading.Thread(target=lambda box=box: box.extend(ids.new_id() for _ in range(500)))
        for box in made
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({each for box in made for each in box}) == 2_000
    assert all(box == sorted(box) for box in made)


def test_a_public_id_is_twelve_characters_that_can_be_read_aloud() -> None:
    made = [ids.new_public_id() for _ in range(500)]

    assert {len(each) for each in made} == {12}
    assert set("".join(made)) <= CROCKFORD
    assert len(set(made)) == 500


@given(st.integers(0, 2**63 - 1))
def test_a_number_comes_back_from_its_public_form(number: int) -> None:
    text = ids.encode_public(number)

    assert set(text) <= CROCKFORD
    assert ids.decode_public(text) == number


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (31, "z"), (32, "10"), (2**63 - 1, "7zzzzzzzzzzzz")]
)
def test_the_public_form_of_a_number_is_fixed(number: int, text: str) -> None:
    assert ids.encode_public(number) == text


@pytest.mark.parametrize(
    "text", ["", "u", "i", "l", "o", "A", "a b", "-1", "é", "00", "0a", "8000000000000", "z" * 14]
)
def test_what_was_never_written_does_not_read_back(text: str) -> None:
    assert ids.decode_public(text) is None


@given(st.text(max_size=16))
def test_a_text_names_at_most_one_number(text: str) -> None:
    number = ids.decode_public(text)

    assert number is None or ids.encode_public(number) == text
