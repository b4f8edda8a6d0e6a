"""The one place that reads the system clock.

Below the surfaces a moment is an argument; only surfaces, jobs and the command line ask here.
"""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this moment as an aware UTC datetime."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that may
