"""Breaking off between any two statements, as a process does that is killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from django.db import connection


class BrokenOffError(Exception):
    """Everything ends here."""


def break_off() -> NoReturn:
    raise BrokenOffError


@contextmanager
def breaking_off(after: int) -> Iterator[None]:
    """End the block before the statement that follows so many."""
    left = after

    def count(execute: Any, *arguments: Any) -> Any:
        nonlocal left
        left -= 1
        if left == -1:
            break_off()
        return execute(*arguments)

    with connection.execute_wrapper(count):
        yield
