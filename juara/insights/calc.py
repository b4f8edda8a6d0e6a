"""Landing forecasts: where an owner's number will stand when the period ends, by bootstrap.

The time that is left is filled, 1,999 times, with days drawn from the owner's own last 90 working
days; what these landings have in common is the forecast. Some things are done beside, since plain
drawing promises too much (measured in docs/guide/forecast.md):

- **Bayesian bootstrap** (Rubin, 1981): how often each day of the past would come again is itself
  drawn, from a Dirichlet distribution, so that a short history makes a wide forecast.
- **Recency**: a day counts half as much as one thirty working days later.
- **Drift**: how fast things go until the end is drawn too, around the pace so far, with a standard
  deviation of 15 %, since seasons and form change and the past does not know.
- **Lateness**: a day at the end of a quarter is worth as many others as it was for the owner
  before; whoever asks weighs days by that.

What is left is drawn as days, so lumpy numbers stay lumpy: nobody lands on three deals and a half.
The chances are drawn once for every length of history and of time left, from a fixed seed, and
shared by everybody for whom these are equal. So a forecast depends on nothing but what it is made
from, the same page always shows the same, more so far never lowers it, and the landings of many
owners are one matrix product. Numbers of draws and ten-thousandths are whole, and whole numbers
below 2⁵³ add up exactly in any order, on any machine.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

import numpy as np

from juara.insights.types import Flags, Forecast, History, Question, Real, TooLittle, Whole

# How many working days are looked at: the longest of these there are. A few lengths only, so that
# many owners share their draws. The first is the least.
LENGTHS = (20, 25, 30, 40, 50, 60, 75, 90)
# With fewer days that have anything on them, chance alone would be forecast.
FEWEST_CREDITED = 5
DRAWS = 1999
HALF_LIFE = 30
# So many credits are supposed to have come evenly, before what late days bring is believed.
EVEN_CREDITS = 15
DRIFT = 0.15
# The 10th, 50th and 90th percentile of 1,999: the values with 199, 999 and 1,799 below them.
LOW, MIDDLE, HIGH = 199, 999, 1799

# From so many days on, what is left is rounded to tenths of a day: that is far below the drift.
_LONG = 5
_SEED = 20_250_310
_UNIT = 10_000
_THOUSANDTH = Decimal("0.001")


def history(days: Iterable[tuple[Fraction, Decimal, int]]) -> History:
    """Return finished working days, oldest first, from weight, total and credits of each."""
    weights, totals, credits_ = zip(*days, strict=True) if (days := list(days)) else ((), (), ())
    return History(
        totals=np.array([int(each * _UNIT) for each in totals], np.int64),
        credits=np.array(credits_, np.int64),
        weights=np.array([float(each) for each in weights], np.float64),
    )


def forecast(question: Question) -> Forecast | TooLittle:
    """Return the forecast of one owner; see `forecasts`."""
    return forecasts([question])[0]


def forecasts(questions: Sequence[Question]) -> list[Forecast | TooLittle]:
    """Return a forecast for each question, in order, or how much history is missing.

    2,000 take about a tenth of a second. Where no time is left, the value itself is the landing,
    with or without a history.
    """
    answers: dict[int, Forecast | TooLittle] = {}
    groups: dict[tuple[int, float], list[int]] = defaultdict(list)
    days = [_days_left(each) for each in questions]
    for at, each in enumerate(questions):
        if each.left <= 0:
            answers[at] = _known(each)
        elif missing := _missing(each):
            answers[at] = missing
        else:
            groups[length_of(len(each.history)), _whole(days[at])].append(at)
    for (length, whole), members in groups.items():
        asked = [questions[at] for at in members]
        rest = np.array([max(days[at] - whole, 0.0) if whole < _LONG else 0.0 for at in members])
        answers |= dict(zip(members, _drawn(asked, length, whole, rest), strict=True))
    return [answers[at] for at in range(len(questions))]


def lateness(past: History, is_late: Flags) -> float:
    """Return how many ordinary days a late day of the owner is worth, by the credits of each.

    Drawn towards 1 as if fifteen credits had come at an even pace; 1 where there is only one kind
    of days.
    """
    total = float(past.weights.sum())
    late_share = float(past.weights[is_late].sum()) / total if total else 0.0
    if not 0 < late_share < 1:
        return 1.0
    late = float(past.credits[is_late].sum()) + EVEN_CREDITS * late_share
    other = float(past.credits[~is_late].sum()) + EVEN_CREDITS * (1 - late_share)
    return late / late_share / (other / (1 - late_share))


def length_of(days: int) -> int:
    """Return how many of so many working days a forecast uses, 0 where they are too few."""
    at = bisect_right(LENGTHS, days)
    return LENGTHS[at - 1] if at else 0


def _missing(question: Question) -> TooLittle | None:
    history = question.history
    used = length_of(len(history)) or len(history)
    credited = int(np.count_nonzero(history.credits[len(history) - used :]))
    if used >= LENGTHS[0] and credited >= FEWEST_CREDITED:
        return None
    return TooLittle(used, LENGTHS[0], credited, FEWEST_CREDITED)


def _days_left(question: Question) -> float:
    """Return the time left in days like those of the history."""
    length = length_of(len(question.history))
    if not length or question.left <= 0:
        return 0.0
    weights = question.history.weights[-length:]
    mean = float(np.average(weights, weights=_recency(length)))
    return float(question.left) / mean


def _whole(days: float) -> float:
    return round(days, 1) if days >= _LONG else float(floor(days))


def _known(question: Question) -> Forecast:
    value, target = question.value, question.target
    reached: Decimal | None = None
    if target is not None:
        is_there = value >= target if question.is_higher_better else value <= target
        reached = Decimal(int(is_there)).quantize(_THOUSANDTH)
    return Forecast(value, value, value, reached, 0)


def _drawn(asked: Sequence[Question], length: int, whole: float, rest: Real) -> list[Forecast]:
    chances = _chances(length)
    totals = np.stack([each.history.totals[-length:] for each in asked]).astype(np.float64)
    added = totals @ _counts(length, whole).astype(np.float64).T
    if rest.any():
        credits_ = np.stack([each.history.credits[-length:] for each in asked])
        added += _parts(totals, credits_, rest, chances)
    added.sort(axis=1)
    return [_read(each, row, length) for each, row in zip(asked, added, strict=True)]


def _parts(totals: Real, credits_: Whole, rest: Real, chances: "_Chances") -> Real:
    """Return what a part of a day brings: each draw takes a day, and of its credits a part.

    The part is rounded up or down by chance, so that a day of one deal brings the whole deal or
    nothing, and one of forty calls about so much of them. In whole ten-thousandths.
    """
    drawn = credits_[:, chances.day].astype(np.float64)
    taken = np.floor(drawn * rest[:, None] * chances.drift + chances.rounding)
    share = np.divide(taken, drawn, out=np.zeros_like(drawn), where=drawn > 0)
    return np.asarray(np.rint(totals[:, chances.day] * share), dtype=np.float64)


def _read(question: Question, added: Real, length: int) -> Forecast:
    """Read a forecast off what each draw would add, in order."""
    value = _units(question.value)
    low, middle, high = (_decimal(value + round(added[at])) for at in (LOW, MIDDLE, HIGH))
    return Forecast(low, middle, high, _probability(question, added), length)


def _probability(question: Question, added: Real) -> Decimal | None:
    if question.target is None:
        return None
    missing = question.target * _UNIT - _units(question.value)
    if question.is_higher_better:
        count = DRAWS - int(added.searchsorted(ceil(missing), side="left"))
    else:
        count = int(added.searchsorted(floor(missing), side="right"))
    return (Decimal(count) / DRAWS).quantize(_THOUSANDTH)


def _units(value: Decimal) -> int:
    return int(value * _UNIT)


def _decimal(units: int) -> Decimal:
    """Return so many ten-thousandths with their four places."""
    return Decimal(units).scaleb(-4)


@lru_cache(maxsize=len(LENGTHS))
def _recency(length: int) -> Real:
    """Return what the days of a history count for, oldest first; the last one 1."""
    age = np.arange(length - 1, -1, -1, dtype=np.float64)
    return np.asarray(0.5 ** (age / HALF_LIFE), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Chances:
    """What is drawn once for a length of history: one place of each array for each draw.

    `shares` of each day of the past, `drift` of the pace, a `day`, and what rounds parts.
    """

    shares: Real
    drift: Real
    day: Whole
    rounding: Real


@lru_cache(maxsize=len(LENGTHS))
def _chances(length: int) -> _Chances:
    random = np.random.default_rng([_SEED, length])
    weights = random.gamma(_recency(length), size=(DRAWS, length))
    shares = weights / weights.sum(axis=1, keepdims=True)
    drift = random.gamma(1 / DRIFT**2, DRIFT**2, size=DRAWS)
    below = np.cumsum(shares, axis=1) < random.random((DRAWS, 1))
    day = np.minimum(below.sum(axis=1), length - 1)
    return _Chances(shares, drift, day, _even(random))


def _even(random: np.random.Generator) -> Real:
    """Return chances from 0 to 1, one for each draw, spread evenly: that rounds most fairly."""
    return np.asarray((random.permutation(DRAWS) + 0.5) / DRAWS, dtype=np.float64)


# About 20 MB when all are of the longest history.
@lru_cache(maxsize=64)
def _counts(length: int, days: float) -> "np.ndarray[tuple[int, ...], np.dtype[np.int16]]":
    """Return how often each draw takes each day of the past, over so many days that are left."""
    chances = _chances(length)
    random = np.random.default_rng([_SEED, length, round(days * 10)])
    many = np.floor(days * chances.drift + _even(random)).astype(np.int64)
    return random.multinomial(many, chances.shares).astype(np.int16)
