"""Days and periods: half-open ranges of calendar days, named by keys people can read."""

from juara.core.calendar.days import (
    ALWAYS,
    FOREVER,
    MONDAY,
    ONE_DAY,
    Stretch,
    add_months,
    first_of_month,
    stretches,
)
from juara.core.calendar.periods import (
    CALENDAR_KEYS,
    FISCAL_KEYS,
    RELATIVE_KEYS,
    ROLLING_KEYS,
    Period,
    following,
    offered_keys,
    parse_period,
    period_of,
    previous,
)
from juara.core.calendar.rules import PATTERNS, PLAIN, FiscalYear, PeriodRules

__all__ = [
    "ALWAYS", "CALENDAR_KEYS", "FISCAL_KEYS", "FOREVER", "MONDAY", "ONE_DAY", "PATTERNS", "PLAIN",
    "RELATIVE_KEYS", "ROLLING_KEYS", "FiscalYear", "Period", "PeriodRules", "Stretch",
    "add_months", "first_of_month", "following", "offered_keys", "parse_period", "period_of",
    "previous", "stretches",
]  # fmt: skip
