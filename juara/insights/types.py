"""What a forecast is made from, and what it says."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """An owner's finished working days, oldest first, each as one place of three arrays.

    `totals` in ten-thousandths of the metric's unit, `credits` how many they are the sum of,
    `weights` how much working time the day had (1 is a whole day of one person).
    """

    totals: Whole
    credits: Whole
    weights: Real

    def __len__(self) -> int:
        return len(self.totals)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Where will an owner land who has `value` by now and `left` working time to go?

    `left` is in the unit of the weights of the history. Without a target only the landing is told.
    """

    history: History
    value: Decimal
    left: Fraction
    target: Decimal | Fraction | None = None
    is_higher_better: bool = True


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where an owner lands: in four of five cases from `low` to `high`, in half at `middle` or
    beyond.

    `probability` is that of reaching the target, a share of one with three places; None without a
    target. `days_used` says of how many working days of their own it was made; 0 where the end
    is known already.
    """

    low: Decimal
    middle: Decimal
    high: Decimal
    probability: Decimal | None
    days_used: int


@dataclass(frozen=True, slots=True)
class TooLittle:
    """Not enough history: so many working days, and days with anything on them, of those needed."""

    days: int
    days_needed: int
    credited: int
    credited_needed: int


class Why(StrEnum):
    """Why a metric is not forecast at all."""

    BALANCE = "balance"
    DISTINCT = "distinct"
    AVERAGE = "average"
    EXTREME = "extreme"
    DIVIDED = "divided"


@dataclass(frozen=True, slots=True)
class NotForecast:
    """The days of this metric do not add up, so that it cannot be forecast day by day."""

    why: Why


Answer = Forecast | TooLittle | NotForecast
