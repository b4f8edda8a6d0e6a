"""The forms of goals."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from juara.core.calendar import ALWAYS, FOREVER, ONE_DAY, Period, PeriodRules, period_of
from juara.goals.types import CUSTOM, GRAINS, ROLLING, Asking, Owner, RollUp
from juara.metrics.queries import MetricFacts
from juara.ui import formats
from juara.web.calendars import words
from juara.web.today import amounts
from juara.web.today.shown import grain_name

_NO_AMOUNT = gettext_lazy(
    "Write a number from 0 up: 40, 25000, 35 (percent) or 30d (days), as your language writes it."
)
_NO_DAY = gettext_lazy("Choose a day from the calendar.")
# How many periods ahead a target for one only may be.
_AHEAD = {"day": 14, "week": 13, "year": 3, "fiscal-year": 3}
_PERCENT = Decimal(100)


def offered_grains(rules: PeriodRules, today: date) -> list[str]:
    """Return the lengths worth offering: fiscal ones where they differ from the calendar's."""
    fiscal = rules.fiscal_on(today)
    if fiscal.is_calendar:
        return [each for each in GRAINS if not each.startswith("fiscal-")]
    if fiscal.is_weeks:
        return list(GRAINS)
    return [each for each in GRAINS if each != "fiscal-month"]


def next_periods(grain: str, today: date, rules: PeriodRules) -> list[Period]:
    """Return the running period and those after it, as far as it makes sense to plan."""
    if grain == CUSTOM or grain in ROLLING:
        return []
    found = [period_of(grain, today, rules=rules)]
    while len(found) < _AHEAD.get(grain, 12):
        found.append(period_of(grain, found[-1].until_day, rules=rules))
    return found


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _NO_DAY},
    )


