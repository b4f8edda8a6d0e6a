"""What can be chosen for an organization, in the reader's language: zones, currencies, days."""

from collections.abc import Sequence

from babel import Locale, UnknownLocaleError, numbers
from babel.core import get_global

from juara.core import zones
from juara.tenancy.operations import WEEKDAYS
from juara.ui import formats

# Names by place. The others (Etc/GMT+7, EST5EDT, US/Pacific) are kept for old systems.
_AREAS = (
    "Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/",
    "Indian/", "Pacific/",
)  # fmt: skip

Choices = list[tuple[str, str]]


def zone_names() -> list[str]:
    """Return the time zones worth offering; every other name is understood all the same."""
    return ["UTC", *sorted(name for name in zones.names() if name.startswith(_AREAS))]


def read_zone(text: str) -> str | None:
    """Return the zone somebody wrote: in any case, with spaces, or only the city of it."""
    wanted = "_".join(text.split()).casefold()
    known = {name.casefold(): name for name in zones.names()}
    if wanted in known:
        return known[wanted]
    cities = [name for name in zone_names() if name.casefold().rpartition("/")[2] == wanted]
    return cities[0] if len(cities) == 1 else None


def currencies() -> Choices:
    """Return every currency in use with its name, by code."""
    names = formats.locale().currencies
    return [(code, f"{code} · {names.get(code, code)}") for code in sorted(_current_currencies())]


def _current_currencies() -> set[str]:
    return {
        code
        for territory in get_global("territory_currencies")
        for code in numbers.get_territory_currencies(territory)
    }


def weekdays() -> Choices:
    """Return the days a week can begin on, by their English names."""
    shown = formats.locale().days["stand-alone"]["wide"]
    return [(name, shown[number]) for number, name in enumerate(WEEKDAYS)]


def months() -> Choices:
    """Return the months a fiscal year can begin in, 1 to 12."""
    shown = formats.locale().months["stand-alone"]["wide"]
    return [(str(number), shown[number]) for number in range(1, 13)]


def guess_place(languages: Sequence[str]) -> tuple[str, str]:
    """Return the currency and the first weekday that go with what a browser speaks.

    `languages` are tags such as ``id-ID``, the preferred one first.
    """
    for tag in languages:
        try:
            spoken = Locale.parse(tag.strip(), sep="-")
        except (UnknownLocaleError, ValueError):
            continue
        territory = spoken.territory or _likely_territory(spoken)
        if territory:
            placed = _placed(spoken.language, territory)
            current = numbers.get_territory_currencies(territory)
            return (current or ["USD"])[0], WEEKDAYS[placed.first_week_day]
    return "USD", WEEKDAYS[0]


def _placed(language: str, territory: str) -> Locale:
    try:
        return Locale.parse(f"{language}_{territory}")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _likely_territory(spoken: Locale) -> str:
    return str(get_global("likely_subtags").get(str(spoken), "")).rpartition("_")[2]
