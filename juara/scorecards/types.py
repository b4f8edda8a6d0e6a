"""Scorecards and scores as those above see them."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

# What a line earns at most unless its scorecard says otherwise, as a share of its target.
DEFAULT_CAP = Decimal(2)
# A pace index goes from 0 to 250.
MOST_PACE = Decimal("2.5")
# The days a pace index looks back on, the running one included.
PACE_DAYS = 30

WHOLE = Decimal(100)


class Mode(StrEnum):
    """How lines become one score."""

    WEIGHTED = "weighted"
    PACE_INDEX = "pace_index"
    RANK_POINTS = "rank_points"

    @property
    def is_higher_better(self) -> bool:
        """Say which way is up: rank points add up places, of which the first is the best."""
        return self is not Mode.RANK_POINTS


class Kind(StrEnum):
    """What a line is about: what people do, or what it is done for."""

    ACTIVITY = "activity"
    OBJECTIVE = "objective"


class WithoutValue(StrEnum):
    """What becomes of a line with a target but no value: nothing earned, or not scored."""

    ZERO = "zero"
    SKIP = "skip"


class Unscored(StrEnum):
    """Why a line is not scored."""

    NO_TARGET = "no_target"
    ZERO_TARGET = "zero_target"
    NO_VALUE = "no_value"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a scorecard: so much weight on a metric over a length of time.

    `metric` is its public id, or its key where one is being set. `cap` and `start` are shares of
    the target (2 is 200 %); without a cap of its own a line has its scorecard's.
    """

    metric: str
    grain: str
    weight: Decimal
    cap: Decimal | None = None
    start: Decimal | None = None
    kind: Kind = Kind.OBJECTIVE
    without_value: WithoutValue = WithoutValue.ZERO


@dataclass(frozen=True, slots=True)
class Definition:
    """What a scorecard is made of. No cap lets lines earn whatever they reach."""

    lines: tuple[Line, ...]
    mode: Mode = Mode.WEIGHTED
    cap: Decimal | None = DEFAULT_CAP


@dataclass(frozen=True, slots=True)
class Step:
    """How one line came to its points, with everything that went in.

    `weight` is as it was set; `counted_weight` is what it comes to once the weights of lines that
    are not scored are given to the others, 0 for those themselves. `attainment` is value against
    target, `counted` what is left of it after `cap` and `start`; both are shares of one.
    `points` are counted weight × counted in percent; of rank points counted weight × `rank` ÷ 100,
    among `peers` people.
    """

    weight: Decimal
    counted_weight: Decimal
    value: Decimal | None
    target: Decimal | None
    points: Decimal
    attainment: Decimal | None = None
    counted: Decimal | None = None
    cap: Decimal | None = None
    start: Decimal | None = None
    is_capped: bool = False
    is_below_start: bool = False
    unscored: Unscored | None = None
    rank: int | None = None
    peers: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """A score with its steps, in the order of the lines.

    `points` is None where no line could be scored. `scored_weight` is what the weights of the
    scored lines add to as they were set: below 100 they were scaled up to the whole.
    """

    mode: Mode
    points: Decimal | None
    scored_weight: Decimal
    steps: tuple[Step, ...]

    @property
    def is_scaled(self) -> bool:
        return self.points is not None and self.scored_weight != WHOLE
