"""The forms of calendars."""

from datetime import date, time
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from juara.core.calendar import ALWAYS, ONE_DAY
from juara.people.calendar_types import Pattern
from juara.web.calendars import words
from juara.web.teams.forms import LongSelect, choose, day_field

WEEKDAYS = tuple(f"day_{index}" for index in range(7))

_WEIGHTS = (
    ("1", gettext_lazy("Full day")),
    ("3/4", gettext_lazy("¾ of a day")),
    ("1/2", gettext_lazy("Half a day")),
    ("1/4", gettext_lazy("¼ of a day")),
    ("0", gettext_lazy("Free")),
)
_CLOCK = {
    "required": gettext_lazy("Choose a time."),
    "invalid": gettext_lazy("Write a time like 09:00."),
}
_MISSING = {"required": gettext_lazy("Choose one from the list."),
            "invalid_choice": gettext_lazy("Choose one from the list.")}  # fmt: skip


def _clock_field(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=_CLOCK,
    )


class HolidaysForm(forms.Form):
    """Whose public holidays are kept. A choice shows them at once, and the country's regions."""

    country = forms.ChoiceField(
        widget=LongSelect, label=gettext_lazy("Public holidays of"), required=False,
        error_messages=_MISSING,
    )  # fmt: skip
    region = forms.ChoiceField(
        widget=LongSelect, label=gettext_lazy("Region"), required=False, error_messages=_MISSING
    )

    def __init__(self, *args: Any, shown_at: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data.get("country", "") if self.is_bound else self.initial.get("country", "")
        choose(self, "country", words.countries())
        self._regions = words.regions(given)
        choose(self, "region", self._regions)
        for name in ("country", "region"):
            self.fields[name].widget.attrs |= {
                "hx-get": shown_at, "hx-target": "#calendar-holidays", "hx-swap": "outerHTML",
                "hx-include": "#calendar-holidays",
            }  # fmt: skip

    @property
    def has_regions(self) -> bool:
        return len(self._regions) > 1


class CalendarForm(HolidaysForm):
    """A calendar as a whole: its name, what weekdays weigh, hours, holidays, and since when."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        error_messages={"required": gettext_lazy("Give it a name.")},
    )
    opens = _clock_field(gettext_lazy("Work begins"))
    closes = _clock_field(gettext_lazy("Work ends"))
    from_day = day_field(
        gettext_lazy("From"), required=False, help_text=gettext_lazy("Empty: since always.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for index, name in enumerate(WEEKDAYS):
            self.fields[name] = forms.ChoiceField(
                label=words.weekday(index), choices=_WEIGHTS, error_messages=_MISSING
            )

    @property
    def weekdays(self) -> list[forms.BoundField]:
        return [self[name] for name in WEEKDAYS]

    @property
    def pattern(self) -> Pattern:
        given = self.cleaned_data
        opens: time = given["opens"]
        closes: time = given["closes"]
        return Pattern(
            weights=tuple(Fraction(given[name]) for name in WEEKDAYS),
            opens=opens.replace(second=0, microsecond=0),
            closes=closes.replace(second=0, microsecond=0),
            country=given["country"],
            region=given["region"],
        )

    @property
    def starts_on(self) -> date:
        found: date | None = self.cleaned_data["from_day"]
        return found or ALWAYS


def initial(pattern: Pattern) -> dict[str, Any]:
    """Return a pattern as the form shows it."""
    weights = {name: str(weight) for name, weight in zip(WEEKDAYS, pattern.weights, strict=True)}
    return {
        "opens": pattern.opens, "closes": pattern.closes, "country": pattern.country,
        "region": pattern.region, **weights,
    }  # fmt: skip


# What a company day can be: how much of a day it weighs, and whether at least that.
KINDS = {
    "off": (Fraction(0), False),
    "half": (Fraction(1, 2), False),
    "work": (Fraction(1), True),
}


class CompanyDayForm(forms.Form):
    """Days on which a company does otherwise than its calendar says."""

    name = forms.CharField(
        label=gettext_lazy("What it is called"),
        max_length=120,
        error_messages={"required": gettext_lazy("Say what the day is called.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        choices=(
            ("off", gettext_lazy("Day off")),
            ("half", gettext_lazy("Half a day")),
            ("work", gettext_lazy("Extra working day")),
        ),
        error_messages=_MISSING,
    )
    first_day = day_field(gettext_lazy("Day"))
    last_day = day_field(
        gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Only for several days in a row."),
    )
    is_everywhere = forms.BooleanField(
        label=gettext_lazy("In all calendars"),
        required=False,
        widget=forms.CheckboxInput(),
    )

    @property
    def until_day(self) -> date:
        last: date = self.cleaned_data["last_day"] or self.cleaned_data["first_day"]
        return last if last == date.max else last + ONE_DAY
