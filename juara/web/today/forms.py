"""The forms of the targets page."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from juara.core.calendar import ALWAYS
from juara.goals.types import CUSTOM, GRAINS
from juara.metrics import queries as metrics
from juara.people import queries as people
from juara.web.today import amounts
from juara.web.today.shown import grain_name

_NO_AMOUNT = gettext_lazy(
    "Write a number from 0 up: 40, 25000, 35 (percent) or 30d (days), as your language writes it."
)


class _From(forms.Form):
    """When something holds from; empty is today."""

    from_day = forms.DateField(
        label=gettext_lazy("Holds from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("Choose a day from the calendar.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["from_day"].initial = today

    def clean_from_day(self) -> date:
        day: date = self.cleaned_data.get("from_day") or self.today
        if not ALWAYS < day < date(2999, 1, 1):
            raise forms.ValidationError(_("Choose a day from the calendar."))
        return day


class EndForm(_From):
    pass


class ChangeForm(_From):
    target = forms.CharField(
        label=gettext_lazy("Target"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"required": _NO_AMOUNT},
    )
    is_primary = forms.BooleanField(
        label=gettext_lazy("Primary: shown at a glance"), required=False
    )

    def __init__(self, *args: Any, unit: str = "count", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.order_fields(["profile", "metric", "grain", "target", "from_day", "is_primary"])

    def unit_of(self) -> str:
        return self.unit

    def clean(self) -> dict[str, Any]:
        super().clean()
        if text := self.cleaned_data.get("target"):
            found = amounts.parse(text, self.unit_of())
            if found is None or found < 0 or found >= 10**14:
                self.add_error("target", _NO_AMOUNT)
            else:
                self.cleaned_data["amount"] = found
        return self.cleaned_data


class SetForm(ChangeForm):
    profile = forms.ChoiceField(label=gettext_lazy("Job profile"))
    metric = forms.ChoiceField(label=gettext_lazy("Metric"))
    grain = forms.ChoiceField(label=gettext_lazy("For each"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units = {each.public_id: each.unit for each in metrics.metrics()}
        names = [(each.public_id, _(each.name)) for each in metrics.metrics()]
        self._choose("profile", _profiles())
        self._choose("metric", names)
        self._choose("grain", [(grain, grain_name(grain)) for grain in GRAINS if grain != CUSTOM])
        self.fields["is_primary"].initial = True

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def unit_of(self) -> str:
        return self._units.get(self.cleaned_data.get("metric", ""), "count")


class CopyForm(_From):
    source = forms.ChoiceField(label=gettext_lazy("Copy the targets of"))
    receiver = forms.ChoiceField(label=gettext_lazy("To the job profile"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("source", "receiver"):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = _profiles()
        self.order_fields(["source", "receiver", "from_day"])

    def clean(self) -> dict[str, Any]:
        super().clean()
        both = self.cleaned_data.get("source"), self.cleaned_data.get("receiver")
        if both[0] and both[0] == both[1]:
            self.add_error("receiver", _("Choose two different job profiles."))
        return self.cleaned_data


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the job profile"),
        max_length=80,
        error_messages={"required": gettext_lazy("Name it, for example SDR.")},
    )


def _profiles() -> list[tuple[str, str]]:
    return [(each.public_id, each.name) for each in people.profiles().values()]
