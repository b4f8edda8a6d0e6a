"""Scores: PRODUCT's arithmetic of weighted lines, exactly, on plain values.

Inside, everything is an exact fraction; what is handed out is a decimal of four places, rounded
half up. A cap and a start are judged on the fractions, never on what was rounded.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from juara.goals.calc import attainment, to_decimal
from juara.scorecards.types import DEFAULT_CAP, MOST_PACE, Mode, Score, Step, Unscored

Who = TypeVar("Who", bound=Hashable)

_NONE = Fraction(0)
_WHOLE = Fraction(100)


@dataclass(frozen=True, slots=True)
class Measured:
    """One line with what was measured: `value` against `target`, which is None without one.

    `target` is what is asked of the whole period, or of a pace index what was expected by now.
    `cap` and `start` are shares of it. A line that `skips` is not scored while it has no value.
    """

    weight: Decimal | Fraction
    value: Decimal | None
    target: Decimal | None
    is_higher_better: bool = True
    cap: Decimal | None = None
    start: Decimal | None = None
    skips: bool = False

    @property
    def unscored(self) -> Unscored | None:
        """Say why the line is not scored; None where it is."""
        if self.target is None:
            return Unscored.NO_TARGET
        if self.is_higher_better and self.target == 0:
            return Unscored.ZERO_TARGET
        return Unscored.NO_VALUE if self.value is None and self.skips else None

    @property
    def attainment(self) -> Fraction | None:
        """Return the share of the target that is reached, before cap and start."""
        if self.unscored or self.target is None:
            return None
        return attainment(self.value, Fraction(self.target), is_higher_better=self.is_higher_better)


def equal_weights(count: int) -> Fraction:
    """Return what each of so many lines weighs where nobody has said otherwise."""
    return _WHOLE / count if count else _NONE


def weighted(lines: Sequence[Measured], *, cap: Decimal | None = DEFAULT_CAP) -> Score:
    """Add up weight × attainment of each line, in percent: 100 is all of it on target.

    A line earns nothing below its start and the whole attainment from it on, up to its own cap,
    or else `cap`; None is no cap. The weights of lines that are not scored go to the others in
    proportion.
    """
    return _added_up(Mode.WEIGHTED, lines, cap)


def pace_index(lines: Sequence[Measured], *, cap: Decimal | None = MOST_PACE) -> Score:
    """Add up weight × attainment of pace, from 0 to 250: 100 is to be where one should be.

    Each line's target is what was expected of the trailing days. No line counts for more than
    250 %, whatever its cap.
    """
    most = MOST_PACE if cap is None else min(cap, MOST_PACE)
    kept = [
        each if each.cap is None else replace(each, cap=min(each.cap, MOST_PACE)) for each in lines
    ]
    return _added_up(Mode.PACE_INDEX, kept, most)


def rank_points(everybody: Mapping[Who, Sequence[Measured]]) -> dict[Who, Score]:
    """Add up weight × rank ÷ 100 of each line for peers with the same lines: 1 is first in all.

    Ranked is the attainment, uncapped, the highest first; equal ones share a rank (1, 2, 2, 4).
    Those with a target and no value share the place after the last one with a value. A line that
    is not scored for somebody has no rank for them, and its weight goes to their other lines.
    """
    ranks = _ranks_by_line(list(everybody.values()))
    return {
        who: _ranked(lines, [among.get(at) for among in ranks], [len(each) for each in ranks])
        for at, (who, lines) in enumerate(everybody.items())
    }


def ranks(attained: Mapping[Who, Fraction | None]) -> dict[Who, int]:
    """Return the place of each, the highest first; equal ones share it, None comes after all."""
    there = sorted((each for each in attained.values() if each is not None), reverse=True)
    first: dict[Fraction, int] = {}
    for place, share in enumerate(there, 1):
        first.setdefault(share, place)
    return {
        who: len(there) + 1 if share is None else first[share] for who, share in attained.items()
    }


def median(values: Sequence[Decimal]) -> Decimal | None:
    """Return the middle of values, between the two in the middle where there are two."""
    if not values:
        return None
    ordered, half = sorted(values), len(values) // 2
    if len(values) % 2:
        return ordered[half]
    return to_decimal((Fraction(ordered[half - 1]) + Fraction(ordered[half])) / 2)


def _added_up(mode: Mode, lines: Sequence[Measured], cap: Decimal | None) -> Score:
    there = _scored_weight(lines)
    total, steps = _NONE, list[Step]()
    for line in lines:
        of_line = cap if line.cap is None else line.cap
        weight = _counted_weight(line, there)
        reached = line.attainment
        counted = _NONE if reached is None else _counted(reached, of_line, line.start)
        total += weight * counted
        steps.append(_step(line, weight, reached, counted, of_line))
    return _score(mode, steps, total, there)


def _counted(reached: Fraction, cap: Decimal | None, start: Decimal | None) -> Fraction:
    """Return what a line earns of what it reached."""
    if start is not None and reached < Fraction(start):
        return _NONE
    return reached if cap is None else min(reached, Fraction(cap))


def _step(
    line: Measured,
    weight: Fraction,
    reached: Fraction | None,
    counted: Fraction,
    cap: Decimal | None,
) -> Step:
    return Step(
        weight=to_decimal(Fraction(line.weight)),
        counted_weight=to_decimal(weight),
        value=line.value,
        target=line.target,
        points=to_decimal(weight * counted),
        attainment=None if reached is None else to_decimal(reached),
        counted=None if reached is None else to_decimal(counted),
        cap=cap,
        start=line.start,
        is_capped=reached is not None and cap is not None and counted < reached and counted > 0,
        is_below_start=reached is not None and line.start is not None and reached < line.start,
        unscored=line.unscored,
    )


def _ranks_by_line(everybody: Sequence[Sequence[Measured]]) -> list[dict[int, int]]:
    """Return for each line the rank of everybody it is scored for, by their place in the list."""
    count = len(everybody[0]) if everybody else 0
    return [
        ranks(
            {
                at: None if lines[line].value is None else lines[line].attainment
                for at, lines in enumerate(everybody)
                if lines[line].unscored is None
            }
        )
        for line in range(count)
    ]


def _ranked(lines: Sequence[Measured], places: list[int | None], peers: list[int]) -> Score:
    there = _scored_weight(lines)
    total, steps = _NONE, list[Step]()
    for line, rank, among in zip(lines, places, peers, strict=True):
        weight = _counted_weight(line, there)
        points = weight * (rank or 0) / _WHOLE
        total += points
        reached = line.attainment
        steps.append(
            Step(
                weight=to_decimal(Fraction(line.weight)),
                counted_weight=to_decimal(weight),
                value=line.value,
                target=line.target,
                points=to_decimal(points),
                attainment=None if reached is None else to_decimal(reached),
                unscored=line.unscored,
                rank=rank,
                peers=among,
            )
        )
    return _score(Mode.RANK_POINTS, steps, total, there)


def _scored_weight(lines: Sequence[Measured]) -> Fraction:
    return sum((Fraction(each.weight) for each in lines if each.unscored is None), _NONE)


def _counted_weight(line: Measured, there: Fraction) -> Fraction:
    """Return what a line weighs of a whole of 100 once those that are not scored are left out."""
    return _NONE if line.unscored or not there else Fraction(line.weight) * _WHOLE / there


def _score(mode: Mode, steps: Sequence[Step], total: Fraction, there: Fraction) -> Score:
    return Score(
        mode=mode,
        points=to_decimal(total) if there else None,
        scored_weight=to_decimal(there),
        steps=tuple(steps),
    )
