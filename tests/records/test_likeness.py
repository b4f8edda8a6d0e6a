"""Guessing who a source's user is."""

import pytest

from juara.people.types import MemberFacts
from juara.records.likeness import Likely, Likeness, words_of


def member(number: int, name: str, email: str = "") -> MemberFacts:
    return MemberFacts(number, f"id{number}", name, email, "rep", None)


DARCELL = member(1, "Darcell Schlecht", "darcell@example.com")
ANNA = member(2, "Anna Snelling")
OTHER_ANNA = member(3, "Snelling, Anna")
JONAS = member(4, "Jónas Müller")
LIKELY = Likely([DARCELL, ANNA, OTHER_ANNA, JONAS])


@pytest.mark.parametrize(
    ("key", "name", "email", "expected"),
    [
        ("7", "", "Darcell@Example.com", (1, Likeness.EMAIL)),
        ("darcell@example.com", "", "", (1, Likeness.EMAIL)),
        ("7", "SCHLECHT, Darcell", "", (1, Likeness.SAME_NAME)),
        ("darcell.schlecht", "", "", (1, Likeness.SAME_NAME)),
        ("jonas.muller@elsewhere.example", "", "", (4, Likeness.SAME_NAME)),
        ("7", "Darcel Schlecht", "", (1, Likeness.SIMILAR_NAME)),
        ("7", "Darcell Schmidt", "", None),
        # Two of that name: only a person can say which.
        ("7", "Anna Snelling", "", None),
        ("005A0000001", "", "", None),
        ("", "", "", None),
    ],
)
def test_somebody_is_suggested_by_address_then_by_name_or_not_at_all(
    key: str, name: str, email: str, expected: tuple[int, Likeness] | None
) -> None:
    found = LIKELY.member_for(key=key, name=name, email=email)
    assert (None if found is None else (found.member.id, found.why)) == expected


def test_only_an_address_is_sure() -> None:
    by_mail = LIKELY.member_for(key="", name="", email="darcell@example.com")
    by_name = LIKELY.member_for(key="", name="Darcell Schlecht", email="")
    assert [each.is_sure for each in (by_mail, by_name) if each] == [True, False]


def test_names_in_other_letters_have_words_too() -> None:
    assert words_of("山田 太郎") == words_of("太郎 山田")
