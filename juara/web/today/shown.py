"""Lines and records in words, ready for a template."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from juara.core import scope
from juara.goals import calc
from juara.goals.feed import Counted
from juara.goals.progress import LineProgress, PersonProgress
from juara.goals.types import Status
from juara.metrics.queries import MetricFacts
from juara.ui import formats


@dataclass(frozen=True, slots=True)
class Measure:
    """In which unit numbers of a metric are written."""

    unit: str
    currency: str
    decimals: int


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line in words. `share` and `expected_share` are for the bar; `url` '' opens nothing."""

    key: str
    name: str
    value: str
    target: str
    expected: str
    needed: str
    note: str
    state: str
    share: str
    expected_share: str
    url: str
    is_primary: bool
    landing: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """What a record counted in one metric; `url` opens that number's records."""

    name: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class CountedShown:
    """One record that counted, in words. `value` '' where only its kind counts."""

    key: str
    member_name: str
    picture_url: str
    name: str
    url: str
    account: str
    icon: str
    at: datetime | None
    value: str
    amounts: tuple[Amount, ...]


# By what a record counts as first, else by its kind.
_ICONS = {
    "calls": "phone", "connected_calls": "phone-call", "emails": "mail", "demos": "presentation",
    "meetings_held": "calendar-check", "deals_won": "trophy", "revenue_won": "trophy",
    "deal": "handshake", "activity": "circle-check", "lead": "sparkles",
}  # fmt: skip


def measure(metric: MetricFacts) -> Measure:
    currency = scope.current().currency if metric.unit == "currency" else ""
    return Measure(metric.unit, currency, metric.decimals)


def amount(metric: MetricFacts, value: Decimal | None) -> str:
    """Write a number of a metric; part of a count is shown as such, not rounded away."""
    how = measure(metric)
    if value is not None and metric.unit in ("count", "points") and value < 100:
        is_whole = value == value.to_integral_value()
        how = replace(how, decimals=how.decimals if is_whole else max(how.decimals, 1))
    return formats.measured(value, how)


def to_do(metric: MetricFacts, value: Decimal) -> str:
    """Write how much is still missing, in steps that somebody can take."""
    if metric.unit in ("count", "points", "currency"):
        value = calc.whole_steps(value, metric.decimals)
    return formats.measured(value, measure(metric))


def line(person: PersonProgress, each: LineProgress, *, as_of: str) -> LineShown:
    pace = each.pace
    full = pace.target
    return LineShown(
        key=f"{person.member.public_id}-{each.line.public_id}",
        name=_(each.metric.name),
        value=amount(each.metric, pace.value),
        target=amount(each.metric, pace.target),
        expected=amount(each.metric, pace.expected) if _is_paced(each) and pace.expected else "",
        needed=_needed(each),
        note=_note(each),
        state=pace.status.value,
        share=_share(pace.attainment if not _is_paced(each) else _part(pace.value, full)),
        expected_share=_share(_part(pace.expected, full)) if _is_paced(each) else "",
        url=records_url(person, each, as_of=as_of) if _has_records(each) else "",
        is_primary=each.line.is_primary,
    )


def cell(person: PersonProgress, each: LineProgress, *, as_of: str) -> LineShown:
    """Return what of a line a cell of a table shows: of fifty people the rest adds up."""
    pace = each.pace
    return LineShown(
        key=f"{person.member.public_id}-{each.line.public_id}",
        name="",
        value=amount(each.metric, pace.value),
        target=amount(each.metric, pace.target),
        expected="",
        needed="",
        note="",
        state=pace.status.value,
        share="",
        expected_share="",
        url=records_url(person, each, as_of=as_of) if _has_records(each) else "",
        is_primary=each.line.is_primary,
    )


def _is_paced(each: LineProgress) -> bool:
    return each.pace.needed is not None


def _has_records(each: LineProgress) -> bool:
    return each.credits > 0 and each.pace.value is not None


def _part(value: Decimal | None, whole: Decimal) -> Decimal | None:
    return None if value is None or whole <= 0 else value / whole


def _share(part: Decimal | None) -> str:
    return f"{min(max(part or Decimal(), Decimal()), Decimal(1)):.4f}"


