"""What the small figures show: the steps of a score, and who would have reached a target."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from juara.ui import formats
from juara.ui.charts import Number, Unit, ticks
from juara.ui.formats import Measured

_BINS = 10
# As many places as a finger tells apart on a phone.
_STOPS = 60


@dataclass(frozen=True, slots=True)
class ScoreStep:
    """One line of a score's calculation, every number as people read it.

    `worked` is how the attainment comes about (`2 ÷ 4 = 50%`), `counted` what of it counts after
    cap and start, `points` is `counted` × `weight`. A line that is not scored has no `counted`,
    and `rule` says why. `share` is the points as a share of the whole weight, for its bar.
    """

    name: str
    worked: str = ""
    counted: str = ""
    weight: str = ""
    points: str = ""
    rule: str = ""
    state: str = "no_target"
    share: Number = 0
    url: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Bin:
    """How many lie between two values; the share is of the fullest bin."""

    name: str
    count: int
    share: str

    @property
    def count_text(self) -> str:
        return formats.number(self.count)


@dataclass(frozen=True, slots=True)
class Stop:
    """A place of the movable line: the value as a field takes it, where it lies, what it means."""

    value: Decimal
    at: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """How people's values spread, one value each (None has none), and a target among them.

    `field` is the id of a field on the page that holds the target: it and the line follow each
    other.
    """

    values: Sequence[Decimal | None]
    target: Decimal
    measure: Measured = Unit()  # noqa: RUF009 -- frozen
    is_higher_better: bool = True
    field: str = ""

    def reached(self, target: Decimal) -> int:
        """Return how many would have reached a target."""
        there = [value for value in self.values if value is not None]
        if self.is_higher_better:
            return sum(value >= target for value in there)
        return sum(value <= target for value in there)

    def sentence(self, target: Decimal) -> str:
        """Say how many would have reached a target, and which."""
        count, total = self.reached(target), len(self.values)
        said = {
            "count": formats.number(count),
            "total": formats.number(total),
            "target": formats.measured(target, self.measure),
        }
        return (
            ngettext(
                "%(count)s of %(total)s would have reached %(target)s",
                "%(count)s of %(total)s would have reached %(target)s",
                count,
            )
            % said
        )

    def bins(self) -> list[Bin]:
        """Return the bins from left to right; the last one holds its upper end too."""
        edges = self._edges(_BINS)
        counts = [0] * (len(edges) - 1)
        step = edges[1] - edges[0]
        for value in self.values:
            if value is not None:
                counts[min(int((value - edges[0]) / step), len(counts) - 1)] += 1
        most = max(counts) or 1
        texts = [formats.measured(edge, self.measure) for edge in edges]
        return [
            Bin(
                _between(texts[at], texts[at + 1], at + 1 == len(counts)),
                count,
                _share(count, most),
            )
            for at, count in enumerate(counts)
        ]

    def ends(self) -> tuple[str, str]:
        """Return what stands at the two ends of the axis."""
        edges = self._edges(_BINS)
        return formats.brief(edges[0], self.measure), formats.brief(edges[-1], self.measure)

    def stops(self) -> list[Stop]:
        """Return the places the line can be moved to: round values, and the target itself."""
        edges = self._edges(_BINS)
        low, high = edges[0], edges[-1]
        places = {place for place in self._edges(_STOPS) if low <= place <= high} | {self.target}
        return [
            Stop(each, _share(each - low, high - low), self.sentence(each))
            for each in sorted(places)
        ]

    @property
    def chosen(self) -> int:
        """Return which of the stops the target is."""
        return next(at for at, stop in enumerate(self.stops()) if stop.value == self.target)

    def drawing(self) -> str:
        """Return the stops as the browser reads them."""
        stops = [[_typed(each.value), each.at, each.sentence] for each in self.stops()]
        return json.dumps(stops, ensure_ascii=False, separators=(",", ":"))

    def _edges(self, count: int) -> list[Decimal]:
        return ticks([*self.values, self.target], self.measure, count=count)


def _between(low: str, high: str, is_last: bool) -> str:
    if is_last:
        return _("%(low)s to %(high)s") % {"low": low, "high": high}
    return _("%(low)s to under %(high)s") % {"low": low, "high": high}


def _share(part: Decimal | int, whole: Decimal | int) -> str:
    return f"{Decimal(part) / Decimal(whole):.4f}"


def _typed(value: Decimal) -> str:
    """Return a number as people type it: 40, not 4E+1."""
    return f"{value.normalize():f}"
