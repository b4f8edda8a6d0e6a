"""Text from numbers, amounts, dates and durations, in the viewer's language: the one place.

The language is Django's active one, the zone Django's active one. Numbers are rounded half away
from zero, as people do on paper, never half to even.
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal, Protocol

from babel import Locale, UnknownLocaleError, dates, numbers
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

NO_VALUE = "–"

# What begins a fiscal period's key (core.calendar); a first day may follow.
_FISCAL = re.compile(r"FY(?P<year>\d{4})(-(?P<kind>[QP])(?P<number>\d+))?")

_Span = Literal["day", "hour", "minute", "second"]

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


class Measured(Protocol):
    """Whatever says in which unit a number is: count, currency, duration, percent or points."""

    @property
    def unit(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def decimals(self) -> int: ...


@lru_cache(maxsize=32)
def _parsed(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def locale() -> Locale:
    """Return the locale of the active language; English where Babel does not know it."""
    return _parsed(translation.get_language() or "en")


def _rounded(value: Decimal | int, decimals: int) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def number(value: Decimal | int, decimals: int = 0) -> str:
    """Write a number with exactly this many decimals."""
    return numbers.format_decimal(_rounded(value, decimals), _pattern(decimals), locale())


def plain(value: Decimal, *, most: int = 2) -> str:
    """Write a number with as many decimals as it has, up to so many: 4, 4.5, 4.75."""
    rounded = _rounded(value, most).normalize()
    exponent = rounded.as_tuple().exponent
    return number(rounded, max(0, -exponent) if isinstance(exponent, int) else 0)


def money(value: Decimal | int, currency: str, decimals: int = 0) -> str:
    """Write an amount with its currency where the language puts it."""
    if not currency:
        return number(value, decimals)
    where = locale()
    standard = where.currency_formats["standard"].pattern
    # The language's own pattern, with our decimals in place of the currency's.
    pattern = standard.replace("0.00", "0" + ("." + "0" * decimals if decimals else ""))
    if numbers.get_currency_symbol(currency, where)[-1:].isalpha():
        # A symbol of letters stands apart from the digits (CLDR's currency spacing): Rp 1.200.
        pattern = pattern.replace("¤#", "¤\u00a0#")
    return numbers.format_currency(
        _rounded(value, decimals), currency, pattern, where, currency_digits=False
    )


def exact(value: Decimal) -> str:
    """Write a number with all the decimals it has, two at least."""
    exponent = value.normalize().as_tuple().exponent
    return number(value, max(-exponent if isinstance(exponent, int) else 0, 2))


def percent(share: Decimal | float, decimals: int = 0) -> str:
    """Write a share of one as a percentage: 0.35 is 35%."""
    exact = _rounded(Decimal(str(share)), decimals + 2)
    where = locale()
    pattern = where.percent_formats[None].pattern
    digits = "0" + ("." + "0" * decimals if decimals else "")
    return numbers.format_percent(exact, pattern.replace("0%", digits + "%"), where)


def duration(seconds: Decimal | int) -> str:
    """Write a duration in its two largest units: 12m 30s, 3h 5m, 35d 4h; days from two days on."""
    total = int(_rounded(seconds, 0))
    sign, total = ("-", -total) if total < 0 else ("", total)
    parts: tuple[tuple[int, _Span], tuple[int, _Span]]
    if total < _HOUR:
        parts = ((total // _MINUTE, "minute"), (total % _MINUTE, "second"))
    elif total < 2 * _DAY:
        parts = ((total // _HOUR, "hour"), (total % _HOUR // _MINUTE, "minute"))
    else:
        parts = ((total // _DAY, "day"), (total % _DAY // _HOUR, "hour"))
    shown = [part for part in parts if part[0]] or [parts[1]]
    return sign + " ".join(_unit(count, unit) for count, unit in shown)


def _unit(count: int, unit: _Span) -> str:
    return dates.format_timedelta(
        timedelta(**{f"{unit}s": count}),
        granularity=unit,
        threshold=10**9,
        format="narrow",
        locale=locale(),
    )


def value(amount: Decimal | int | None, unit: str, currency: str = "", decimals: int = 0) -> str:
    """Write a number in its unit; None, *no value*, is a dash."""
    if amount is None:
        return NO_VALUE
    return _written(amount, unit, currency, decimals, translation.get_language() or "en")


# A table writes the same few targets in every row.
@lru_cache(maxsize=4096)
def _written(amount: Decimal | int, unit: str, currency: str, decimals: int, _language: str) -> str:
    if unit == "currency":
        return money(amount, currency, decimals)
    if unit == "percent":
        return percent(Decimal(amount), decimals)
    if unit == "duration":
        return duration(amount)
    if unit == "points":
        # Translators: a number of points in a game or contest, as short as possible.
        return _("%(number)s pts") % {"number": number(amount, decimals)}
    return number(amount, decimals)


def difference(amount: Decimal | int | None, measure: Measured) -> str:
    """Write how far two numbers of a metric lie apart; shares differ in percentage points."""
    if amount is not None and measure.unit == "percent":
        # Translators: percentage points, as short as possible.
        return _("%(number)s pp") % {"number": number(Decimal(amount) * 100, measure.decimals)}
    return measured(amount, measure)


def measured(amount: Decimal | int | None, measure: Measured) -> str:
    """Write a number as its metric says."""
    return value(amount, measure.unit, measure.currency, measure.decimals)


def brief(amount: Decimal | int, measure: Measured) -> str:
    """Write a number as short as an axis needs it: 20K, $1.5M, 20 rb, 2h; units that are words go.

    Below ten thousand it is written out, and so are shares and durations.
    """
    exact = Decimal(amount)
    if measure.unit in ("percent", "duration"):
        step = 0 if (exact * 100) % 1 == 0 else 1
        return percent(exact, step) if measure.unit == "percent" else duration(exact)
    if abs(exact) < 10_000:
        decimals = 0 if exact % 1 == 0 else max(1, measure.decimals)
        return value(exact, measure.unit.replace("points", "count"), measure.currency, decimals)
    if measure.unit == "currency" and measure.currency:
        return numbers.format_compact_currency(
            exact, measure.currency, fraction_digits=1, locale=locale()
        )
    return numbers.format_compact_decimal(exact, fraction_digits=1, locale=locale())


def local(moment: datetime) -> datetime:
    """Return an aware moment in the active zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment carries its zone; a bare day is a date.")
    return timezone.localtime(moment)


