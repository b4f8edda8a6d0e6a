"""What a team or the company is asked for, and has, over days that are no period of the goal's.

As for people, of every period of the goal that reaches into the days its target counts by how
much of its working time, here that of the usual calendar, lies in them.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from juara.core.calendar import Period
from juara.core.worktime import Span
from juara.goals import calc, lengths, measures
from juara.goals.owners import OwnerGoal, Owners
from juara.goals.types import CUSTOM, Pace, Terms
from juara.metrics.queries import MetricFacts
from juara.people.types import TeamFacts
from juara.scorecards import windows

_NONE = Fraction(0)


def over(
    owners: Owners,
    team: TeamFacts | None,
    metric: MetricFacts,
    grain: str,
    window: Period,
    own: Period,
) -> OwnerGoal:
    """Return how a group stands on a goal over a window. `own` is its period of the last day."""
    # Any days are made up of days, in one step.
    whole = owners.of_subject(team, metric.id, CUSTOM, window)
    if grain == lengths.DAY:
        return whole
    last = owners.of_subject(team, metric.id, grain, own)
    value = whole.value
    if whole.goal is None and last.goal is not None and not last.goal.counts_unassigned:
        # What nobody earned was counted, since no goal of days said otherwise.
        value = None if value is None else value - (whole.unassigned or 0)
    pace = None
    if last.pace is not None:
        pace = _pace(owners, last, last.pace, replace(whole, value=value), window)
    return replace(
        whole, goal=last.goal, grain=grain, value=value, pace=pace, own=None, members=None
    )


def _pace(owners: Owners, last: OwnerGoal, own: Pace, whole: OwnerGoal, window: Period) -> Pace:
    ground, metric = owners.ground, whole.metric
    target = by_now = Fraction(own.target)
    accumulates = measures.accumulates(metric)
    if accumulates:
        parts = list(_parts(owners, last, window))
        target = sum((asked for asked, _expected in parts), _NONE)
        by_now = sum((expected for _asked, expected in parts), _NONE)
    time = ground.times.everybodys(0)
    now = ground.moment.astimezone(ground.zone_of(None))
    return calc.paced(
        Terms(calc.to_decimal(target), metric.is_higher_better, accumulates),
        whole.value,
        target,
        by_now,
        days_left=time.days_left(Span(window.from_day, window.until_day), now),
        thresholds=ground.thresholds(lengths.day_in(window, ground.today)),
    )


def _parts(owners: Owners, last: OwnerGoal, window: Period) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield what each period of a goal asks for in a window, and what of it is expected by now."""
    ground = owners.ground
    time = ground.times.everybodys(0)
    now = ground.moment.astimezone(ground.zone_of(None))
    for piece in windows.pieces(ground, last.grain, last.period, window):
        pace = owners.of_subject(last.team, last.metric.id, last.grain, piece).pace
        span, inside = (_span(each) for each in (piece, windows.both(piece, window)))
        work, elapsed = time.work(span), time.work_until(span, now)
        if pace is not None:
            yield (
                Fraction(pace.target) * time.work(inside) / work if work else _NONE,
                Fraction(pace.expected) * time.work_until(inside, now) / elapsed
                if elapsed
                else _NONE,
            )


def _span(period: Period) -> Span:
    return Span(period.from_day, period.until_day)
