"""Defining metrics and changing their rules."""

import re
from datetime import date, datetime
from typing import Any

from juara.audit import operations as audit
from juara.core import succession
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import ConflictError, DomainError
from juara.metrics import calc, queries
from juara.metrics.catalogue import CATALOGUE
from juara.metrics.models import Metric, MetricVersion
from juara.metrics.types import Counting, Ratio, Unit
from juara.tenancy import knowledge


def define(
    *,
    key: str,
    name: str,
    definition: dict[str, Any],
    unit: str = "count",
    decimals: int = 0,
    is_higher_better: bool = True,
    description: str = "",
    from_day: date = ALWAYS,
    moment: datetime,
    actor: str,
) -> queries.MetricFacts:
    """Create a metric whose rule holds from a day on; its history is credited by the ledger.

    Raises DefinitionError for a rule that cannot be right, ConflictError for a key taken.
    """
    _check(key, definition, unit)
    if Metric.objects.filter(key=key).exists():
        raise ConflictError("metric.key_taken", f"There already is a metric “{key}”.", key=key)
    with knowledge.batch(moment=moment, reason=f"metric {key}") as batch:
        made = Metric(
            key=key,
            name=name,
            description=description,
            unit=unit,
            decimals=decimals,
            is_higher_better=is_higher_better,
            position=Metric.objects.count(),
        )
        made.save(force_insert=True)
        batch.is_used = True
        _lay(made, definition, from_day, batch.number)
        audit.record(actor=actor, action="metric.defined", subject=key, at=moment)
    return queries.metric(key)


def change_rule(
    key: str, *, definition: dict[str, Any], from_day: date, moment: datetime, actor: str
) -> bool:
    """Let another rule hold from a day on. Returns whether it differs from the one there.

    `from_day` today leaves the past as it was; a past day re-credits from then.
    """
    metric = Metric.objects.filter(key=key).first()
    if metric is None:
        queries.metric(key)  # raises with the list of those there are
        raise DomainError("metric.archived", f"The metric “{key}” is archived.", key=key)
    _check(key, definition, metric.unit)
    with knowledge.batch(moment=moment, reason=f"rule of {key}") as batch:
        if not _lay(metric, definition, from_day, batch.number):
            return False
        batch.is_used = True
        audit.record(
            actor=actor, action="metric.changed", subject=key, at=moment,
            from_day=from_day.isoformat(),
        )  # fmt: skip
    return True


def _lay(metric: Metric, definition: dict[str, Any], from_day: date, batch: int) -> bool:
    return succession.lay(
        MetricVersion,
        about={"metric_id": metric.id},
        values={"definition": definition},
        from_day=from_day,
        until_day=FOREVER,
        batch=batch,
    )


def _check(key: str, definition: dict[str, Any], unit: str) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", key):
        raise DomainError(
            "metric.key",
            f"“{key}” cannot be a metric's key. Use up to 60 small letters, digits, _ and -.",
            key=key,
        )
    parsed = calc.parse_definition(definition)
    if unit not in [member.value for member in Unit]:
        raise DomainError("metric.unit", f"The unit is one of {', '.join(Unit)}.", unit=unit)
    if isinstance(parsed, Ratio):
        _check_ratio(key, parsed)
    elif unit == Unit.CURRENCY and parsed.value is None:
        raise calc.DefinitionError("unit", "a currency metric needs an amount to add")


def _check_ratio(key: str, ratio: Ratio) -> None:
    for part in (ratio.numerator, ratio.denominator):
        if part == key:
            raise calc.DefinitionError("ratio", "a metric cannot be divided by itself")
        if not isinstance(queries.metric(part).definition, Counting):
            raise calc.DefinitionError("ratio", f"“{part}” is itself a ratio")
    for other in queries.metrics():
        above = other.definition
        if isinstance(above, Ratio) and key in (above.numerator, above.denominator):
            raise calc.DefinitionError(
                "ratio", f"“{other.key}” divides this metric; it must go on counting"
            )


def install_catalogue(*, moment: datetime, actor: str) -> int:
    """Define every ready metric the entered organization does not have; return how many."""
    have = {metric.key for metric in queries.metrics()}
    missing = [entry for entry in CATALOGUE if entry["key"] not in have]
    with knowledge.batch(moment=moment, reason="metric catalogue"):
        for entry in missing:
            define(**entry, moment=moment, actor=actor)
    return len(missing)
