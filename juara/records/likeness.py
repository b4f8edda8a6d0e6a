"""Guessing which member a source's user is, for a person to confirm. Never matched unasked."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from juara.people.types import MemberFacts

# Below this two names are as likely two people.
_ALIKE = 0.82
_MOST_COMPARED = 400


class Likeness(StrEnum):
    """Why somebody is suggested, the surest first."""

    EMAIL = "email"
    SAME_NAME = "same_name"
    SIMILAR_NAME = "similar_name"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who a user may be, and why."""

    member: MemberFacts
    why: Likeness

    @property
    def is_sure(self) -> bool:
        """Say whether it may be taken without looking twice: an address is one person's."""
        return self.why is Likeness.EMAIL


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in one spelling, in order of the alphabet.

    “Schlecht, Darcell”, “darcell.schlecht@…” and “Darcéll SCHLECHT” are the same words.
    """
    local = name.partition("@")[0]
    plain = unicodedata.normalize("NFKD", local).encode("ascii", "ignore").decode().casefold()
    words = re.findall(r"[a-z]+", plain) or re.findall(r"\w+", local.casefold())
    return tuple(sorted(words))


class Likely:
    """Finds the likeliest member for a user, among all members prepared once."""

    def __init__(self, members: Iterable[MemberFacts]) -> None:
        self._by_email: dict[str, MemberFacts] = {}
        self._by_words: dict[tuple[str, ...], list[MemberFacts]] = {}
        self._by_start: dict[str, set[tuple[str, ...]]] = {}
        for member in members:
            if member.email:
                self._by_email[member.email.casefold()] = member
            words = words_of(member.name)
            self._by_words.setdefault(words, []).append(member)
            for word in words:
                self._by_start.setdefault(word[:2], set()).add(words)

    def member_for(self, *, key: str, name: str, email: str) -> Suggestion | None:
        """Return who a source's user most likely is; None where nobody comes near.

        Namesakes are nobody: which of two people it is, only a person can say.
        """
        if found := self.sure_for(key=key, email=email):
            return Suggestion(found, Likeness.EMAIL)
        for text in dict.fromkeys((name, email, key)):
            if (words := words_of(text)) and (found_here := self._named(words)):
                return found_here
        return None

    def sure_for(self, *, key: str, email: str) -> MemberFacts | None:
        """Return the member whose address a user has: no other name is looked at for it."""
        for address in (email, key):
            if found := self._by_email.get(address.strip().casefold()):
                return found
        return None

    def _named(self, words: tuple[str, ...]) -> Suggestion | None:
        if namesakes := self._by_words.get(words):
            return Suggestion(namesakes[0], Likeness.SAME_NAME) if len(namesakes) == 1 else None
        near = self._near(words)
        best = max(near, key=lambda other: _alike(words, other), default=None)
        if best is None or _alike(words, best) < _ALIKE or len(self._by_words[best]) > 1:
            return None
        return Suggestion(self._by_words[best][0], Likeness.SIMILAR_NAME)

    def _near(self, words: tuple[str, ...]) -> Sequence[tuple[str, ...]]:
        """Return the names worth comparing: those with a word that begins the same."""
        found = {other for word in words for other in self._by_start.get(word[:2], ())}
        return sorted(found)[:_MOST_COMPARED]


def _alike(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    return SequenceMatcher(None, " ".join(left), " ".join(right), autojunk=False).ratio()
