"""The one library that every component joins, and the words that several of them share."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from juara.ui.components import Components
from juara.ui.filters import add_filters

register = template.Library()
add_filters(register)
components = Components(register)

SIZES = ("small", "medium", "large")
TONES = ("info", "success", "warning", "danger")
TREATMENTS = ("neutral", "accent", "gold", "good", "warn", "bad")

# Never colour alone: every status has a shape and a word.
STATUSES: Mapping[str, tuple[str, Any]] = {
    "on_track": ("circle-check", gettext_lazy("On track")),
    "behind": ("triangle-alert", gettext_lazy("Behind")),
    "at_risk": ("octagon-alert", gettext_lazy("At risk")),
    "done": ("flag", gettext_lazy("Done")),
    "not_started": ("circle-dashed", gettext_lazy("Not started")),
    "no_target": ("circle-minus", gettext_lazy("No target")),
}


def filled(file: str, content: str, values: Mapping[str, Any]) -> SafeString:
    """Draw a component around what a page put between its tags."""
    # simple_block_tag hands over rendered, already escaped text.
    from_page = mark_safe(content)  # noqa: S308
    return render_to_string(f"ui/{file}", {**values, "content": from_page})
