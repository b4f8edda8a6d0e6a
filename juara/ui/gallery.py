"""Sample values for the gallery page, which shows every component in all its states."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms

NOW = datetime(2026, 11, 23, 7, 2, tzinfo=UTC)

COLOURS = (
    "paper", "surface", "raised", "sunken", "line", "line-strong", "ink", "ink-soft", "ink-faint",
    "accent", "accent-strong", "accent-ink", "accent-soft", "gold", "gold-ink", "gold-soft",
    "silver", "bronze", "good-ink", "good-soft", "warn-ink", "warn-soft", "bad-ink", "bad-soft",
)  # fmt: skip


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


class SampleForm(forms.Form):
    """A field of each kind; one of them was filled in wrongly."""

    name = forms.CharField(max_length=60, help_text="What people call it aloud.")
    email = forms.EmailField()
    kind = forms.ChoiceField(choices=[("calls", "Calls"), ("deals", "Deals won")])
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    closed = forms.CharField(disabled=True, initial="Cannot be changed here")


def gallery_context() -> Mapping[str, Any]:
    """Return what the gallery page needs; nothing of it comes from a database."""
    return {
        "now": NOW,
        "colours": COLOURS,
        "measures": MEASURES,
        "people": PEOPLE,
        "movements": (3, 1, 0, -1, -12, None),
        "states": ("on_track", "behind", "at_risk", "done", "not_started", "no_target"),
        "tones": ("neutral", "accent", "gold", "good", "warn", "bad"),
        "variants": ("primary", "secondary", "quiet", "danger"),
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
        "periods": [("today", "Today"), ("month", "This month"), ("quarter", "This quarter")],
        "ways": [("member", "People"), ("team", "Teams")],
        "tab_items": [("#tabs", "Overview", True), ("#tabs", "Records", False)],
        "form": SampleForm(
            {"name": "Sales floor", "email": "not an address", "kind": "calls", "note": ""}
        ),
    }
