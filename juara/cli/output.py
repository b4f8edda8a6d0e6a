"""What commands print: a table for people, or documented JSON for programs.

Every JSON document is an object with ``version`` (1) and ``kind``; amounts are strings, so that
no program reads them as binary floating point; days and moments are ISO 8601. Their shapes stand
in docs/api/command-line.md.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.table import Table

VERSION = 1

# What is printed may come from anybody's file: no markup, no emoji codes …
console = Console(highlight=False, markup=False, emoji=False)
errors = Console(stderr=True, highlight=False, markup=False, emoji=False)
# … and nothing a terminal would obey.
_CONTROL = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)])
# Where nobody looks on, a line is as long as it is: nothing is folded for a width that is not.
_endless = Console(highlight=False, markup=False, emoji=False, width=100_000)


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"


def harmless(text: str) -> str:
    """Return text without the characters that steer a terminal."""
    return text.translate(_CONTROL)


def say(text: str, style: str = "") -> None:
    """Print a sentence, on one line however long."""
    console.print(harmless(text), style=style, soft_wrap=True)


def complain(text: str, style: str = "bold red") -> None:
    """Print a sentence on standard error, where it mixes with no output."""
    errors.print(harmless(text), style=style, soft_wrap=True)


def plain(value: Any) -> Any:
    """Turn dataclasses, decimals, days and moments into what JSON can carry."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return value


def document(kind: str, body: dict[str, Any]) -> None:
    """Print one JSON document."""
    json.dump({"version": VERSION, "kind": kind} | plain(body), sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows; columns whose names begin with ``>`` are numbers, set to the right.

    The first column and numbers are never folded: they are what is typed or compared.
    """
    if title:
        say(title, style="italic")
    made = Table(box=None, pad_edge=False)
    for place, column in enumerate(columns):
        is_number = column.startswith(">")
        made.add_column(
            column.removeprefix(">"),
            justify="right" if is_number else "left",
            no_wrap=is_number or place == 0,
            overflow="fold",
        )
    for row in rows:
        made.add_row(*("" if cell is None else harmless(str(cell)) for cell in row))
    (console if console.is_terminal else _endless).print(made)


def counted(count: int, one: str, several: str = "") -> str:
    """Write a number with its noun: 1 row, 1,480 rows."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"
