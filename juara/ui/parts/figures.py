"""Small figures of goals and scores; pages with them wear the styles of the area `figures`."""

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from juara.ui.components import one_of
from juara.ui.figures import Histogram, ScoreStep
from juara.ui.parts.goals import Number, scaled
from juara.ui.registry import SIZES, STATUSES, components, filled

DIRECTIONS = {
    "up": gettext_lazy("up"),
    "down": gettext_lazy("down"),
    "same": gettext_lazy("unchanged"),
}
NEWS = {"good": gettext_lazy("good news"), "bad": gettext_lazy("bad news"), "neutral": ""}


@components.part("score_gauge.html")
def score_gauge(
    label: str,
    *,
    score: Number | None,
    value: str = "",
    most: Number = 2,
    note: str = "",
    state: str = "",
    size: str = "medium",
) -> dict[str, Any]:
    """Show a score on half a ring that ends at `most`; a tick stands at one, the whole weight.

    None is no score: no arc. `value` stands in the middle, `note` under it.
    """
    share = None if score is None else min(max(float(score) / float(most), 0), 1)
    return {
        "label": label,
        "value": value or "–",
        "note": note,
        "arc": f"{share * 100:.2f}" if share else "",
        "tick": f"{180 / float(most):.1f}" if float(most) > 1 else "",
        "state": one_of("score_gauge", "state", state, ("", *STATUSES)),
        "word": STATUSES[state][1] if state else "",
        "size": one_of("score_gauge", "size", size, SIZES),
    }


@components.part("score_steps.html")
def score_steps(
    label: str, *, steps: Sequence[ScoreStep], total: str, note: str = ""
) -> dict[str, Any]:
    """Show how a score comes about, line by line, and its sum; `note` says what else was done."""
    for each in steps:
        one_of("score_steps", "state", each.state, STATUSES)
    shown = [(each, f"{min(max(float(each.share), 0), 1):.4f}") for each in steps]
    return {"label": label, "steps": shown, "total": total, "note": note}


@components.wrapper
def goal_tree(content: str, *, label: str) -> SafeString:
    """Hold the top `{% goal_node %}`s of a tree."""
    return filled("goal_tree.html", content, {"label": label})


@components.wrapper
def goal_node(
    content: str,
    *,
    title: str,
    owner: str,
    value: str,
    share: Number | None,
    state: str,
    key: str,
    target: str = "",
    expected: Number | None = None,
    expected_text: str = "",
    forecast_low: Number | None = None,
    forecast_high: Number | None = None,
    forecast_text: str = "",
    needed: str = "",
    gap: str = "",
    url: str = "",
    below: str = "",
    is_open: bool = False,
) -> SafeString:
    """Show one goal of a tree; the content is the nodes below it, nothing for a leaf.

    `owner` is the company, team or person, `title` the metric and its period. `gap` says where
    the parts do not add up to it, `below` what is folded away ("3 teams"). `key` is the node's id:
    what somebody has folded stays so when the part is drawn anew.
    """
    symbol, word = STATUSES[one_of("goal_node", "state", state, STATUSES)]
    values = {
        "title": title,
        "owner": owner,
        "value": value,
        "target": target,
        "state": state,
        "icon": symbol,
        "word": word,
        "key": key,
        "expected_text": expected_text,
        "forecast_text": forecast_text,
        "needed": needed,
        "gap": gap,
        "url": url,
        "below": below or _("What it is made of"),
        "is_open": is_open,
        **scaled(share, expected, forecast_low, forecast_high),
    }
    return filled("goal_node.html", content.strip(), values)


@components.part("histogram.html")
def histogram(label: str, *, histogram: Histogram, key: str) -> dict[str, Any]:
    """Show how people's values spread, with a line that can be moved: who would have reached it."""
    bins = histogram.bins()
    stops = histogram.stops()
    low, high = histogram.ends()
    chosen = histogram.chosen
    return {
        "label": label,
        "key": key,
        "bins": bins,
        "low": low,
        "high": high,
        "last": len(stops) - 1,
        "chosen": chosen,
        "at": stops[chosen].at,
        "sentence": stops[chosen].sentence,
        "stops": histogram.drawing(),
        "field": histogram.field,
        "is_higher_better": histogram.is_higher_better,
    }


@components.part("heat_cell.html")
def heat_cell(
    state: str, *, value: str, label: str = "", note: str = "", url: str = ""
) -> dict[str, Any]:
    """Show one person's standing in one line of a table: shape, colour, value and word.

    `label` says whose and of what, for the link's name; `note` stands beside the word (`62%`).
    """
    symbol, word = STATUSES[one_of("heat_cell", "state", state, STATUSES)]
    return {
        "state": state,
        "icon": symbol,
        "word": word,
        "value": value,
        "note": note,
        "label": label,
        "url": url,
    }


@components.part("trend.html")
def trend(direction: str, text: str, *, tone: str = "neutral") -> dict[str, Any]:
    """Show by how much something rose or fell; `tone` says whether that is good."""
    return {
        "direction": one_of("trend", "direction", direction, DIRECTIONS),
        "words": DIRECTIONS[direction],
        "news": NEWS[one_of("trend", "tone", tone, NEWS)],
        "text": text,
        "tone": tone,
    }


@components.part("print_button.html")
def print_button(*, variant: str = "quiet") -> dict[str, Any]:
    """Offer the page on paper or as a PDF; without script the browser's own menu does it."""
    one_of("print_button", "variant", variant, ("primary", "secondary", "quiet"))
    return {"variant": variant}
