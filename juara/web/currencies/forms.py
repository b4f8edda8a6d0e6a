"""The form of one exchange rate."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from juara.core import money, scope
from juara.core.calendar import ONE_DAY
from juara.metrics import rates
from juara.metrics.rates_changes import LONGEST_SOURCE, Quote
from juara.web.currencies import words
from juara.web.today import amounts

_PLAIN = re.compile(r"\d{1,20}(\.\d{1,20})?")


class RateForm(forms.Form):
    """A rate from a day on, or on some days only."""

    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    rate = forms.CharField(
        label=gettext_lazy("Rate"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write what one unit is worth.")},
    )
    day = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose the day it holds from."),
            "invalid": gettext_lazy("This is not a day. Write it like 2025-03-10."),
        },
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: until the next rate you have."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("This is not a day. Write it like 2025-03-10.")},
    )
    source = forms.CharField(
        label=gettext_lazy("Where it is from"),
        max_length=LONGEST_SOURCE,
        help_text=gettext_lazy("A bank, a contract. Stands beside every number it converts."),
        error_messages={"required": gettext_lazy("Say where the rate is from.")},
    )

    def __init__(self, *args: Any, today: date, code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = scope.current().currency
        self.fields["rate"].help_text = _("How many %(own)s one unit is worth.") % {"own": own}
        self.fields["day"].initial = today
        self.code = code
        if code:
            self.fields["currency"].widget = forms.HiddenInput()
            self.fields["currency"].initial = code
        field = self.fields["currency"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Choose…")), *_choices(own, code)]

    def clean_rate(self) -> Decimal:
        text = self.cleaned_data["rate"].strip()
        # A point means decimals in every language where nothing else can be meant.
        found = amounts.parse(text, "count")
        if found is None and _PLAIN.fullmatch(text):
            found = Decimal(text)
        if found is None:
            raise forms.ValidationError(_("This is not a number."))
        return found

    def quote(self) -> Quote:
        given = self.cleaned_data
        return Quote(given["currency"], given["day"], given["rate"])

    def until_day(self) -> date | None:
        last: date | None = self.cleaned_data["last_day"]
        return None if last is None or last >= date.max - ONE_DAY else last + ONE_DAY


def _choices(own: str, code: str) -> list[tuple[str, str]]:
    known = money.in_use() | {each.currency for each in rates.currencies()}
    offered = sorted((known | {code} if money.is_known(code) else known) - {own})
    return [(each, f"{each} · {words.name(each)}") for each in offered]
