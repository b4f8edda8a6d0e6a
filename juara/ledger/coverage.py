"""Which records no metric counts, and why: what vanishes without notice elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from juara.connect.types import RecordKind
from juara.core import db, scope
from juara.metrics import compile as metrics_compile
from juara.metrics import queries as metrics
from juara.metrics.compile import Fragment
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Counting

# Why one metric passes a record over: the first condition it fails.
REASONS = ("filter", "date", "value", "currency", "days")

_UNCOUNTED = f"""
    SELECT v.* FROM record_version v
    WHERE v.organization_id = %s AND v.known_until = {db.OPEN} AND NOT v.is_deleted
      AND v.kind <> '{RecordKind.ENTRY}' AND NOT EXISTS (
        SELECT 1 FROM credit c WHERE c.organization_id = v.organization_id
          AND c.record_id = v.record_id AND c.known_until = {db.OPEN})
"""


@dataclass(frozen=True, slots=True)
class KindCoverage:
    """Of one kind of record: how many there are, and how many no metric counts.

    `has_metric` says whether any metric looks at this kind at all.
    """

    kind: str
    records: int
    uncounted: int
    has_metric: bool


@dataclass(frozen=True, slots=True)
class ForeignAmounts:
    """Records whose amounts are in another currency than the organization's: in no sum of money."""

    currency: str
    records: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class UncountedRecord:
    """A record no metric counts, with the first condition each metric of its kind found unmet.

    `reasons` holds (name of the metric, one of `REASONS`); empty when no metric looks at its
    kind.
    """

    external_id: str
    kind: str
    source_name: str
    name: str
    account: str
    day: date | None
    at: datetime | None
    reasons: tuple[tuple[str, str], ...]


def coverage() -> tuple[KindCoverage, ...]:
    """Return how many records of each kind no metric counts. Reads every record once."""
    organization = scope.current().organization_id
    found = db.rows(
        f"""SELECT v.kind, count(*), count(*) FILTER (WHERE c.record_id IS NULL)
            FROM record_version v
            LEFT JOIN (SELECT DISTINCT record_id FROM credit WHERE organization_id = %s
                       AND known_until = {db.OPEN}) c ON c.record_id = v.record_id
            WHERE v.organization_id = %s AND v.known_until = {db.OPEN} AND NOT v.is_deleted
              AND v.kind <> '{RecordKind.ENTRY}'
            GROUP BY v.kind ORDER BY v.kind""",
        [organization, organization],
    )
    looked_at = {kind for metric in _counting() for kind in _definition(metric).kinds}
    return tuple(
        KindCoverage(kind, records, uncounted_, kind in looked_at)
        for kind, records, uncounted_ in found
    )


def foreign_amounts() -> tuple[ForeignAmounts, ...]:
    """Return what lies in other currencies, most records first. Reads every record once."""
    current = scope.current()
    found = db.rows(
        f"""SELECT v.currency, count(*), sum(v.amount) FROM record_version v
            WHERE v.organization_id = %s AND v.known_until = {db.OPEN} AND NOT v.is_deleted
              AND v.amount IS NOT NULL AND v.currency NOT IN ('', %s)
            GROUP BY v.currency ORDER BY count(*) DESC, v.currency""",
        [current.organization_id, current.currency],
    )
    return tuple(ForeignAmounts(*row) for row in found)


def uncounted(kind: str, *, day: date, limit: int, offset: int = 0) -> tuple[UncountedRecord, ...]:
    """Return records of a kind that no metric counts, with each metric's reason on a day."""
    here = [metric for metric in _counting(day) if kind in _definition(metric).kinds]
    reasons = [_reason(_definition(metric)) for metric in here]
    # The columns come before the conditions in the statement, and so do their parameters.
    columns = "".join(f", {each.sql}" for each in reasons)
    found = db.rows(
        f"""WITH v AS MATERIALIZED ({_UNCOUNTED} AND v.kind = %s
                ORDER BY v.known_from DESC, v.record_id DESC LIMIT %s OFFSET %s)
            SELECT r.external_id, v.kind, s.name, v.name, v.account,
                   COALESCE(v.occurred_on, v.closed_on, v.created_on),
                   COALESCE(v.occurred_at, v.closed_at, v.created_at) {columns}
            FROM v
            JOIN record r ON r.organization_id = v.organization_id AND r.id = v.record_id
            JOIN source s ON s.organization_id = v.organization_id AND s.id = v.source_id
            ORDER BY v.known_from DESC, v.record_id DESC""",
        [
            scope.current().organization_id, kind, limit, offset,
            *(value for each in reasons for value in each.params),
        ],
    )  # fmt: skip
    return tuple(_record(row, here) for row in found)


def _record(row: db.Row, metrics_here: Sequence[MetricFacts]) -> UncountedRecord:
    external_id, kind, source, name, account, day, at, *reasons = row
    named = zip((metric.name for metric in metrics_here), reasons, strict=True)
    # A date without time is told rather than a moment that stands beside it.
    return UncountedRecord(
        external_id, kind, source, name, account, day, None if day else at, tuple(named)
    )


def _reason(definition: Counting) -> Fragment:
    """Return the first condition a version fails, in words of `REASONS`.

    One that meets them all is still uncounted when it lies outside the days of its rule.
    """
    current = scope.current()
    steps = metrics_compile.steps(definition, current.zone, current.currency)
    cases = "".join(
        f" WHEN NOT {step.test.sql} THEN '{step.where if step.where in REASONS else 'filter'}'"
        for step in steps
    )
    return Fragment(
        f"CASE{cases} ELSE 'days' END", tuple(v for step in steps for v in step.test.params)
    )


def _counting(day: date | None = None) -> list[MetricFacts]:
    found = metrics.metrics() if day is None else metrics.metrics(day=day)
    return [each for each in found if isinstance(each.definition, Counting)]


def _definition(metric: MetricFacts) -> Counting:
    if not isinstance(metric.definition, Counting):
        raise TypeError(f"{metric.key} reads no records.")
    return metric.definition
