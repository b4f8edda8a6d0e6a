"""Public holidays, as the package `holidays` knows them. What is used of it is stored.

Its answers may change from one edition to the next, so nothing that numbers rest on asks here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version

import holidays
from holidays import HolidayBase

# Names are read by whoever sees the calendar: in the country's own language where that is written
# in Latin letters, else in English where the package has it.
_ENGLISH = ("en_US", "en_GB", "en")

EDITION = f"holidays {version('holidays')}"


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    day: date
    name: str


@cache
def countries() -> Mapping[str, tuple[str, ...]]:
    """Return the codes of the regions of every country there are holidays of, by its code."""
    known = holidays.list_supported_countries(include_aliases=False)
    return {country: tuple(known[country]) for country in sorted(known)}


def is_known(country: str, region: str) -> bool:
    """Say whether there are holidays of a region, or of a country where the region is ""."""
    return country in countries() and (not region or region in countries()[country])


@cache
def regions(country: str) -> Mapping[str, str]:
    """Return the regions of a country by their codes, with their names where they have one."""
    aliases = getattr(holidays.country_holidays(country), "subdivisions_aliases", {})
    names: dict[str, str] = {}
    for name, code in aliases.items():
        names.setdefault(code, name)
    return {code: names.get(code, code) for code in countries()[country]}


def public_holidays(
    country: str, region: str, from_day: date, until_day: date
) -> tuple[PublicHoliday, ...]:
    """Return the public holidays of a country and region inside a span of days, in order."""
    if from_day >= until_day:
        return ()
    years = range(from_day.year, until_day.year + 1)
    kept = _named(country, region, years)
    return tuple(
        PublicHoliday(day, name.replace("; ", ", ")[:120])
        for day, name in sorted(kept.items())
        if from_day <= day < until_day
    )


def _named(country: str, region: str, years: range) -> HolidayBase:
    # Without a language it would be that of the server's environment.
    kept = holidays.country_holidays(country)
    own, every = kept.default_language, kept.supported_languages or ()
    english = next((each for each in _ENGLISH if each in every), None)
    found = _in(own, country, region, years)
    if english in (None, own) or all(_is_latin(name) for name in found.values()):
        return found
    return _in(english, country, region, years)


def _in(language: str | None, country: str, region: str, years: range) -> HolidayBase:
    return holidays.country_holidays(country, subdiv=region or None, years=years, language=language)


def _is_latin(text: str) -> bool:
    return all(ord(letter) < 0x0250 for letter in text if letter.isalpha())
