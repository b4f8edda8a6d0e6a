"""Dated facts: what is laid holds, what was known stays known."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juara.core import db, succession
from juara.core.calendar import ALWAYS, FOREVER
from juara.metrics.models import Metric, MetricVersion
from juara.tenancy.models import Organization

DAY = date(2025, 3, 1)
# Days -1 and HORIZON + 1 stand for all that lies before and after.
HORIZON = 12


def day(offset: int) -> date:
    return DAY + timedelta(days=offset)


@dataclass
class Line:
    """One thing that facts are laid about, and what holds for it."""

    metric: Metric
    batch: int = 1
    # Values by day, as a person would write them down.
    holds: dict[int, int] = field(default_factory=dict)
    remembered: dict[int, dict[int, int]] = field(default_factory=dict)

    def lay(self, value: int | None, from_offset: int | None, until_offset: int | None) -> bool:
        first = -1 if from_offset is None else from_offset
        last = HORIZON + 2 if until_offset is None else until_offset
        for offset in range(first, last):
            self.holds.pop(offset, None)
            if value is not None:
                self.holds[offset] = value
        changed = succession.lay(
            MetricVersion,
            about={"metric_id": self.metric.id},
            values=None if value is None else {"definition": {"v": value}},
            from_day=ALWAYS if from_offset is None else day(from_offset),
            until_day=FOREVER if until_offset is None else day(until_offset),
            batch=self.batch,
        )
        self.remembered[self.batch] = dict(self.holds)
        return changed

    def facts(self, *, at: int | None = None) -> list[MetricVersion]:
        known = db.OPEN - 1 if at is None else at
        return list(
            MetricVersion.objects.filter(
                metric=self.metric, known_from__lte=known, known_until__gt=known
            ).order_by("valid_from")
        )

    def stored(self, *, at: int | None = None) -> dict[int, int]:
        """Read the facts day by day; a day with two of them would be an error here."""
        found: dict[int, int] = {}
        for fact in self.facts(at=at):
            for offset in range(-1, HORIZON + 2):
                if fact.valid_from <= day(offset) < fact.valid_until:
                    assert offset not in found
                    found[offset] = fact.definition["v"]
        return found


def new_line() -> Line:
    metric = Metric(key=f"m{Metric.objects.count()}", name="M", unit="count")
    metric.save(force_insert=True)
    return Line(metric)


@pytest.fixture
def line(inside: Organization) -> Line:
    return new_line()


def spans(facts: list[MetricVersion]) -> list[tuple[date, date, int]]:
    return [(fact.valid_from, fact.valid_until, fact.definition["v"]) for fact in facts]


def test_a_fact_is_laid_where_nothing_held(line: Line) -> None:
    assert line.lay(1, 3, 6) is True
    assert spans(line.facts()) == [(day(3), day(6), 1)]


def test_what_reaches_beyond_the_span_stays_on_both_sides(line: Line) -> None:
    line.lay(1, None, None)
    line.batch = 2
    line.lay(2, 3, 6)

    assert spans(line.facts()) == [(ALWAYS, day(3), 1), (day(3), day(6), 2), (day(6), FOREVER, 1)]


def test_laying_a_gap_leaves_nothing_on_its_days(line: Line) -> None:
    line.lay(1, 0, 9)
    line.batch = 2
    line.lay(None, 3, 6)

    assert spans(line.facts()) == [(day(0), day(3), 1), (day(6), day(9), 1)]


def test_laying_a_gap_where_nothing_holds_changes_nothing(line: Line) -> None:
    line.lay(1, 0, 3)
    line.batch = 2

    assert line.lay(None, 3, 6) is False
    assert spans(line.facts()) == [(day(0), day(3), 1)]


def test_laying_what_already_holds_changes_nothing(line: Line) -> None:
    line.lay(1, None, None)
    before = list(MetricVersion.objects.filter(metric=line.metric).values())
    line.batch = 2

    assert line.lay(1, 3, 6) is False
    assert list(MetricVersion.objects.filter(metric=line.metric).values()) == before


def test_laying_what_already_holds_in_pieces_changes_nothing(line: Line) -> None:
    line.lay(1, 0, 9)
    line.batch = 2
    line.lay(2, 3, 6)
    line.batch = 3
    line.lay(1, 3, 6)
    before = spans(line.facts())
    line.batch = 4

    assert line.lay(1, 0, 9) is False
    assert spans(line.facts()) == before


def test_the_past_stays_known_as_it_was(line: Line) -> None:
    line.lay(1, None, None)
    line.batch = 2
    line.lay(2, 3, None)

    assert spans(line.facts(at=1)) == [(ALWAYS, FOREVER, 1)]
    assert spans(line.facts(at=2)) == [(ALWAYS, day(3), 1), (day(3), FOREVER, 2)]
    (old,) = line.facts(at=1)
    assert (old.known_from, old.known_until) == (1, 2)


def test_what_one_batch_lays_and_replaces_was_never_known(line: Line) -> None:
    line.lay(1, None, None)
    line.lay(2, None, None)

    assert MetricVersion.objects.filter(metric=line.metric).count() == 1
    assert spans(line.facts(at=1)) == [(ALWAYS, FOREVER, 2)]


def test_a_remainder_can_be_adjusted_before_it_is_stored(line: Line) -> None:
    line.lay(1, 0, 9)
    asked: list[tuple[date, date, date, date]] = []

    def adjust(fact: Any, old_from: date, old_until: date) -> None:
        asked.append((fact.valid_from, fact.valid_until, old_from, old_until))
        fact.definition = {"v": 7}

    succession.lay(
        MetricVersion,
        about={"metric_id": line.metric.id},
        values={"definition": {"v": 2}},
        from_day=day(3),
        until_day=day(6),
        batch=2,
        adjust=adjust,
    )

    assert asked == [(day(0), day(3), day(0), day(9)), (day(6), day(9), day(0), day(9))]
    assert [value for *_, value in spans(line.facts())] == [7, 2, 7]


def test_facts_about_other_things_are_left_alone(line: Line) -> None:
    other = new_line()
    other.lay(5, None, None)

    line.lay(1, None, None)

    assert spans(other.facts()) == [(ALWAYS, FOREVER, 5)]


OFFSETS = st.integers(0, HORIZON)


@st.composite
def lays(draw: st.DrawFn) -> tuple[int | None, int | None, int | None, bool]:
    first, last = sorted((draw(OFFSETS), draw(OFFSETS)))
    return (
        draw(st.sampled_from([1, 2, 3, None])),
        draw(st.sampled_from([None, first, first, first])),
        draw(st.sampled_from([None, last + 1, last + 1, last + 1])),
        draw(st.booleans()),
    )


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(lays(), min_size=1, max_size=8))
def test_after_any_lays_each_day_has_what_was_laid_last_and_each_batch_what_was_known_then(
    inside: Organization, steps: list[tuple[int | None, int | None, int | None, bool]]
) -> None:
    line = new_line()
    for value, first, last, is_new_batch in steps:
        line.batch += is_new_batch
        before = dict(line.holds)
        changed = line.lay(value, first, last)
        assert changed == (line.holds != before)
        assert line.stored() == line.holds

    for batch in range(1, line.batch + 1):
        known = [each for each in sorted(line.remembered) if each <= batch]
        assert line.stored(at=batch) == (line.remembered[known[-1]] if known else {})


several = st.lists(
    st.tuples(st.sampled_from([None, 1, 2]), st.integers(0, HORIZON), st.integers(1, HORIZON + 1))
    .filter(lambda each: each[1] < each[2]),
    min_size=1, max_size=6,
)  # fmt: skip


def _values(value: int | None) -> dict[str, Any] | None:
    return None if value is None else {"definition": {"v": value}}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(several, several)
def test_laying_many_at_once_is_laying_one_after_the_other(
    inside: Organization,
    before: list[tuple[int | None, int, int]],
    then: list[tuple[int | None, int, int]],
) -> None:
    one, many = new_line(), new_line()
    for line in (one, many):
        for each in before:
            line.lay(*each)
    one.batch = 2
    changed = [each for each in then if one.lay(*each)]

    found = succession.lay_many(
        MetricVersion,
        about={"metric_id": many.metric.id},
        many=[
            succession.Laid(day(first), day(last), _values(value)) for value, first, last in then
        ],
        batch=2,
    )

    assert len(found) == len(changed)
    assert many.stored() == one.stored()
    assert many.stored(at=1) == one.stored(at=1)
