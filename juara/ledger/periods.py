"""What weeks and fiscal years go by, changed from a day on.

No credit depends on it, so nothing is counted anew; but every board and every page with a period
says something else, so all of them are told.
"""

from datetime import date, datetime
from typing import Any

from juara.audit import operations as audit
from juara.core.calendar import FiscalYear
from juara.core.calendar.rules import stored
from juara.events import operations as events
from juara.metrics import queries as metrics
from juara.tenancy import knowledge, periods


def change_week_start(week_start: int, *, from_day: date, moment: datetime, actor: str) -> bool:
    """Let weeks begin on another weekday, 0 for Monday to 6 for Sunday, from a day on.

    Weeks before that day stay as they were, and the one it falls into is cut there. Returns
    whether anything changed. Raises DomainError for what is no weekday.
    """
    with knowledge.batch(moment=moment, reason="week start") as batch:
        before = periods.change_week_start(week_start, from_day=from_day, batch=batch.number)
        if before is None:
            return False
        batch.is_used = True
        _tell(
            "week_start", stored(before)["weeks"], stored(periods.rules())["weeks"],
            from_day=from_day, moment=moment, actor=actor,
        )  # fmt: skip
    return True


def change_fiscal_year(fiscal: FiscalYear, *, from_day: date, moment: datetime, actor: str) -> bool:
    """Lay the fiscal year out in another way from a day on.

    Periods before that day stay as they were, and those it falls into are cut there. Returns
    whether anything changed. Raises DomainError for what is no layout.
    """
    with knowledge.batch(moment=moment, reason="fiscal year") as batch:
        before = periods.change_fiscal_year(fiscal, from_day=from_day, batch=batch.number)
        if before is None:
            return False
        batch.is_used = True
        _tell(
            "fiscal_year", stored(before)["fiscal"], stored(periods.rules())["fiscal"],
            from_day=from_day, moment=moment, actor=actor,
        )  # fmt: skip
    return True


def _tell(
    subject: str, before: Any, after: Any, *, from_day: date, moment: datetime, actor: str
) -> None:
    audit.record(
        actor=actor, action="periods.changed", subject=subject, at=moment,
        before=before, after=after, from_day=from_day.isoformat(),
    )  # fmt: skip
    events.bump_topics([*(each.topic for each in metrics.metrics()), events.FRESHNESS])
