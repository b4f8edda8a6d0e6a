"""What commands print: a table for people, or documented JSON for programs.

Every JSON document is an object with ``version`` (1) and ``kind``; amounts are strings, so that
no program reads them as binary floating point; days and moments are ISO 8601.
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

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"


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
    """Print rows; columns whose names begin with ``>`` are numbers, set to the right."""
    made = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        right = column.startswith(">")
        made.add_column(column.removeprefix(">"), justify="right" if right else "left")
    for row in rows:
        made.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(made)
