"""Sample values for the gallery page, which shows every component in all its states."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms

from juara.core.calendar import FOREVER
from juara.ui.charts import Chart, Series, Unit
from juara.ui.figures import Histogram, ScoreStep

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
    Section("scores", "Scores and trees"),
    Section("charts", "Charts and spreads"),
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


_WEEKS = ("Sep 7", "Sep 14", "Sep 21", "Sep 28", "Oct 5", "Oct 12", "Oct 19", "Oct 26", "Nov 2")
_CALLS = (184, 201, 176, 230, 244, None, 238, 251, 262)
_REVENUE = (0, 12000, 26000, 31500, 52300, 60100, 60100, 74000, 88500)

CHARTS = (
    (
        "Calls connected, week by week",
        Chart(_WEEKS, (Series("Calls connected", _CALLS, kind="bar"),
                       Series.target("Target", 220, count=9)), points_name="Week"),
    ),
    (
        "Revenue won so far",
        Chart(_WEEKS, (Series("This quarter", _REVENUE, kind="area"),
                       Series("Last quarter", [8000 * at for at in range(9)], tone="neutral"),
                       Series("Where it should be", [11500 * at for at in range(9)],
                              tone="gold", is_dashed=True)),
              Unit("currency", "USD"), "Week"),
    ),
    (
        "Win rate and time to first call",
        Chart(_WEEKS[:4], (Series("North", (0.31, 0.34, 0.29, 0.41), tone="good"),
                           Series("South", (0.22, 0.18, None, 0.27), tone="warn"),
                           Series("Company", (0.26, 0.26, 0.27, 0.33), tone="bad",
                                  is_dashed=True)),
              Unit("percent", decimals=1), "Week"),
    ),
    ("Nothing yet", Chart(_WEEKS[:2], (Series("Demos", (None, None)),), points_name="Week")),
)  # fmt: skip

STEPS = (
    ScoreStep("Deals won", "2 ÷ 4 = 50%", "50%", "20", "10", "", "behind", 0.05),
    ScoreStep("Revenue won", "$50,000 ÷ $20,000 = 250%", "200%", "80", "160", "capped at 200%",
              "done", 0.8),
    ScoreStep("Win rate", rule="no target: the other weights are scaled up to 100"),
)  # fmt: skip

SPREAD = Histogram(
    [Decimal(value) for value in (4, 9, 12, 12, 15, 18, 18, 21, 22, 22, 23, 26, 31, 38, 44)],
    Decimal(20),
    field="",
)
SPREAD_LOWER = Histogram(
    [Decimal(value) for value in (240, 600, 900, 1500, 3600, 5400)] + [None],
    Decimal(1800),
    Unit("duration"),
    is_higher_better=False,
)


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
        "charts": CHARTS,
        "score_steps": STEPS,
        "spread": SPREAD,
        "spread_lower": SPREAD_LOWER,
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
