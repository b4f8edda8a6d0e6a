"""The forms of beginning and of settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from juara.tenancy.operations import Settings
from juara.web.setup import choices


def offer(form: forms.Form, name: str, offered: choices.Choices) -> None:
    """Fill a field's choices, which are in the reader's language."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = offered


class OrganizationFields(forms.Form):
    """What holds for a whole organization, as two pages ask for it."""

    zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        help_text=gettext_lazy("Where your day begins and ends. Type a city."),
        widget=forms.TextInput(
            attrs={"list": "zones", "data-zone-guess": "", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Choose the time zone your days go by.")},
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), help_text=gettext_lazy("What amounts are counted in.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "currency", choices.currencies())

    def clean_zone(self) -> str:
        zone = choices.read_zone(self.cleaned_data["zone"])
        if zone is None:
            raise forms.ValidationError(
                _("There is no such time zone. Choose one from the list, like Asia/Jakarta.")
            )
        return zone


class BeginForm(OrganizationFields):
    """Everything an empty installation needs to be begun."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Write your name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        help_text=gettext_lazy("You sign in with it."),
        error_messages={
            "required": gettext_lazy("Write your e-mail address."),
            "invalid": gettext_lazy("This does not look like an e-mail address."),
        },
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"minlength": "10"}),
        help_text=gettext_lazy("Ten characters or more. A few words are easier to remember."),
        error_messages={"required": gettext_lazy("Choose a password.")},
    )
    organization = forms.CharField(
        label=gettext_lazy("Name of your organization"),
        max_length=120,
        error_messages={"required": gettext_lazy("Write the name of your organization.")},
    )
    slug = forms.CharField(
        label=gettext_lazy("Its address"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Part of every link. Small letters, digits and hyphens."),
        widget=forms.TextInput(attrs={"data-slug": "", "spellcheck": "false"}),
    )
    week_start = forms.ChoiceField(label=gettext_lazy("Weeks begin on"))
    fiscal_start_month = forms.TypedChoiceField(
        label=gettext_lazy("The fiscal year begins in"), coerce=int
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "week_start", choices.weekdays())
        offer(self, "fiscal_start_month", choices.months())


class SettingsForm(OrganizationFields):
    """What an administrator may change about the organization."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Write the name of your organization.")},
    )
    needs_entry_approval = forms.BooleanField(
        label=gettext_lazy("What people enter for themselves waits for approval"),
        help_text=gettext_lazy(
            "It counts once their manager, an executive or an administrator has approved it."
        ),
        required=False,
    )

    field_order = ("name", "zone", "currency", "needs_entry_approval")

    def wanted(self) -> Settings:
        """Return what was asked for."""
        return Settings(**self.cleaned_data)


class RemoveForm(forms.Form):
    """The name of the organization, typed to mean it."""

    typed = forms.CharField(
        label=gettext_lazy("Type the name of the organization"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Type the name to confirm.")},
    )
