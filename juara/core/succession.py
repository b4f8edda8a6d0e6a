"""How dated facts change: never edited, only succeeded in a batch."""

from collections.abc import Callable, Mapping
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
