"""Metrics changed and their history counted again, in one batch; and what that would do.

The comparison is the change itself, made in a savepoint, read, and undone: by construction it
says what saving does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from juara.core import db, scope
from juara.core.calendar import ALWAYS, first_of_month
from juara.core.db import OPEN
from juara.core.errors import ConflictError
from juara.jobs import queue
from juara.ledger import comparing, crediting
from juara.ledger import operations as ledger
from juara.ledger.dry_run import undone
from juara.ledger.preview_types import Comparison
from juara.ledger.types import Absorbed
from juara.metrics import calc, queries
from juara.metrics import operations as metrics
from juara.metrics.catalogue import CATALOGUE
from juara.metrics.operations import Presentation
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Counting, Definition, Unit
from juara.records import values
from juara.tenancy import knowledge

SECONDS = 3.0
# Above so many records of its kinds a metric's history is counted in the background.
LARGE = 50_000
JOB = "ledger.count_metrics"


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving a metric changed; not `is_counted` while its history is being counted."""

    metric: MetricFacts
    is_presentation_changed: bool
    is_rule_changed: bool
    credits_made: int
    credits_ended: int
    is_counted: bool = True


def create(
    *,
    key: str,
    presentation: Presentation,
    definition: dict[str, Any],
    from_day: date = ALWAYS,
    moment: datetime,
    actor: str,
) -> Saved:
    """Define a metric and count its history, in one batch."""
    with knowledge.batch(moment=moment, reason=f"metric {key}"):
        made = metrics.define(
            key=key,
            name=presentation.name,
            description=presentation.description,
            unit=presentation.unit,
            decimals=presentation.decimals,
            is_higher_better=presentation.is_higher_better,
            definition=definition,
            from_day=from_day,
            moment=moment,
            actor=actor,
        )
        absorbed = _absorb((made,), moment=moment, reason=f"metric {key}")
    if absorbed is None:
        return Saved(made, True, True, 0, 0, is_counted=False)
    return Saved(made, True, True, absorbed.credits_made, absorbed.credits_ended)


def _absorb(changed: Sequence[MetricFacts], *, moment: datetime, reason: str) -> Absorbed | None:
    """Count the history of changed metrics now; None if it is so large that a job does it.

    Whatever is absorbed before the job runs takes it in as well.
    """
    kinds = {
        kind
        for each in changed
        if isinstance(each.definition, Counting)
        for kind in each.definition.kinds
    }
    if values.are_more_than(LARGE, sorted(kinds)):
        queue.defer(JOB, lock="metrics", once="metrics")
        return None
    return ledger.absorb(moment=moment, reason=reason)


def is_being_counted(metric: MetricFacts) -> bool:
    """Say whether the ledger has yet to take in a metric's rule while there are records for it."""
    found = db.rows(
        "SELECT batch FROM ledger_position WHERE organization_id = %s",
        [scope.current().organization_id],
    )
    definition = metric.definition
    return (
        isinstance(definition, Counting)
        and metric.id in queries.changed_since(found[0][0] if found else 0)
        and values.are_more_than(0, definition.kinds)
    )


def count_history(*, moment: datetime) -> None:
    """Take in whatever rules wait to be counted; harmless when nothing does."""
    ledger.absorb(moment=moment, reason="metrics")


def install(keys: tuple[str, ...], *, moment: datetime, actor: str) -> tuple[str, ...]:
    """Define ready metrics that are not there yet, and what they are worked out from.

    Returns the keys installed. All in one batch, counted with it.
    """
    wanted = _with_parts(keys)
    missing = [
        entry for entry in CATALOGUE
        if entry["key"] in wanted and not queries.is_key_taken(entry["key"])
    ]  # fmt: skip
    with knowledge.batch(moment=moment, reason="metric catalogue"):
        for entry in missing:
            metrics.define(**entry, moment=moment, actor=actor)
        if missing:
            made = [queries.metric(entry["key"]) for entry in missing]
            _absorb(made, moment=moment, reason="metric catalogue")
    return tuple(entry["key"] for entry in missing)


def _with_parts(keys: tuple[str, ...]) -> set[str]:
    """Return the keys with those of the ready metrics they are worked out from, however deep."""
    parts_of = {
        entry["key"]: definition.metrics
        for entry in CATALOGUE
        if not isinstance(definition := calc.parse_definition(entry["definition"]), Counting)
    }
    wanted, size = set(keys), -1
    while size < len(wanted):
        size = len(wanted)
        wanted.update(part for key in list(wanted) for part in parts_of.get(key, ()))
    return wanted


