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
    is_label_hidden: bool = False,
) -> dict[str, Any]:
    """Show value against target as a bar with the tick "you should be here by now".

    `value`, `target` and `expected_text` are texts as people read them (`31`, `of 50` is written
    here); `share` and `expected` are shares of the target. Without target, or with none of the
    value (`share` None), the bar is empty and the status says why.
    """
    return {
        "label": label,
        "value": value,
        "target": target,
        "shown": _shown(share) or "0",
        "expected": _shown(expected),
        "expected_text": expected_text or _percent_or_nothing(expected),
        "state": one_of("pace_bar", "state", state, STATUSES),
        "is_label_hidden": is_label_hidden,
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
        "shown": _shown(share) or "0",
        "expected": _shown(expected),
        "expected_text": expected_text or _percent_or_nothing(expected),
        "state": state,
        "needed": needed,
        "note": note,
        "url": url,
        "key": key,
        "weight": weight,
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
) -> dict[str, Any]:
    """Draw a small curve without axes; None is a gap.

    `texts` are the values as people read them, for the text alternative; plain numbers stand in
    when there are none.
    """
    there = [at for at, value in enumerate(values) if value is not None]
    words = _("no values yet")
    if there:
        low = min(there, key=lambda at: values[at] or 0)
        high = max(there, key=lambda at: values[at] or 0)
        said = {
            name: _said(values, texts, at)
            for name, at in (("first", there[0]), ("last", there[-1]), ("low", low), ("high", high))
        }
        words = _("from %(first)s to %(last)s, lowest %(low)s, highest %(high)s") % said
    return {
        "label": label,
        "words": words,
        "curve": drawing.curve([None if each is None else float(each) for each in values]),
        "tone": one_of("sparkline", "tone", tone, TREATMENTS),
        "size": one_of("sparkline", "size", size, SIZES),
    }


def _said(values: Sequence[Number | None], texts: Sequence[str], at: int) -> str:
    if texts:
        return texts[at]
    exact = Decimal(str(values[at] or 0))
    return formats.number(exact, 0 if exact == exact.to_integral_value() else 1)
