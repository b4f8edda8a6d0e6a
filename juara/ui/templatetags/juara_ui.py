"""The vocabulary of every page: `{% load juara_ui %}`. The gallery shows each in all states."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from juara.ui import drawing, formats
from juara.ui.components import Components, one_of
from juara.ui.filters import add_filters

register = template.Library()
add_filters(register)
components = Components(register)

BUTTONS = ("primary", "secondary", "quiet", "danger")
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

# --- Small parts ---


@components.inline
def icon(name: str, *, size: int = 20) -> SafeString:
    """Draw a Lucide icon, hidden from screen readers: a word always stands beside it."""
    return drawing.icon(str(name), size)


@components.inline
def wordmark(size: int = 28) -> SafeString:
    """Draw the mark and the name."""
    return format_html('<span class="wordmark">{}<span>Juara</span></span>', drawing.mark(size))


@components.inline
def avatar(name: str, *, size: str = "medium", kind: str = "person") -> SafeString:
    """Show a person's or team's initials on a colour of their own; decoration beside the name.

    Written here rather than in a template: long boards draw hundreds.
    """
    return format_html(
        '<span class="avatar" data-size="{}" data-kind="{}" style="--hue: {}"'
        ' aria-hidden="true">{}</span>',
        one_of("avatar", "size", size, SIZES),
        one_of("avatar", "kind", kind, ("person", "team")),
        drawing.hue_of(name),
        drawing.initials_of(name),
    )


@components.part("status.html")
def status(state: str) -> dict[str, Any]:
    """Show on track, behind, at risk, done, not started or no target: shape and word."""
    symbol, word = STATUSES[one_of("status", "state", state, STATUSES)]
    return {"state": state, "icon": symbol, "word": word}


@components.part("pill.html")
def pill(label: str, *, tone: str = "neutral", icon: str = "") -> dict[str, Any]:
    """Show a short label in a capsule."""
    return {
        "label": label,
        "tone": one_of("pill", "tone", tone, TREATMENTS),
        "icon": icon,
    }


@components.inline
def movement(places: int | None) -> SafeString:
    """Show places gained or lost; nothing to compare shows nothing."""
    if places is None:
        return mark_safe('<span class="movement"></span>')
    count = formats.number(abs(places))
    if places > 0:
        direction, words = "up", ngettext("Up %(count)s place", "Up %(count)s places", places)
    elif places < 0:
        direction = "down"
        words = ngettext("Down %(count)s place", "Down %(count)s places", -places)
    else:
        direction, words, count = "same", _("Same place"), "–"
    return format_html(
        '<span class="movement" data-direction="{}">{}<span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        direction,
        drawing.arrow() if places else "",
        count,
        words % {"count": count} if places else words,
    )


@components.part("progress.html")
def progress(
    label: str, *, share: float, expected: float | None = None, tone: str = "accent"
) -> dict[str, Any]:
    """Show a part of a whole as a bar; `expected` sets the tick "you should be here".

    Both are shares of one. The bar ends at the whole; the text alternative does not.
    """
    return {
        "label": label,
        "shown": f"{min(max(float(share), 0), 1):.4f}",
        "expected": None if expected is None else f"{min(max(float(expected), 0), 1):.4f}",
        "now": round(float(share) * 100),
        "now_text": formats.percent(share),
        "expected_text": "" if expected is None else formats.percent(expected),
        "tone": one_of("progress", "tone", tone, TREATMENTS),
    }


@components.part("stat.html")
def stat(
    label: str, *, value: str, note: str = "", size: str = "medium", key: str = ""
) -> dict[str, Any]:
    """Show a number with its name; `key` lets a live refresh roll it when it changes."""
    return {
        "label": label,
        "value": value,
        "note": note,
        "size": one_of("stat", "size", size, SIZES),
        "key": key,
    }


@components.part("freshness.html")
def freshness(
    as_of: datetime | None,
    *,
    now: datetime,
    waiting: int = 0,
    unassigned: int = 0,
    lag_seconds: int | None = None,
) -> dict[str, Any]:
    """Say how far numbers can be trusted: as of when, what waits, what belongs to nobody."""
    return {
        "as_of": as_of,
        "as_of_text": formats.moment_near(as_of, now) if as_of else "",
        "waiting": waiting,
        "waiting_text": formats.number(waiting),
        "unassigned": unassigned,
        "unassigned_text": formats.number(unassigned),
        # A source that has been quiet for a quarter of an hour is worth a word.
        "is_late": lag_seconds is not None and lag_seconds >= 900,
        "lag_text": formats.duration(lag_seconds) if lag_seconds is not None else "",
    }


@components.part("presence.html")
def presence(
    seen_at: datetime | None, *, now: datetime, within_seconds: int = 720
) -> dict[str, Any]:
    """Say whether something that reports from time to time is there, and if not, since when.

    The default outlasts one stream of ten minutes, which is how often a television reports.
    """
    if seen_at is None:
        return {"state": "never"}
    age = (now - seen_at).total_seconds()
    return {
        "state": "here" if age <= within_seconds else "gone",
        "seen_at": seen_at,
        "seen_text": formats.relative(seen_at, now),
    }


@components.inline
def kbd(keys: str) -> SafeString:
    """Show a key or several, as `kbd "Ctrl K"`."""
    shown = mark_safe("".join(format_html("<kbd>{}</kbd>", key) for key in keys.split()))  # noqa: S308
    return format_html('<span class="keys">{}</span>', shown)


# --- Controls ---


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
    is_disabled: bool = False,
    is_icon_only: bool = False,
) -> dict[str, Any]:
    """Show a button, or a link that looks like one. An icon alone keeps its label for readers."""
    return {
        "label": label,
        "variant": one_of("button", "variant", variant, BUTTONS),
        "icon": icon,
        "type": one_of("button", "type", type, ("button", "submit", "reset")),
        "href": href,
        "name": name,
        "value": value,
        "size": one_of("button", "size", size, SIZES),
        "is_disabled": is_disabled,
        "is_icon_only": is_icon_only,
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
    """Show a form field with label, help and its errors in words, tied together for readers."""
    described = [bound.auto_id + "_help"] if help or bound.help_text else []
    described += [bound.auto_id + "_error"] if bound.errors else []
    attributes: dict[str, str | bool] = {"class": "input", "aria-describedby": " ".join(described)}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if autocomplete:
        attributes["autocomplete"] = autocomplete
    if placeholder:
        attributes["placeholder"] = placeholder
    if not described:
        del attributes["aria-describedby"]
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attributes),
        "label": label or bound.label,
        "help": help or bound.help_text,
        "is_optional": is_optional,
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


@components.part("pagination.html")
def pagination(
    page: int, *, page_count: int, previous_url: str = "", next_url: str = "", target: str = ""
) -> dict[str, Any]:
    """Show where one is in a list and the ways on; `target` loads them into a region."""
    return {
        "page": formats.number(page),
        "page_count": formats.number(page_count),
        "has_pages": page_count > 1,
        "previous_url": previous_url,
        "next_url": next_url,
        "target": target,
    }


# --- Containers ---


@components.wrapper
def page_header(content: str, *, title: str, eyebrow: str = "", lead: str = "") -> SafeString:
    """Open a page: its title, what it belongs to, one sentence, and what can be done there."""
    return _filled("page_header.html", content, {"title": title, "eyebrow": eyebrow, "lead": lead})


@components.wrapper
def empty_state(content: str, *, title: str, text: str = "", picture: str = "board") -> SafeString:
    """Teach what a place is for while nothing is in it; the content is the button to begin."""
    one_of("empty_state", "picture", picture, ("board", "screen", "search"))
    return _filled("empty_state.html", content, {"title": title, "text": text, "picture": picture})


@components.wrapper
def banner(content: str, *, tone: str = "info", icon: str = "info") -> SafeString:
    """Say something about the whole region below: offline, stale, as of the past."""
    one_of("banner", "tone", tone, TONES)
    return _filled("banner.html", content, {"tone": tone, "icon": icon})


@components.wrapper
def data_table(content: str, *, label: str) -> SafeString:
    """Wrap a table's head and body; scrolls sideways by itself and can be reached by keyboard."""
    return _filled("data_table.html", content, {"label": label})


@components.part("drawer.html")
def drawer(label: str) -> dict[str, Any]:
    """Place the page's one drawer; whatever htmx loads into `#drawer-body` opens it."""
    return {"label": label}


@components.part("toasts.html")
def toasts(messages: Any = None) -> dict[str, Any]:
    """Place the region where short messages appear and are read out."""
    return {"messages": messages}


def _filled(file: str, content: str, values: Mapping[str, Any]) -> SafeString:
    # simple_block_tag hands over rendered, already escaped text.
    from_page = mark_safe(content)  # noqa: S308
    return render_to_string(f"ui/{file}", {**values, "content": from_page})


@components.part("nav_link.html", takes_context=True)
def nav_link(context: Context, *, url: str, label: str, icon: str, names: str) -> dict[str, Any]:
    """Show a link of the main navigation; current on the pages whose URL names are listed."""
    match = getattr(context.get("request"), "resolver_match", None)
    return {
        "url": url,
        "label": label,
        "icon": icon,
        "is_current": match is not None and match.url_name in names.split(),
    }
