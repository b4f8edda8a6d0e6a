"""The vocabulary of every page: `{% load juara_ui %}`. The gallery shows each in all states.

Small parts stand here, the others in `juara.ui.parts`, one module a concern.
"""

from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from juara.ui import assets, drawing, formats
from juara.ui.components import one_of
from juara.ui.parts import charts, containers, figures, forms, goals, story, tables
from juara.ui.registry import SIZES, STATUSES, TREATMENTS, components, register

# Django looks for the library here; the modules named have put their components into it.
__all__ = [
    "STATUSES", "charts", "containers", "figures", "forms", "goals", "register", "story", "tables",
]  # fmt: skip

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
def avatar(
    name: str, picture_url: str = "", *, size: str = "medium", kind: str = "person"
) -> SafeString:
    """Show a picture, or initials on a colour of the name's own; decoration beside the name.

    The initials stand under the picture, for when it does not arrive. Written here rather than
    in a template: long boards draw hundreds.
    """
    picture = (
        format_html('<img class="avatar-picture" src="{}" alt="" loading="lazy">', picture_url)
        if picture_url
        else ""
    )
    return format_html(
        '<span class="avatar" data-size="{}" data-kind="{}" style="--hue: {}"'
        ' aria-hidden="true">{}{}</span>',
        one_of("avatar", "size", size, SIZES),
        one_of("avatar", "kind", kind, ("person", "team")),
        drawing.hue_of(name),
        drawing.initials_of(name),
        picture,
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


# --- The frame ---


@components.part("nav_link.html")
def nav_link(*, url: str, label: str, icon: str, is_current: bool = False) -> dict[str, Any]:
    """Show a link of the main navigation."""
    return {"url": url, "label": label, "icon": icon, "is_current": is_current}


@components.inline
def asset(path: str) -> str:
    """Return the address of something built, with the version of its content: `ui/app.css`."""
    return assets.address(path)
