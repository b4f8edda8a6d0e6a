"""Rules that cannot be right for what else there is: other metrics, and what records hold."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import NoReturn

from django.utils.translation import gettext_noop

from juara.connect.types import PARENT_KINDS
from juara.metrics import clauses, formula, queries
from juara.metrics.clauses import DefinitionError
from juara.metrics.measures import DEEPEST
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Aggregation, Counting, Definition, Formula, Ratio, Unit
from juara.records import values

# These go by a number of each record.
_BY_NUMBER = (
    Aggregation.SUM, Aggregation.AVERAGE, Aggregation.MINIMUM, Aggregation.MAXIMUM,
    Aggregation.LATEST,
)  # fmt: skip


def check(key: str, definition: Definition, unit: str) -> None:
    """Raise DefinitionError for a rule that cannot be right beside the others, or for its unit."""
    if isinstance(definition, Counting):
        check_value(definition)
    else:
        check_parts(key, definition)
    check_unit(definition, unit)


def check_unit(definition: Definition, unit: str) -> None:
    is_counted = isinstance(definition, Counting) and (
        definition.value is None or definition.aggregation is Aggregation.DISTINCT
    )
    if is_counted and unit == Unit.CURRENCY:
        raise DefinitionError("unit", gettext_noop("a currency metric needs an amount to add"))


def check_parts(key: str, definition: Ratio | Formula) -> None:
    """Refuse working a metric out from itself, from what there is not, or a ratio from a ratio."""
    known = {each.key: each for each in queries.metrics()}
    place = "ratio" if isinstance(definition, Ratio) else "expression"
    for name in definition.metrics:
        if name == key:
            raise DefinitionError(place, _OF_ITSELF[place])
        found = known.get(name)
        if found is None:
            _refuse_unknown(_place_of(definition, name), name, known)
        if isinstance(definition, Ratio) and not isinstance(found.definition, Counting):
            raise DefinitionError(
                _place_of(definition, name),
                gettext_noop("“%(name)s” is itself worked out from others; write a formula"),
                name=name,
            )
        if way := _way(found, key, known):
            raise DefinitionError(
                place,
                gettext_noop("it would be worked out from itself, through %(names)s"),
                names=", ".join(f"“{each}”" for each in way),
            )
        if _depth(found, known) >= DEEPEST:
            raise DefinitionError(
                place,
                gettext_noop("“%(name)s” is nested too deeply; name its parts instead"),
                name=name,
            )
    for other in queries.ratios_over(key):
        if isinstance(other.definition, Ratio):
            raise DefinitionError(
                place,
                gettext_noop("“%(name)s” divides this metric; it must go on counting"),
                name=other.key,
            )


_OF_ITSELF = {
    "ratio": gettext_noop("a metric cannot be divided by itself"),
    "expression": gettext_noop("a metric cannot be worked out from itself"),
}


def _place_of(definition: Ratio | Formula, name: str) -> str:
    if isinstance(definition, Formula):
        return "expression"
    return "numerator" if definition.numerator == name else "denominator"


def _refuse_unknown(place: str, name: str, known: dict[str, MetricFacts]) -> NoReturn:
    if queries.is_key_taken(name):
        raise DefinitionError(
            place, gettext_noop("“%(name)s” is archived; bring it back first"), name=name
        )
    near = get_close_matches(name, [*known, *formula.CIRCUMSTANCES], n=1)
    if not near:
        raise DefinitionError(
            place,
            gettext_noop("there is no metric “%(name)s”; there are: %(list)s"),
            name=name,
            list=", ".join(known),
        )
    raise DefinitionError(
        place,
        gettext_noop("there is no metric “%(name)s”; did you mean “%(near)s”?"),
        name=name,
        near=near[0],
    )


def _way(metric: MetricFacts, key: str, known: dict[str, MetricFacts]) -> tuple[str, ...]:
    """Return through which metrics this one is worked out from `key`, empty if it is not."""
    if isinstance(metric.definition, Counting):
        return ()
    for name in metric.definition.metrics:
        if name == key:
            return (metric.key,)
        inner = known.get(name)
        if inner is not None and (further := _way(inner, key, known)):
            return (metric.key, *further)
    return ()


def _depth(metric: MetricFacts, known: dict[str, MetricFacts]) -> int:
    """Return how many formulas lie between a metric and the records; 0 where it counts them."""
    if isinstance(metric.definition, Counting):
        return 0
    inner = [known[name] for name in metric.definition.metrics if name in known]
    return 1 + max((_depth(each, known) for each in inner), default=0)


def check_value(definition: Counting) -> None:
    """Refuse adding up a free field that records hold texts in, and no number anywhere."""
    name = definition.value
    if not isinstance(name, str) or definition.aggregation not in _BY_NUMBER:
        return
    kinds = PARENT_KINDS if name.startswith(clauses.PARENT) else definition.kinds
    bare = name.removeprefix(clauses.PARENT)
    if clauses.field_type(bare) != "attribute":
        return
    numbers, others = values.numbers_and_others(bare, kinds)
    if others and not numbers:
        raise DefinitionError(
            "value",
            gettext_noop(
                "“%(name)s” is a text in every record that has it (%(count)s), so nothing can be"
                " added up; import it as a number"
            ),
            name=bare.removeprefix(clauses.ATTRIBUTE),
            count=others,
        )


def check_continuity(definition: Definition, earlier: Sequence[Definition]) -> None:
    """Refuse a rule that cannot follow on what holds on earlier days.

    A period may lie on both sides of a change: what is counted in two ways cannot be told in one
    number, and a role is known by its place.
    """
    for before in earlier:
        if _way_of_counting(before) != _way_of_counting(definition):
            raise DefinitionError(
                "aggregation",
                gettext_noop(
                    "it has counted in another way until then; change it for all time, or define"
                    " another metric"
                ),
            )
        if not isinstance(before, Counting) or not isinstance(definition, Counting):
            continue
        places = {each.role.casefold(): place for place, each in enumerate(before.credit)}
        for place, each in enumerate(definition.credit):
            if places.get(each.role.casefold(), place) != place:
                raise DefinitionError(
                    "credit",
                    gettext_noop(
                        "“%(role)s” keeps its place among the roles; add new ones at the end"
                    ),
                    role=each.role,
                )


def _way_of_counting(definition: Definition) -> tuple[object, ...]:
    if isinstance(definition, Counting):
        return (definition.aggregation, definition.group)
    return (type(definition),)
