"""How far a change of one record reaches: which others a rule then has to look at again."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from juara.connect.types import RecordKind
from juara.metrics import clauses
from juara.metrics.types import Counting, Rule


@dataclass(frozen=True, slots=True)
class Reach:
    """Kinds of records by which way a change of one reaches others.

    `up`: to what it belongs to. `down`: from there to these kinds that belong to it. `across`: to
    its neighbours, which belong to the same thing. `named` are the metrics whose records may
    credit people they do not name themselves.
    """

    up: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    across: tuple[str, ...] = ()
    named: tuple[int, ...] = ()

    @property
    def is_far(self) -> bool:
        return bool(self.up or self.down or self.across)


@lru_cache(maxsize=256)
def reach(rules: tuple[Rule, ...]) -> Reach:
    """Return how far a change of any record reaches by these rules."""
    up, down, across = set[str](), set[str](), set[str]()
    named = set[int]()
    for rule in rules:
        definition = rule.definition
        if not isinstance(definition, Counting):
            continue
        if definition.split is not None and not definition.split.parts:
            up.add(RecordKind.SPLIT)
            named.add(rule.metric_id)
        if definition.owner_at == "event":
            up.add(RecordKind.CHANGE)
            named.add(rule.metric_id)
        if any(each.startswith(clauses.PARENT) for each in _fields(definition)):
            down.update(definition.kinds)
            named.add(rule.metric_id)
        if _looks_aside(definition):
            across.update(definition.kinds)
    return Reach(
        tuple(sorted(up)), tuple(sorted(down)), tuple(sorted(across)), tuple(sorted(named))
    )


def _fields(definition: Counting) -> Iterator[str]:
    """Yield every field a rule reads."""
    for group in definition.filters:
        for clause in clauses.clauses(group):
            yield clause.field
            for value in clause.values:
                yield getattr(value, "field", "")
    yield from (credit.field for credit in definition.credit)
    if isinstance(definition.value, str):
        yield definition.value
    for part in definition.split.parts if definition.split else ():
        yield from (part.field, part.percent)


def _looks_aside(definition: Counting) -> bool:
    """Say whether a record counts by what others beside it say."""
    return (
        definition.is_first_only
        or definition.is_series
        or any(each.operator == "changed_from_to" for each in clauses.clauses(definition.where))
    )