class GoalForm(forms.Form):
    """What a goal asks for; the fields depend on whose it is, of which metric and for how long."""

    metric = forms.ChoiceField(label=gettext_lazy("What is measured"))
    grain = forms.ChoiceField(label=gettext_lazy("For each"))
    first_day = _day(gettext_lazy("First day"))
    last_day = _day(gettext_lazy("Last day"))
    roll_up = forms.ChoiceField(
        label=gettext_lazy("Where the target comes from"), widget=forms.RadioSelect
    )
    target = forms.CharField(
        label=gettext_lazy("Target"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    from_day = _day(gettext_lazy("Holds from"))
    only = forms.ChoiceField(
        label=gettext_lazy("How long it holds"),
        required=False,
        help_text=gettext_lazy("For one period only: afterwards what held before holds again."),
    )
    is_prorated = forms.BooleanField(
        label=gettext_lazy("In proportion to the days people are there"),
        required=False,
        help_text=gettext_lazy("Who joins, leaves or is away is asked for the part of their days."),
    )
    counts_unassigned = forms.BooleanField(
        label=gettext_lazy("Count what belongs to nobody"),
        required=False,
        help_text=gettext_lazy("Deals and activities without a known owner count for the company."),
    )
    serves = forms.ChoiceField(
        label=gettext_lazy("Is part of"),
        required=False,
        help_text=gettext_lazy("People see which goal theirs serves."),
    )

    def __init__(
        self,
        *args: Any,
        owner: Owner,
        today: date,
        rules: PeriodRules,
        measured: Sequence[MetricFacts],
        serves: Sequence[tuple[str, str]] = (),
        fixed: tuple[str, str] | None = None,
        adds_up: bool = True,
        grain: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.owner, self.today, self.rules = owner, today, rules
        self.units = {each.public_id: each.unit for each in measured}
        self.fixed, self.adds_up, self.length = fixed, adds_up, fixed[1] if fixed else grain
        self._choose("metric", [(each.public_id, _(each.name)) for each in measured])
        grains = offered_grains(rules, today)
        self._choose("grain", [(each, grain_name(each)) for each in grains])
        self._choose(
            "roll_up",
            [
                (RollUp.OWN.value, _("A target of its own")),
                (RollUp.MEMBERS.value, _("The sum of what its people are asked for")),
            ],
        )
        periods = next_periods(self.length, today, rules)
        self._choose(
            "only",
            [("", _("From that day on"))]
            + [
                (
                    each.key,
                    _("Only %(period)s")
                    % {"period": formats.period(each.key, each.from_day, each.until_day)},
                )
                for each in periods
            ],
        )
        self._periods = {each.key: each for each in periods}
        self._choose("serves", [("", _("The nearest goal above of the same metric")), *serves])
        self._fit(bool(serves))

    def _fit(self, has_serves: bool) -> None:
        """Leave out what makes no sense for such a goal."""
        is_group = self.owner in (Owner.COMPANY, Owner.TEAM)
        gone: list[str] = []
        if not (is_group and self.adds_up):
            gone.append("roll_up")
        if not self.adds_up or is_group:
            gone.append("is_prorated")
        if self.owner is not Owner.COMPANY:
            gone.append("counts_unassigned")
        if self.owner is Owner.COMPANY or not has_serves:
            gone.append("serves")
        if self.length == CUSTOM or not self._periods:
            gone.append("only")
        if self.length == CUSTOM:
            gone.append("from_day")
        if self.length != CUSTOM or self.fixed:
            gone += ["first_day", "last_day"]
        if self.fixed:
            gone += ["metric", "grain"]
        for name in gone:
            del self.fields[name]
        if self.length == "day" and self.adds_up:
            for at in range(7):
                self.fields[f"weekday_{at}"] = forms.CharField(
                    label=words.weekday(at, is_short=True), required=False, max_length=8,
                    widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
                )  # fmt: skip

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def weekdays(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("weekday_")]

    @property
    def further(self) -> list[forms.BoundField]:
        """Return what most leave as it is."""
        names = ("serves", "is_prorated", "counts_unassigned")
        return [self[name] for name in names if name in self.fields]

    def metric_id(self) -> str:
        return self.fixed[0] if self.fixed else str(self.cleaned_data.get("metric", ""))

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        is_sum = given.get("roll_up") == RollUp.MEMBERS.value
        text = given.get("target", "")
        found = amounts.parse(text, self.units.get(self.metric_id(), "count")) if text else None
        if not is_sum and (found is None or not 0 <= found < 10**14):
            self.add_error("target", _NO_AMOUNT)
        given["amount"] = None if is_sum else found
        if "first_day" in self.fields and not (given.get("first_day") and given.get("last_day")):
            self.add_error("last_day", _("Choose the first and the last day the goal is for."))
        self._clean_weekdays()
        return given

    def _clean_weekdays(self) -> None:
        texts = {
            name: self.cleaned_data.get(name, "") for name in self.fields if "weekday_" in name
        }
        parts = {name: amounts.parse(text, "percent") for name, text in texts.items() if text}
        for name, part in parts.items():
            if part is None or not 0 <= part <= 10:
                self.add_error(name, _("0 to 1000 %"))
        if texts and not self.errors:
            found = [
                (parts.get(name) if name in parts else Decimal(1)) or Decimal() for name in texts
            ]
            every = tuple(each * _PERCENT for each in found)
            self.cleaned_data["weekdays"] = None if set(found) == {Decimal(1)} else every

    def asking(self) -> Asking:
        given = self.cleaned_data
        return Asking(
            target=given["amount"],
            roll_up=RollUp(given.get("roll_up") or RollUp.OWN.value),
            is_prorated=given.get("is_prorated", True),
            weekdays=given.get("weekdays"),
            counts_unassigned=given.get("counts_unassigned", True),
            serves=given.get("serves", ""),
        )

    def days(self) -> tuple[date, date] | None:
        """Return the days of a custom goal, half-open."""
        if "first_day" not in self.fields:
            return None
        return self.cleaned_data["first_day"], self.cleaned_data["last_day"] + ONE_DAY

    def span(self) -> tuple[date, date]:
        """Return on which days the target is to hold, half-open."""
        if self.length == CUSTOM:
            return ALWAYS, FOREVER
        only = self._periods.get(self.cleaned_data.get("only", ""))
        if only is not None:
            return only.from_day, only.until_day
        return self.cleaned_data.get("from_day") or self.today, FOREVER


class EndForm(forms.Form):
    from_day = _day(gettext_lazy("No target from"))


class SettingsForm(forms.Form):
    """From which share of the expectation somebody is on track, and who may set goals."""

    on_track = forms.CharField(
        label=gettext_lazy("On track from"),
        max_length=8,
        help_text=gettext_lazy("Percent of what is expected by now. Usual: 99."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    behind = forms.CharField(
        label=gettext_lazy("Behind from"),
        max_length=8,
        help_text=gettext_lazy("Below this share somebody is at risk. Usual: 81."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    managers_set = forms.BooleanField(
        label=gettext_lazy("Managers set the goals of their own teams and people"), required=False
    )
    from_day = _day(
        gettext_lazy("Holds from"), gettext_lazy("Days before keep what held for them.")
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name in ("on_track", "behind"):
            found = amounts.parse(self.cleaned_data.get(name, ""), "percent")
            if found is None or not 0 < found <= 2:
                self.add_error(name, _("Write a percentage above 0, up to 200."))
            else:
                self.cleaned_data[name] = found.quantize(Decimal("0.0001"))
        given = self.cleaned_data
        if not self.errors and given["behind"] > given["on_track"]:
            self.add_error("behind", _("Behind begins at a smaller share than on track."))
        return self.cleaned_data
