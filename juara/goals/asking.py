"""Who is asked for what over a period: by a goal of their own, their profile's, or shorter ones."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from juara.core.calendar import Period, period_of
from juara.core.worktime import OwnTime, Span
from juara.goals import calc, lengths, measures
from juara.goals.ground import Ground
from juara.goals.types import CUSTOM, GRAINS, GoalFacts, Terms


@dataclass(frozen=True, slots=True)
class Asked:
    """A goal over one period of somebody.

    `goal` is as it holds on the day that tells. Over a longer period than its own it is made up,
    and `times` says how often it goes into that (a day's target: the working days).
    """

    goal: GoalFacts
    period: Period
    terms: Terms
    times: Fraction | None = None


# Which goals somebody has on a day.
Held = Callable[[date], list[GoalFacts]]


def held_by(ground: Ground, member_id: int, profile_id: int | None) -> Held:
    """Return how to tell which goals somebody has on a day: their own, else their profile's."""
    own = ground.goals_of_members.get(member_id, [])
    shared = ground.goals_of_profiles.get(profile_id or 0, [])

    def on(day: date) -> list[GoalFacts]:
        mine = [each for each in own if each.holds_on(day)]
        subjects = {each.subject for each in mine}
        return mine + [
            each for each in shared if each.holds_on(day) and each.subject not in subjects
        ]

    return on


def of_person(
    ground: Ground, member_id: int, profile_id: int | None, today: date, grain: str
) -> list[Asked]:
    """Return what somebody is asked for, primary goals first.

    `today` is their own day. `grain` '' is for every length of time; else for that one, of which
    whatever has no target is made up of a shorter one that is primary.
    """
    held = held_by(ground, member_id, profile_id)
    day = ground.chosen or today
    time = ground.times.everybodys(member_id)
    if grain:
        period = period_of(grain, day, rules=ground.rules)
        at = lengths.day_in(period, today)
        kinds = (grain, *lengths.shorter(grain))
        wanted = dict.fromkeys(
            each.metric_id
            for each in held(at)
            if each.grain == grain or (each.is_primary and each.grain in kinds)
        )
        found = [over(ground, held, each, grain, period, today, time) for each in wanted]
        return sorted(
            (each for each in found if each is not None),
            key=lambda each: (not each.goal.is_primary, each.goal.position),
        )
    asked = [
        _own(ground, each, its_own, time)
        for each in _anywhere(ground, held, day, today)
        if (its_own := lengths.period_for(each, day, ground.rules)) is not None
    ]
    return sorted(asked, key=lambda each: _order(each.goal))


def _anywhere(ground: Ground, held: Held, day: date, today: date) -> Iterable[GoalFacts]:
    """Return the goals of every length that hold on the day which tells for theirs."""
    if ground.chosen is None:
        return held(today)
    found: list[GoalFacts] = []
    for grain in GRAINS:
        at = day
        if grain != CUSTOM:
            at = lengths.day_in(period_of(grain, day, rules=ground.rules), today)
        found += [each for each in held(at) if each.grain == grain]
    return found


def over(
    ground: Ground,
    held: Held,
    metric_id: int,
    grain: str,
    period: Period,
    today: date,
    time: OwnTime,
) -> Asked | None:
    """Return what somebody is asked for of a metric over a period: by a target of that length,
    else by those of shorter ones together. `time` is the working time they would have.
    """
    at = lengths.day_in(period, today)
    mine = [each for each in held(at) if each.metric_id == metric_id]
    for each in mine:
        if each.grain == grain and each.days in (None, (period.from_day, period.until_day)):
            return _own(ground, each, period, time)
    for shorter in lengths.shorter(grain):
        for each in mine:
            if each.grain == shorter:
                return _made_up(ground, held, each, period, today, time)
    return None


def _own(ground: Ground, goal: GoalFacts, period: Period, time: OwnTime) -> Asked:
    """Return a goal over a period of its own; of half a day half of a day's target is asked."""
    terms = measures.terms(ground.metrics[goal.metric_id], goal)
    if goal.grain == lengths.DAY and terms.accumulates:
        whole = time.work(Span(period.from_day, period.until_day))
        part = Fraction(lengths.weekday_part(goal, period.from_day))
        part *= whole if 0 < whole < 1 else 1
        terms = measures.terms(
            ground.metrics[goal.metric_id], goal, target=calc.scaled(terms.target, part)
        )
    return Asked(goal, period, terms)


def _made_up(
    ground: Ground, held: Held, goal: GoalFacts, period: Period, today: date, time: OwnTime
) -> Asked:
    metric = ground.metrics[goal.metric_id]
    terms = measures.terms(metric, goal)
    if not terms.accumulates:
        return Asked(goal, period, terms)
    if goal.grain == lengths.DAY:
        times = lengths.days_asked(goal, period, time)
        return Asked(
            goal,
            period,
            measures.terms(metric, goal, target=calc.scaled(terms.target, times)),
            times,
        )
    pieces = list(lengths.pieces(goal.grain, period, ground.rules))
    total = sum((_target_in(held, goal, each, today) for each in pieces), Decimal())
    return Asked(goal, period, measures.terms(metric, goal, target=total), Fraction(len(pieces)))


def _target_in(held: Held, goal: GoalFacts, piece: Period, today: date) -> Decimal:
    at = lengths.day_in(piece, today)
    same = (each for each in held(at) if each.subject == goal.subject)
    found = next(same, None)
    return Decimal() if found is None or found.target is None else found.target


def _order(goal: GoalFacts) -> tuple[bool, int, int]:
    return not goal.is_primary, GRAINS.index(goal.grain), goal.position
