"""What an address asks for, read leniently: what makes no sense is as good as not asked."""

from datetime import datetime
from zoneinfo import ZoneInfo

from juara.core import scope


def page_number(text: str) -> int:
    """Return the page of a list, from 1; the first for anything that is none."""
    # Measured before it is read: Python refuses to read thousands of digits.
    return max(int(text), 1) if text.isdecimal() and len(text) < 7 else 1


def moment_in_zone(text: str) -> datetime | None:
    """Return what a datetime-local field sends, in the organization's zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1900 < found.year < 3000:
        # No other zone may push it over an end of the calendar.
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo(scope.current().zone))
    return found
