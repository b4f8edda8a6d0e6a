"""What today's pages are asked for in their addresses."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest
from django.utils.http import urlencode

from juara.core.calendar import ONE_DAY, PeriodRules, offered_keys, parse_period
from juara.web import as_of as moments
from juara.web.as_of import AsOf
from juara.web.asked import page_number

# The lengths of time a team is looked at over, by the names they have in addresses.
GRAINS = {
    "today": "day", "yesterday": "day", "this-week": "week", "last-week": "week",
    "this-month": "month", "last-month": "month", "this-fiscal-month": "fiscal-month",
    "last-fiscal-month": "fiscal-month", "this-quarter": "quarter", "last-quarter": "quarter",
    "this-fiscal-quarter": "fiscal-quarter", "last-fiscal-quarter": "fiscal-quarter",
    "this-year": "year", "last-year": "year", "this-fiscal-year": "fiscal-year",
    "last-fiscal-year": "fiscal-year",
}  # fmt: skip
# Those of them that are over.
PAST = tuple(key for key in GRAINS if key.startswith("last-") or key == "yesterday")


def offered(rules: PeriodRules, *, today: date) -> tuple[str, ...]:
    """Return the periods worth offering: fiscal ones where they differ from the calendar."""
    keys = offered_keys(rules, today=today)
    return tuple(key for key in GRAINS if key in keys)


def day_of(key: str, *, today: date, rules: PeriodRules) -> date | None:
    """Return the last day of a period that is over, None for a running one."""
    if key not in PAST:
        return None
    return parse_period(key, today=today, rules=rules).until_day - ONE_DAY


@dataclass(frozen=True, slots=True)
class Asked:
    """As of when, for a team's page also over what, which team and which page."""

    as_of: AsOf
    period: str = ""
    team: str = ""
    page: int = 1

    @property
    def moment(self) -> datetime | None:
        return self.as_of.moment

    def query(self, **changes: str) -> str:
        """Write what was asked for again, with changes, leaving out what is as usual."""
        parts = {
            "period": self.period, "team": self.team, "as_of": str(self.as_of),
            "page": str(self.page) if self.page > 1 else "",
        } | changes  # fmt: skip
        return urlencode({name: value for name, value in parts.items() if value})


def read(request: HttpRequest, *, now: datetime) -> Asked:
    """Read an address; what cannot be read, or lies ahead, is as if it were not there."""
    given = request.GET
    return Asked(
        as_of=moments.read(request, now=now),
        period=given.get("period", "") if given.get("period") in GRAINS else "",
        team=given.get("team", ""),
        page=page_number(given.get("page", "")),
    )


def is_refresh(request: HttpRequest) -> bool:
    """Say whether only the part that changes by itself is asked for."""
    is_partial = request.headers.get("HX-Request-Type") == "partial"
    return bool(getattr(request, "htmx", False)) and is_partial
