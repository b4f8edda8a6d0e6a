"""The forms of one person's places."""

from datetime import date
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from juara.core.calendar import ALWAYS, FOREVER, ONE_DAY
from juara.web.teams.choices import Choices
from juara.web.teams.forms import LongSelect, choose, day_field

_MISSING = gettext_lazy("Choose one from the list.")


def until(last_day: date | None) -> date:
    """Return the first day after a last one; without a last day, for ever."""
    return last_day + ONE_DAY if last_day is not None and last_day < FOREVER else FOREVER


class PlaceForm(forms.Form):
    """Where somebody works, from a day and perhaps until a day. `team` '' is nowhere."""

    team = forms.ChoiceField(
        widget=LongSelect,
        label=gettext_lazy("Team"),
        error_messages={"required": _MISSING, "invalid_choice": _MISSING},
    )
    manager = forms.ChoiceField(
        widget=LongSelect,
        label=gettext_lazy("Reports to"),
        required=False,
        error_messages={"invalid_choice": _MISSING},
    )
    profile = forms.ChoiceField(
        widget=LongSelect,
        label=gettext_lazy("Job profile"),
        required=False,
        error_messages={"invalid_choice": _MISSING},
    )
    zone = forms.ChoiceField(
        widget=LongSelect,
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Decides on which day what they do counts."),
        error_messages={"required": _MISSING, "invalid_choice": _MISSING},
    )
    calendar = forms.ChoiceField(
        widget=LongSelect,
        label=gettext_lazy("Calendar"),
        required=False,
        help_text=gettext_lazy("Working days, hours and holidays."),
        error_messages={"invalid_choice": _MISSING},
    )
    from_day = day_field(gettext_lazy("First day"))
    last_day = day_field(
        gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: until further notice."),
    )

    def __init__(
        self, *args: Any, teams: Choices, managers: Choices, profiles: Choices, zones: Choices,
        calendars: Choices, has_open_start: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        choose(self, "calendar", calendars)
        if has_open_start:
            self.fields["from_day"].required = False
            self.fields["from_day"].help_text = gettext_lazy("Empty: since always.")
        choose(self, "team", teams)
        choose(self, "manager", managers)
        choose(self, "profile", profiles)
        choose(self, "zone", zones)

    @property
    def starts_on(self) -> date:
        found: date | None = self.cleaned_data["from_day"]
        return found or ALWAYS

    @property
    def until_day(self) -> date:
        return until(self.cleaned_data["last_day"])


class AbsenceForm(forms.Form):
    """Days somebody is away. Days before `earliest` are for somebody else to enter."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=(
            ("vacation", gettext_lazy("Vacation")),
            ("sick", gettext_lazy("Sick")),
            ("other", gettext_lazy("Other")),
        ),
        error_messages={"required": _MISSING, "invalid_choice": _MISSING},
    )
    much = forms.ChoiceField(
        label=gettext_lazy("How much of each day"),
        choices=(
            ("1", gettext_lazy("Whole days")),
            ("1/2", gettext_lazy("Half days")),
            ("1/4", gettext_lazy("A quarter of the day")),
            ("3/4", gettext_lazy("Three quarters of the day")),
        ),
        error_messages={"required": _MISSING, "invalid_choice": _MISSING},
    )
    first_day = day_field(gettext_lazy("First day"))
    last_day = day_field(
        gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Only for several days in a row."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Seen by the person, their managers and administrators."),
    )

    def __init__(self, *args: Any, earliest: date, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "absence_%s")
        super().__init__(*args, **kwargs)
        self.earliest = earliest

    def clean_first_day(self) -> date:
        found: date = self.cleaned_data["first_day"]
        if found < self.earliest:
            raise forms.ValidationError(
                gettext_lazy("Days that are over are entered by your manager or an administrator.")
            )
        return found

    @property
    def part(self) -> Fraction:
        return Fraction(self.cleaned_data["much"])

    @property
    def until_day(self) -> date:
        return until(self.cleaned_data["last_day"] or self.cleaned_data["first_day"])


class CalendarChoiceForm(forms.Form):
    """By which calendar somebody works from a day on."""

    calendar = forms.ChoiceField(
        widget=LongSelect,
        label=gettext_lazy("Calendar"),
        error_messages={"required": _MISSING, "invalid_choice": _MISSING},
    )
    from_day = day_field(
        gettext_lazy("From"), required=False, help_text=gettext_lazy("Empty: since always.")
    )

    def __init__(self, *args: Any, calendars: Choices, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "calendar_%s")
        super().__init__(*args, **kwargs)
        choose(self, "calendar", calendars)

    @property
    def starts_on(self) -> date:
        found: date | None = self.cleaned_data["from_day"]
        return found or ALWAYS


class LeaveForm(forms.Form):
    """The last day somebody works here, and perhaps when they are back."""

    last_day = day_field(
        gettext_lazy("Last day at work"),
        help_text=gettext_lazy("What they earned up to and including this day stays theirs."),
    )
    back_on = day_field(
        gettext_lazy("Back on"),
        required=False,
        help_text=gettext_lazy("Only if they come back to where they were. Empty: they have left."),
    )

    @property
    def from_day(self) -> date:
        return until(self.cleaned_data["last_day"])

    @property
    def until_day(self) -> date:
        found: date | None = self.cleaned_data["back_on"]
        return found or FOREVER


class ActingForm(forms.Form):
    """Who stands in for a manager, and when."""

    acting = forms.ChoiceField(
        widget=LongSelect,
        label=gettext_lazy("Who stands in"),
        error_messages={"required": _MISSING, "invalid_choice": _MISSING},
    )
    from_day = day_field(gettext_lazy("First day"))
    last_day = day_field(gettext_lazy("Last day"))

    def __init__(self, *args: Any, people: Choices, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "acting", people)
        self.fields["from_day"].initial = day

    @property
    def until_day(self) -> date:
        return until(self.cleaned_data["last_day"])
