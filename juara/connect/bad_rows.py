"""The rows an import left out, all of them up to a hundred thousand, to be mended in a spreadsheet.

They are written beside the uploads while the files are read, a line of JSON each, and become CSV
in the language of whoever asks for it.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from juara.connect.translate.report import Problem
from juara.core import environment
from juara.core.sentences import say
from juara.tenancy.models import Organization

MOST_KEPT = 100_000
_KEPT_FOR = timedelta(days=90)

_REMEDIES = {
    "row_width": gettext_noop("Put cells that hold the divider in quotation marks."),
    "quote_open": gettext_noop("Close the quotation mark."),
    "cell_too_long": gettext_noop("Close the quotation mark, or shorten the cell."),
    "missing_id": gettext_noop("Fill in the id."),
    "missing_key": gettext_noop("Fill in the key."),
    "bad_date": gettext_noop("Write the date like the others, or choose how dates are read."),
    "bad_number": gettext_noop("Write digits only, or choose how numbers are read."),
    "number_too_large": gettext_noop("Check the number; one that large cannot be kept."),
    "bad_duration": gettext_noop("Write it like 1:30, or choose another unit."),
    "bad_boolean": gettext_noop("Write yes or no."),
    "bad_bytes": gettext_noop("Save the file as UTF-8."),
    "text_too_long": gettext_noop("Shorten the text."),
    "unknown_choice": gettext_noop("Use one of the words possible, or map this one."),
    "unlisted_value": gettext_noop("Map this value, or say what others become."),
    "ends_before_start": gettext_noop("Put the days the right way round."),
}
# A spreadsheet would take what begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-][\d.,]+", re.ASCII)


def file_of(organization: Organization, subject: str) -> Path:
    """Return where the bad rows of an import or a draft are kept, if there are any."""
    return environment.reports() / organization.public_id / f"{subject}.jsonl"


class BadRows:
    """Collects problems while files are read; `keep` makes them the ones that are found."""

    def __init__(self, file: Path) -> None:
        self.count = 0
        self._file = file
        self._part = file.with_suffix(".part")

    def __enter__(self) -> Self:
        self._part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._part.touch(mode=0o600)
        self._stream = self._part.open("w", encoding="utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._stream.close()
        self._part.unlink(missing_ok=True)

    def add(self, problems: Iterable[Problem]) -> None:
        for each in problems:
            self.count += 1
            if self.count <= MOST_KEPT:
                json.dump(_stored(each), self._stream)
                self._stream.write("\n")

    def keep(self) -> None:
        self._stream.close()
        if self.count:
            self._part.replace(self._file)
        else:
            self._file.unlink(missing_ok=True)


def _stored(problem: Problem) -> dict[str, Any]:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(problem.cells)
    return problem.as_json() | {"line": line.getvalue() if problem.cells else ""}


def as_csv(file: Path | None, report: Mapping[str, Any]) -> Iterator[str]:
    """Yield the bad rows of an import as lines of CSV with a header; needs no database.

    Where no file was kept, as of an import done by a command, those in its report are given. A
    last line says how many are left out of the list.
    """
    yield _line(
        _("File"), _("Row"), _("Column"), _("Value"), _("Problem"), _("What to do"), _("Line")
    )
    given = 0
    for each in _read(file) if file is not None and file.is_file() else _listed(report):
        given += 1
        remedy = say({"text": _REMEDIES.get(each["code"], "")})
        yield _line(
            each["file"], each["row"], each["column"], each["value"], each["message"], remedy,
            each.get("line", ""),
        )  # fmt: skip
    total = sum(
        count for part in report.get("parts", []) for count in part["problem_counts"].values()
    )
    if total > given:
        yield _line(_("… and %(count)s more") % {"count": total - given}, "", "", "", "", "", "")


def remove_old(organization: Organization, *, moment: datetime) -> int:
    """Remove the bad rows of imports of three months ago; return of how many."""
    folder = file_of(organization, "x").parent
    old = [
        each
        for each in (folder.iterdir() if folder.is_dir() else ())
        if moment.timestamp() - each.stat().st_mtime > _KEPT_FOR.total_seconds()
    ]
    for each in old:
        each.unlink(missing_ok=True)
    return len(old)


def _read(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def _listed(report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for part in report.get("parts", []):
        yield from part["problems"]


def _line(*cells: str | int) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(_harmless(each) for each in cells)
    return line.getvalue()


def _harmless(cell: str | int) -> str | int:
    if isinstance(cell, int):
        return cell
    # Bytes that are no text stand as lone surrogates, which nothing can write.
    text = cell.encode("utf-8", "replace").decode()
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
