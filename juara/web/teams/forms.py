"""The forms of teams, squads and job profiles."""

from datetime import date
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from juara.web.teams.choices import Choices

_DAY_ERRORS = {
    "required": gettext_lazy("Choose a day."),
    "invalid": gettext_lazy("Write a day like 2025-03-31."),
}


def day_field(label: Any, *, help_text: Any = "", required: bool = True) -> forms.DateField:
    """Return a field for one day, as the browser's own calendar."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages=_DAY_ERRORS,
    )


class LongSelect(forms.Select):
    """A select that writes its options itself: a template for each of hundreds takes its time."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,  # noqa: ARG002 - Django passes it
    ) -> SafeString:
        chosen = set(self.format_value(value))
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) in chosen else "", text)
                for key, text in self.choices
            ),
        )
        attributes = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        return format_html("<select{}>{}</select>", flatatt(attributes), options)


def choose(form: forms.Form, name: str, choices: Choices, *, initial: str | None = None) -> None:
    """Fill a select of a form, and say what it begins with."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
    if initial is not None:
        field.initial = initial


class MembersField(forms.MultipleChoiceField):
    """Public ids of people; whether they exist, and here, is for the query that finds them."""

    def valid_value(self, value: Any) -> bool:
        return bool(value)


def _gone(message: Any) -> dict[str, Any]:
    return {"required": message, "invalid_choice": message}


class NameForm(forms.Form):
    """A name, for whatever is added or renamed."""

    # Several forms stand on one page: each has ids of its own by its `auto_id`.

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Give it a name.")},
    )


class TeamAddForm(NameForm):
    under = forms.ChoiceField(
        widget=LongSelect,
        label=gettext_lazy("Under"),
        error_messages=_gone(gettext_lazy("Choose the team it belongs to.")),
    )

    def __init__(self, *args: Any, teams: Choices, under: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "add_%s")
        super().__init__(*args, **kwargs)
        choose(self, "under", teams, initial=under)


class TeamMoveForm(forms.Form):
    """Where a team is to hang, and from which day."""

    under = forms.ChoiceField(
        widget=LongSelect,
        label=gettext_lazy("Under"),
        error_messages=_gone(gettext_lazy("Choose the team it is to hang under.")),
    )
    from_day = day_field(
        gettext_lazy("First day"),
        help_text=gettext_lazy("Results before this day stay where the team was."),
    )

    def __init__(
        self, *args: Any, teams: Choices, under: str = "", day: date, **kwargs: Any
    ) -> None:
        kwargs.setdefault("auto_id", "move_%s")
        super().__init__(*args, **kwargs)
        choose(self, "under", teams, initial=under)
        self.fields["from_day"].initial = day


class TeamCloseForm(forms.Form):
    from_day = day_field(
        gettext_lazy("First day without it"),
        help_text=gettext_lazy("Everything before this day stays as it is."),
    )

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "close_%s")
        super().__init__(*args, **kwargs)
        self.fields["from_day"].initial = day


class PeopleMoveForm(forms.Form):
    """Several people to one team, from a day on."""

    members = MembersField(
        widget=forms.MultipleHiddenInput,
        error_messages={"required": gettext_lazy("Tick the people to move first.")},
    )
    team = forms.ChoiceField(
        widget=LongSelect,
        label=gettext_lazy("To team"),
        error_messages=_gone(gettext_lazy("Choose the team they go to.")),
    )
    from_day = day_field(
        gettext_lazy("First day"),
        help_text=gettext_lazy("What they earned before this day stays with the old team."),
    )

    def __init__(self, *args: Any, teams: Choices, day: date, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "people_%s")
        super().__init__(*args, **kwargs)
        choose(self, "team", teams)
        self.fields["from_day"].initial = day


class SquadJoinForm(forms.Form):
    members = MembersField(
        error_messages={"required": gettext_lazy("Tick the people to add first.")},
    )
    from_day = day_field(gettext_lazy("First day"))
    last_day = day_field(
        gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: until further notice."),
    )

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_day"].initial = day


class SquadLeaveForm(forms.Form):
    from_day = day_field(gettext_lazy("First day without them"))

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_day"].initial = day
