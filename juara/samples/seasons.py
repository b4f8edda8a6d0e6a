"""When people work: weekdays, holidays, the seasons of a sales year, and the hours of a day."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

from juara.samples.types import Team

ONE_DAY = timedelta(days=1)

# Monday is for plans and Friday for leaving early; what a weekend brings is worked out apart.
_WEEKDAYS = (0.84, 1.07, 1.11, 1.08, 0.82, 0.02, 0.01)

# A day under this weight is one nobody would set an appointment on.
_WORKABLE = 0.25

# The weight of each half hour of the local day: two humps with lunch between them.
_FIRST_SLOT = 17
_SLOTS = (4, 8, 11, 13, 14, 13, 11, 4, 3, 7, 11, 13, 13, 12, 10, 8, 5, 3)
_SLOT_STARTS = tuple(
    (_FIRST_SLOT + position) * 1800 for position, weight in enumerate(_SLOTS) for _ in range(weight)
)
_OPENS = _FIRST_SLOT * 1800
_CLOSES = (_FIRST_SLOT + len(_SLOTS)) * 1800


def eid_days(year: int) -> tuple[date, ...]:
    """Return the first days of Shawwal in a year by the arithmetic (tabular) Islamic calendar.

    It can be a day away from the announced feast, which a slow fortnight does not notice.
    """
    found = []
    for hijri in range(year - 582, year - 575):
        ordinal = 227281 + (hijri - 1) * 354 + (3 + 11 * hijri) // 30
        day = date.fromordinal(ordinal)
        if day.year == year:
            found.append(day)
    return tuple(found)


def easter_sunday(year: int) -> date:
    """Return Easter by the Gregorian computus (Meeus, Astronomical Algorithms, chapter 8)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    leaps, left = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - correction + 15) % 30
    weekday = (32 + 2 * left + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    """Return the nth weekday of a month; -1 is the last."""
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - ONE_DAY
    return last - timedelta(days=(last.weekday() - weekday) % 7)


@lru_cache(maxsize=256)
def holidays(country: str, year: int) -> frozenset[date]:
    """Return the days a country's offices are closed."""
    easter = easter_sunday(year)
    days = {date(year, 1, 1), date(year, 12, 25)}
    if country == "ID":
        days |= {date(year, 5, 1), date(year, 6, 1), date(year, 8, 17), date(year, 12, 26)}
        days |= {easter - 2 * ONE_DAY}
        for eid in eid_days(year):
            days |= {eid + timedelta(days=shift) for shift in range(-2, 5)}
    elif country == "AU":
        days |= {date(year, 1, 26), date(year, 4, 25), date(year, 12, 26), _nth(year, 6, 0, 2)}
        days |= {easter - 2 * ONE_DAY, easter + ONE_DAY}
    else:
        thanksgiving = _nth(year, 11, 3, 4)
        days |= {_nth(year, 5, 0, -1), date(year, 7, 4), _nth(year, 9, 0, 1)}
        days |= {thanksgiving, thanksgiving + ONE_DAY}
    return frozenset(days)


def quarter_end(day: date) -> date:
    """Return the last day of the day's calendar quarter."""
    month = (day.month - 1) // 3 * 3 + 3
    return date(day.year + month // 12, month % 12 + 1, 1) - ONE_DAY


def _season(country: str, day: date) -> float:
    if (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 2):
        return 0.35
    factor = 1.0
    if country == "ID":
        gaps = [abs((day - eid).days) for eid in eid_days(day.year)]
        factor = 0.6 if gaps and min(gaps) <= 12 else 1.0
    elif country == "AU" and (day.month, day.day) <= (1, 20):
        factor = 0.6
    elif country == "US" and day.month in (7, 8):
        factor = 0.88
    return factor * (1.08 if (quarter_end(day) - day).days < 14 else 1.0)


@lru_cache(maxsize=8192)
def day_weight(country: str, day: date) -> float:
    """Return how much work a day sees there: 1 is an ordinary working day, 0 a holiday."""
    if day in holidays(country, day.year):
        return 0.0
    return _WEEKDAYS[day.weekday()] * _season(country, day)


def is_workable(country: str, day: date) -> bool:
    return day_weight(country, day) >= _WORKABLE


def next_workable(country: str, day: date) -> date:
    """Return the day itself, or the first one after it on which appointments are kept."""
    while not is_workable(country, day):
        day += ONE_DAY
    return day


@lru_cache(maxsize=64)
def _noon(zone: str, day: date) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC)


def local_moment(zone: str, day: date, second: float) -> datetime:
    """Return the moment, in UTC, of a second of the local day, counted as if from midnight.

    It is counted from noon, so a clock change in the small hours never moves office hours.
    """
    return _noon(zone, day) + timedelta(seconds=int(second) - 43200)


def office_second(rng: Random) -> float:
    """Return a second of the local day as offices fill it: mornings, a lunch dip, afternoons."""
    return _SLOT_STARTS[int(rng.random() * len(_SLOT_STARTS))] + rng.random() * 1800


def is_office_time(team: Team, moment: datetime) -> bool:
    """Say whether it is a working hour of a working day where the team sits."""
    local = moment.astimezone(ZoneInfo(team.zone))
    second = local.hour * 3600 + local.minute * 60
    return _OPENS <= second < _CLOSES and is_workable(team.country, local.date())


def closing_day(rng: Random, planned: date, earliest: date) -> date:
    """Return the day a won deal really closes: pushes pull it to the end of a quarter or year.

    Never before `earliest`; a deal due early in a quarter may be signed at the end of the last.
    """
    start = date(planned.year, (planned.month - 1) // 3 * 3 + 1, 1)
    past, coming = start - ONE_DAY, quarter_end(planned)
    pull = 0.55 if past.month == 12 else 0.4
    days_out = rng.randrange(7)
    if (planned - past).days <= 18 and past - timedelta(days=6) > earliest and rng.random() < pull:
        return past - timedelta(days=days_out)
    if (coming - planned).days <= 16 and rng.random() < 0.4:
        return max(planned, coming - timedelta(days=days_out))
    return planned
