"""What can go wrong in the domain, in words a person can act on."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What sort of refusal it is; a surface maps it to a status of its own."""

    INVALID = "invalid"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    CONFLICT = "conflict"
    GONE = "gone"
    LIMIT = "limit"


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for translation where Django is not to be known."""
    return sentence


class DomainError(Exception):
    """A refusal: a code for programs, a sentence for people, data for both.

    The sentence says what happened and how to mend it. Marked with gettext_noop, and with
    ``%(name)s`` where something of the data stands, it can be said in the reader's language.
    """

    kind: Kind = Kind.INVALID

    def __init__(self, code: str, sentence: str, **data: Any) -> None:
        super().__init__(filled(sentence, data))
        self.code = code
        self.sentence = sentence
        self.data: Mapping[str, Any] = data

    @property
    def message(self) -> str:
        """Return the sentence in English."""
        return filled(self.sentence, self.data)


def filled(sentence: str, data: Mapping[str, Any]) -> str:
    """Put data into the places of a sentence. A place nothing is known of stays as it is.

    Not by the operator %: a name somebody typed may itself look like a place.
    """
    return re.sub(r"%\((\w+)\)s", lambda place: str(data.get(place[1], place[0])), sentence)


class NotFoundError(DomainError):
    """It does not exist, or it is another organization's, which must look the same."""

    kind = Kind.NOT_FOUND


class NotAllowedError(DomainError):
    kind = Kind.NOT_ALLOWED


class ConflictError(DomainError):
    kind = Kind.CONFLICT


class GoneError(DomainError):
    kind = Kind.GONE


class LimitError(DomainError):
    kind = Kind.LIMIT
