"""How well a header, or a word in a column, agrees with the words we know."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from juara.connect.suggest import words
from juara.connect.suggest.words import word_set

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_APART = re.compile(r"[\W_]+")
# What CRMs put before every column of a kind: "Deal - Close time", "Activity - Subject".
_LEADING = word_set(
    "deal opportunity potential lead activity task call meeting event company"
    " account contact person user peluang aktivitas"
)


# What a header is of, whatever stands before it: a seller's city is a city and no seller.
_HEADS = word_set(
    "city state zip phone address country count size status type date time email"
    " mail industry region team url notes comment reason level currency probability"
    " behaviour profile page segment month year quarter age days percent rate kota"
    " telepon alamat"
)


@lru_cache(maxsize=20_000)
def tokens(text: str) -> tuple[str, ...]:
    """Write a header as plain words: `Deal - CloseDate` is deal, close, date."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text[:200])).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).replace("ß", "ss")
    return tuple(_APART.sub(" ", plain).split())


def likeness(header: str, phrases: Iterable[str]) -> float:
    """Say from 0 to 1 how well a header agrees with the best of some phrases."""
    said = tokens(header)
    if not said:
        return 0.0
    core = said[1:] if len(said) > 1 and said[0] in _LEADING else said
    best = 0.0
    for place, phrase in enumerate(phrases):
        wanted = _split(phrase)
        # Phrases further down say less: `status` is a better status than `done` is.
        weight = 1.0 - min(place, 50) * 0.002
        if said == wanted or "".join(said) == "".join(wanted):
            best = max(best, weight)
        elif core == wanted:
            best = max(best, 0.97 * weight)
        elif within(wanted, said):
            share = 0.55 + 0.35 * len(wanted) / len(said)
            is_other = not _HEADS.isdisjoint(set(said) - set(wanted))
            best = max(best, share * weight * (0.5 if is_other else 1.0))
    return best


@lru_cache(maxsize=4_000)
def _split(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.split())


def within(wanted: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """Whether words stand in others one after the other."""
    width = len(wanted)
    return any(said[at : at + width] == wanted for at in range(len(said) - width + 1))


def field_likeness(field: str, header: str, *, is_people: bool = False) -> float:
    known = words.PEOPLE if is_people else words.FIELDS
    return likeness(header, known.get(field, ()))


def meaning(value: str, known: dict[str, tuple[str, ...]]) -> str:
    """Return which of our words a value stands for, or nothing; the longest phrase decides."""
    said = tokens(value)
    best, found = 0.0, ""
    for ours, phrases in known.items():
        for phrase in phrases:
            wanted = _split(phrase)
            if wanted == said:
                return ours
            if within(wanted, said) and len(wanted) + len(phrase) / 100 > best:
                best, found = len(wanted) + len(phrase) / 100, ours
    return found
