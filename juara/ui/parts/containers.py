"""What frames other things: page heads, empty states, banners, dialogs, the drawer, toasts."""

from typing import Any

from django.utils.safestring import SafeString

from juara.ui.components import one_of
from juara.ui.registry import SIZES, TONES, components, filled


@components.wrapper
def page_header(content: str, *, title: str, eyebrow: str = "", lead: str = "") -> SafeString:
    """Open a page: its title, what it belongs to, one sentence, and what can be done there."""
    return filled("page_header.html", content, {"title": title, "eyebrow": eyebrow, "lead": lead})


@components.wrapper
def empty_state(content: str, *, title: str, text: str = "", picture: str = "board") -> SafeString:
    """Teach what a place is for while nothing is in it; the content is the button to begin."""
    one_of("empty_state", "picture", picture, ("board", "screen", "search"))
    return filled("empty_state.html", content, {"title": title, "text": text, "picture": picture})


@components.wrapper
def banner(content: str, *, tone: str = "info", icon: str = "info") -> SafeString:
    """Say something about the whole region below: offline, stale, as of the past."""
    one_of("banner", "tone", tone, TONES)
    return filled("banner.html", content, {"tone": tone, "icon": icon})


@components.wrapper
def dialog(
    content: str,
    *,
    id: str,  # noqa: A002 -- the attribute's own name
    title: str,
    lead: str = "",
    size: str = "medium",
    is_open: bool = False,
) -> SafeString:
    """Place a dialog, opened by whatever carries `data-opens` with its id (`{% button opens= %}`).

    Esc, the cross and a click beside it close it, and the focus returns to what opened it. A form
    inside that came back with errors sets `is_open`.
    """
    values = {
        "id": id,
        "title": title,
        "lead": lead,
        "size": one_of("dialog", "size", size, SIZES),
        "is_open": is_open,
    }
    return filled("dialog.html", content, values)


@components.part("drawer.html")
def drawer(label: str) -> dict[str, Any]:
    """Place the page's one drawer; whatever htmx loads into `#drawer-body` opens it."""
    return {"label": label}


@components.part("toasts.html")
def toasts(messages: Any = None) -> dict[str, Any]:
    """Place the region where short messages appear and are read out."""
    return {"messages": messages}
