"""Time zones, by the names that Python and PostgreSQL both know."""

from functools import cache
from zoneinfo import available_timezones

# Python lists the machine's own zone under this name; PostgreSQL has no such zone, and a single
# person placed in it would stop every absorption.
_NOT_EVERYWHERE = {"localtime"}


@cache
def names() -> frozenset[str]:
    """Return every name such as Asia/Jakarta that a person or an organization can be in."""
    return frozenset(available_timezones() - _NOT_EVERYWHERE)
