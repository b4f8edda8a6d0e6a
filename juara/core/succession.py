"""How dated facts change: never edited, only succeeded in a batch."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from juara.core import db, ids
from juara.core.models import DatedFact

Values = Mapping[str, Any]


def lay(
    model: type[DatedFact],
    *,
    about: Values,
    values: Values | None,
    from_day: date,
    until_day: date,
    batch: int,
    adjust: Callable[[DatedFact, date, date], None] | None = None,
) -> bool:
    """Let `values` hold about a thing from a day until a day, over whatever held there before.

    `about` names the thing (the fields one fact at a time holds for), `values` the rest; None
    lays a gap. What reaches beyond the span at either side stays as it was, as a new row known
    from this batch; `adjust` may alter such a remainder before it is stored. Returns whether
    anything changed; laying what already holds changes nothing. Must run inside the batch.
    """
    overlapping = list(
        model.objects.filter(
            **about, known_until=db.OPEN, valid_from__lt=until_day, valid_until__gt=from_day
        ).order_by("valid_from")
    )
    if _already_holds(overlapping, values, from_day, until_day):
        return False
    remainders = [
        remainder
        for fact in overlapping
        for span in ((fact.valid_from, from_day), (until_day, fact.valid_until))
        if span[0] < span[1]
        and (remainder := _successor(fact, *span, batch=batch, adjust=adjust)) is not None
    ]
    _close(model, overlapping, batch=batch)
    if values is not None:
        remainders.append(
            model(**about, **values, valid_from=from_day, valid_until=until_day, known_from=batch)
        )
    model.objects.bulk_create(remainders)
    return True


@dataclass(frozen=True, slots=True)
class Laid:
    """What is to hold from a day until a day; no values lay a gap."""

    from_day: date
    until_day: date
    values: Values | None


def lay_many(
    model: type[DatedFact], *, about: Values, many: Iterable[Laid], batch: int
) -> tuple[Laid, ...]:
    """Lay one after the other, as `lay` would, in a fixed number of statements.

    Returns those that changed anything. Reads every fact about the thing.
    """
    facts = list(model.objects.filter(**about, known_until=db.OPEN).order_by("valid_from"))
    standing = {fact.id: fact for fact in facts}
    changing = tuple(each for each in many if _lay_here(model, about, facts, each, batch))
    kept = {fact.id for fact in facts}
    _close(model, [fact for key, fact in standing.items() if key not in kept], batch=batch)
    model.objects.bulk_create((fact for fact in facts if fact.id not in standing), batch_size=5000)
    return changing


def _lay_here(
    model: type[DatedFact], about: Values, facts: list[Any], laid: Laid, batch: int
) -> bool:
    """Lay over facts in memory, in their order; return whether that changed anything."""
    # Spans are half-open: what ends on the day this begins does not overlap.
    first = bisect_right(facts, laid.from_day, key=lambda fact: fact.valid_until)
    last = bisect_left(facts, laid.until_day, key=lambda fact: fact.valid_from)
    overlapping = facts[first:last]
    if _already_holds(overlapping, laid.values, laid.from_day, laid.until_day):
        return False
    made = [
        _successor(fact, *span, batch=batch, adjust=None)
        for fact in overlapping
        for span in ((fact.valid_from, laid.from_day), (laid.until_day, fact.valid_until))
        if span[0] < span[1]
    ]
    if laid.values is not None:
        fact = model(
            **about, **laid.values, valid_from=laid.from_day, valid_until=laid.until_day,
            known_from=batch,
        )  # fmt: skip
        made.append(fact)
    facts[first:last] = sorted(made, key=lambda fact: fact.valid_from)
    return True


def _already_holds(
    overlapping: list[Any], values: Values | None, from_day: date, until_day: date
) -> bool:
    if values is None:
        return not overlapping
    reached = from_day
    for fact in overlapping:
        if fact.valid_from > reached or any(
            getattr(fact, name) != value for name, value in values.items()
        ):
            return False
        reached = fact.valid_until
    return reached >= until_day


def _successor(
    fact: Any,
    from_day: date,
    until_day: date,
    *,
    batch: int,
    adjust: Callable[[DatedFact, date, date], None] | None,
) -> DatedFact:
    fields = {
        field.attname: getattr(fact, field.attname) for field in fact._meta.concrete_fields
    } | {
        "id": ids.new_id(),
        "valid_from": from_day,
        "valid_until": until_day,
        "known_from": batch,
        "known_until": db.OPEN,
    }
    made: DatedFact = type(fact)(**fields)
    if adjust is not None:
        adjust(made, fact.valid_from, fact.valid_until)
    return made


def _close(model: type[DatedFact], facts: list[Any], *, batch: int) -> None:
    """End the knowledge of facts; what this very batch laid was never known to anyone."""
    here = [fact.id for fact in facts if fact.known_from == batch]
    before = [fact.id for fact in facts if fact.known_from != batch]
    if here:
        model.objects.filter(id__in=here).delete()
    if before:
        model.objects.filter(id__in=before).update(known_until=batch)
