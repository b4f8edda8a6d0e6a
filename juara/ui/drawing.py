"""What is drawn rather than written: icons, the mark, a name's initials and colour."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import lucide
from django.template.exceptions import TemplateSyntaxError
from django.utils.safestring import SafeString, mark_safe

# The cup on its podium.
_MARK = (
    '<svg class="mark" width="SIZE" height="SIZE" viewBox="0 0 32 32" aria-hidden="true"'
    ' focusable="false"><rect class="mark-field" width="32" height="32" rx="8"/>'
    '<path class="mark-cup" d="M11 5h10v4.6a5 5 0 0 1-10 0z'
    'M15 14h2v2.6h-2zM12.6 16.4h6.8v1.9h-6.8z"/>'
    '<path class="mark-handle" d="M11 6.6H8.3v1.2c0 2 1.2 3.4 3.2 3.7'
    'M21 6.6h2.7v1.2c0 2-1.2 3.4-3.2 3.7"/>'
    '<path class="mark-podium" d="M4.5 27v-4.2h7.6v-2.9h7.8v4.1h7.6v3z"/></svg>'
)

_ARROW = (
    '<svg class="arrow" width="10" height="10" viewBox="0 0 10 10" aria-hidden="true"'
    ' focusable="false"><path d="M5 1.5 9.5 8.5H.5z"/></svg>'
)


@lru_cache(maxsize=512)
def icon(name: str, size: int) -> SafeString:
    """Return a Lucide icon as SVG, hidden from screen readers."""
    try:
        svg = lucide._render_icon(name, size, aria_hidden="true", focusable="false")
    except lucide.IconDoesNotExist as error:
        raise TemplateSyntaxError(f"{{% icon %}}: no icon is called {name!r}.") from error
    return mark_safe(svg.replace("<svg ", '<svg class="icon" ', 1))  # noqa: S308 -- drawn by lucide


def mark(size: int) -> SafeString:
    """Return the product's mark."""
    return mark_safe(_MARK.replace("SIZE", str(int(size))))  # noqa: S308 -- a constant and a number


def arrow() -> SafeString:
    """Return the arrow of movement; the stylesheet turns it round for places lost."""
    return mark_safe(_ARROW)  # noqa: S308 -- a constant


def initials_of(name: str) -> str:
    """Return one or two capitals: the first letters of the first and the last word."""
    words = [word for word in name.split() if word[:1].isalnum()]
    if not words:
        return "?"
    chosen = words[:1] if len(words) == 1 else [words[0], words[-1]]
    return "".join(word[0] for word in chosen).upper()


def hue_of(name: str) -> int:
    """Return one of 18 hues, the same for a name everywhere and always."""
    return zlib.crc32(name.encode()) % 18 * 20


@dataclass(frozen=True, slots=True)
class Curve:
    """A sparkline on a field of 100 × 28: its strokes, the ground under them, its last point.

    `target` is how high the line across lies, "" without one.
    """

    strokes: str
    ground: str
    end: tuple[str, str] | None
    target: str = ""


def curve(values: Sequence[float | None], target: float | None = None) -> Curve:
    """Draw values from left to right, a target across; None interrupts the stroke."""
    there = [value for value in values if value is not None]
    if not there:
        return Curve("", "", None)
    levels = [*there, *([] if target is None else [target])]
    low, high = min(levels), max(levels)
    step = 96 / max(len(values) - 1, 1)
    points = [
        None if value is None else (2 + at * step, _height(value, low, high))
        for at, value in enumerate(values)
    ]
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is not None:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    drawn = [run for run in runs if run]
    strokes = "".join(_path(run) for run in drawn)
    ground = "".join(f"{_path(run)}V28H{run[0][0]:.1f}Z" for run in drawn if len(run) > 1)
    x, y = drawn[-1][-1]
    across = "" if target is None else f"{_height(target, low, high):.1f}"
    return Curve(strokes, ground, (f"{x:.1f}", f"{y:.1f}"), across)


def _height(value: float, low: float, high: float) -> float:
    # Without any rise or fall the curve lies in the middle.
    return 14 if high == low else 25 - (value - low) / (high - low) * 22


def _path(run: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in run)
