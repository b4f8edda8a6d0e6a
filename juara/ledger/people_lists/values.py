"""Reading one cell of a list of people: roles, zones, days, team paths."""

import re
from datetime import date
from functools import cache

from juara.core import zones

_ROLES = {
    "rep": "rep, sales, sales rep, salesperson, representative, sales representative, user,"
    " member, anggota, tenaga penjualan, wiraniaga, penjualan",
    "manager": "manager, sales manager, team lead, team leader, lead, manajer, manajer penjualan,"
    " ketua tim, kepala tim, supervisor, penyelia",
    "executive": "executive, exec, director, leadership, pimpinan, eksekutif, direktur, direksi",
    "admin": "admin, administrator, administrators, revops, pengelola",
}
_ROLE_OF = {word.strip(): role for role, words in _ROLES.items() for word in words.split(",")}
_ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januari", "feb february februari", "mar march maret", "apr april",
            "may mei", "jun june juni", "jul july juli", "aug august agu agustus ags",
            "sep sept september", "oct october okt oktober", "nov november",
            "dec december des desember",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_PATH = re.compile(r"\s*[>›»→]\s*")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_WORDED = re.compile(r"(\d{1,2})[ .-]+([a-z]{3,9})\.?[ .,-]+(\d{4})", re.ASCII | re.IGNORECASE)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2}),? (\d{4})", re.ASCII | re.IGNORECASE)


def role_of(text: str) -> str:
    """Return the role a word names in English or Indonesian; "" for none."""
    return _ROLE_OF.get(" ".join(text.casefold().split()), "")


def zone_of(text: str) -> str:
    """Return the time zone a text names, however it is capitalised; the text itself for none."""
    plain = text.strip().casefold().replace(" ", "_")
    return _ZONES.get(plain) or _zones_by_small_name().get(plain, text)


@cache
def _zones_by_small_name() -> dict[str, str]:
    return {name.casefold(): name for name in zones.names()}


def path_of(text: str) -> tuple[str, ...]:
    """Return the names of a team path such as `North > Alpha`."""
    return tuple(part for part in _PATH.split(text.strip()) if part)


def looks_like_date(text: str) -> bool:
    return bool(days_of(text))


def days_of(text: str) -> tuple[date, ...]:
    """Return the days a text can mean: none, one, or two where day and month can be swapped."""
    if found := _ISO.fullmatch(text):
        return _existing((int(found[1]), int(found[2]), int(found[3])))
    if found := _DAY_FIRST.fullmatch(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        return tuple(sorted(set(_existing((year, second, first), (year, first, second)))))
    if found := _WORDED.fullmatch(text):
        return _existing((int(found[3]), _MONTHS.get(found[2].casefold(), 0), int(found[1])))
    if found := _MONTH_FIRST.fullmatch(text):
        return _existing((int(found[3]), _MONTHS.get(found[1].casefold(), 0), int(found[2])))
    return ()


def _existing(*days: tuple[int, int, int]) -> tuple[date, ...]:
    made = []
    for year, month, day in days:
        try:
            made.append(date(year, month, day))
        except ValueError:
            continue
    return tuple(made)
