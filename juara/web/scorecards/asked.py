"""What a scorecard's page is asked for in its address: over which days, and as of when."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest
from django.utils.http import urlencode

from juara.core.calendar import ONE_DAY, Period, PeriodRules, parse_period
from juara.core.errors import DomainError
from juara.tenancy import periods
from juara.web import as_of as moments
from juara.web.as_of import AsOf
from juara.web.leaderboards.labels import offered_periods, period_label
from juara.web.steps import Steps

_USUAL = "this-month"


@dataclass(frozen=True, slots=True)
class Asked(Steps):
    """`key` is how the address names the period; `is_custom` that its days were chosen."""

    as_of: AsOf
    period: Period
    key: str
    rules: PeriodRules
    is_custom: bool = False

    @property
    def last_day(self) -> date:
        return self.period.until_day - ONE_DAY

    def query(self, **changes: str) -> str:
        """Write what was asked for again, with changes, leaving out what is as usual."""
        usual = "" if self.key == _USUAL else self.key
        parts = {"period": usual, "as_of": str(self.as_of)} | changes
        return urlencode({name: value for name, value in parts.items() if value})

    def offered(self) -> list[tuple[str, str]]:
        """Return the periods worth offering, this one among them."""
        found = offered_periods(self.as_of.today)
        if not self.is_custom and self.key not in dict(found):
            found.append((self.key, period_label(self.key, self.as_of.today)))
        return found


def read(request: HttpRequest, *, now: datetime) -> Asked:
    """Read an address; what cannot be read, or has not begun, is as if it were not there."""
    given, as_of = request.GET, moments.read(request, now=now)
    rules = periods.rules(batch=as_of.batch)
    key = given.get("period", "") or _USUAL
    is_custom = key == "custom"
    if is_custom:
        key = _days(given.get("from", ""), given.get("to", ""))
    for each in (key, _USUAL):
        try:
            period = parse_period(each, today=as_of.today, rules=rules)
        except DomainError:
            continue
        if period.from_day <= as_of.today:
            return Asked(as_of, period, each, rules, is_custom=is_custom and each == key)
    raise AssertionError("The running month can be read.")


def _days(first: str, last: str) -> str:
    try:
        ends = sorted((date.fromisoformat(first), date.fromisoformat(last)))
    except ValueError:
        return _USUAL
    return f"{ends[0]}..{ends[1]}"