def save(
    key: str,
    *,
    presentation: Presentation,
    definition: dict[str, Any] | None,
    from_day: date,
    expected: Definition | None = None,
    moment: datetime,
    actor: str,
) -> Saved:
    """Change how a metric is shown and, if a definition is given, its rule from a day on.

    `expected` is the rule the person began from: ConflictError when another has been saved
    meanwhile. History is counted again in the same batch.
    """
    before = queries.metric(key)
    if expected is not None and before.definition != expected:
        raise ConflictError(
            "metric.changed_meanwhile",
            "Somebody else has changed this rule meanwhile. Reload the page to see it.",
            key=key,
        )
    absorbed: Absorbed | None = None
    # Rule and unit must fit at every step: what is to be money no longer ceases to be first.
    is_money = presentation.unit == Unit.CURRENCY
    with knowledge.batch(moment=moment, reason=f"metric {before.key}"):
        is_shown_anew = not is_money and metrics.describe(
            before.key, presentation, moment=moment, actor=actor
        )
        is_rule_changed = definition is not None and metrics.change_rule(
            before.key, definition=definition, from_day=from_day, moment=moment, actor=actor
        )
        if is_money:
            is_shown_anew = metrics.describe(before.key, presentation, moment=moment, actor=actor)
        after = queries.metric(before.key)
        if is_rule_changed:
            absorbed = _absorb((before, after), moment=moment, reason=f"rule of {before.key}")
    return Saved(
        metric=after,
        is_presentation_changed=is_shown_anew,
        is_rule_changed=is_rule_changed,
        credits_made=absorbed.credits_made if absorbed else 0,
        credits_ended=absorbed.credits_ended if absorbed else 0,
        is_counted=not is_rule_changed or absorbed is not None,
    )


def bring_back(public_id: str, *, moment: datetime, actor: str) -> None:
    """Use an archived metric again and count what it has missed."""
    with knowledge.batch(moment=moment, reason="metric back"):
        metrics.bring_back(public_id, moment=moment, actor=actor)
        _absorb((queries.metric(public_id),), moment=moment, reason="metric back")


def compare(
    key: str,
    *,
    definition: dict[str, Any],
    from_day: date,
    presentation: Presentation | None = None,
    moment: datetime,
    seconds: float = SECONDS,
) -> Comparison:
    """Return what changing a rule from a day on would do to whom, and change nothing.

    `presentation` is the one to be saved with the rule, where that is another.

    Makes the change, reads the tallies and undoes it. No statement takes longer than `seconds`,
    waiting for another writer included; TooLongError then. Of the leading role.
    """
    metric = queries.metric(key)
    month = first_of_month(max(from_day, ALWAYS))
    with undone(seconds):
        # Whatever else waits to be taken in is not this change's doing.
        with knowledge.batch(moment=moment, reason="preview"):
            ledger.absorb(moment=moment, reason="preview")
        today = crediting.day_of(moment)
        before = comparing.measured(metric, month, today)
        with knowledge.batch(moment=moment, reason="preview") as batch:
            number = batch.number
            if presentation is not None and presentation.unit != Unit.CURRENCY:
                metrics.describe(metric.key, presentation, moment=moment, actor="preview")
            is_changed = metrics.change_rule(
                metric.key, definition=definition, from_day=from_day, moment=moment, actor="preview"
            )
            if is_changed:
                ledger.absorb(moment=moment, reason="preview")
        after = comparing.measured(queries.metric(key), month, today)
        changed = _credits_changed(metric.id, number) if is_changed else (0, 0)
    return comparing.compared(before, after, from_day=from_day, changed=changed)


def _credits_changed(metric_id: int, batch: int) -> tuple[int, int]:
    begin, end = db.one(
        "SELECT count(*) FILTER (WHERE known_from = %(batch)s),"
        " count(*) FILTER (WHERE known_until = %(batch)s) FROM credit"
        " WHERE organization_id = %(organization)s AND metric_id = %(metric)s"
        f" AND (known_from = %(batch)s AND known_until = {OPEN} OR known_until = %(batch)s)",
        {
            "organization": scope.current().organization_id,
            "metric": metric_id,
            "batch": batch,
        },
    )
    return int(begin), int(end)
