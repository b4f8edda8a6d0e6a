"""Reading numbers as people and spreadsheets write them."""

import re
from collections.abc import Callable
from datetime import time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal

from juara.connect.files import Cell
from juara.connect.files.shapes import bare_number, digits_of
from juara.connect.translate.cells import CellError, Notice, as_text, shorten

PLACES = 4
WHOLE_DIGITS = 16
_TOO_LARGE = Decimal(10) ** WHOLE_DIGITS
_STEP = Decimal(1).scaleb(-PLACES)
_WIDE = Context(prec=100, rounding=ROUND_HALF_EVEN)
_LONGEST_DURATION = 2**31

_SIMPLE = re.compile(rf"-?\d{{1,{WHOLE_DIGITS}}}(\.\d{{1,{PLACES}}})?", re.ASCII)
_SHORTENED = re.compile(r"[+-]?\d[.,]?\d*[eE][+-]?\d+", re.ASCII)
_CLOCK = re.compile(r"(\d{1,5}):([0-5]?\d)(?::([0-5]?\d))?(?:[.,]\d+)?", re.ASCII)

_SECONDS_IN = {
    "seconds": Decimal(1),
    "milliseconds": Decimal("0.001"),
    "minutes": Decimal(60),
    "hours": Decimal(3600),
}


def number_reader(
    mark: Callable[[], str], notice: Notice, *, places: int | None = PLACES
) -> Callable[[Cell], Decimal]:
    """Return a reader of exact numbers.

    `mark` is asked for the column's decimal mark, only once a cell needs it. More decimals than
    `places` are rounded half to even and noticed; `places` None keeps them all. Raises
    `CellError` for what is no number, or one of more than 16 digits before the mark.
    """

    def read(cell: Cell) -> Decimal:
        if not isinstance(cell, str):
            return _fit(_typed(cell), places, notice, is_float=isinstance(cell, float))
        simple = _SIMPLE.fullmatch(cell)
        if simple is not None and (simple.lastindex is None or mark() == "."):
            return Decimal(cell)
        return _fit(parse_number(cell, mark(), notice), places, notice)

    return read


def parse_number(text: str, mark: str, notice: Notice) -> Decimal:
    """Read a number whose decimal mark is known, with all that may surround it.

    ``$1,234.50``, ``(1.234,50)``, ``1 234,56``, ``12%`` (0.12), ``-5``, ``5-``. A money sign is
    noticed, so that amounts of another currency do not pass unseen.
    """
    bare = bare_number(text)
    digits = None if bare is None else digits_of(bare.core, mark)
    if bare is None or digits is None:
        raise _no_number(text, mark, is_number_elsewhere=bare is not None)
    if bare.money:
        notice("money", bare.money)
    value = Decimal(f"-{digits}" if bare.is_negative else digits)
    return value.scaleb(-2, _WIDE) if bare.is_percent else value


def _no_number(text: str, mark: str, *, is_number_elsewhere: bool) -> CellError:
    shown = shorten(text)
    if _SHORTENED.fullmatch(text):
        return CellError(
            "bad_number",
            f"'{shown}' was shortened by a spreadsheet; format the column as a number and export "
            "it again",
        )
    if is_number_elsewhere:
        return CellError(
            "bad_number",
            f"'{shown}' does not agree with '{mark}' as the decimal mark of this column; write it "
            "like the others, or say decimal in the mapping",
        )
    return CellError("bad_number", f"'{shown}' is not a number; write it like 1234{mark}50")


def _typed(cell: Cell) -> Decimal:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Decimal(repr(cell))
    raise CellError("bad_number", f"'{as_text(cell)}' is a date or a yes/no, not a number")


def _fit(value: Decimal, places: int | None, notice: Notice, *, is_float: bool = False) -> Decimal:
    if not value.is_finite() or abs(value) >= _TOO_LARGE:
        raise CellError(
            "number_too_large",
            f"'{shorten(str(value))}' has more than {WHOLE_DIGITS} digits before the decimal mark",
        )
    exponent = value.as_tuple().exponent
    if places is None or not isinstance(exponent, int) or -exponent <= places:
        return value
    rounded = value.quantize(_STEP, context=_WIDE)
    # 0.1 + 0.2 in a workbook is 0.30000000000000004: dropping that loses nothing.
    if rounded != value and not (is_float and abs(rounded - value) < abs(value) * Decimal("1e-13")):
        notice("rounded", "")
    return rounded


def duration_reader(
    unit: str, mark: Callable[[], str], notice: Notice
) -> Callable[[Cell], int | None]:
    """Return a reader of durations in whole seconds: a number of `unit`, or ``h:mm:ss``.

    Two parts (``12:30``) are read only where the unit says which they are.
    """
    number = number_reader(mark, notice, places=None)

    def read(cell: Cell) -> int:
        if isinstance(cell, str) and ":" in cell:
            seconds = _clock(cell, unit)
        elif isinstance(cell, timedelta):
            seconds = Decimal(repr(cell.total_seconds()))
        elif isinstance(cell, time):
            seconds = Decimal(cell.hour * 3600 + cell.minute * 60 + cell.second)
        else:
            seconds = number(cell) * _SECONDS_IN.get(unit, Decimal(1))
        if not 0 <= seconds < _LONGEST_DURATION:
            raise CellError("bad_duration", f"'{shorten(as_text(cell))}' is no possible duration")
        return int(seconds.to_integral_value(ROUND_HALF_EVEN))

    return read


def _clock(text: str, unit: str) -> Decimal:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise CellError(
            "bad_duration", f"'{shorten(text)}' is not a duration; write it like 1:05:30"
        )
    first, second = int(found[1]), int(found[2])
    if found[3] is not None:
        return Decimal(first * 3600 + second * 60 + int(found[3]))
    if unit == "mm:ss":
        return Decimal(first * 60 + second)
    if unit == "hh:mm":
        return Decimal(first * 3600 + second * 60)
    raise CellError(
        "bad_duration",
        f"'{shorten(text)}' could be minutes and seconds or hours and minutes; say "
        'unit = "mm:ss" or unit = "hh:mm" in the mapping',
    )
