"""What weeks and fiscal years of an organization go by, as known now or at a past batch.

The facts are dated like every input of a number. What is known now also stands on the row of the
organization, which entering the scope reads anyway: asking for it costs nothing.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from juara.core import db, scope, succession
from juara.core.calendar import ALWAYS, FOREVER, PATTERNS, PLAIN, FiscalYear, PeriodRules
from juara.core.calendar.rules import CLOSES, NAMED_AFTER, stored
from juara.core.errors import DomainError
from juara.core.models import DatedFact
from juara.tenancy.models import FiscalRule, Organization, WeekRule

# Of every batch there is the newest.
LATEST = db.LATEST

# Known before the first batch: what an organization was created with.
_AT_FIRST = 0

_FISCAL = ("start_month", "pattern", "last_weekday", "close", "named_after")


def rules(*, batch: int = LATEST) -> PeriodRules:
    """Return the rules as they were known at a batch; without a query if they are known still."""
    current = scope.current()
    return current.rules if batch >= current.rules_since else _known(batch)


def check(*, week_start: int = 0, fiscal: FiscalYear | None = None) -> None:
    """Raise DomainError, in words, for what no calendar can go by."""
    fiscal = fiscal or FiscalYear()
    if week_start not in range(7):
        raise DomainError("organization.week_start", "Weeks begin on a weekday, monday to sunday.")
    if fiscal.start_month not in range(1, 13):
        raise DomainError("organization.fiscal_start", "The fiscal year begins in a month, 1–12.")
    if (
        fiscal.pattern not in PATTERNS
        or fiscal.last_weekday not in range(7)
        or fiscal.close not in CLOSES
        or fiscal.named_after not in NAMED_AFTER
    ):
        raise DomainError(
            "organization.fiscal_year", f"A fiscal year is laid out by {', '.join(PATTERNS)}."
        )


def begin_with(*, week_start: int, fiscal: FiscalYear) -> None:
    """Let rules hold since always in the entered organization, which was just created."""
    check(week_start=week_start, fiscal=fiscal)
    wanted = PeriodRules.always(week_start=week_start, fiscal=fiscal)
    if wanted != PLAIN:
        _lay(WeekRule, {"week_start": week_start}, from_day=ALWAYS, batch=_AT_FIRST)
        _lay(FiscalRule, asdict(fiscal), from_day=ALWAYS, batch=_AT_FIRST)
        _copy(wanted, since=_AT_FIRST)


def change_week_start(week_start: int, *, from_day: date, batch: int) -> PeriodRules | None:
    """Let weeks begin on another weekday from a day on; must run inside the batch.

    Returns the rules there were before, None if nothing changed. Weeks before the day stay as
    they were; the one it falls into is cut there.
    """
    check(week_start=week_start)
    before = _known(LATEST)
    wanted = before.with_week_start(week_start, from_day=from_day)
    if wanted == before:
        return None
    _lay(WeekRule, {"week_start": week_start}, from_day=from_day, batch=batch)
    _copy(wanted, since=batch)
    return before


def change_fiscal_year(fiscal: FiscalYear, *, from_day: date, batch: int) -> PeriodRules | None:
    """Lay the fiscal year out in another way from a day on; must run inside the batch.

    Returns the rules there were before, None if nothing changed. Periods before the day stay as
    they were; those it falls into are cut there.
    """
    check(fiscal=fiscal)
    before = _known(LATEST)
    wanted = before.with_fiscal(fiscal, from_day=from_day)
    if wanted == before:
        return None
    _lay(FiscalRule, asdict(fiscal), from_day=from_day, batch=batch)
    _copy(wanted, since=batch)
    return before


def _known(batch: int) -> PeriodRules:
    """Read the rules known at a batch from the facts; what none speaks of is plain."""
    known = {"known_from__lte": batch, "known_until__gt": batch}
    found = PLAIN
    for week in WeekRule.objects.filter(**known).order_by("valid_from"):
        found = found.with_week_start(week.week_start, from_day=week.valid_from)
    for fact in FiscalRule.objects.filter(**known).order_by("valid_from"):
        fiscal = FiscalYear(**{name: getattr(fact, name) for name in _FISCAL})
        found = found.with_fiscal(fiscal, from_day=fact.valid_from)
    return found


def _lay(model: type[DatedFact], values: Mapping[str, Any], *, from_day: date, batch: int) -> None:
    succession.lay(
        model, about={}, values=values, from_day=from_day, until_day=FOREVER, batch=batch
    )


def _copy(wanted: PeriodRules, *, since: int) -> None:
    """Keep what is known now where entering the scope finds it."""
    current = scope.current()
    copy = stored(wanted) | {"since": since}
    Organization.objects.filter(id=current.organization_id).update(period_rules=copy)
    current.rules, current.rules_since = wanted, since
