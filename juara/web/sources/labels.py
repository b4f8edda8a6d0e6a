"""Words for what the import wizard guesses, asks and finds wrong."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from juara.connect.suggest import Finding
from juara.connect.suggest.choices import Reason
from juara.core import scope
from juara.core.errors import DomainError
from juara.ui import formats
from juara.web.errors import sentence

# --- What a file and a column can be ---

ROLES: dict[str, tuple[Any, Any]] = {
    "deal": (gettext_lazy("Deals"), gettext_lazy("sales and opportunities, one in each row")),
    "activity": (
        gettext_lazy("Activities"),
        gettext_lazy("calls, e-mails, meetings, visits, tasks"),
    ),
    "lead": (gettext_lazy("Leads"), gettext_lazy("contacts that may become deals")),
    "account": (gettext_lazy("Accounts"), gettext_lazy("the companies you sell to")),
    "change": (
        gettext_lazy("Stage changes"),
        gettext_lazy("the history of deals: what changed, and when"),
    ),
    "split": (
        gettext_lazy("Splits"),
        gettext_lazy("who shares a deal, and with how many percent"),
    ),
    "snapshot": (
        gettext_lazy("Snapshots"),
        gettext_lazy("how deals stood on a day, each until the next"),
    ),
    "people": (gettext_lazy("People"), gettext_lazy("your sales people and their teams")),
    "reference": (
        gettext_lazy("A look-up"),
        gettext_lazy("only to check the other files against, nothing of it is stored"),
    ),
    "ignore": (gettext_lazy("Nothing"), gettext_lazy("leave this file out")),
}

FIELDS: dict[str, Any] = {
    "id": gettext_lazy("Id (tells the rows apart)"),
    "name": gettext_lazy("Name"),
    "type": gettext_lazy("Type"),
    "stage": gettext_lazy("Stage"),
    "status": gettext_lazy("Status"),
    "outcome": gettext_lazy("Outcome"),
    "account": gettext_lazy("Account (customer)"),
    "product": gettext_lazy("Product"),
    "origin": gettext_lazy("Source of the lead"),
    "url": gettext_lazy("Link to the record"),
    "amount": gettext_lazy("Amount"),
    "currency": gettext_lazy("Currency"),
    "duration_seconds": gettext_lazy("Duration"),
    "created": gettext_lazy("Created on"),
    "occurred": gettext_lazy("Happened on"),
    "closed": gettext_lazy("Closed on"),
    "owner": gettext_lazy("Owner (gets the credit)"),
    "owner_name": gettext_lazy("Name of the owner"),
    "owner_email": gettext_lazy("E-mail of the owner"),
    "owner_team": gettext_lazy("Team of the owner"),
    "creator": gettext_lazy("Created by"),
    "user": gettext_lazy("Another person, such as an SDR"),
    "change_field": gettext_lazy("What was changed"),
    "change_value": gettext_lazy("The new value"),
    "old_value": gettext_lazy("The value before"),
    "parent": gettext_lazy("The deal it belongs to (its id)"),
    "percent": gettext_lazy("Percent of the share"),
    "key": gettext_lazy("What other files call this person"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "email": gettext_lazy("E-mail"),
    "team": gettext_lazy("Team"),
    "role": gettext_lazy("Role"),
    "zone": gettext_lazy("Time zone"),
    "starts_on": gettext_lazy("First day"),
    "ends_on": gettext_lazy("Day after the last"),
    "extra": gettext_lazy("Keep as an extra field"),
    "leave_out": gettext_lazy("Leave out"),
}
GROUPS: dict[str, Any] = {
    "what": gettext_lazy("What it is"),
    "much": gettext_lazy("How much"),
    "when": gettext_lazy("When"),
    "who": gettext_lazy("Who"),
    "where": gettext_lazy("Where they belong"),
    "change": gettext_lazy("What changed"),
    "belongs": gettext_lazy("What it belongs to"),
    "rest": gettext_lazy("Otherwise"),
}
CONFIDENCE: dict[str, tuple[str, str, Any]] = {
    "sure": ("good", "circle-check", gettext_lazy("Sure")),
    "likely": ("accent", "circle-dot", gettext_lazy("Likely")),
    "guess": ("warn", "circle-question-mark", gettext_lazy("Please check")),
    "chosen": ("neutral", "user-check", gettext_lazy("Your choice")),
}
# Our words for what stands in a column, by what the column is.
MEANINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("deal", "status"): {
        "open": gettext_lazy("Still open"),
        "won": gettext_lazy("Won"),
        "lost": gettext_lazy("Lost"),
    },
    ("activity", "type"): {
        "call": gettext_lazy("Call"), "email": gettext_lazy("E-mail"),
        "meeting": gettext_lazy("Meeting"), "demo": gettext_lazy("Demo"),
        "task": gettext_lazy("Task"), "note": gettext_lazy("Note"),
    },
    ("activity", "outcome"): {
        "connected": gettext_lazy("Connected"), "no_answer": gettext_lazy("No answer"),
        "voicemail": gettext_lazy("Voicemail"), "busy": gettext_lazy("Busy"),
        "held": gettext_lazy("Held"), "no_show": gettext_lazy("No-show"),
        "cancelled": gettext_lazy("Cancelled"),
    },
    ("activity", "status"): {
        "done": gettext_lazy("Done"), "planned": gettext_lazy("Planned"),
    },
    ("people", "role"): {
        "rep": gettext_lazy("Rep"), "manager": gettext_lazy("Manager"),
        "executive": gettext_lazy("Executive"), "admin": gettext_lazy("Administrator"),
    },
    ("change", "change_field"): {
        "stage": gettext_lazy("The stage"), "owner": gettext_lazy("The owner"),
    },
}  # fmt: skip
MEANINGS["deal", "stage"] = MEANINGS["deal", "status"]
# Where a word nobody mapped may stay as it is.
MAY_KEEP = frozenset({("activity", "type"), ("activity", "outcome"), ("activity", "status"),
                      ("change", "change_field")})  # fmt: skip
UNITS: dict[str, Any] = {
    "seconds": gettext_lazy("seconds"),
    "minutes": gettext_lazy("minutes"),
    "hours": gettext_lazy("hours"),
    "milliseconds": gettext_lazy("milliseconds"),
    "mm:ss": gettext_lazy("minutes:seconds"),
    "hh:mm": gettext_lazy("hours:minutes"),
}

# --- How a file is written ---

DELIMITERS: dict[str, Any] = {
    ",": gettext_lazy("commas"),
    ";": gettext_lazy("semicolons"),
    "\t": gettext_lazy("tabs"),
    "|": gettext_lazy("bars"),
}
ENCODINGS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16", "cp1252": "Windows-1252", "latin-1": "Latin-1",
    "cp1250": "Windows-1250", "cp1251": "Windows-1251", "cp1254": "Windows-1254",
    "shift_jis": "Shift-JIS", "gb18030": "GB 18030",
}  # fmt: skip
DATES: dict[str, Any] = {
    "auto": gettext_lazy("As each column shows"),
    "dmy": gettext_lazy("Day, month, year"),
    "mdy": gettext_lazy("Month, day, year"),
    "ymd": gettext_lazy("Year, month, day"),
}
DECIMALS: dict[str, Any] = {
    "auto": gettext_lazy("As each column shows"),
    ".": gettext_lazy("Point: 1,234.50"),
    ",": gettext_lazy("Comma: 1.234,50"),
}

# --- Reasons ---

_REASONS: dict[str, Any] = {
    "named": gettext_lazy("its name says so"),
    "unique": gettext_lazy("every value is there once"),
    "nearly_unique": gettext_lazy("nearly every value is there once (%(detail)s repeated)"),
    "dates": gettext_lazy("it holds dates"),
    "epoch": gettext_lazy("it holds dates, as numbers"),
    "amounts": gettext_lazy("it holds numbers"),
    "emails": gettext_lazy("it holds e-mail addresses"),
    "currencies": gettext_lazy("it holds currency codes"),
    "names": gettext_lazy("values such as %(detail)s"),
    "words": gettext_lazy("words such as %(detail)s"),
    "empty": gettext_lazy("it is empty"),
    "keys_of": gettext_lazy("its values are in %(detail)s"),
    "nearly": gettext_lazy("%(detail)s is written differently there, and will be reported"),
    "named_by_others": gettext_lazy("the other files call people so"),
    "named_by": gettext_lazy("another file refers to it: %(detail)s"),
    "file_name": gettext_lazy("the file is called so (“%(detail)s”)"),
    "headers": gettext_lazy("columns such as %(detail)s"),
    "has_column": gettext_lazy("a column such as %(detail)s"),
    "has_words": gettext_lazy("words such as %(detail)s"),
    "has_emails": gettext_lazy("e-mail addresses in %(detail)s"),
    "has_old_and_new": gettext_lazy("it lists fields and their new values"),
    "borrows": gettext_lazy("what is missing is taken from %(detail)s"),
    "no_rows": gettext_lazy("it has no rows"),
    "nothing_known": gettext_lazy("nothing in it is known"),
}


def reason(found: Reason) -> str:
    return str(_REASONS[found.code]) % {"detail": found.detail} if found.code in _REASONS else ""


def reasons(found: tuple[Reason, ...]) -> str:
    """Say why something was guessed, as one sentence."""
    said = "; ".join(text for each in found if (text := reason(each)))
    return said[:1].upper() + said[1:]


# --- What is to be mended ---

_FINDINGS: dict[str, Any] = {
    "nothing_chosen": gettext_lazy(
        "Nothing would be imported. Say below which file holds deals, activities, leads, accounts "
        "or people."
    ),
    "no_id": gettext_lazy(
        "%(file)s: no column tells the rows apart. Choose the id, or tick the columns that do so "
        "together."
    ),
    "no_owner": gettext_lazy(
        "%(file)s: no column says whose they are, so nobody gets credit. Choose the owner."
    ),
    "no_closed": gettext_lazy(
        "%(file)s: no column says when a deal was closed, so won deals have no day to count on. "
        "Choose “Closed on”."
    ),
    "no_occurred": gettext_lazy(
        "%(file)s: no column says when it happened, so nothing has a day to count on. Choose "
        "“Happened on”."
    ),
    "no_created": gettext_lazy(
        "%(file)s: no column says when a lead came in. Choose “Created on”."
    ),
    "no_parent": gettext_lazy(
        "%(file)s: no column says which deal a row belongs to. Choose “The deal it belongs to”."
    ),
    "no_percent": gettext_lazy(
        "%(file)s: no column says how many percent somebody has. Choose “Percent of the share”."
    ),
    "no_amount": gettext_lazy(
        "%(file)s: no column says what a deal is worth. Deals are counted, but not added up."
    ),
    "other_currency": gettext_lazy(
        "%(file)s: amounts in %(detail)s are converted to %(currency)s where the day has an "
        "exchange rate. Without one those records count by number, but add nothing to sums. Rates "
        "are kept under Currencies."
    ),
    "nothing_won": gettext_lazy(
        "%(file)s: no word in %(detail)s means won, so nothing counts as won. Say below which does."
    ),
    "no_person_key": gettext_lazy(
        "%(file)s: no column says what other files call a person. Choose it."
    ),
    "field_twice": gettext_lazy(
        "%(file)s: %(detail)s are the same thing. Keep one, and make the other an extra field."
    ),
}


def finding(found: Finding) -> str:
    return str(_FINDINGS[found.code]) % {
        "file": found.file, "detail": found.detail, "currency": scope.current().currency,
    }  # fmt: skip


# --- What is wrong with a file, or with a row ---

_FILES: dict[str, Any] = {
    "file_empty": gettext_lazy("It is empty. Export it again, with its header and rows."),
    "file_not_a_table": gettext_lazy("It is not a table. Export it as CSV or XLSX."),
    "file_not_text": gettext_lazy(
        "It is neither text nor an XLSX workbook. Export it as CSV or XLSX."
    ),
    "file_is_xls": gettext_lazy("It is an old Excel file (.xls). Open it and save it as XLSX."),
    "file_protected": gettext_lazy("It is protected with a password. Save it without one."),
    "file_damaged": gettext_lazy("It is damaged. Open it in a spreadsheet and save it again."),
    "file_line_too_long": gettext_lazy(
        "A line of it is longer than any table has. Perhaps the line ends were lost: export it "
        "again."
    ),
    "file_header_damaged": gettext_lazy(
        "Its header cannot be read: a quotation mark is not closed."
    ),
    "file_too_wide": gettext_lazy("It has more columns than are read (4,000)."),
    "file_too_large_unpacked": gettext_lazy(
        "It unpacks to more than is allowed. Save it as CSV, which may be of any size."
    ),
    "file_no_sheet": gettext_lazy("It no longer has the sheet that was chosen. Choose another."),
    "file_unreadable": gettext_lazy("The server cannot read it. Send it again."),
    "file_quotes_damaged": gettext_lazy(
        "Too many quotation marks in it are not closed. Export it again."
    ),
    "upload.gone": gettext_lazy("It is no longer here. Send it again."),
}
PROBLEMS: dict[str, Any] = {
    "row_width": gettext_lazy("Another number of columns than the header"),
    "quote_open": gettext_lazy("A quotation mark is not closed"),
    "cell_too_long": gettext_lazy("A cell is too long to be one"),
    "missing_id": gettext_lazy("No id"),
    "missing_key": gettext_lazy("No key of the person"),
    "bad_date": gettext_lazy("No date that can be read"),
    "bad_number": gettext_lazy("No number that can be read"),
    "number_too_large": gettext_lazy("The number is too large"),
    "bad_duration": gettext_lazy("No duration that can be read"),
    "bad_boolean": gettext_lazy("Neither yes nor no"),
    "bad_bytes": gettext_lazy("Bytes that are no text"),
    "text_too_long": gettext_lazy("The text is too long"),
    "unknown_choice": gettext_lazy("None of the words possible"),
    "unlisted_value": gettext_lazy("A word nobody has said the meaning of"),
    "ends_before_start": gettext_lazy("It ends before it starts"),
}
REMEDIES: dict[str, Any] = {
    "row_width": gettext_lazy("Put cells that hold the divider in quotation marks."),
    "quote_open": gettext_lazy("Close the quotation mark."),
    "cell_too_long": gettext_lazy("Close the quotation mark, or shorten the cell."),
    "missing_id": gettext_lazy("Fill in the id."),
    "missing_key": gettext_lazy("Fill in the key."),
    "bad_date": gettext_lazy("Write the date like the others, or choose how dates are read."),
    "bad_number": gettext_lazy("Write digits only, or choose how numbers are read."),
    "number_too_large": gettext_lazy("Check the number; one that large cannot be kept."),
    "bad_duration": gettext_lazy("Write it like 1:30, or choose another unit."),
    "bad_boolean": gettext_lazy("Write yes or no."),
    "bad_bytes": gettext_lazy("Save the file as UTF-8."),
    "text_too_long": gettext_lazy("Shorten the text."),
    "unknown_choice": gettext_lazy("Use one of the words possible, or map this one."),
    "unlisted_value": gettext_lazy("Map this value, or say what others become."),
    "ends_before_start": gettext_lazy("Put the days the right way round."),
}
_REMARKS: dict[str, Any] = {
    "decimal_unclear": gettext_lazy(
        "%(column)s: numbers such as %(value)s can be read two ways. Choose the decimal mark if "
        "they look wrong."
    ),
    "date_order_unclear": gettext_lazy(
        "%(column)s: nothing shows whether the day or the month comes first (%(value)s). Choose "
        "the order of dates if they look wrong."
    ),
    "style_mixed": gettext_lazy("%(column)s: %(count)s rows are written differently."),
    "empty": gettext_lazy("%(column)s is empty in %(count)s rows."),
    "rounded": gettext_lazy("%(column)s: %(count)s numbers were rounded to four decimals."),
    "control": gettext_lazy("%(column)s: control characters were taken away in %(count)s rows."),
    "nothing_deleted": gettext_lazy(
        "%(count)s rows are left out, so nothing is marked as deleted: what seems to be missing "
        "may stand there."
    ),
    "bad_email": gettext_lazy("%(column)s: %(count)s e-mail addresses are none, and left empty."),
}


def file_problem(refusal: DomainError) -> str:
    return str(_FILES.get(refusal.code) or sentence(refusal))


def remark(body: dict[str, Any]) -> str:
    """Say a remark of a report; what has no words of ours is said as it was stored."""
    known = _REMARKS.get(body["code"])
    if known is None:
        return str(body["message"])
    return str(known) % {
        "column": body["column"],
        "value": body["value"],
        "count": formats.number(body["count"]),
    }


def rows(count: int) -> str:
    shown = {"count": formats.number(count)}
    return ngettext("%(count)s row", "%(count)s rows", count) % shown


def records(role: str, count: int) -> str:  # noqa: PLR0911 - a sentence for each kind
    """Say how many of what: 8,800 deals."""
    shown = {"count": formats.number(count)}
    if role == "deal":
        return ngettext("%(count)s deal", "%(count)s deals", count) % shown
    if role == "activity":
        return ngettext("%(count)s activity", "%(count)s activities", count) % shown
    if role == "lead":
        return ngettext("%(count)s lead", "%(count)s leads", count) % shown
    if role == "account":
        return ngettext("%(count)s account", "%(count)s accounts", count) % shown
    if role == "people":
        return ngettext("%(count)s person", "%(count)s people", count) % shown
    if role == "change":
        return ngettext("%(count)s change", "%(count)s changes", count) % shown
    if role == "split":
        return ngettext("%(count)s split", "%(count)s splits", count) % shown
    if role == "snapshot":
        return ngettext("%(count)s snapshot", "%(count)s snapshots", count) % shown
    return rows(count)


RUN_STATES: dict[str, tuple[str, str, Any]] = {
    "queued": ("neutral", "clock", gettext_lazy("Waiting")),
    "reading": ("accent", "loader", gettext_lazy("Reading")),
    "landing": ("accent", "loader", gettext_lazy("Counting")),
    "done": ("good", "circle-check", gettext_lazy("Done")),
    "failed": ("bad", "octagon-alert", gettext_lazy("Failed")),
    "cancelled": ("neutral", "circle-minus", gettext_lazy("Cancelled")),
    "undone": ("neutral", "undo-2", gettext_lazy("Undone")),
}


def phase(key: str) -> str:
    return {
        "queued": _("Waiting for its turn"),
        "reading": _("Reading the files"),
        "people": _("Taking in the people"),
        "landing": _("Storing and counting"),
        "stopping": _("Stopping, and putting back what was stored"),
        "undoing": _("Putting back how it was before"),
    }.get(key, "")
