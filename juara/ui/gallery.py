"""Sample values for the gallery page, which shows every component in all its states."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms

from juara.core.calendar import FOREVER

NOW = datetime(2026, 11, 23, 7, 2, tzinfo=UTC)

COLOURS = (
    "paper", "surface", "raised", "sunken", "line", "line-strong", "ink", "ink-soft", "ink-faint",
    "accent", "accent-strong", "accent-ink", "accent-soft", "gold", "gold-ink", "gold-soft",
    "silver", "bronze", "good-ink", "good-soft", "warn-ink", "warn-soft", "bad-ink", "bad-soft",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page, drawn once in each theme."""

    key: str
    title: str

    @property
    def template(self) -> str:
        return f"web/design/_{self.key}.html"


SECTIONS = (
    Section("foundations", "Foundations"),
    Section("numbers", "Numbers, days, moments"),
    Section("buttons", "Buttons and keys"),
    Section("status", "Status, pills, movement, avatars"),
    Section("goals", "Goals and pace"),
    Section("story", "Steps, lists, time, feed"),
    Section("controls", "Choices and filters"),
    Section("fields", "Forms"),
    Section("tables", "Tables"),
    Section("work", "Long work, freshness, presence"),
    Section("says", "Banners, toasts, dialogs"),
    Section("empty", "Empty states"),
)


@dataclass(frozen=True, slots=True)
class SampleMeasure:
    """A unit to show numbers in."""

    name: str
    unit: str
    currency: str
    decimals: int
    amount: Decimal | None


MEASURES = (
    SampleMeasure("count", "count", "", 0, Decimal(1284)),
    SampleMeasure("currency", "currency", "USD", 0, Decimal("98450.5")),
    SampleMeasure("currency", "currency", "IDR", 0, Decimal(1520000000)),
    SampleMeasure("currency", "currency", "EUR", 2, Decimal("-12.5")),
    SampleMeasure("percent", "percent", "", 1, Decimal("0.3127")),
    SampleMeasure("duration", "duration", "", 0, Decimal(750)),
    SampleMeasure("duration", "duration", "", 0, Decimal(3_045_600)),
    SampleMeasure("points", "points", "", 0, Decimal(2450)),
    SampleMeasure("no value", "percent", "", 1, None),
)

PEOPLE = (
    "Anna Sari", "Budi Santoso", "Citra Lestari", "Dewi Anggraini", "Eko Prasetyo", "Gita Permata",
    "Oscar de la Hoya-Montgomery", "Teguh",
)  # fmt: skip

# A picture of its own, so that the gallery asks nobody for one.
PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Cpath "
    "fill='%23376' d='M0 0h8v8H0z'/%3E%3Ccircle cx='4' cy='3' r='1.6' fill='%23fdb'/%3E%3Cpath "
    "fill='%23fdb' d='M1 8a3 3 0 0 1 6 0z'/%3E%3C/svg%3E"
)


@dataclass(frozen=True, slots=True)
class SampleLine:
    """One line of a scorecard in one state."""

    name: str
    value: str
    target: str
    share: float | None
    expected: float | None
    expected_text: str
    state: str
    needed: str = ""
    note: str = ""
    weight: str = ""


LINES = (
    SampleLine("Calls connected", "31", "50", 0.62, 0.5, "25", "on_track", "19 more today",
               "counts by the day of the call", "40%"),
    SampleLine("Meetings held", "2", "5", 0.4, 0.5, "2.5", "behind", "3 more today", "", "40%"),
    SampleLine("Demos booked", "0", "2", 0.0, 0.5, "1", "at_risk", "2 more today"),
    SampleLine("Revenue won", "$52,300", "$50,000", 1.05, 0.5, "$25,000", "done"),
    SampleLine("Mails answered", "0", "20", 0.0, 0.0, "0", "not_started", "20 more today"),
    SampleLine("Win rate", "31.3%", "", None, None, "", "no_target"),
)  # fmt: skip


class SampleForm(forms.Form):
    """A field of each kind; some of them were filled in wrongly."""

    name = forms.CharField(max_length=60, help_text="What people call it aloud.")
    email = forms.EmailField()
    kind = forms.ChoiceField(choices=[("calls", "Calls"), ("deals", "Deals won")])
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    begins = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    weight = forms.IntegerField(help_text="In percent.")
    ranked = forms.BooleanField(
        label="Show in rankings", help_text="Turn off for people who do not compete."
    )
    quiet = forms.BooleanField(label="Tell nobody", required=False)
    rhythm = forms.ChoiceField(
        widget=forms.RadioSelect, choices=[("day", "Every day"), ("week", "Every week")]
    )
    days = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        choices=[("1", "Monday"), ("2", "Tuesday"), ("3", "Wednesday")],
    )
    closed = forms.CharField(disabled=True, initial="Cannot be changed here")


def _form(theme: str) -> SampleForm:
    given = {"name": "Sales floor", "email": "not an address", "kind": "calls", "note": "",
             "begins": "2026-11-23", "weight": "40", "ranked": "on", "rhythm": "day"}  # fmt: skip
    return SampleForm(given, auto_id=f"{theme}_%s")


def gallery_context() -> Mapping[str, Any]:
    """Return what the gallery page needs; nothing of it comes from a database."""
    return {
        "sections": SECTIONS,
        "themes": [("light", _form("light")), ("dark", _form("dark"))],
        "now": NOW,
        "colours": COLOURS,
        "measures": MEASURES,
        "people": PEOPLE,
        "picture": PICTURE,
        "lines": LINES,
        "movements": (3, 1, 0, -1, -12, None),
        "states": ("on_track", "behind", "at_risk", "done", "not_started", "no_target"),
        "tones": ("neutral", "accent", "gold", "good", "warn", "bad"),
        "variants": ("primary", "secondary", "quiet", "danger"),
        "curve": (12, 18, 15, 22, 19, 27, 31, 24, 33, 38),
        "gaps": (12, 18, None, None, 19, 27, 31),
        "flat": (5, 5, 5),
        "moments": (
            NOW - timedelta(seconds=4),
            NOW - timedelta(minutes=3),
            NOW - timedelta(hours=5),
            NOW - timedelta(days=40),
        ),
        "ranges": (
            (date(2026, 11, 23), date(2026, 11, 24)),
            (date(2026, 11, 16), date(2026, 11, 23)),
            (date(2026, 11, 1), date(2026, 12, 1)),
            (date(2026, 10, 1), date(2027, 1, 1)),
            (date(2026, 1, 1), date(2027, 1, 1)),
        ),
        "late": NOW - timedelta(hours=3),
        "began": date(2026, 3, 1),
        "moved": date(2026, 9, 1),
        "forever": FOREVER,
        "steps": [
            ("File", "#story", "done"),
            ("Columns", "#story", "done"),
            ("Check", "#story", "current"),
            ("Import", "", "next"),
        ],
        "facts": [("E-mail", "anna@example.com"), ("Role", "Sales rep"), ("Buddy", "")],
        "periods": [("today", "Today"), ("month", "This month"), ("quarter", "This quarter")],
        "ways": [("member", "People"), ("team", "Teams")],
        "cards": [
            ("file", "A file", "CSV or XLSX, from any CRM's export.", "file-spreadsheet"),
            ("sample", "A sample company", "Look around first; gone with one click.", "sparkles"),
            ("crm", "A CRM", "", "cable"),
        ],
        "tab_items": [("#controls", "Overview", True), ("#controls", "Records", False)],
        "wrong": ["Choose one of the three."],
    }
