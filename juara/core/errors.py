"""What can go wrong in the domain, in words a person can act on."""

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


class DomainError(Exception):
    """A refusal: a code for programs, a sentence for people, data for both.

    The sentence says what happened and how to mend it.
    """

    kind: Kind = Kind.INVALID

    def __init__(self, code: str, message: str, **data: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data: Mapping[str, Any] = data


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
