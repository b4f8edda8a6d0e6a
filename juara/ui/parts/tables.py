"""Tables and the ways through long ones."""

from typing import Any

from django.utils.safestring import SafeString

from juara.ui import formats
from juara.ui.components import one_of
from juara.ui.registry import components, filled

ORDERS = ("", "ascending", "descending")


@components.wrapper
def data_table(content: str, *, label: str, is_tall: bool = False) -> SafeString:
    """Wrap a table's head and body; scrolls sideways by itself and can be reached by keyboard.

    `is_tall` keeps it within the window, with its head in sight.
    """
    return filled("data_table.html", content, {"label": label, "is_tall": is_tall})


@components.part("column.html")
def column(
    label: str,
    *,
    url: str = "",
    order: str = "",
    is_end: bool = False,
    is_label_hidden: bool = False,
    target: str = "",
) -> dict[str, Any]:
    """Show a column's head; with `url` it sorts, and `order` says how it is sorted now.

    `url` is where pressing it leads (so the other way round, when it is sorted already); `target`
    loads that into a region instead.
    """
    return {
        "label": label,
        "url": url,
        "order": one_of("column", "order", order, ORDERS),
        "is_end": is_end,
        "is_label_hidden": is_label_hidden,
        "target": target,
    }


@components.wrapper
def row_actions(content: str, *, label: str) -> SafeString:
    """Hold what can be done with a row, behind three dots; `label` names the row too.

    The content is links and forms whose buttons carry the class `menu-item`.
    """
    return filled("row_actions.html", content, {"label": label})


@components.part("pagination.html")
def pagination(
    page: int,
    *,
    page_count: int,
    previous_url: str = "",
    next_url: str = "",
    target: str = "",
    words: str = "time",
    label: str = "",
) -> dict[str, Any]:
    """Show where one is in a list and the ways on; `target` loads them into a region.

    `words` is time (newer, older) or order (previous, next); `label` tells several lists apart.
    """
    return {
        "page": formats.number(page),
        "page_count": formats.number(page_count),
        "has_pages": page_count > 1,
        "previous_url": previous_url,
        "next_url": next_url,
        "target": target,
        "label": label,
        "words": one_of("pagination", "words", words, ("time", "order")),
    }
