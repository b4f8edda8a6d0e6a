"""Gives the texts of `juara.ui.formats` to templates."""

from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from django import template

from juara.ui import formats


class _Named(Protocol):
    """A range of days with the key it was asked for by."""

    @property
    def key(self) -> str: ...
    @property
    def from_day(self) -> date: ...
    @property
    def until_day(self) -> date: ...


def measured(amount: Decimal | int | None, measure: formats.Measured) -> str:
    """Write a number as its metric says: `{{ row.value|measured:board.metric }}`."""
    return formats.measured(amount, measure)


def difference(amount: Decimal | int | None, measure: formats.Measured) -> str:
    """Write how far two numbers of a metric lie apart: `{{ row.gap|difference:board.metric }}`."""
    return formats.difference(amount, measure)


def number(amount: Decimal | int, decimals: int = 0) -> str:
    return formats.number(amount, decimals)


def exact(amount: Decimal) -> str:
    """Write a number with all the decimals it has, two at least."""
    return formats.exact(amount)


def percent(share: Decimal | float, decimals: int = 0) -> str:
    return formats.percent(share, decimals)


def duration(seconds: int) -> str:
    return formats.duration(seconds)


def day(when: date) -> str:
    return formats.day(when)


def short_day(when: date) -> str:
    return formats.short_day(when)


def clock_time(when: datetime) -> str:
    return formats.clock_time(when)


def moment(when: datetime) -> str:
    return formats.moment(when)


def relative(when: datetime, now: datetime) -> str:
    """Write how long ago: `{{ screen.last_seen_at|relative:now }}`."""
    return formats.relative(when, now)


def money(amount: Decimal | int, currency: str, decimals: int = 0) -> str:
    """Write an amount: `{% money amount "EUR" 2 %}`."""
    return formats.money(amount, currency, decimals)


def day_range(from_day: date, until_day: date) -> str:
    """Write a half-open range of days: `{% day_range period.from_day period.until_day %}`."""
    return formats.day_range(from_day, until_day)


def period_days(period: _Named) -> str:
    """Write a period, a fiscal one by its name: `{% period_days board.period %}`."""
    return formats.period(period.key, period.from_day, period.until_day)


def add_filters(register: template.Library) -> None:
    """Register all of them: as filters where one argument is enough, else as tags."""
    for one in (measured, difference, number, exact, percent, duration, day, short_day, clock_time):
        register.filter(one.__name__, one)
    register.filter("moment", moment)
    register.filter("relative", relative)
    register.simple_tag(money)
    register.simple_tag(day_range)
    register.simple_tag(period_days)
