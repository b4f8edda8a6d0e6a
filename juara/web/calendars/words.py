"""What a calendar says, in the reader's words."""

from collections.abc import Sequence
from datetime import date, datetime, time
from fractions import Fraction
from itertools import groupby

from babel import dates
from django.utils.translation import gettext as _

from juara.people import public_holidays
from juara.people.calendar_types import DifferentDay, Pattern
from juara.ui import formats
from juara.web.teams.choices import Choices

_SHARES = {Fraction(1, 4): "¼", Fraction(1, 2): "½", Fraction(3, 4): "¾"}


def weekday(index: int, *, is_short: bool = False) -> str:
    """Name a weekday, 0 for Monday."""
    names = dates.get_day_names("abbreviated" if is_short else "wide", locale=formats.locale())
    return str(names[index])


def week(weights: Sequence[Fraction]) -> str:
    """Say on which weekdays work is done: Mon–Thu, Fri ½."""
    said: list[str] = []
    for weight, days in groupby(range(7), key=lambda day: weights[day]):
        run = list(days)
        if weight == 0:
            continue
        first, last = weekday(run[0], is_short=True), weekday(run[-1], is_short=True)
        name = first if len(run) == 1 else f"{first}–{last}"
        said.append(name if weight == 1 else f"{name} {share(weight)}")
    return ", ".join(said)


def share(weight: Fraction) -> str:
    """Write a part of a day: ½, or a percentage where there is no sign for it."""
    return _SHARES.get(weight) or formats.percent(float(weight))


def hours(pattern: Pattern) -> str:
    """Say from when to when work is done."""
    return f"{clock(pattern.opens)}–{clock(pattern.closes)}"


def clock(at: time) -> str:
    return dates.format_time(datetime.combine(date.min, at), "short", locale=formats.locale())


def country(code: str) -> str:
    return str(formats.locale().territories.get(code, code))


def place(code: str, region: str) -> str:
    """Say whose public holidays are kept: Germany, Bavaria; "" where none are."""
    if not code:
        return ""
    if not region:
        return country(code)
    return f"{country(code)}, {public_holidays.regions(code).get(region, region)}"


def pattern(said: Pattern) -> str:
    """Say a whole pattern in a line."""
    holidays = place(said.country, said.region)
    kept = _("holidays of %(place)s") % {"place": holidays} if holidays else _("no public holidays")
    return f"{week(said.weights)} · {hours(said)} · {kept}"


def countries() -> Choices:
    """Return every country there are holidays of, by its name."""
    named = [(code, country(code)) for code in public_holidays.countries()]
    return [("", _("None")), *sorted(named, key=lambda each: each[1].casefold())]


def regions(code: str) -> Choices:
    """Return the regions of a country, by name."""
    named = public_holidays.regions(code).items() if public_holidays.is_known(code, "") else ()
    return [("", _("The whole country")), *sorted(named, key=lambda each: each[1].casefold())]


def different_day(day: DifferentDay) -> str:
    """Say what a day of its own is: off, half a day, or work."""
    if day.is_extra:
        return _("Extra working day")
    if day.weight == 0:
        return _("Day off")
    return _("%(part)s of a day") % {"part": share(day.weight)}
