"""What somebody is asked for, and has, over days that are not a period of the goal's own.

Calls a day in the score of a month, or any goal over the thirty days a pace index looks back on.
Of every period of the goal that reaches into the days, its target counts by how much of its
working time lies in them; what does not accumulate is asked for whole.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from itertools import groupby

from juara.core.calendar import ONE_DAY, Period, period_of
from juara.core.worktime import Span, within
from juara.goals import calc, lengths, measures
from juara.goals.calc import Presence
from juara.goals.ground import Ground
from juara.goals.progress import LineProgress, PersonProgress
from juara.goals.types import CUSTOM, ROLLING, GoalFacts

_NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class _Stay:
    """Somebody with one goal and the days they are there for it. `local` is by their clock.

    `held` are their own targets for it, then their profile's: the first that holds counts.
    """

    ground: Ground
    member_id: int
    spans: tuple[Span, ...]
    local: datetime
    held: tuple[GoalFacts, ...]

    def on(self, day: date) -> GoalFacts | None:
        return next((each for each in self.held if each.holds_on(day)), None)

    def at(self, period: Period) -> GoalFacts | None:
        """Return what holds for a period: on its last day so far."""
        return self.on(lengths.day_in(period, self.local.date()))

    def there(self, period: Period) -> Presence:
        return self.ground.presence(self.member_id, self.spans, period, self.local)


@dataclass(frozen=True, slots=True)
class _Load:
    """What somebody is asked for in a window, what of it is expected by now, and the days left."""

    target: Fraction
    expected: Fraction
    left: Fraction


@dataclass(slots=True)
class Windows:
    """Lines over other days than their own periods', worked out once for all who work alike."""

    ground: Ground
    _loads: dict[tuple[object, ...], _Load] = field(default_factory=dict)

    def over(self, person: PersonProgress, line: LineProgress, window: Period) -> LineProgress:
        """Return a line as it stands over other days."""
        ground, metric = self.ground, line.metric
        load = self._load(_stay(ground, person, line.line), line, window)
        sums = ground.sums(window).get(person.member.id, {})
        measured = ground.measured[metric.id]
        pace = calc.paced(
            measures.terms(metric, line.line, target=calc.to_decimal(load.target)),
            measured.value(sums, ground.given(window).of([person.member.id])),
            load.target,
            load.expected,
            days_left=load.left,
            thresholds=ground.thresholds(lengths.day_in(window, person.local.date())),
        )
        credits_ = sum(sums[each].credits for each in measured.ids if each in sums)
        return replace(line, period=window, pace=pace, credits=credits_, days=None)

    def _load(self, stay: _Stay, line: LineProgress, window: Period) -> _Load:
        times = self.ground.times
        key = (
            window, line.period, stay.local,
            tuple((each.goal_id, each.from_day) for each in stay.held),
            within(stay.spans, times.bounds), id(times.of(stay.member_id)),
            id(times.everybodys(stay.member_id)),
        )  # fmt: skip
        if key not in self._loads:
            self._loads[key] = _load(stay, line, window)
        return self._loads[key]


def _load(stay: _Stay, line: LineProgress, window: Period) -> _Load:
    terms = measures.terms(line.metric, line.line)
    left = stay.there(window).left
    if not terms.accumulates:
        return _Load(Fraction(terms.target), Fraction(terms.target), left)
    parts = list(_parts(stay, line, window))
    return _Load(
        sum((asked for asked, _expected in parts), _NONE),
        sum((expected for _asked, expected in parts), _NONE),
        left,
    )


def _stay(ground: Ground, person: PersonProgress, goal: GoalFacts) -> _Stay:
    member_id = person.member.id
    own = ground.goals_of_members.get(member_id, [])
    shared = ground.goals_of_profiles.get(person.profile.id, []) if person.profile else []
    return _Stay(
        ground=ground,
        member_id=member_id,
        spans=tuple(
            Span(each.from_day, each.until_day)
            for each in ground.places.get(member_id, ())
            if goal.profile_id is None or each.profile_id == goal.profile_id
        ),
        local=person.local,
        held=tuple(each for each in (*own, *shared) if each.subject == goal.subject),
    )


def _parts(stay: _Stay, line: LineProgress, window: Period) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield what each period of a goal asks for in a window, and what of it is expected by now."""
    goal = line.line
    if goal.grain == lengths.DAY:
        # Of a day's target as much is asked as the day is one of work.
        yield from (_share(stay.there(run), rate, goal) for run, rate in _runs(stay, window))
        return
    for piece in pieces(stay.ground, goal.grain, line.period, window):
        found = stay.at(piece)
        whole = stay.there(piece).whole
        if found is not None and found.target is not None and whole:
            yield _share(stay.there(both(piece, window)), Fraction(found.target) / whole, found)


def _share(there: Presence, rate: Fraction, goal: GoalFacts) -> tuple[Fraction, Fraction]:
    """Return what is asked, and expected by now, at a rate for each working day.

    What is not prorated is asked for in full however short the stay is.
    """
    if not there.present:
        return _NONE, _NONE
    asked = rate * (there.present if goal.is_prorated else there.whole)
    return asked, asked * there.elapsed / there.present


def _runs(stay: _Stay, window: Period) -> Iterator[tuple[Period, Fraction]]:
    """Cut a window where the target of a day changes; yield each run with its days' target."""

    def asked(day: date) -> Fraction:
        goal = stay.on(day)
        if goal is None or goal.target is None:
            return _NONE
        return Fraction(goal.target) * Fraction(lengths.weekday_part(goal, day))

    days = (window.from_day + ONE_DAY * at for at in range(window.days))
    for target, run in groupby(days, key=asked):
        first, *rest = run
        if target:
            yield Period(CUSTOM, first, (rest or [first])[-1] + ONE_DAY), target


def pieces(ground: Ground, grain: str, own: Period, window: Period) -> Iterable[Period]:
    """Return the periods of a goal that reach into a window; `own` is that of a custom one.

    Rolling days have no periods of their own: they are laid end to end, the last with the window.
    """
    if grain == CUSTOM:
        reaches = own.from_day < window.until_day and window.from_day < own.until_day
        return [own] if reaches else []
    if grain in ROLLING:
        return _backwards(grain, window)
    return lengths.pieces(grain, window, ground.rules)


def _backwards(grain: str, window: Period) -> Iterator[Period]:
    until = window.until_day
    while until > window.from_day:
        piece = period_of(grain, until - ONE_DAY)
        yield piece
        until = piece.from_day


def both(piece: Period, window: Period) -> Period:
    """Return the days two periods share."""
    first = max(piece.from_day, window.from_day)
    return Period(CUSTOM, first, min(piece.until_day, window.until_day))
