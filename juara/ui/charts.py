"""What a chart with axes shows: points, series, a unit; its axis and its texts worked out here.

Numbers become text on the server, in the viewer's language, the axis included: the browser draws
and formats nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from math import ceil, floor
from typing import Any

from juara.ui import formats
from juara.ui.formats import Measured

Number = Decimal | float | int

KINDS = ("line", "bar", "area", "target")

# About so many lines across a chart.
_TICKS = 4
_DECIMAL_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
# Durations are read in minutes, hours and days, so their axes step in them.
_SECOND_STEPS = (1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200, 86400)


@dataclass(frozen=True, slots=True)
class Unit:
    """What numbers are counted in, where no metric says it."""

    unit: str = "count"
    currency: str = ""
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values, a value a point; None is a gap.

    `kind` is line, bar, area or target. `tone` is one of the treatments of the registry. A dashed
    line is what is expected rather than what was.
    """

    name: str
    values: Sequence[Number | None]
    kind: str = "line"
    tone: str = "accent"
    is_dashed: bool = False

    @classmethod
    def target(cls, name: str, value: Number, *, count: int) -> "Series":
        """Return the line of one target across so many points."""
        return cls(name, (value,) * count, kind="target", tone="neutral")


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows. `points_name` says what the points are: Week, Day, Month."""

    points: Sequence[str]
    series: Sequence[Series]
    measure: Measured = Unit()
    points_name: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not be drawn."""
        for each in self.series:
            if each.kind not in KINDS:
                raise ValueError(f"A series is {', '.join(KINDS)}, not {each.kind!r}.")
            if len(each.values) != len(self.points):
                raise ValueError(
                    f"{each.name!r} has {len(each.values)} values for {len(self.points)} points."
                )

    @property
    def is_empty(self) -> bool:
        return not any(value is not None for value in self._values())

    def text(self, value: Number | None) -> str:
        """Write a value in the chart's unit."""
        return formats.measured(None if value is None else Decimal(str(value)), self.measure)

    def rows(self) -> list[tuple[str, list[str]]]:
        """Return the table of the same numbers: a row a point, a text a series."""
        return [
            (point, [self.text(series.values[at]) for series in self.series])
            for at, point in enumerate(self.points)
        ]

    def drawing(self) -> Mapping[str, Any]:
        """Return what the browser needs to draw it, all texts written."""
        return {
            "points": list(self.points),
            "ticks": [
                [_bare(tick), formats.brief(tick, self.measure)]
                for tick in ticks(list(self._values()), self.measure)
            ],
            "series": [
                {
                    "name": each.name,
                    "kind": each.kind,
                    "tone": each.tone,
                    "dashed": each.is_dashed,
                    "values": [None if value is None else _bare(value) for value in each.values],
                    "texts": [self.text(value) for value in each.values],
                }
                for each in self.series
            ],
        }

    def _values(self) -> Iterator[Number | None]:
        return chain.from_iterable(each.values for each in self.series)


def _bare(value: Number) -> float | int:
    """Return a number as the browser draws it, whole ones without a point."""
    return int(value) if value == int(value) else float(value)


def ticks(
    values: Sequence[Number | None], measure: Measured, *, count: int = _TICKS
) -> list[Decimal]:
    """Return about so many round numbers from nothing, around all values: the lines of an axis.

    The axis always begins at nothing, so that a bar's length is its value.
    """
    there = [Decimal(str(value)) for value in values if value is not None]
    low, high = min([Decimal(0), *there]), max([Decimal(0), *there])
    if low == high:
        high = Decimal(1)
    step = _step((high - low) / count, measure)
    return [at * step for at in range(floor(low / step), ceil(high / step) + 1)]


def _step(least: Decimal, measure: Measured) -> Decimal:
    if measure.unit == "duration" and least <= _SECOND_STEPS[-1]:
        return Decimal(next(step for step in _SECOND_STEPS if step >= least))
    unit = Decimal(_SECOND_STEPS[-1]) if measure.unit == "duration" else Decimal(1)
    scale = Decimal(1).scaleb((least / unit).adjusted()) * unit
    step = next(each * scale for each in _DECIMAL_STEPS if each * scale >= least)
    # Half a call is not a place on an axis of calls.
    decimals = measure.decimals + (2 if measure.unit == "percent" else 0)
    return max(step, Decimal(1).scaleb(-decimals))
