"""How a text file is divided: its delimiter, its quotation mark, a ``sep=`` line at the start."""

import csv
import io
import re
from dataclasses import dataclass
from itertools import islice

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars (|)"}

_ROWS_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Dialect:
    delimiter: str
    quote: str
    has_separator_line: bool = False


def find_dialect(text: str) -> Dialect:
    """Decide from the beginning of a file how its rows are divided.

    The header decides which delimiters are possible, the rows that agree with it which is
    meant. A table of one column has none; it is read as if divided by commas.
    """
    lines = list(islice(io.StringIO(text, newline=""), _ROWS_LOOKED_AT)) or [text]
    if len(lines) > 1 and not lines[-1].endswith(("\n", "\r")):
        # The text ends in the middle of a row.
        lines.pop()
    if (named := lines[0].strip().lower()).startswith("sep=") and len(named) == 5:
        return Dialect(lines[0].strip()[4], _find_quote(lines[1:]), has_separator_line=True)
    if lines[0].lower().startswith("sep=\t"):
        return Dialect("\t", _find_quote(lines[1:]), has_separator_line=True)
    quote = _find_quote(lines)
    scores = [(_score(lines, delimiter, quote), delimiter) for delimiter in DELIMITERS]
    (agreeing, width), delimiter = max(scores, key=lambda found: found[0])
    if width < 2 or agreeing == 0:
        return Dialect(",", quote)
    return Dialect(delimiter, quote)


def _score(lines: list[str], delimiter: str, quote: str) -> tuple[float, int]:
    """Return the share of rows as wide as the header, and that width; (0, 1) if undivided."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter, quotechar=quote) if any(row)]
    except csv.Error:
        return 0.0, 1
    if not rows or len(rows[0]) < 2:
        return 0.0, 1
    width = len(rows[0])
    # The header itself counts, so that a header alone, or one followed by rows that are all
    # divided otherwise, still decides.
    return sum(len(row) == width for row in rows) / len(rows), width


def _find_quote(lines: list[str]) -> str:
    """Return the single quotation mark where cells are wrapped in it and none in the double."""
    if any('"' in line for line in lines):
        return '"'
    wrapped = re.compile(r"(?:^|[,;\t|])'[^'\r\n]*'(?=[,;\t|\r\n]|$)")
    counted = sum(1 for line in lines if wrapped.search(line))
    return "'" if counted * 2 > len(lines) else '"'


def divided_otherwise(line: str, delimiter: str, quote: str, width: int) -> str:
    """Return the delimiter by which this line would have the header's width, or empty."""
    for other in DELIMITERS:
        if other == delimiter:
            continue
        try:
            row = next(csv.reader([line], delimiter=other, quotechar=quote), [])
        except csv.Error:
            continue
        if len(row) == width and width > 1:
            return other
    return ""
