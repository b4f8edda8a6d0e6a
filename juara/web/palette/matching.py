"""How well what somebody types names a thing: beginnings of words, in any order."""

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"\w+")
# Fewer letters than this are in nearly every name somewhere.
_LEAST_INSIDE = 3
SPREAD = 3


def plain(text: str) -> str:
    """Return text without case and accents, as people type it."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def words_of(text: str) -> list[str]:
    return _WORD.findall(plain(text))


def rank(asked: str, names: Iterable[str]) -> int | None:
    """Return how far the best of the names is from what was asked, None when none fits.

    0 is the name's own beginning, 1 the beginnings of words, 2 some inside of words, 3 letters in
    their order, spread over one name ("ldb" finds Leaderboards).
    """
    found = [each for name in names if (each := _rank(asked, name)) is not None]
    return min(found, default=None)


def _rank(asked: str, name: str) -> int | None:
    tokens, words = words_of(asked), words_of(name)
    if not tokens:
        return None
    if " ".join(words).startswith(" ".join(tokens)):
        return 0
    if all(_begins(token, words) for token in tokens):
        return 1
    if all(_begins(token, words) or _is_inside(token, words) for token in tokens):
        return 2
    letters = "".join(tokens)
    if len(letters) >= _LEAST_INSIDE and _in_order(letters, "".join(words)):
        return SPREAD
    return None


def _begins(token: str, words: list[str]) -> bool:
    return any(word.startswith(token) for word in words)


def _is_inside(token: str, words: list[str]) -> bool:
    return len(token) >= _LEAST_INSIDE and any(token in word for word in words)


def _in_order(letters: str, text: str) -> bool:
    # Only from the beginning: spread letters are found in nearly any long text.
    if not text.startswith(letters[:1]):
        return False
    left = iter(text)
    return all(letter in left for letter in letters)
