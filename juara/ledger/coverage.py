"""Which records no metric counts, and why: what vanishes without notice elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from juara.connect.types import RecordKind
from juara.core import db, ids, scope
from juara.core.calendar import FOREVER
from juara.ledger import crediting
from juara.metrics import compile as metrics_compile
from juara.metrics import queries as metrics
from juara.metrics.fragments import Fragment, Ground
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Counting

# Why one metric passes a record over: the first condition it fails.
REASONS = ("filter", "date", "parent", "value", "currency", "split", "days")

_UNCOUNTED = f"""
    SELECT v.* FROM record_version v
    WHERE v.organization_id = %s AND {{version_known}} AND NOT v.is_deleted
      AND v.kind <> '{RecordKind.ENTRY}' AND NOT EXISTS (
        SELECT 1 FROM credit c WHERE c.organization_id = v.organization_id
          AND c.record_id = v.record_id AND {{credit_known}})
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
    """Records with amounts in another currency and no rate for their day: in no sum of money."""

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
    public_id: str = ""


def coverage(*, batch: int = db.LATEST, day: date = FOREVER) -> tuple[KindCoverage, ...]:
    """Return how many records of each kind no metric counts, as known at a batch.

    Which kinds a metric looks at, its rule of the day says. Reads every record once.
    """
    organization = scope.current().organization_id
    found = db.rows(
        f"""SELECT v.kind, count(*), count(*) FILTER (WHERE c.record_id IS NULL)
            FROM record_version v
            LEFT JOIN (SELECT DISTINCT record_id FROM credit WHERE organization_id = %s
                       AND {db.known("credit", batch)}) c ON c.record_id = v.record_id
            WHERE v.organization_id = %s AND {db.known("v", batch)} AND NOT v.is_deleted
              AND v.kind <> '{RecordKind.ENTRY}'
            GROUP BY v.kind ORDER BY v.kind""",
        [organization, organization],
    )
    looked_at = {kind for metric in _counting(batch, day) for kind in _definition(metric).kinds}
    return tuple(
        KindCoverage(kind, records, uncounted_, kind in looked_at)
        for kind, records, uncounted_ in found
    )


def foreign_amounts(*, batch: int = db.LATEST) -> tuple[ForeignAmounts, ...]:
    """Return what lies in other currencies on days without a rate, most records first.

    What tells of a change is left out: it repeats its deal's amount. A record's day is the one it
    closed, happened or was made on. Reads every record once.
    """
    current = scope.current()
    day = "COALESCE(" + ", ".join(
        f"v.{name}_on, (v.{name}_at AT TIME ZONE %(zone)s)::date"
        for name in ("closed", "occurred", "created")
    ) + ")"  # fmt: skip
    found = db.rows(
        f"""SELECT v.currency, count(*), sum(v.amount) FROM record_version v
            WHERE v.organization_id = %(organization)s AND {db.known("v", batch)}
              AND NOT v.is_deleted AND v.amount IS NOT NULL AND v.currency NOT IN ('', %(own)s)
              AND v.kind <> '{RecordKind.CHANGE}'
              AND NOT EXISTS (
                SELECT 1 FROM exchange_rate x WHERE x.organization_id = v.organization_id
                  AND x.currency = v.currency AND {db.known("x", batch)}
                  AND {day} >= x.valid_from AND {day} < x.valid_until)
            GROUP BY v.currency ORDER BY count(*) DESC, v.currency""",
        {
            "organization": current.organization_id, "zone": current.zone, "own": current.currency,
        },
    )  # fmt: skip
    return tuple(ForeignAmounts(*row) for row in found)


def uncounted(
    kind: str, *, day: date, limit: int, offset: int = 0, batch: int = db.LATEST
) -> tuple[UncountedRecord, ...]:
    """Return records of a kind that no metric counts, with each metric's reason on a day.

    Records, credits and rules as known at a batch.
    """
    here = [metric for metric in _counting(batch, day) if kind in _definition(metric).kinds]
    ground = crediting.ground(batch=batch)
    reasons = [_reason(_definition(metric), ground) for metric in here]
    # The columns come before the conditions in the statement, and so do their parameters.
    columns = "".join(f", {each.sql}" for each in reasons)
    passed_over = _UNCOUNTED.format(
        version_known=db.known("v", batch), credit_known=db.known("c", batch)
    )
    found = db.rows(
        f"""WITH v AS MATERIALIZED ({passed_over} AND v.kind = %s
                ORDER BY v.known_from DESC, v.record_id DESC LIMIT %s OFFSET %s)
            SELECT v.record_id, r.external_id, v.kind, s.name, v.name, v.account,
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
    record_id, external_id, kind, source, name, account, day, at, *reasons = row
    named = zip((metric.name for metric in metrics_here), reasons, strict=True)
    # A date without time is told rather than a moment that stands beside it.
    return UncountedRecord(
        external_id, kind, source, name, account, day, None if day else at, tuple(named),
        ids.encode_public(record_id),
    )  # fmt: skip


def _reason(definition: Counting, ground: Ground) -> Fragment:
    """Return the first condition a version fails, in words of `REASONS`.

    One that meets them all is still uncounted when it lies outside the days of its rule.
    """
    steps = metrics_compile.steps(definition, ground)
    cases = "".join(
        f" WHEN NOT {step.test.sql} THEN '{step.where if step.where in REASONS else 'filter'}'"
        for step in steps
    )
    return Fragment(
        f"CASE{cases} ELSE 'days' END", tuple(v for step in steps for v in step.test.params)
    )


def _counting(batch: int, day: date) -> list[MetricFacts]:
    found = metrics.metrics(batch=batch, day=day)
    return [each for each in found if isinstance(each.definition, Counting)]


def _definition(metric: MetricFacts) -> Counting:
    if not isinstance(metric.definition, Counting):
        raise TypeError(f"{metric.key} reads no records.")
    return metric.definition