def day(when: date) -> str:
    """Write a calendar day: Nov 23, 2026."""
    return dates.format_date(when, "medium", locale())


def short_day(when: date) -> str:
    """Write a day where the year is plain from what stands around it: Nov 23."""
    return dates.format_skeleton("MMMd", _at(when), locale=locale())


def clock_time(moment: datetime) -> str:
    """Write the time of day in the active zone: 2:02 PM, 14.02."""
    return dates.format_time(local(moment), "short", tzinfo=None, locale=locale())


def moment(when: datetime) -> str:
    """Write day and time in the active zone: Nov 23, 2026, 2:02 PM."""
    there = local(when)
    return _("%(day)s, %(time)s") % {"day": day(there.date()), "time": clock_time(when)}


def moment_near(when: datetime, now: datetime) -> str:
    """Write only the time when it is today in the active zone, else day and time."""
    if local(when).date() == local(now).date():
        return clock_time(when)
    return moment(when)


def day_range(from_day: date, until_day: date) -> str:
    """Write a half-open range of days as people say it: a day, a month, a quarter, a year, a span.

    `until_day` is the first day after the range, so [1 Nov, 1 Dec) is November.
    """
    last = until_day - timedelta(days=1)
    if last <= from_day:
        return dates.format_skeleton("yMMMEd", _at(from_day), locale=locale())
    if from_day.day == 1 and until_day.day == 1:
        months = (until_day.year - from_day.year) * 12 + until_day.month - from_day.month
        if months == 1:
            return dates.format_skeleton("yMMMM", _at(from_day), locale=locale())
        if months == 3 and from_day.month % 3 == 1:
            return dates.format_skeleton("yQQQ", _at(from_day), locale=locale())
        if months == 12 and from_day.month == 1:
            return str(from_day.year)
    return dates.format_interval(from_day, last, "yMMMd", locale=locale())


def first_to_last(from_day: date, until_day: date) -> str:
    """Write a half-open range of days by its first and last day, whatever it is a range of."""
    return dates.format_interval(from_day, until_day - timedelta(days=1), "yMMMd", locale=locale())


def period(key: str, from_day: date, until_day: date) -> str:
    """Write a period: a fiscal one by its name and days, any other as `day_range` does."""
    name = fiscal_name(key)
    if not name:
        return day_range(from_day, until_day)
    return _("%(name)s · %(days)s") % {"name": name, "days": first_to_last(from_day, until_day)}


def fiscal_name(key: str) -> str:
    """Write what a fiscal period is called: FY2026, FY2026 Q1, FY2026 P03; "" for other keys."""
    found = _FISCAL.match(key)
    if found is None:
        return ""
    year, kind, number = found["year"], found["kind"], found["number"]
    forms = {
        None: _("FY%(year)s"), "Q": _("FY%(year)s Q%(number)s"), "P": _("FY%(year)s P%(number)s"),
    }  # fmt: skip
    return forms[kind] % {"year": year, "number": number}


def _at(when: date) -> datetime:
    return datetime(when.year, when.month, when.day, tzinfo=UTC)


def relative(when: datetime, now: datetime) -> str:
    """Write how long ago, or in how long: 3 minutes ago. Under ten seconds: just now."""
    seconds = (when - now).total_seconds()
    if abs(seconds) < 10:
        return pgettext("a moment", "just now")
    return dates.format_timedelta(
        timedelta(seconds=round(seconds)), add_direction=True, locale=locale()
    )
