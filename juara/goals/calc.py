"""Pace and attainment: PRODUCT's formulas, exactly, on plain values.

Inside, everything is an exact fraction; what is handed out is a decimal of four places, rounded
half up. A status is judged on the fractions, never on what was rounded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from math import floor

from juara.core.worktime import Span, WorkTime, within
from juara.goals.types import Pace, Status, Terms

PLACES = Decimal("0.0001")

_NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which share of the expectation somebody is on track, or behind rather than at risk."""

    on_track: Fraction = Fraction(99, 100)
    behind: Fraction = Fraction(81, 100)


STANDARD = Thresholds()


def thresholds(on_track: Decimal, behind: Decimal) -> Thresholds:
    return Thresholds(Fraction(on_track), Fraction(behind))


# Who needs help first.
URGENCY = (
    Status.AT_RISK, Status.BEHIND, Status.NOT_STARTED, Status.ON_TRACK, Status.DONE,
    Status.NO_TARGET,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Presence:
    """Working time of a period in working days: all there is in their calendar, what of it
    somebody is there for, what of theirs is over, and the whole days they have left, today
    included.
    """

    whole: Fraction
    present: Fraction
    elapsed: Fraction
    left: Fraction


def presence(
    period: Span,
    *,
    spans: Sequence[Span],
    now: datetime,
    time: WorkTime,
    whole: WorkTime | None = None,
) -> Presence:
    """Return the working time of a period for somebody who is there on `spans`.

    `time` is their own, absence taken out; `whole` is what it would be without, `time` itself
    where nothing else is said. `now` is local to them. Spans may reach beyond the period and must
    not overlap.
    """
    there = within(spans, period)
    return Presence(
        whole=(whole or time).work(period),
        present=sum((time.work(span) for span in there), _NONE),
        elapsed=sum((time.work_until(span, now) for span in there), _NONE),
        left=sum((time.days_left(span, now) for span in there), _NONE),
    )


def prorated(target: Decimal, there: Presence) -> Fraction:
    """Return the part of a period's target that somebody present for part of it is asked for."""
    return Fraction(target) * there.present / there.whole if there.whole else _NONE


def expected(target: Fraction, there: Presence) -> Fraction:
    """Return what should be there by now: target × elapsed ÷ all working time while present."""
    return target * there.elapsed / there.present if there.present else _NONE


def attainment(
    value: Decimal | None, target: Fraction, *, is_higher_better: bool
) -> Fraction | None:
    """Return the share of a target that is reached, never below 0; None is *not scored*.

    Higher is better: value ÷ target, and a target of 0 is not scored. Lower is better:
    2 − value ÷ target, and of a target of 0 only a 0 is the whole. No value is 0.
    """
    if is_higher_better and target == 0:
        return None
    if value is None:
        return _NONE
    if is_higher_better:
        return max(Fraction(value) / target, _NONE)
    if target == 0:
        return Fraction(1) if value == 0 else _NONE
    return max(2 - Fraction(value) / target, _NONE)


def pace(
    terms: Terms,
    value: Decimal | None,
    there: Presence,
    *,
    thresholds: Thresholds = STANDARD,
) -> Pace:
    """Return where somebody should be by now against where they are.

    A target that accumulates is asked for in proportion to presence and expected in proportion
    to the working time that is over; any other is asked for and expected whole.
    """
    target = Fraction(terms.target)
    if terms.accumulates and terms.is_prorated:
        target = prorated(terms.target, there)
    by_now = expected(target, there) if terms.accumulates else target
    return paced(terms, value, target, by_now, days_left=there.left, thresholds=thresholds)


def paced(
    terms: Terms,
    value: Decimal | None,
    target: Fraction,
    by_now: Fraction,
    *,
    days_left: Fraction,
    thresholds: Thresholds = STANDARD,
) -> Pace:
    """Return the same where what is asked and what is expected by now are known already."""
    reached = attainment(value, target, is_higher_better=terms.is_higher_better)
    needed = max(target - Fraction(value or 0), _NONE) if terms.accumulates else None
    return Pace(
        value=value,
        whole=terms.target,
        target=to_decimal(target),
        expected=to_decimal(by_now),
        attainment=None if reached is None else to_decimal(reached),
        status=_status(terms, value, target, by_now, thresholds),
        needed=None if needed is None else to_decimal(needed),
        needed_per_day=to_decimal(needed / days_left) if needed is not None and days_left else None,
        is_prorated=terms.accumulates and target != terms.target,
    )


def _status(
    terms: Terms,
    value: Decimal | None,
    target: Fraction,
    by_now: Fraction,
    thresholds: Thresholds,
) -> Status:
    if terms.accumulates and 0 < target <= Fraction(value or 0):
        return Status.DONE
    if terms.is_higher_better and terms.target == 0:
        return Status.NO_TARGET
    # Nothing expected yet, or (a ratio without its denominator) nothing to be measured yet.
    if (terms.accumulates and by_now == 0) or value is None:
        return Status.NOT_STARTED
    share = attainment(value, by_now, is_higher_better=terms.is_higher_better)
    if share is None or share >= thresholds.on_track:
        return Status.ON_TRACK
    return Status.BEHIND if share >= thresholds.behind else Status.AT_RISK


def scaled(target: Decimal, days: Fraction) -> Decimal:
    """Return what a target for each working day comes to over so many of them."""
    return to_decimal(Fraction(target) * days)


def per_day(target: Decimal, days: Fraction) -> Decimal:
    """Return what a target comes to for each of so many working days."""
    return to_decimal(Fraction(target) / days)


def worst(statuses: Iterable[Status]) -> Status:
    """Return the most urgent of several statuses; without any, no target."""
    return min(statuses, key=URGENCY.index, default=Status.NO_TARGET)


def to_decimal(exact: Fraction) -> Decimal:
    """Round a fraction half up to the four places every value has."""
    return (Decimal(floor(exact * 10_000 + Fraction(1, 2))) / 10_000).quantize(PLACES)


def whole_steps(amount: Decimal, decimals: int) -> Decimal:
    """Round what is still missing up to what can be done: nobody makes half a call."""
    return amount.quantize(Decimal(1).scaleb(-decimals), ROUND_CEILING)
