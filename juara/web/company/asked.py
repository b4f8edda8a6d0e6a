"""What the page of the company's goals is asked for in its address."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils.http import urlencode

from juara.core.calendar import (
    ONE_DAY,
    Period,
    PeriodRules,
    parse_period,
    period_of,
)
from juara.core.errors import DomainError
from juara.goals.types import CUSTOM, GRAINS, ROLLING, GoalFacts, Owner
from juara.tenancy import periods
from juara.web.as_of import AsOf
from juara.web.leaderboards.labels import period_label
from juara.web.steps import Steps

# In which order a length of time is shown where none is asked for.
_FIRST = ("month", "fiscal-month", "quarter", "fiscal-quarter", "year", "fiscal-year", "week")


@dataclass(frozen=True, slots=True)
class Asked(Steps):
    """As of when, over which period of which length, of which metric and team."""

    as_of: AsOf
    rules: PeriodRules
    period: Period
    grain: str
    key: str
    metric: str
    team: str
    offered: tuple[tuple[str, str], ...]

    @property
    def day(self) -> date | None:
        """Return a day of a period that is over, None for a running one."""
        return None if self.is_running else self.period.until_day - ONE_DAY

    def query(self, **changes: str) -> str:
        """Write what was asked for again, with changes, leaving out what is as usual."""
        parts = {
            "metric": self.metric, "period": self.key, "team": self.team, "as_of": str(self.as_of),
        } | changes  # fmt: skip
        return urlencode({name: value for name, value in parts.items() if value})


def read(request: HttpRequest, as_of: AsOf, goals: tuple[GoalFacts, ...]) -> Asked:
    """Read an address; a period that cannot be read is the usual one of the goals there are."""
    rules = periods.rules(batch=as_of.batch)
    key = request.GET.get("period", "")
    period, grain = _period(key, as_of, rules)
    if period is None:
        grain = usual(goals)
        key, period = f"this-{grain}", period_of(grain, as_of.today, rules=rules)
        if grain == "day":
            key = "today"
    given = request.GET
    return Asked(
        as_of, rules, period, grain, key, given.get("metric", ""), given.get("team", ""),
        tuple(_offered(as_of, key, {each.grain for each in goals}, rules)),
    )  # fmt: skip


def _period(key: str, as_of: AsOf, rules: PeriodRules) -> tuple[Period | None, str]:
    try:
        period = parse_period(key, today=as_of.today, rules=rules) if key else None
    except DomainError:
        return None, ""
    if period is None or period.from_day > as_of.today:
        return None, ""
    if period.unit == CUSTOM and key not in ROLLING:
        return None, ""
    return period, key if key in ROLLING else period.unit


def usual(goals: tuple[GoalFacts, ...]) -> str:
    """Return the length of time the company, else teams, else people have goals for."""
    for owners in ((Owner.COMPANY,), (Owner.TEAM,), (Owner.PROFILE, Owner.MEMBER)):
        grains = {each.grain for each in goals if each.owner in owners}
        for grain in (*_FIRST, "day"):
            if grain in grains:
                return grain
    return "month"


def _offered(
    as_of: AsOf, key: str, grains: set[str], rules: PeriodRules
) -> Iterator[tuple[str, str]]:
    """Yield this and the last period of every length that is worth offering."""
    today = as_of.today
    grains = grains | {"week", "month", "quarter", "year"}
    if rules.fiscal_on(today).is_calendar:
        grains -= {each for each in GRAINS if each.startswith("fiscal-")}
    keys: list[str] = []
    for grain in GRAINS:
        if grain == CUSTOM or grain not in grains:
            continue
        if grain in ROLLING:
            keys.append(grain)
        elif grain == "day":
            keys += ["today", "yesterday"]
        else:
            keys += [f"this-{grain}", f"last-{grain}"]
    if key not in keys:
        keys.append(key)
    for each in keys:
        yield each, period_label(each, today)
