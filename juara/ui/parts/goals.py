"""Where somebody stands: rings, pace bars, lines of a scorecard, small curves."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from juara.ui import drawing, formats
from juara.ui.components import one_of
from juara.ui.registry import SIZES, STATUSES, TREATMENTS, components, filled

Number = Decimal | float | int


def _shown(share: Number | None) -> str:
    """Write a share for the stylesheet: a bar begins at nothing and ends at the whole."""
    return "" if share is None else f"{min(max(float(share), 0), 1):.4f}"


@components.part("progress.html")
def progress(
    label: str, *, share: Number, expected: Number | None = None, tone: str = "accent"
) -> dict[str, Any]:
    """Show a part of a whole as a bar; `expected` sets the tick "you should be here".

    Both are shares of one. The bar ends at the whole; the text alternative does not.
    """
    return {
        "label": label,
        "shown": _shown(share),
        "expected": _shown(expected),
        "now_text": formats.percent(float(share)),
        "expected_text": "" if expected is None else formats.percent(float(expected)),
        "tone": one_of("progress", "tone", tone, TREATMENTS),
    }


@components.part("progress_ring.html")
def progress_ring(
    label: str,
    *,
    share: Number | None,
    value: str = "",
    note: str = "",
    expected: Number | None = None,
    state: str = "",
    size: str = "medium",
) -> dict[str, Any]:
    """Show a share of one as a ring around its value; None is *no value* and draws no arc.

    `value` stands in the middle (the percentage, when it is empty), `note` under it. `state` is
    one of the statuses: it colours the arc and is said in words beside the ring.
    """
    words = formats.percent(float(share)) if share is not None else formats.NO_VALUE
    return {
        "label": label,
        "words": words,
        "value": value or words,
        "note": note,
        # The path is 100 long; a round cap on nothing would still draw a dot.
        "arc": f"{min(max(float(share), 0), 1) * 100:.2f}" if share else "",
        "tick": f"{min(max(float(expected), 0), 1) * 360:.1f}" if expected is not None else "",
        "expected_text": "" if expected is None else formats.percent(float(expected)),
        "state": one_of("progress_ring", "state", state, ("", *STATUSES)),
        "word": STATUSES[state][1] if state else "",
        "size": one_of("progress_ring", "size", size, SIZES),
    }


@components.part("pace_bar.html")
def pace_bar(
    label: str,
    *,
    value: str,
    share: Number | None,
    state: str,
    target: str = "",
    expected: Number | None = None,
    expected_text: str = "",
    forecast_low: Number | None = None,
    forecast_high: Number | None = None,
    forecast_text: str = "",
    is_label_hidden: bool = False,
) -> dict[str, Any]:
    """Show value against target as a bar with the tick "you should be here by now".

    `value`, `target`, `expected_text` and `forecast_text` are texts as people read them (`31`,
    `of 50` is written here); `share`, `expected` and the two ends of the forecast are shares of
    the target. Without target, or with none of the value (`share` None), the bar is empty and the
    status says why. Where the forecast goes beyond the target, the bar's scale does too.
    """
    return {
        "label": label,
        "value": value,
        "target": target,
        "expected_text": expected_text or _percent_or_nothing(expected),
        "forecast_text": forecast_text,
        "state": one_of("pace_bar", "state", state, STATUSES),
        "is_label_hidden": is_label_hidden,
        **scaled(share, expected, forecast_low, forecast_high),
    }


def scaled(
    share: Number | None,
    expected: Number | None,
    low: Number | None = None,
    high: Number | None = None,
) -> dict[str, str]:
    """Return where a bar's parts lie. It ends at the target, or at a forecast beyond it.

    `whole` is where the target is then; a forecast ends the scale at twice the target.
    """
    ends = max(1.0, min(float(high), 2.0)) if low is not None and high is not None else 1.0

    def at(place: Number | None) -> str:
        return "" if place is None else _shown(float(place) / ends)

    has_band = low is not None and high is not None
    return {
        "shown": at(share) or "0",
        "expected": at(expected),
        "low": at(low) if has_band else "",
        "high": at(high) if has_band else "",
        "whole": at(1) if ends > 1 else "",
    }


def _percent_or_nothing(share: Number | None) -> str:
    return "" if share is None else formats.percent(float(share))


@components.part("line_row.html")
def line_row(
    name: str,
    *,
    value: str,
    share: Number | None,
    state: str,
    target: str = "",
    expected: Number | None = None,
    expected_text: str = "",
    needed: str = "",
    note: str = "",
    url: str = "",
    key: str = "",
    weight: str = "",
    forecast_low: Number | None = None,
    forecast_high: Number | None = None,
    forecast_text: str = "",
) -> dict[str, Any]:
    """Show one line of a scorecard: name, value of target, pace bar, what is still needed.

    `url` opens what stands behind it, `key` lets a live refresh move the row and roll its value,
    `note` says when and how it counts. A list of these stands in `{% lines %}`.
    """
    one_of("line_row", "state", state, STATUSES)
    return {
        "name": name,
        "value": value,
        "target": target,
        "expected_text": expected_text or _percent_or_nothing(expected),
        "forecast_text": forecast_text,
        "state": state,
        "needed": needed,
        "note": note,
        "url": url,
        "key": key,
        "weight": weight,
        **scaled(share, expected, forecast_low, forecast_high),
    }


@components.wrapper
def lines(content: str, *, label: str) -> SafeString:
    """Hold rows of `{% line_row %}`."""
    return filled("lines.html", content, {"label": label})


@components.part("sparkline.html")
def sparkline(
    label: str,
    *,
    values: Sequence[Number | None],
    texts: Sequence[str] = (),
    tone: str = "accent",
    size: str = "medium",
    target: Number | None = None,
    target_text: str = "",
) -> dict[str, Any]:
    """Draw a small curve without axes; None is a gap, `target` a dashed line across.

    `texts` are the values as people read them, for the text alternative, and `target_text` the
    target; plain numbers stand in when there are none.
    """
    words = course(values, texts)
    if target is not None:
        said = {"course": words, "target": target_text or _plain(target)}
        words = _("%(course)s; target %(target)s") % said
    return {
        "label": label,
        "words": words,
        "curve": drawing.curve(
            [None if each is None else float(each) for each in values],
            None if target is None else float(target),
        ),
        "tone": one_of("sparkline", "tone", tone, TREATMENTS),
        "size": one_of("sparkline", "size", size, SIZES),
    }


def course(values: Sequence[Number | None], texts: Sequence[str] = ()) -> str:
    """Say how values went: from the first to the last, the lowest, the highest."""
    there = [at for at, value in enumerate(values) if value is not None]
    if not there:
        return _("no values yet")
    low = min(there, key=lambda at: values[at] or 0)
    high = max(there, key=lambda at: values[at] or 0)
    said = {
        name: _said(values, texts, at)
        for name, at in (("first", there[0]), ("last", there[-1]), ("low", low), ("high", high))
    }
    return _("from %(first)s to %(last)s, lowest %(low)s, highest %(high)s") % said


def _said(values: Sequence[Number | None], texts: Sequence[str], at: int) -> str:
    return texts[at] if texts else _plain(values[at] or 0)


def _plain(value: Number) -> str:
    exact = Decimal(str(value))
    return formats.number(exact, 0 if exact == exact.to_integral_value() else 1)
