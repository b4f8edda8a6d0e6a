"""Reading dates and moments as people, spreadsheets and databases write them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from juara.connect.files import Cell
from juara.connect.translate.cells import CellError, as_text, shorten
from juara.connect.types import Dated

FIRST_YEAR, LAST_YEAR = 1900, 2199
_LONGEST = 60
_SERIAL_START = date(1899, 12, 30)
_SERIAL_LAST = (date(LAST_YEAR, 12, 31) - _SERIAL_START).days
_MONTH_WORDS = (
    "january jan januari", "february feb februari peb pebruari", "march mar maret mrt",
    "april apr", "may mei", "june jun juni", "july jul juli",
    "august aug agustus agu ags agt", "september sep sept", "october oct oktober okt",
    "november nov nop nopember", "december dec desember des",
)  # fmt: skip
MONTHS = {
    word: number for number, words in enumerate(_MONTH_WORDS, start=1) for word in words.split()
}
_ZONES = {
    "": None, "z": UTC, "utc": UTC, "gmt": UTC, "wib": timezone(timedelta(hours=7)),
    "wita": timezone(timedelta(hours=8)), "wit": timezone(timedelta(hours=9)),
}  # fmt: skip

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ISO_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:[Zz]|[+-]\d{2}(?::?\d{2})?)?",
    re.ASCII,
)
_COMPACT = re.compile(
    r"(?:19|20|21)\d{2}[01]\d[0-3]\d(?:[Tt ]?\d{2}:?\d{2}:?\d{2}(?:[Zz]|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_TIME = (
    r"(?:[,\s]*[Tt\s]\s*(?P<hour>\d{1,2})[:.](?P<minute>\d{2})"
    r"(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>[A-Za-z]{1,4}|[+-]\d{2}(?::?\d{2})?)?)?"
)
_WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
_ORDINAL = r"(?:st|nd|rd|th)?"
_NUMERIC = re.compile(rf"(\d{{1,4}})([/.\-])(\d{{1,2}})\2(\d{{1,4}}){_TIME}", re.ASCII)
_DAY_MONTH = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}}){_ORDINAL}[\s\-./]+(?P<month>[^\W\d_]{{3,10}})\.?,?[\s\-./]+"
    rf"(?P<year>\d{{4}}|\d{{2}}){_TIME}"
)
_MONTH_DAY = re.compile(
    rf"{_WEEKDAY}(?P<month>[^\W\d_]{{3,10}})\.?[\s\-./]+(?P<day>\d{{1,2}}){_ORDINAL},?[\s\-./]+"
    rf"(?P<year>\d{{4}}|\d{{2}}){_TIME}"
)
_DIGITS = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_ORDER_NAMES = {"ymd": "year, month, day", "dmy": "day, month, year", "mdy": "month, day, year"}


def date_reader(order: Callable[[], str], zone: ZoneInfo, kind: str) -> Callable[[Cell], Dated]:
    """Return a reader of dates: a bare day stays a `date`, a time makes an aware UTC moment.

    `order` is asked for the column's order of day and month, only once a cell needs it. A moment
    without an offset is one of `zone`: in the hour a clock is set back the first one, in the
    hour it skips the moment that would have been. `kind` is ``date``, ``day`` (a time is left
    away), ``epoch`` or ``epoch_ms``.
    """
    if kind in ("epoch", "epoch_ms"):
        return _epoch_reader(1000 if kind == "epoch_ms" else 1)
    is_utc = zone.key in ("UTC", "Etc/UTC")
    local = UTC if is_utc else zone

    def read(cell: Cell) -> Dated:
        if not isinstance(cell, str):
            return settle(_typed(cell), zone)
        if _ISO_DAY.fullmatch(cell):
            return settle(_iso_day(cell), zone)
        if _ISO_MOMENT.fullmatch(cell):
            moment = _iso_moment(cell)
            if moment.tzinfo is None and FIRST_YEAR <= moment.year <= LAST_YEAR:
                moment = moment.replace(tzinfo=local)
                return moment if is_utc else moment.astimezone(UTC)
            return settle(moment, zone)
        return settle(_otherwise(cell, order), zone)

    def read_day(cell: Cell) -> date:
        found = read(cell)
        return found.astimezone(zone).date() if isinstance(found, datetime) else found

    return read_day if kind == "day" else read


def settle(found: Dated, zone: tzinfo) -> Dated:
    """Refuse unbelievable years and turn a time into a UTC moment."""
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise CellError(
            "bad_date",
            f"'{found.isoformat()}' is outside the years {FIRST_YEAR} to {LAST_YEAR}; where it "
            "stands for no date, list it under empty in the mapping",
        )
    if not isinstance(found, datetime):
        return found
    aware = found if found.tzinfo is not None else found.replace(tzinfo=zone, fold=0)
    return aware.astimezone(UTC)


def _iso_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _no_date(text, "ymd") from None


def _iso_moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _no_date(text, "ymd") from None


def _typed(cell: Cell) -> Dated:
    if isinstance(cell, datetime):
        return _whole_second_if_near(cell)
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_serial(float(cell))
    raise CellError("bad_date", f"'{as_text(cell)}' is not a date")


def _from_serial(serial: float) -> Dated:
    """Read the day number of a spreadsheet (1 is 1 January 1900, and 29 February 1900 exists)."""
    if not 1 <= serial < _SERIAL_LAST + 1:
        text = as_text(serial)
        if len(text) == 8 and _COMPACT.fullmatch(text):
            return _iso_day(text)
        raise CellError("bad_date", f"'{text}' is not a date, nor a spreadsheet's number for one")
    days = int(serial) if serial >= 61 else int(serial) + 1
    day = _SERIAL_START + timedelta(days=days)
    fraction = serial - int(serial)
    if not fraction:
        return day
    moment = datetime.combine(day, time()) + timedelta(seconds=fraction * 86_400)
    return _whole_second_if_near(moment)


def _whole_second_if_near(moment: datetime) -> datetime:
    """Take back what floating point did to a time of whole seconds."""
    rounded = (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    return rounded if abs(rounded - moment) <= timedelta(microseconds=1_000) else moment


def _otherwise(text: str, order: Callable[[], str]) -> Dated:
    # Nothing longer is a date, and patterns with spaces take long over thousands of them.
    if len(text) > _LONGEST:
        raise _no_date(text, "")
    found = _NUMERIC.fullmatch(text)
    if found is not None:
        return _with_time(_numeric_day(text, found, order), found, text)
    for shape in (_DAY_MONTH, _MONTH_DAY):
        found = shape.fullmatch(text)
        if found is not None:
            month = MONTHS.get(found["month"].lower())
            if month is None:
                break
            day = _day(text, _full_year(found["year"]), month, int(found["day"]), "")
            return _with_time(day, found, text)
    if _COMPACT.fullmatch(text):
        return _iso_day(text) if len(text) == 8 else _iso_moment(text)
    raise _no_date(text, "")


def _numeric_day(text: str, found: re.Match[str], order: Callable[[], str]) -> date:
    first, middle, last = found[1], found[3], found[4]
    wanted = "ymd" if len(first) == 4 else order()
    if wanted == "ymd":
        year, month, day = first, middle, last
    elif wanted == "dmy":
        day, month, year = first, middle, last
    else:
        month, day, year = first, middle, last
    if len(year) not in (2, 4) or max(len(month), len(day)) > 2:
        raise _no_date(text, wanted)
    return _day(text, _full_year(year), int(month), int(day), wanted)


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 69 else 1900)


def _day(text: str, year: int, month: int, day: int, order: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _no_date(text, order) from None


def _with_time(day: date, found: re.Match[str], text: str) -> Dated:
    if found["hour"] is None:
        return day
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise _no_date(text, "")
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    fraction = (found["fraction"] or "")[:6].ljust(6, "0")
    try:
        clock = time(hour, int(found["minute"]), int(found["second"] or 0), int(fraction))
        return datetime.combine(day, clock, tzinfo=_zone(found["zone"] or ""))
    except ValueError:
        raise _no_date(text, "") from None


def _zone(text: str) -> tzinfo | None:
    if text[:1] in ("+", "-"):
        digits = text[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
        return timezone(-offset if text[0] == "-" else offset)
    if text.lower() not in _ZONES:
        raise ValueError(text)
    return _ZONES[text.lower()]


def _no_date(text: str, order: str) -> CellError:
    shown = shorten(text)
    if _DIGITS.fullmatch(text) and len(text.partition(".")[0]) in (10, 13):
        kind = "epoch" if len(text.partition(".")[0]) == 10 else "epoch_ms"
        return CellError(
            "bad_date",
            f"'{shown}' looks like a count since 1970; if it is, say type = \"{kind}\" in the "
            "mapping",
        )
    if order in ("dmy", "mdy"):
        return CellError(
            "bad_date",
            f"'{shown}' is not a date in the order {_ORDER_NAMES[order]}, which this column is "
            "read in; write it like 2017-12-31, or say dates in the mapping",
        )
    return CellError("bad_date", f"'{shown}' is not a date; write it like 2017-12-31")


def _epoch_reader(divisor: int) -> Callable[[Cell], Dated]:
    def read(cell: Cell) -> Dated:
        text = as_text(cell)
        if not _DIGITS.fullmatch(text) or len(text) > 20:
            raise CellError("bad_date", f"'{shorten(text)}' is not a count since 1970")
        whole, _, fraction = text.partition(".")
        seconds, rest = divmod(int(whole), divisor)
        micro = rest * (1_000_000 // divisor) + int((fraction[:6] or "0").ljust(6, "0")) // divisor
        if seconds > 7_000_000_000:
            raise CellError(
                "bad_date",
                f"'{shorten(text)}' is too large for seconds since 1970; say type = \"epoch_ms\" "
                "in the mapping where it counts milliseconds",
            )
        return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micro)

    return read
