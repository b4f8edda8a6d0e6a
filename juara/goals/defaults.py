"""First targets by job profile, as data: a believable start that everybody adjusts.

A name is matched without regard to case; one that is none of these gets the general ones. No
amounts of money are among them: what is much in one currency is nothing in another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class DefaultLine:
    """One line: so much of a metric (by key) in every day, week, month, quarter or year."""

    metric: str
    grain: str
    target: Decimal
    is_primary: bool = True


Defaults = Mapping[str, tuple[DefaultLine, ...]]


def _line(metric: str, grain: str, target: str, *, is_primary: bool = True) -> DefaultLine:
    return DefaultLine(metric, grain, Decimal(target), is_primary)


_SDR = (
    _line("calls", "day", "40"),
    _line("connected_calls", "day", "8"),
    _line("emails", "day", "30"),
    _line("opportunities_created", "week", "3"),
    _line("opportunities_created", "month", "12"),
)
_CLOSER = (
    _line("calls", "day", "12"),
    _line("meetings_held", "week", "8"),
    _line("opportunities_created", "week", "3"),
    _line("deals_won", "month", "5"),
    _line("win_rate", "month", "0.25", is_primary=False),
    _line("demos", "week", "4", is_primary=False),
)
_ACCOUNT_MANAGER = (
    _line("calls", "day", "10"),
    _line("meetings_held", "week", "6"),
    _line("deals_won", "month", "4"),
    _line("win_rate", "month", "0.3", is_primary=False),
)
# Who leads sells through others: nothing of their own, their team's day is theirs.
_MANAGER: tuple[DefaultLine, ...] = ()

# What any other name gets.
_GENERAL = "*"

DEFAULTS: Defaults = {
    "sdr": _SDR,
    "bdr": _SDR,
    "sales development representative": _SDR,
    "business development representative": _SDR,
    "ae": _CLOSER,
    "closer": _CLOSER,
    "account executive": _CLOSER,
    "account manager": _ACCOUNT_MANAGER,
    "sales manager": _MANAGER,
    "team manager": _MANAGER,
    _GENERAL: _ACCOUNT_MANAGER,
}

# The sample company logs little a day, in US dollars; about half of its people keep these.
SAMPLE: Defaults = {
    "sdr": (
        _line("calls", "day", "7"),
        _line("connected_calls", "day", "2"),
        _line("connected_calls", "week", "9"),
        _line("connected_calls", "month", "36"),
        _line("emails", "day", "1", is_primary=False),
    ),
    "account executive": (
        _line("calls", "day", "4"),
        _line("meetings_held", "week", "5"),
        _line("deals_won", "month", "3"),
        _line("revenue_won", "month", "42000"),
        _line("win_rate", "month", "0.25", is_primary=False),
        _line("pipeline_created", "month", "220000", is_primary=False),
        _line("emails", "day", "1", is_primary=False),
    ),
    "sales manager": _MANAGER,
}

# What "first targets" makes where nobody has named a profile yet.
FIRST_PROFILES = ("SDR", "Account executive")


def defaults_for(profile_name: str, *, among: Defaults = DEFAULTS) -> tuple[DefaultLine, ...]:
    """Return the first targets of a job profile by its name."""
    return among.get(" ".join(profile_name.lower().split()), among.get(_GENERAL, ()))
