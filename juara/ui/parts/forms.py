"""What people press, choose and fill in."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.safestring import SafeString

from juara.ui import formats
from juara.ui.components import one_of
from juara.ui.registry import SIZES, components, filled

BUTTONS = ("primary", "secondary", "quiet", "danger")
# Widgets whose parts each have a label of their own: the field is a group of them.
_GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@components.part("button.html")
def button(
    label: str,
    *,
    variant: str = "secondary",
    icon: str = "",
    type: str = "button",  # noqa: A002 -- the attribute's own name
    href: str = "",
    name: str = "",
    value: str = "",
    size: str = "medium",
    opens: str = "",
    form: str = "",
    is_disabled: bool = False,
    is_icon_only: bool = False,
    is_download: bool = False,
) -> dict[str, Any]:
    """Show a button, or a link that looks like one. An icon alone keeps its label for readers.

    `opens` is the id of a `{% dialog %}`; with `href` too, the link works without script. `form`
    sends a form that stands elsewhere.
    """
    return {
        "label": label,
        "variant": one_of("button", "variant", variant, BUTTONS),
        "icon": icon,
        "type": one_of("button", "type", type, ("button", "submit", "reset")),
        "href": href,
        "name": name,
        "value": value,
        "size": one_of("button", "size", size, SIZES),
        "opens": opens,
        "form": form,
        "is_disabled": is_disabled,
        "is_icon_only": is_icon_only,
        "is_download": is_download,
    }


@components.part("field.html")
def field(
    bound: BoundField,
    *,
    label: str = "",
    help: str = "",  # noqa: A002 -- what everybody calls it
    autocomplete: str = "",
    placeholder: str = "",
    is_optional: bool = False,
) -> dict[str, Any]:
    """Show a form field with label, help and its errors in words, tied together for readers.

    The widget decides the rest: a checkbox becomes a switch beside its label, radio buttons and
    lists of checkboxes a group with a legend, a date, a number or a text area the control of the
    browser. Files have `{% file_drop %}`.
    """
    widget = bound.field.widget
    shown_help = str(help or bound.help_text)
    kind = "control"
    if isinstance(widget, _GROUPS):
        kind = "group"
    elif isinstance(widget, forms.CheckboxInput):
        kind = "switch"
    return {
        "bound": bound,
        "kind": kind,
        "control": ""
        if kind == "group"
        else _control(bound, shown_help, autocomplete, placeholder),
        "described": _described(bound, shown_help),
        "label": label or bound.label,
        "help": shown_help,
        "is_optional": is_optional,
    }


def _described(bound: BoundField, shown_help: str) -> str:
    parts = [bound.auto_id + "_help"] if shown_help else []
    parts += [bound.auto_id + "_error"] if bound.errors else []
    return " ".join(parts)


def _control(bound: BoundField, shown_help: str, autocomplete: str, placeholder: str) -> SafeString:
    widget = bound.field.widget
    is_switch = isinstance(widget, forms.CheckboxInput)
    attributes: dict[str, str | bool] = {"class": "switch-input" if is_switch else "input"}
    if described := _described(bound, shown_help):
        attributes["aria-describedby"] = described
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if autocomplete:
        attributes["autocomplete"] = autocomplete
    if placeholder:
        attributes["placeholder"] = placeholder
    return bound.as_widget(attrs=attributes)


@components.wrapper
def field_group(
    content: str,
    *,
    legend: str,
    help: str = "",  # noqa: A002 -- what everybody calls it
    errors: Sequence[str] = (),
    id: str = "",  # noqa: A002 -- the attribute's own name
    layout: str = "stack",
) -> SafeString:
    """Group fields that belong together under a legend, with what is wrong with them together.

    `layout` is stack (one under the other) or row (side by side where there is room). Errors or
    help need an `id`, by which readers are told of them.
    """
    values = {
        "legend": legend,
        "help": help,
        "errors": errors,
        "id": id,
        "layout": one_of("field_group", "layout", layout, ("stack", "row")),
    }
    return filled("field_group.html", content, values)


@components.part("form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """Say above a form what is wrong with it: as a whole, and how many fields to look at."""
    hidden = [error for bound in form.hidden_fields() for error in bound.errors]
    wrong = [bound for bound in form.visible_fields() if bound.errors]
    return {
        "errors": [*form.non_field_errors(), *hidden],
        "fields": [(bound.id_for_label, bound.label) for bound in wrong],
        "count": len(wrong),
    }


@components.part("select.html")
def choice(
    name: str,
    *,
    label: str,
    options: Sequence[tuple[str, str]],
    selected: str = "",
    is_label_hidden: bool = False,
) -> dict[str, Any]:
    """Show a select from (key, label) pairs."""
    return {
        "name": name,
        "label": label,
        "options": [(key, text, key == selected) for key, text in options],
        "is_label_hidden": is_label_hidden,
    }


@components.part("segmented.html")
def segmented(
    name: str, *, label: str, options: Sequence[tuple[str, str]], selected: str = ""
) -> dict[str, Any]:
    """Show a few exclusive choices side by side: radio buttons that work without script."""
    return {
        "name": name,
        "label": label,
        "options": [(key, text, key == selected) for key, text in options],
    }


@components.part("radio_cards.html")
def radio_cards(
    name: str,
    *,
    label: str,
    options: Sequence[tuple[str, str, str, str]],
    selected: str = "",
    help: str = "",  # noqa: A002 -- what everybody calls it
    errors: Sequence[str] = (),
    is_label_hidden: bool = False,
) -> dict[str, Any]:
    """Show a few weighty choices as cards, from (key, title, sentence, icon or "") tuples."""
    return {
        "name": name,
        "label": label,
        "options": [
            (key, title, text, icon, key == selected) for key, title, text, icon in options
        ],
        "help": help,
        "errors": errors,
        "is_label_hidden": is_label_hidden,
    }


@components.part("file_drop.html")
def file_drop(
    name: str,
    *,
    label: str,
    accept: str = "",
    help: str = "",  # noqa: A002 -- what everybody calls it
    errors: Sequence[str] = (),
    is_multiple: bool = False,
    is_required: bool = False,
    most_bytes: int = 0,
) -> dict[str, Any]:
    """Show a place to drop files on or choose them; says which were chosen and how big they are.

    It is the browser's own file field, so it works without script. `most_bytes` lets the page
    say at once that a file is too big; the server decides.
    """
    return {
        "name": name,
        "label": label,
        "accept": accept,
        "help": help,
        "errors": errors,
        "is_multiple": is_multiple,
        "is_required": is_required,
        "most_bytes": most_bytes,
        "most_text": formats.number(most_bytes // 1_000_000) + " MB" if most_bytes else "",
    }


@components.part("copy_field.html")
def copy_field(
    id: str,  # noqa: A002 -- the attribute's own name
    *,
    label: str,
    value: str,
    help: str = "",  # noqa: A002 -- what everybody calls it
    is_label_hidden: bool = False,
) -> dict[str, Any]:
    """Show something to be carried elsewhere: read-only, with a button that copies it."""
    return {
        "id": id,
        "label": label,
        "value": value,
        "help": help,
        "is_label_hidden": is_label_hidden,
    }


@components.part("tabs.html")
def tabs(label: str, *, items: Sequence[tuple[str, str, bool]]) -> dict[str, Any]:
    """Show links between sibling pages, from (address, label, is current) triples."""
    return {"label": label, "items": items}


@components.part("period_picker.html")
def period_picker(
    options: Sequence[tuple[str, str]],
    *,
    selected: str,
    previous_url: str = "",
    next_url: str = "",
    from_day: date | None = None,
    to_day: date | None = None,
    is_live: bool = False,
) -> dict[str, Any]:
    """Show presets, a step back and forth, and two days when `selected` is ``custom``.

    Sends `period`, and with ``custom`` also `from` and `to`, both included. A key that is no
    preset (reached by stepping) is for the caller to put among the options. `is_live` lets the
    steps load as the enclosing form's inherited htmx attributes say.
    """
    return {
        "options": [(key, text, key == selected) for key, text in options],
        "is_custom": selected == "custom",
        "previous_url": previous_url,
        "next_url": next_url,
        "is_live": is_live,
        "from_day": from_day.isoformat() if from_day else "",
        "to_day": to_day.isoformat() if to_day else "",
    }


@components.wrapper
def filter_bar(
    content: str,
    *,
    action: str,
    label: str,
    search: str | None = None,
    search_name: str = "q",
    search_label: str = "",
    target: str = "",
    hidden: Mapping[str, str] | None = None,
) -> SafeString:
    """Show a list's search box and the controls put inside; sends by GET to `action`.

    Without `search` (the text looked for, "" at first) there is no box. `target` is the region,
    as a selector with an id, that is loaded anew while somebody types or chooses; the page is
    rendered whole and the region taken from it. `hidden` goes along (a sort order).
    """
    values = {
        "action": action,
        "label": label,
        "has_search": search is not None,
        "search": search or "",
        "search_name": search_name,
        "search_label": search_label,
        "target": target,
        "hidden": (hidden or {}).items(),
    }
    return filled("filter_bar.html", content, values)