def _needed(each: LineProgress) -> str:
    """Say the way forward: what is still missing, and how much of it a day that makes."""
    pace = each.pace
    if pace.needed is None:
        return _limit(each)
    if pace.status is Status.DONE:
        return _("Target reached")
    if pace.target == 0:
        return _("Nothing expected") if pace.whole else ""
    needed = to_do(each.metric, pace.needed)
    if pace.needed_per_day is None or each.period.unit == "day":
        return _("%(needed)s to go") % {"needed": needed}
    a_day = amount(each.metric, pace.needed_per_day.quantize(Decimal("0.1")))
    return _("%(needed)s to go, %(a_day)s a working day") % {"needed": needed, "a_day": a_day}


def _limit(each: LineProgress) -> str:
    if each.pace.value is None:
        return _("Nothing to measure yet")
    target = amount(each.metric, each.pace.whole)
    if each.metric.is_higher_better:
        return _("At least %(target)s") % {"target": target}
    return _("At most %(target)s") % {"target": target}


def _note(each: LineProgress) -> str:
    """Say where a target comes from when it is not simply what was set."""
    whole = amount(each.metric, each.pace.whole)
    if each.days is not None:
        a_day, days = amount(each.metric, each.line.target), formats.plain(each.days)
        return _("%(target)s a day × %(days)s days") % {"target": a_day, "days": days}
    if each.pace.is_prorated and each.pace.target > 0:
        return _("Your days' share of %(target)s") % {"target": whole}
    return ""


def grain_title(grain: str) -> str:
    """Return what the running period of a length is called."""
    return {
        "day": _("Today"),
        "last-7-days": _("Last 7 days"),
        "week": _("This week"),
        "last-30-days": _("Last 30 days"),
        "month": _("This month"),
        "fiscal-month": _("This fiscal month"),
        "last-90-days": _("Last 90 days"),
        "quarter": _("This quarter"),
        "fiscal-quarter": _("This fiscal quarter"),
        "year": _("This year"),
        "fiscal-year": _("This fiscal year"),
        "custom": _("Own days"),
    }[grain]


def grain_name(grain: str) -> str:
    return {
        "day": _("Day"),
        "last-7-days": _("Last 7 days"),
        "week": _("Week"),
        "last-30-days": _("Last 30 days"),
        "month": _("Month"),
        "fiscal-month": _("Fiscal month"),
        "last-90-days": _("Last 90 days"),
        "quarter": _("Quarter"),
        "fiscal-quarter": _("Fiscal quarter"),
        "year": _("Year"),
        "fiscal-year": _("Fiscal year"),
        "custom": _("Own days"),
    }[grain]


def records_url(person: PersonProgress, each: LineProgress, *, as_of: str) -> str:
    """Return where the records behind a person's number are."""
    return _records(each.metric.public_id, each.period.key, person.member.public_id, as_of)


def _records(metric: str, period: str, holder: str, as_of: str) -> str:
    query = {"metric": metric, "period": period, "by": "member", "as_of": as_of, "holder": holder}
    address = reverse("leaderboard_evidence", args=[scope.current().slug])
    return f"{address}?{urlencode({name: value for name, value in query.items() if value})}"


def counted(each: Counted, *, as_of: str, picture_url: str = "") -> CountedShown:
    money = next((pair for pair in each.amounts if pair[0].unit == "currency"), None)
    return CountedShown(
        key=f"{each.record_id}-{each.member.public_id}",
        member_name=each.member.name,
        picture_url=picture_url,
        name=each.name,
        url=_record(each.record_id, as_of),
        account="" if each.account in each.name else each.account,
        icon=_ICONS.get(each.amounts[0][0].key, _ICONS.get(each.kind, "circle-check")),
        at=each.occurred_at,
        value=amount(*money) if money else "",
        amounts=tuple(
            Amount(
                name=_(metric.name),
                value=amount(metric, value),
                url=_records(metric.public_id, each.day.isoformat(), each.member.public_id, as_of),
            )
            for metric, value in each.amounts
        ),
    )


def _record(record_id: str, as_of: str) -> str:
    address = reverse("record", args=[scope.current().slug, record_id])
    return f"{address}?{urlencode({'as_of': as_of})}" if as_of else address


def people_count(count: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", count) % {
        "count": formats.number(count)
    }
