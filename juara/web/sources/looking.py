"""A look at a file of a draft, remembered, so that a page need not read the file again."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from juara.connect.files import FileFormat, Written, sniff
from juara.connect.suggest import Examined, FileFacts, examine
from juara.connect.suggest.choices import Told
from juara.connect.suggest.heading import header_row
from juara.connect.translate.cells import as_text, shorten

_KEPT = 64
_SHOWN_ROWS = 6
_SHOWN_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class Look:
    """How a file is written and what its columns hold; `rows` are the first ones, as text."""

    form: FileFormat
    facts: FileFacts
    rows: tuple[tuple[str, ...], ...]


_looks: "OrderedDict[tuple[str, str, Told], Look]" = OrderedDict()
_lock = Lock()


def look(path: Path, *, sha256: str, told: Told) -> Look:
    """Return what a file holds. Raises DomainError for what is no table."""
    key = (sha256, path.name, told)
    with _lock:
        if key in _looks:
            _looks.move_to_end(key)
            return _looks[key]
    examined, form = _read(path, told)
    found = Look(
        form=replace(form, sample=()),
        facts=examined.facts,
        rows=tuple(_shown(row) for row in form.sample[:_SHOWN_ROWS]),
    )
    with _lock:
        _looks[key] = found
        while len(_looks) > _KEPT:
            _looks.popitem(last=False)
    return found


def examined(path: Path, told: Told) -> Examined:
    """Return all of a look, the values included: too large to be remembered."""
    return _read(path, told)[0]


def guessed_header(path: Path, form: FileFormat) -> int:
    """Return the row the header most likely stands in, where that is not the first one."""
    return header_row(path, form)


def _read(path: Path, told: Told) -> tuple[Examined, FileFormat]:
    written = Written(told.encoding, told.delimiter, told.header_row)
    form = sniff(path, sheet=told.sheet, written=written)
    return examine(path, form), form


def _shown(row: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(shorten(as_text(cell), 60) for cell in row[:_SHOWN_COLUMNS])  # type: ignore[arg-type]
