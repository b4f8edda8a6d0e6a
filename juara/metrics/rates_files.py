"""Reading files of exchange rates: what each row says, and what is wrong with it.

Two layouts. A list: one rate a row, in columns such as Date, Currency, Rate. A table as central
banks publish it: one day a row, one currency a column, each cell saying how many units of that
currency one euro buys (the European Central Bank's). What such a table says of the organization's
currency is worked out over the euro.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from itertools import chain

from django.utils.translation import gettext_noop

from juara.core import money
from juara.core.errors import DomainError
from juara.core.sentences import Sentence
from juara.metrics import rates_changes as changes
from juara.metrics.rates_changes import Quote

# Rates of thirty years and forty currencies are a third of this.
MOST_BYTES = 8 << 20

_BASE = "EUR"
_EXACT = Context(prec=40, rounding=ROUND_HALF_UP)
_STEP = Decimal(1).scaleb(-changes.DECIMALS)

_NAMES = {
    "date": ("date", "day", "tanggal", "valid from", "from", "time_period"),
    "currency": ("currency", "code", "currency code", "iso", "mata uang", "from currency"),
    "rate": ("rate", "value", "exchange rate", "kurs", "obs_value"),
}
_TWICE = gettext_noop("%(currency)s has a rate on %(day)s already, further up.")
_CODE = re.compile(r"[A-Za-z]{3}")
_NUMBER = re.compile(r"\d{1,20}(\.\d{1,40})?")
_DAY = re.compile(r"(19|[2-9]\d)\d\d-\d\d-\d\d")
_WRITTEN_OUT = re.compile(r"(\d{1,2}) ([A-Za-z]{3,9}) (\d{4})")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
# What a table writes where there was no rate that day.
_NOTHING = frozenset({"", "-", "n/a", "na", "."})


@dataclass(frozen=True, slots=True)
class Problem:
    """A row, or a cell of it, that cannot be stored, counted as an editor counts lines."""

    row: int
    said: Sentence


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file of rates says: its good rates in their order, and what is wrong with the rest."""

    quotes: tuple[Quote, ...]
    problems: tuple[Problem, ...]
    is_table: bool

    @property
    def currencies(self) -> tuple[str, ...]:
        return tuple(sorted({each.currency for each in self.quotes}))


def read(content: bytes, *, own: str, only: frozenset[str] | None = None) -> Reading:
    """Read a file of rates into an organization's currency `own`.

    With `only`, other currencies are passed over. Raises DomainError, in words, for a file that
    holds no rates at all; a bad row is a problem, and the others are read.
    """
    if len(content) > MOST_BYTES:
        raise DomainError(
            "rates.too_large",
            gettext_noop("The file is larger than %(limit)s MB. Send fewer years at a time."),
            limit=MOST_BYTES >> 20,
        )
    reader = _Reader(_rows(content), own=own, only=only)
    quotes = tuple(reader.quotes())
    return Reading(quotes, tuple(reader.problems), reader.is_table)


