"""Which reader each field of ours, and each thing said of a person, is read with."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from juara.connect.files import Cell
from juara.connect.files.shapes import CURRENCY_CODES
from juara.connect.mapping import ColumnRule
from juara.connect.translate.cells import (
    LONGEST_TEXT,
    CellError,
    Notice,
    as_text,
    choice_reader,
    read_boolean,
    shorten,
    text_reader,
)
from juara.connect.translate.columns import Noticed, Read
from juara.connect.translate.dates import date_reader
from juara.connect.translate.numbers import duration_reader, number_reader
from juara.connect.types import DEAL_STATUSES, RecordKind
from juara.core import zones

# Asked how what a rule reads is written: its decimal mark, its order of day and month.
StyleOf = Callable[[ColumnRule], str]

_LONGEST_EMAIL = 254


@dataclass(frozen=True, slots=True)
class Readers:
    """Makes the reader of a field from the rule that fills it."""

    zone: ZoneInfo
    decimal: StyleOf
    date_order: StyleOf
    noticed: Noticed

    def text(self, name: str, kind: RecordKind) -> Read:
        if name == "status" and kind is RecordKind.DEAL:
            return choice_reader(DEAL_STATUSES, "deal status")
        return read_currency if name == "currency" else text_reader(LONGEST_TEXT)

    def number(self, name: str, rule: ColumnRule) -> Read:
        notice = self._notice(rule)
        if name == "duration_seconds":
            return duration_reader(rule.unit, _once(self.decimal, rule), notice)
        return number_reader(_once(self.decimal, rule), notice)

    def date(self, rule: ColumnRule) -> Read:
        return date_reader(_once(self.date_order, rule), self.zone, rule.type)

    def day(self, rule: ColumnRule) -> Read:
        return date_reader(_once(self.date_order, rule), self.zone, "day")

    def attribute(self, rule: ColumnRule) -> Read:
        if rule.type == "number":
            return number_reader(_once(self.decimal, rule), self._notice(rule), places=None)
        if rule.type == "boolean":
            return read_boolean
        if rule.type == "text":
            return text_reader(LONGEST_TEXT)
        dated = self.date(rule)
        return lambda cell: dated(cell).isoformat()

    def email(self, rule: ColumnRule) -> Read:
        notice = self._notice(rule)

        def read(cell: Cell) -> str | None:
            text = as_text(cell)
            name, at, host = text.partition("@")
            if not (at and name and host) or len(text.split()) > 1 or len(text) > _LONGEST_EMAIL:
                notice("bad_email", text)
                return None
            return text

        return read

    def _notice(self, rule: ColumnRule) -> Notice:
        return self.noticed.about(", ".join(rule.columns_read))


def _once(ask: StyleOf, rule: ColumnRule) -> Callable[[], str]:
    """Ask only when the first cell needs the answer, and then never again."""
    answer = ""

    def get() -> str:
        nonlocal answer
        answer = answer or ask(rule)
        return answer

    return get


def read_currency(cell: Cell) -> str:
    code = as_text(cell).upper()
    if code not in CURRENCY_CODES:
        raise CellError(
            "unknown_choice",
            f"'{shorten(as_text(cell))}' is not a currency code such as USD; say under values in "
            "the mapping what it means",
        )
    return code


def read_zone(cell: Cell) -> str:
    name = as_text(cell)
    if name not in zones.names():
        raise CellError(
            "unknown_choice", f"'{shorten(name)}' is not a time zone such as Asia/Jakarta"
        )
    return name
