"""Defining metrics and changing their rules."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from juara.audit import operations as audit
from juara.core import db, succession
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.db import OPEN
from juara.core.errors import ConflictError, DomainError, NotFoundError
from juara.events import operations as events
from juara.metrics import calc, queries, refusing
from juara.metrics.catalogue import CATALOGUE
from juara.metrics.models import Metric, MetricVersion
from juara.metrics.types import Counting, Unit
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
        audit.record(
            actor=actor, action="metric.defined", subject=key, at=moment, batch=batch.number
        )
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
    earlier = [
        rule.definition
        for rule in queries.rules(metric_ids=(metric.id,))
        if rule.from_day < from_day
    ]
    refusing.check_continuity(calc.parse_definition(definition), earlier)
    with knowledge.batch(moment=moment, reason=f"rule of {key}") as batch:
        if not _lay(metric, definition, from_day, batch.number):
            return False
        batch.is_used = True
        audit.record(
            actor=actor, action="metric.changed", subject=key, at=moment,
            from_day=from_day.isoformat(), batch=batch.number,
        )  # fmt: skip
    return True


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a metric is called and shown; none of it changes what counts."""

    name: str
    description: str = ""
    unit: str = "count"
    decimals: int = 0
    is_higher_better: bool = True


def describe(key: str, presentation: Presentation, *, moment: datetime, actor: str) -> bool:
    """Change how a metric is called and shown. Returns whether anything changed."""
    metric = _open(key)
    _check_presentation(presentation)
    before = {name: getattr(metric, name) for name in _PRESENTED}
    after = {name: getattr(presentation, name) for name in _PRESENTED}
    if before == after:
        return False
    refusing.check_unit(queries.metric(key).definition, presentation.unit)
    with db.transaction():
        Metric.objects.filter(id=metric.id).update(**after)
        changed = {name: value for name, value in after.items() if before[name] != value}
        audit.record(
            actor=actor, action="metric.described", subject=key, at=moment, changed=changed
        )
        events.bump_topics(queries.topics((metric.id,)))
    return True


_PRESENTED = ("name", "description", "unit", "decimals", "is_higher_better")
MOST_DECIMALS = 4
LONGEST_NAME = 120


def _check_presentation(presentation: Presentation) -> None:
    if not presentation.name.strip() or len(presentation.name) > LONGEST_NAME:
        raise DomainError("metric.name", f"A name has from 1 to {LONGEST_NAME} characters.")
    if not 0 <= presentation.decimals <= MOST_DECIMALS:
        raise DomainError("metric.decimals", f"Decimals are from 0 to {MOST_DECIMALS}.")
    if presentation.unit not in list(Unit):
        raise DomainError("metric.unit", f"The unit is one of {', '.join(Unit)}.")


def archive(key: str, *, moment: datetime, actor: str) -> None:
    """Take a metric out of use. It keeps what it has counted, and counts nothing more.

    ConflictError names the ratios that still need it.
    """
    metric = _open(key)
    if above := queries.ratios_over(metric.key):
        names = ", ".join(f"“{each.name}”" for each in above)
        raise ConflictError(
            "metric.in_use", f"{names} is worked out from it. Archive that first.", names=names
        )
    with db.transaction():
        Metric.objects.filter(id=metric.id).update(archived_at=moment)
        audit.record(actor=actor, action="metric.archived", subject=metric.key, at=moment)


def bring_back(public_id: str, *, moment: datetime, actor: str) -> None:
    """Use an archived metric again; the ledger then takes in all it has missed.

    Its rules are known anew from this batch, which is what makes the ledger work them out whole.
    ConflictError when a ratio's metric is missing.
    """
    metric = Metric.objects.filter(public_id=public_id, archived_at__isnull=False).first()
    if metric is None:
        raise NotFoundError("metric.unknown", "There is no such archived metric.", key=public_id)
    definition = queries.archived_metric(public_id).definition
    if not isinstance(definition, Counting):
        have = {each.key for each in queries.metrics()}
        if missing := set(definition.metrics) - have:
            names = ", ".join(f"“{key}”" for key in sorted(missing))
            raise ConflictError(
                "metric.parts_missing", f"It is worked out from {names}. Bring that back first.",
                names=names,
            )  # fmt: skip
    with knowledge.batch(moment=moment, reason=f"metric {metric.key}") as batch:
        batch.is_used = True
        Metric.objects.filter(id=metric.id).update(archived_at=None)
        known = list(MetricVersion.objects.filter(metric=metric, known_until=OPEN))
        MetricVersion.objects.filter(id__in=[each.id for each in known]).update(
            known_until=batch.number
        )
        MetricVersion.objects.bulk_create(
            MetricVersion(
                metric=metric, definition=each.definition, valid_from=each.valid_from,
                valid_until=each.valid_until, known_from=batch.number,
            )
            for each in known
        )  # fmt: skip
        audit.record(
            actor=actor, action="metric.restored", subject=metric.key, at=moment,
            batch=batch.number,
        )  # fmt: skip


def move(key: str, *, places: int, moment: datetime, actor: str) -> None:
    """Put a metric further up (negative) or down in the order metrics are listed in."""
    metric = _open(key)
    with db.transaction():
        ids = [each.id for each in queries.metrics()]
        here = ids.index(metric.id)
        there = min(max(here + places, 0), len(ids) - 1)
        if here == there:
            return
        ids.insert(there, ids.pop(here))
        order = {each: position for position, each in enumerate(ids)}
        moved = list(Metric.objects.filter(archived_at=None))
        for each in moved:
            each.position = order[each.id]
        Metric.objects.bulk_update(moved, ["position"])
        audit.record(actor=actor, action="metric.moved", subject=metric.key, at=moment)


def _open(key: str) -> Metric:
    """Return a metric in use by its key or public id; NotFoundError names those there are."""
    return Metric.objects.get(id=queries.metric(key).id)


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
    refusing.check(key, parsed, unit)


def install_catalogue(*, moment: datetime, actor: str) -> int:
    """Define every ready metric the entered organization does not have; return how many."""
    have = {metric.key for metric in queries.metrics()}
    missing = [entry for entry in CATALOGUE if entry["key"] not in have]
    with knowledge.batch(moment=moment, reason="metric catalogue"):
        for entry in missing:
            define(**entry, moment=moment, actor=actor)
    return len(missing)