def _rows(content: bytes) -> Iterator[tuple[int, list[str], bool]]:
    """Give the rows that say something: line, cells, and whether a comma may be a decimal one."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(",;\t", key=first.count)
    found = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=mark)
    try:
        for row in found:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield found.line_num, cells, mark != ","
    except csv.Error as error:
        raise DomainError(
            "rates.unreadable",
            gettext_noop("Line %(line)s cannot be read. Save the file as CSV again."),
            line=found.line_num,
        ) from error


class _Reader:
    """Goes through a file's rows once."""

    def __init__(
        self,
        rows: Iterator[tuple[int, list[str], bool]],
        *,
        own: str,
        only: frozenset[str] | None,
    ) -> None:
        self.problems: list[Problem] = []
        self._own, self._only = own, only
        first = next(rows, None)
        if first is None:
            raise DomainError("rates.empty", gettext_noop("The file is empty."))
        self._rows = rows
        self._names = _list_columns(first[1])
        self._columns = {} if self._names else _table_columns(first[1])
        if not self._names and not self._columns:
            # Without a head: a date, a currency and a rate, in this order.
            if not _looks_like_rate(first[1]):
                raise DomainError(
                    "rates.columns",
                    gettext_noop(
                        "These are no exchange rates. Name the columns Date, Currency and Rate, "
                        "or send the European Central Bank's table."
                    ),
                )
            self._names = {"date": 0, "currency": 1, "rate": 2}
            self._rows = chain([first], rows)
        self.is_table = bool(self._columns)
        if self.is_table and own != _BASE and own not in self._columns:
            raise DomainError(
                "rates.no_own",
                gettext_noop(
                    "This table says what currencies are worth in euros, and has no column "
                    "%(currency)s to work that out over."
                ),
                currency=own,
            )

    def quotes(self) -> Iterator[Quote]:
        seen: set[tuple[str, date]] = set()
        for line, cells, has_comma in self._rows:
            try:
                day = _day(self._cell(cells, self._names.get("date", 0)))
                found = self._of_row(line, day, cells, has_comma)
            except DomainError as refusal:
                self._note(line, refusal)
                continue
            for quote in found:
                if (quote.currency, day) in seen:
                    said = Sentence(_TWICE, currency=quote.currency, day=str(day))
                    self.problems.append(Problem(line, said))
                else:
                    seen.add((quote.currency, day))
                    yield quote

    def _note(self, line: int, refusal: DomainError) -> None:
        said = {name: each for name, each in refusal.data.items() if isinstance(each, str | int)}
        self.problems.append(Problem(line, Sentence(refusal.sentence, **said)))

    def _cell(self, cells: Sequence[str], place: int) -> str:
        return cells[place] if place < len(cells) else ""

    def _of_row(self, line: int, day: date, cells: list[str], has_comma: bool) -> list[Quote]:
        if self.is_table:
            return self._of_table(line, day, cells, has_comma)
        code = self._cell(cells, self._names["currency"]).upper()
        if self._only is not None and code not in self._only and money.is_known(code):
            return []
        quote = Quote(code, day, _number(self._cell(cells, self._names["rate"]), has_comma))
        changes.check(quote)
        return [quote]

    def _of_table(self, line: int, day: date, cells: list[str], has_comma: bool) -> list[Quote]:
        """Work a day's rates out over the euro; a cell that is none spoils no other."""
        own = self._per_euro(cells, self._own, has_comma)
        if own is None:
            raise DomainError(
                "rates.no_own_cell",
                gettext_noop("There is no rate of %(currency)s on this day."),
                currency=self._own,
            )
        found = []
        for code in (_BASE, *self._columns):
            if code == self._own or (self._only is not None and code not in self._only):
                continue
            try:
                per_euro = self._per_euro(cells, code, has_comma)
                if per_euro is not None:
                    rate = _EXACT.divide(own, per_euro).quantize(_STEP, context=_EXACT)
                    quote = Quote(code, day, rate.normalize(_EXACT))
                    changes.check(quote)
                    found.append(quote)
            except DomainError as refusal:
                self._note(line, refusal)
        return found

    def _per_euro(self, cells: list[str], code: str, has_comma: bool) -> Decimal | None:
        if code == _BASE:
            return Decimal(1)
        text = self._cell(cells, self._columns[code])
        return None if text.casefold() in _NOTHING else _number(text, has_comma)


def _list_columns(head: Sequence[str]) -> dict[str, int]:
    """Say where a list has its date, currency and rate; empty where it is no list."""
    names = [cell.casefold() for cell in head]
    found = {
        what: names.index(each)
        for what, known in _NAMES.items()
        for each in reversed(known)
        if each in names
    }
    return found if len(found) == len(_NAMES) else {}


def _table_columns(head: Sequence[str]) -> dict[str, int]:
    """Say which column of a table is which currency; empty where it is no table."""
    if head[0].casefold() not in _NAMES["date"]:
        return {}
    return {
        cell.upper(): place
        for place, cell in enumerate(head)
        if place and _CODE.fullmatch(cell) and money.is_known(cell.upper())
    }


def _looks_like_rate(cells: Sequence[str]) -> bool:
    try:
        _day(cells[0])
        return len(cells) >= 3 and bool(_CODE.fullmatch(cells[1])) and _number(cells[2], True) > 0
    except DomainError:
        return False


def _day(text: str) -> date:
    """Read a day as 2025-03-10, or as 10 March 2025."""
    try:
        if written := _WRITTEN_OUT.fullmatch(text):
            day, month, year = written.groups()
            named = [name.startswith(month.casefold()) for name in _MONTHS]
            return date(int(year), named.index(True) + 1, int(day))
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        # The 31st of April, or a month of no name.
        pass
    raise DomainError(
        "rates.day",
        gettext_noop("“%(given)s” is not a day. Write it like 2025-03-10."),
        given=text[:40],
    )


def _number(text: str, has_comma: bool) -> Decimal:
    """Read a number with a decimal point; a decimal comma only where nothing else is one."""
    plain = text.replace(",", ".") if has_comma and text.count(",") == 1 else text
    if not _NUMBER.fullmatch(plain):
        raise DomainError(
            "rates.number",
            gettext_noop(
                "“%(given)s” is not a rate. Write it like 1.0812, without signs or separators."
            ),
            given=text[:40],
        )
    return Decimal(plain)
