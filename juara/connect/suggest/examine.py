"""Looking at the rows of a file: how filled, how varied and of what shape each column is."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from juara.connect.files import Cell, FileFormat, open_rows
from juara.connect.files.shapes import CURRENCY_CODES, bare_number, digits_of
from juara.connect.suggest.facts import ColumnFacts, FileFacts
from juara.connect.suggest.words import word_set
from juara.connect.translate.cells import CellError, as_text, shorten
from juara.connect.translate.dates import date_reader
from juara.connect.types import Dated

# A guess needs no more, and a page must not wait: some tenths of a second for a file.
MOST_ROWS = 20_000
_MOST_CELLS = 800_000
_SHAPED = 300
_LISTED = 60
_LISTED_WHEN_WIDE = 8
_WIDE = 200
_SAMPLES = 5
_SHOWN = 80

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}\.[^@\s]{2,24}")
_CLOCK = re.compile(r"\d{1,4}:[0-5]?\d(?::[0-5]?\d)?")
_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_BOOLEAN = word_set("true false yes no y n ya tidak ja nein sim não wahr falsch")


@dataclass(frozen=True, slots=True)
class Examined:
    """What a look at a file gave: its facts, and all values of each column looked at.

    `unique_together` says whether columns together tell the rows apart, `pairs` what stands in
    one column beside each value of another.
    """

    facts: FileFacts
    values: dict[str, frozenset[str]] = field(default_factory=dict)
    unique_together: Callable[[tuple[str, ...]], bool] = lambda _names: False
    pairs: Callable[[str, str], dict[str, str]] = lambda _key, _column: {}


def examine(path: Path, form: FileFormat) -> Examined:
    """Read the first rows of a file and count. Rows that do not fit the header are passed over."""
    width = max(len(form.header), 1)
    most = max(min(MOST_ROWS, _MOST_CELLS // width), 100)
    stream = open_rows(path, form)
    try:
        rows = [_texts(cells) for _, cells in islice(stream, most + 1)]
    finally:
        stream.close()
    is_whole = len(rows) <= most
    del rows[most:]
    listed = _LISTED if width <= _WIDE else _LISTED_WHEN_WIDE
    columns, values = [], {}
    for index, name in enumerate(form.header):
        counted = Counter(row[index] for row in rows)
        columns.append(_facts(name, counted, listed))
        counted.pop("", None)
        values[name] = frozenset(counted)
    facts = FileFacts(form.name, len(rows), tuple(columns), is_whole=is_whole)

    def unique_together(names: tuple[str, ...]) -> bool:
        at = [form.header.index(name) for name in names]
        return len({tuple(row[index] for index in at) for row in rows}) == len(rows)

    def pairs(key: str, column: str) -> dict[str, str]:
        first, second = form.header.index(key), form.header.index(column)
        return {row[first]: row[second] for row in rows}

    return Examined(facts, values, unique_together, pairs)


def _texts(cells: list[Cell]) -> list[str]:
    return [cell.strip() if isinstance(cell, str) else as_text(cell) for cell in cells]


def _facts(name: str, counted: Counter[str], listed: int) -> ColumnFacts:
    empty = counted.pop("", 0)
    filled = counted.total()
    return ColumnFacts(
        name=name,
        filled=filled,
        empty=empty,
        distinct=len(counted),
        top=tuple((shorten(value, _SHOWN), count) for value, count in counted.most_common(listed)),
        samples=tuple(shorten(value, _SHOWN) for value in islice(counted, _SAMPLES)),
        shares=_shares(counted),
        longest=max((len(value) for value in islice(counted, _SHAPED)), default=0),
        is_listed=len(counted) <= listed
        and all(shorten(value, _SHOWN) == value for value in counted),
    )


def _shares(counted: Counter[str]) -> dict[str, float]:
    found: Counter[str] = Counter()
    total = 0
    for value, count in islice(counted.items(), _SHAPED):
        total += count
        for shape in _shapes(value):
            found[shape] += count
    return {shape: round(count / total, 4) for shape, count in found.items()}


def _shapes(value: str) -> list[str]:
    if len(value) > 200:
        return []
    shapes = []
    if _WHOLE.fullmatch(value):
        shapes += ["number", "whole"]
    elif _is_number(value):
        shapes.append("number")
    elif (read := _date(value)) is not None:
        shapes += ["date", "moment"] if hasattr(read, "hour") else ["date"]
    if value.casefold() in _BOOLEAN:
        shapes.append("boolean")
    if _CLOCK.fullmatch(value):
        shapes.append("clock")
    if value in CURRENCY_CODES:
        shapes.append("currency")
    if "@" in value and _EMAIL.fullmatch(value):
        shapes.append("email")
    if value.casefold().startswith(("http://", "https://", "www.")):
        shapes.append("url")
    return shapes


def _is_number(value: str) -> bool:
    """Whether a text is a number with one decimal mark or the other; `03.11.2026` is none."""
    bare = bare_number(value)
    return bare is not None and any(digits_of(bare.core, mark) is not None for mark in ".,")


def _reader(order: str) -> Callable[[Cell], Dated]:
    return date_reader(lambda: order, ZoneInfo("UTC"), "date")


_READERS = tuple(_reader(order) for order in ("dmy", "mdy"))


def _date(value: str) -> Dated | None:
    if len(value) < 6 or not any(sign.isdigit() for sign in value):
        return None
    for read in _READERS:
        try:
            return read(value)
        except CellError:
            continue
    return None
