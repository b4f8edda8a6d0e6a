"""From sums to values: the one place where a metric's number is worked out.

Sums are added over people, teams and days first; an average, a ratio or a formula divides once, at
the last moment, so that a team's is never the average of its people's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from juara.metrics import calc, formula
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Counting, Formula, Ratio, Sums

# Sums by the metric they are of.
Parts = Mapping[int, Sums]

# Formulas may name formulas; deeper than this nobody follows.
DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a formula may name beside metrics.

    `people`: how many people the number is of. `workdays`: how many working days each had.
    """

    people: Fraction = Fraction(1)
    workdays: Fraction | None = None


ONE_PERSON = Circumstances()


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric with those it is worked out from, ready to turn sums into values.

    `components` are the metrics that count records, each once: the metric itself, or all that a
    ratio or a formula comes down to. `parts` are what a formula or ratio names, by key.
    """

    metric: MetricFacts
    components: tuple[MetricFacts, ...]
    parts: Mapping[str, "Measure"] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(component.id for component in self.components)

    @property
    def names_people(self) -> bool:
        """Say whether the value depends on how many people it is of."""
        return self._names(formula.PEOPLE)

    @property
    def names_workdays(self) -> bool:
        """Say whether the value depends on how many working days there are."""
        return self._names(formula.WORKDAYS)

    def _names(self, name: str) -> bool:
        definition = self.metric.definition
        here = isinstance(definition, Formula) and name in formula.names(definition.expression)
        return here or any(part._names(name) for part in self.parts.values())

    def value(self, sums: Parts, given: Circumstances = ONE_PERSON) -> Decimal | None:
        """Return the value of added-up sums; None is *no value*. Rounded to 4 places."""
        definition = self.metric.definition
        if isinstance(definition, Counting):
            return calc.value_of(
                definition.aggregation, sums.get(self.metric.id, Sums()), group=definition.group
            )
        exact = self._exact(sums, given)
        return None if exact is None else calc.rounded(exact)

    def _exact(self, sums: Parts, given: Circumstances) -> Fraction | None:
        definition = self.metric.definition
        if isinstance(definition, Ratio):
            above = self._named(definition.numerator, sums, given)
            below = self._named(definition.denominator, sums, given)
            return above / below if above is not None and below else None
        if isinstance(definition, Formula):
            return formula.evaluate(
                definition.expression, lambda name: self._named(name, sums, given)
            )
        found = self.value(sums, given)
        return None if found is None else Fraction(found)

    def _named(self, name: str, sums: Parts, given: Circumstances) -> Fraction | None:
        if name in self.parts:
            return self.parts[name]._exact(sums, given)
        if name == formula.PEOPLE:
            return given.people
        return given.workdays if name == formula.WORKDAYS else None


def measure(metric: MetricFacts, every: Mapping[str, MetricFacts], *, depth: int = 0) -> Measure:
    """Return a metric with its parts, looked up by key among `every`.

    A part that is there no longer has no value, and so has what is worked out from it.
    """
    if isinstance(metric.definition, Counting):
        return Measure(metric, (metric,))
    parts = {
        key: measure(every[key], every, depth=depth + 1)
        for key in part_keys(metric)
        if key in every and depth < DEEPEST
    }
    components = {each.id: each for part in parts.values() for each in part.components}
    return Measure(metric, tuple(components.values()), parts)


def part_keys(metric: MetricFacts) -> tuple[str, ...]:
    """Return the keys of the metrics one is worked out from, none where it reads records."""
    return () if isinstance(metric.definition, Counting) else metric.definition.metrics
