"""What became of the files: counted, and said in sentences a person can act on."""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from juara.connect.files import Cell, FileFormat

KEPT_PROBLEMS = 1_000

# What kind of problem it is, for one and for several.
TITLES = {
    "row_width": "divided into another number of columns than the header",
    "quote_open": "with a quotation mark that is never closed",
    "cell_too_long": "with a cell too long to be one",
    "missing_id": "without the id that tells records apart",
    "missing_key": "without the key that tells people apart",
    "bad_date": "with a date that cannot be read",
    "bad_number": "with a number that cannot be read",
    "number_too_large": "with a number too large",
    "bad_duration": "with a duration that cannot be read",
    "bad_boolean": "with neither yes nor no",
    "bad_bytes": "with bytes that are no text",
    "text_too_long": "with a text too long",
    "unknown_choice": "with a word that is none of those possible",
    "unlisted_value": "with a value the mapping does not list",
    "ends_before_start": "that end before they start",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason a row was left out. `row` is numbered as a spreadsheet shows the file.

    `cells` are what stands in the row, where it could be divided.
    """

    file: str
    row: int
    column: str
    value: str
    code: str
    message: str
    cells: tuple[Cell, ...] = field(default=(), compare=False, repr=False)

    @property
    def sentence(self) -> str:
        place = f"row {self.row}"
        if self.message.startswith(f"{place} "):
            return f"{self.file}, {self.message}"
        where = f"{self.file}, {place}, {self.column}" if self.column else f"{self.file}, {place}"
        return f"{where}: {self.message}"

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "code": self.code,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Remark:
    """Something worth knowing about rows that went in all the same, or about a file as a whole."""

    code: str
    message: str
    column: str = ""
    value: str = ""
    count: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "column": self.column,
            "value": self.value,
            "count": self.count,
        }


@dataclass(slots=True)
class PartReport:
    """What one section of the mapping made of one file.

    rows_read = good + bad + passed_over + repeated. `passed_over` are rows the mapping does not
    take, `repeated` rows that name a person, or the key of a reference, that was there already. A
    row number of this part is `first_number` plus the row within the file. What is wrong with the
    dividing of a file's rows is listed by the first part that reads it, and counted by all.
    """

    file: str
    what: str
    place: str
    first_number: int = 0
    last_row: int = 0
    rows_read: int = 0
    good: int = 0
    bad: int = 0
    passed_over: int = 0
    repeated: int = 0
    problems: list[Problem] = field(default_factory=list)
    problem_counts: Counter[str] = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        self.problem_counts[problem.code] += 1
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)

    def sentences(self, *, with_place: bool = False) -> list[str]:
        """Say it: one line of counts, then problems by kind, then remarks."""
        place = f" ({self.place})" if with_place else ""
        said = [f"{self.file}, {self.what}{place}: {self._counts()}."]
        for code, count in self.problem_counts.most_common():
            said.append(f"  {rows(count)} {TITLES.get(code, code)}.")
        said += [f"  {remark.message}" for remark in self.remarks]
        return said

    def _counts(self) -> str:
        if not self.rows_read:
            return "a header and no rows"
        counts = [f"{rows(self.rows_read)} read", f"{self.good:,} good"]
        counts += [f"{self.bad:,} left out"] if self.bad else []
        counts += [f"{self.passed_over:,} passed over"] if self.passed_over else []
        counts += [f"{self.repeated:,} repeated"] if self.repeated else []
        return ", ".join(counts)

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "what": self.what,
            "place": self.place,
            "rows_read": self.rows_read,
            "good": self.good,
            "bad": self.bad,
            "passed_over": self.passed_over,
            "repeated": self.repeated,
            "problem_counts": dict(self.problem_counts),
            "problems": [problem.as_json() for problem in self.problems],
            "remarks": [remark.as_json() for remark in self.remarks],
        }


@dataclass(slots=True)
class FileReport:
    """How one file was found to be written."""

    form: FileFormat
    remarks: list[Remark] = field(default_factory=list)

    @property
    def kind_in_words(self) -> str:
        if self.form.kind == "xlsx":
            return f"XLSX workbook, sheet '{self.form.sheet}'"
        named = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
        return (
            f"text, {self.form.encoding}, divided by {named.get(self.form.delimiter, 'one sign')}"
        )

    def sentences(self) -> list[str]:
        count = len(self.form.header)
        columns = "1 column" if count == 1 else f"{count} columns"
        said = [f"{self.form.name}: {self.kind_in_words}, {columns}."]
        return said + [f"  {remark.message}" for remark in self.remarks]

    def as_json(self) -> dict[str, Any]:
        form = self.form
        return {
            "file": form.name,
            "kind": form.kind,
            "size": form.size,
            "sha256": form.fingerprint,
            "encoding": form.encoding,
            "delimiter": form.delimiter,
            "sheet": form.sheet,
            "columns": list(form.header),
            "remarks": [remark.as_json() for remark in self.remarks],
        }


@dataclass(slots=True)
class Report:
    """What became of every file of one import. Complete once all chunks have been read."""

    mapping: str
    files: list[FileReport] = field(default_factory=list)
    parts: list[PartReport] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def good(self) -> int:
        """Rows that will go in: people and records, not the values of references."""
        return sum(part.good for part in self._delivered)

    @property
    def bad(self) -> int:
        return sum(part.bad for part in self.parts)

    @property
    def records_left_out(self) -> int:
        """Rows of records that were bad."""
        return sum(part.bad for part in self._delivered if part.what != "people")

    @property
    def problems(self) -> list[Problem]:
        """The first thousand problems of each part."""
        return [problem for part in self.parts for problem in part.problems]

    @property
    def _delivered(self) -> list[PartReport]:
        return [part for part in self.parts if not part.what.startswith("reference")]

    def locate(self, row_number: int) -> tuple[str, int]:
        """Return the file and the row within it that a delivered row's number stands for."""
        delivered = self._delivered
        starts = [part.first_number for part in delivered]
        part = delivered[bisect_right(starts, row_number - 1) - 1]
        return part.file, row_number - part.first_number

    def sentences(self, *, most_problems: int = 20) -> list[str]:
        """Say all of it in plain sentences, the first problems row by row."""
        said = [remark.message for remark in self.remarks]
        for each in self.files:
            said += each.sentences()
        alike = Counter((part.file, part.what) for part in self.parts)
        for part in self.parts:
            said += part.sentences(with_place=alike[part.file, part.what] > 1)
        problems = self.problems
        said += [problem.sentence for problem in problems[:most_problems]]
        total = sum(part.problem_counts.total() for part in self.parts)
        if total > most_problems:
            said.append(f"… and {total - min(len(problems), most_problems):,} more problems.")
        return said

    def as_json(self) -> dict[str, Any]:
        """Return what ``juara import --format json`` prints under ``report``.

        ``mapping`` its name; ``good`` and ``bad`` rows in all; ``files`` how each is written;
        ``parts`` what each section made of each file, with the count of problems by code, the
        first thousand of them, and remarks; ``remarks`` about the import as a whole.
        """
        return {
            "mapping": self.mapping,
            "good": self.good,
            "bad": self.bad,
            "remarks": [remark.as_json() for remark in self.remarks],
            "files": [each.as_json() for each in self.files],
            "parts": [part.as_json() for part in self.parts],
        }


def rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
