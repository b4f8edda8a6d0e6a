"""The forms that change what weeks and fiscal years go by, each from a day on."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from juara.core.calendar import ALWAYS, PATTERNS, FiscalYear, PeriodRules, following, period_of
from juara.core.calendar.rules import CLOSES, NAMED_AFTER
from juara.tenancy.operations import WEEKDAYS
from juara.web.setup import choices
from juara.web.setup.forms import offer

_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)


class DatedForm(forms.Form):
    """From which day on something holds. `day` counts only where `since` says so."""

    since = forms.ChoiceField(widget=forms.RadioSelect, label=gettext_lazy("Holds from"))
    day = forms.DateField(
        label=gettext_lazy("Which day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("Write a day like 2025-03-31.")},
    )

    def __init__(self, *args: Any, today: date, next_label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        offered = [
            ("next", next_label),
            ("today", _("Today")),
            ("day", _("Another day")),
            ("always", _("Always: it has never been otherwise")),
        ]
        offer(self, "since", offered)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("since") == "day" and "day" not in self.errors:
            day = given.get("day")
            if day is None:
                self.add_error("day", _("Choose a day."))
            elif not _EARLIEST <= day < _LATEST:
                self.add_error("day", _("Choose a day between 2000 and 2099."))
        return given

    def from_day(self, unit: str, wanted: PeriodRules) -> date:
        """Return the day chosen; `wanted` are the rules by which the next period is found."""
        match self.cleaned_data["since"]:
            case "always":
                return ALWAYS
            case "today":
                return self.today
            case "day":
                day: date = self.cleaned_data["day"]
                return day
        return following(period_of(unit, self.today, rules=wanted), rules=wanted).from_day


class WeekForm(DatedForm):
    """The weekday weeks begin on."""

    week_start = forms.ChoiceField(label=gettext_lazy("Weeks begin on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, next_label=_("The next week"), auto_id="week_%s", **kwargs)
        offer(self, "week_start", choices.weekdays())

    def asked(self) -> tuple[int, date]:
        """Return the weekday and the day it holds from."""
        start = WEEKDAYS.index(self.cleaned_data["week_start"])
        return start, self.from_day("week", PeriodRules.always(week_start=start))


class FiscalForm(DatedForm):
    """How the fiscal year is laid out. The last two fields count only for years of weeks."""

    start_month = forms.TypedChoiceField(
        label=gettext_lazy("The fiscal year begins in"), coerce=int
    )
    named_after = forms.ChoiceField(label=gettext_lazy("It is called after the year it"))
    pattern = forms.ChoiceField(label=gettext_lazy("A quarter consists of"))
    last_weekday = forms.ChoiceField(label=gettext_lazy("The year ends on a"))
    close = forms.ChoiceField(label=gettext_lazy("Which one"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, next_label=_("The next fiscal year"), auto_id="fiscal_%s", **kwargs)
        offer(self, "start_month", choices.months())
        offer(self, "last_weekday", choices.weekdays())
        named = {"end": _("ends in"), "begin": _("begins in")}
        offer(self, "named_after", [(each, named[each]) for each in NAMED_AFTER])
        patterns = {"months": _("Three calendar months")}
        offer(
            self,
            "pattern",
            [(each, patterns.get(each) or _("%(weeks)s weeks") % {"weeks": each})
             for each in PATTERNS],
        )  # fmt: skip
        closes = {
            "nearest": _("Nearest to the month’s end"), "last": _("The last in the month"),
        }  # fmt: skip
        offer(self, "close", [(each, closes[each]) for each in CLOSES])

    def asked(self) -> tuple[FiscalYear, date]:
        """Return the layout and the day it holds from."""
        given = self.cleaned_data
        fiscal = FiscalYear(
            start_month=given["start_month"],
            pattern=given["pattern"],
            last_weekday=WEEKDAYS.index(given["last_weekday"]),
            close=given["close"],
            named_after=given["named_after"],
        ).essence()
        return fiscal, self.from_day("fiscal-year", PeriodRules.always(fiscal=fiscal))


def week_initial(rules: PeriodRules, day: date, *, since: str) -> dict[str, Any]:
    """Return what the form of the week shows to begin with."""
    return {"week_start": WEEKDAYS[rules.week_start_on(day)], "since": since, "day": day}


def fiscal_initial(rules: PeriodRules, day: date, *, since: str) -> dict[str, Any]:
    """Return what the form of the fiscal year shows to begin with."""
    fiscal = rules.fiscal_on(day)
    return {
        "start_month": str(fiscal.start_month),
        "named_after": fiscal.named_after,
        "pattern": fiscal.pattern,
        "last_weekday": WEEKDAYS[fiscal.last_weekday],
        "close": fiscal.close,
        "since": since,
        "day": day,
    }
