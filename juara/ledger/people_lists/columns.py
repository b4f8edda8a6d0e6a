"""Which column of a list of people means what: by its name, else by what stands in it."""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from juara.core import zones
from juara.ledger.people_lists import values, words
from juara.ledger.people_lists.table import Row, Table

# In the order of an export.
MEANINGS = (
    "name", "email", "team", "role", "manager", "profile", "zone", "calendar", "starts_on",
)  # fmt: skip

_NAMES: dict[str, str] = {
    "name": "name, full name, person, employee, employee name, member, user, salesperson, nama,"
    " nama lengkap, nama karyawan, nama pegawai, karyawan, pegawai, anggota, orang",
    "first_name": "first name, given name, first, nama depan",
    "last_name": "last name, surname, family name, last, nama belakang, nama keluarga",
    "email": "email, e mail, mail, email address, e mail address, work email, login, surel,"
    " alamat email, alamat surel",
    "region": "region, area, branch, wilayah, cabang, daerah",
    "team": "team, team path, group, department, unit, tim, jalur tim, kelompok, grup,"
    " departemen, divisi, division",
    "role": "role, access, permission, peran, hak akses, akses",
    "manager": "manager, line manager, reports to, supervisor, boss, lead, manajer, atasan,"
    " atasan langsung, melapor ke, melapor kepada, penyelia",
    "profile": "job profile, profile, job title, title, job, position, function, profil,"
    " profil pekerjaan, profil jabatan, profil kerja, jabatan, posisi, pekerjaan",
    "zone": "time zone, timezone, zone, tz, zona waktu, zona",
    "calendar": "calendar, work calendar, working calendar, holiday calendar, holidays, kalender,"
    " kalender kerja, kalender libur",
    "starts_on": "start date, start, started, starts, starts on, since, from, joined, join date,"
    " hire date, hired, tanggal mulai, mulai, sejak, tanggal masuk, bergabung,"
    " tanggal bergabung",
    # What an export says besides, and nobody can change by a list.
    "ignored": "sign in, sign in state, access state, status, place, masuk, status masuk",
}
_MEANING_OF = {
    name.strip(): meaning for meaning, names in _NAMES.items() for name in names.split(",")
}
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what the list calls it, what it is taken for ("" nothing), and an example."""

    header: str
    meaning: str
    example: str


def understand(table: Table, *, teams: Collection[str]) -> tuple[list[Column], tuple[Row, ...]]:
    """Return what each column means, and the rows without the header.

    `teams` are the names and paths of teams known already, in small letters.
    """
    first = table.rows[0]
    named = [meaning_of(cell) for cell in first.cells]
    has_header = any(named) and not any("@" in cell for cell in first.cells)
    body = table.rows[1:] if has_header else table.rows
    width = table.width
    headers = list(first.cells) if has_header else []
    headers += [""] * (width - len(headers))
    meanings = named + [""] * (width - len(named)) if has_header else [""] * width
    _only_first(meanings)
    _by_values(meanings, headers, body, teams)
    return [Column(headers[at], meanings[at], _example(body, at)) for at in range(width)], body


def meaning_of(header: str) -> str:
    """Return what a header names, in English or Indonesian; "" for what we do not know."""
    found = _MEANING_OF.get(_plain(header))
    return found or next(
        # As an export in the reader's language calls it.
        (each for each in MEANINGS if _plain(words.heading(each)) == _plain(header)),
        "",
    )


def _plain(header: str) -> str:
    small = unicodedata.normalize("NFKC", header).casefold()
    return " ".join(re.sub(r"[^\w]+", " ", small).split())


def _only_first(meanings: list[str]) -> None:
    """Let no two columns mean the same."""
    for at, meaning in enumerate(meanings):
        if meaning and meaning in meanings[:at]:
            meanings[at] = ""


def _by_values(
    meanings: list[str], headers: Sequence[str], body: Sequence[Row], teams: Collection[str]
) -> None:
    """Say what the columns mean that no header names, by what stands in them."""
    tests: list[tuple[str, Callable[[str], bool]]] = [
        ("email", lambda cell: _ADDRESS.fullmatch(cell) is not None),
        ("zone", lambda cell: values.zone_of(cell) in zones.names()),
        ("role", lambda cell: values.role_of(cell) != ""),
        ("starts_on", values.looks_like_date),
        ("team", lambda cell: ">" in cell or cell.casefold() in teams),
    ]
    for meaning, test in tests:
        if meaning in meanings:
            continue
        for at in range(len(meanings)):
            if not meanings[at] and not headers[at] and _mostly(body, at, test):
                meanings[at] = meaning
                break
    has_name = {"name", "first_name", "last_name"} & set(meanings)
    for meaning in ("team",) if has_name else ("name", "team"):
        if meaning in meanings:
            continue
        free = [at for at, known in enumerate(meanings) if not known and _holds_words(body, at)]
        if meaning == "team":
            free = [at for at in free if not headers[at]]
        if free:
            meanings[free[0]] = meaning


def _mostly(body: Sequence[Row], at: int, test: Callable[[str], bool]) -> bool:
    """Say whether at least four in five of a column's cells pass; a sample is enough."""
    cells = [row.cells[at] for row in body[:500] if at < len(row.cells) and row.cells[at]]
    return bool(cells) and sum(map(test, cells)) * 5 >= len(cells) * 4


def _holds_words(body: Sequence[Row], at: int) -> bool:
    cells = [row.cells[at] for row in body[:500] if at < len(row.cells)]
    return any(any(sign.isalpha() for sign in cell) for cell in cells)


def _example(body: Sequence[Row], at: int) -> str:
    return next((row.cells[at] for row in body if at < len(row.cells) and row.cells[at]), "")[:60]
