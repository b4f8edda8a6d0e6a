"""Doing something for the look of it, in a bounded time, and undoing all of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import OperationalError
from django.utils.translation import gettext_noop

from juara.core import db
from juara.core.errors import DomainError, Kind


class TooLongError(DomainError):
    """It would have taken longer than was allowed; nothing was changed."""

    kind = Kind.LIMIT

    def __init__(self) -> None:
        super().__init__(
            "preview.too_long",
            gettext_noop("The history is too large to work this out while you wait."),
        )


class Deadline:
    """How much of a time limit is left, told to the database before each statement."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def arm(self) -> None:
        """Let the next statements run no longer than is left; TooLongError if nothing is."""
        left = int((self._until - time.monotonic()) * 1000)
        if left <= 0:
            raise TooLongError
        db.execute(f"SET LOCAL statement_timeout = {left}")


class _UndoneError(Exception):
    """Ends the savepoint of a block that went well."""


@contextmanager
def undone(seconds: float) -> Iterator[Deadline]:
    """Run the block in a savepoint and roll it back at the end, whatever it did.

    The ledger lock, batch numbers, temporary tables, topics and jobs go with it. A statement
    that takes longer than `seconds` ends it with TooLongError.
    """
    deadline = Deadline(seconds)
    try:
        with db.transaction():
            deadline.arm()
            yield deadline
            raise _UndoneError  # noqa: TRY301 -- the one way to end a savepoint that went well
    except _UndoneError:
        return
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise TooLongError from error
        raise
