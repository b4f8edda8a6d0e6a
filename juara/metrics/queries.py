"""Reading metrics and their rules."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from juara.core import db, scope
from juara.core.calendar import FOREVER
from juara.core.errors import NotFoundError
from juara.metrics import calc
from juara.metrics.types import Aggregation, Counting, Definition, Ratio, Rule


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """A metric as those above see it, with the rule that was asked for."""

    id: int
    public_id: str
    key: str
    name: str
    description: str
    unit: str
    decimals: int
    is_higher_better: bool
    definition: Definition
    archived_at: datetime | None = None

    @property
    def aggregation(self) -> Aggregation:
        if isinstance(self.definition, Counting):
            return self.definition.aggregation
        is_ratio = isinstance(self.definition, Ratio)
        return Aggregation.RATIO if is_ratio else Aggregation.FORMULA

    @property
    def adds_over_people(self) -> bool:
        """Say whether a team's number is the sum of its people's: counts, sums, balances."""
        if self.aggregation is Aggregation.LATEST:
            return isinstance(self.definition, Counting) and self.definition.group == "sum"
        return self.aggregation.is_additive

    @property
    def roles(self) -> tuple[str, ...]:
        """Return the roles it credits, the leading one first; of a ratio none of its own."""
        if isinstance(self.definition, Counting):
            return tuple(credit.role for credit in self.definition.credit)
        return ()

    @property
    def topic(self) -> str:
        return f"metric:{self.public_id}"


_FACTS = """
    SELECT m.id, m.public_id, m.key, m.name, m.description, m.unit, m.decimals,
           m.is_higher_better, v.definition, m.archived_at
    FROM metric m
    JOIN LATERAL (
        SELECT definition FROM metric_version
        WHERE organization_id = m.organization_id AND metric_id = m.id
        ORDER BY known_from <= %(batch)s AND known_until > %(batch)s DESC,
                 valid_from <= %(day)s DESC, abs(valid_from - %(day)s), known_from
        LIMIT 1
    ) v ON true
    WHERE m.organization_id = %(organization)s
"""
_IN_USE = _FACTS + " AND m.archived_at IS NULL"
_IN_ORDER = _IN_USE + " ORDER BY m.position, m.name"
_ARCHIVED = _FACTS + " AND m.archived_at IS NOT NULL"


def metrics(*, batch: int = db.LATEST, day: date = FOREVER) -> tuple[MetricFacts, ...]:
    """Return the organization's metrics in their order, each with its rule on a day.

    The rule is the one known at a batch; before a metric's first day, or before anything was
    known of it, its first one. Without a day it is the newest rule.
    """
    return _facts(_IN_ORDER, batch=batch, day=day)


def metric(key: str, *, batch: int = db.LATEST, day: date = FOREVER) -> MetricFacts:
    """Return one metric by its key or public id, with its rule as `metrics` chooses it.

    NotFoundError names those there are.
    """
    found = _facts(
        _IN_USE + " AND (m.key = %(key)s OR m.public_id = %(key)s)", batch=batch, day=day, key=key
    )
    if not found:
        known = ", ".join(each.key for each in metrics()) or "none yet"
        raise NotFoundError(
            "metric.unknown", f"There is no metric “{key}”. There are: {known}.", key=key
        )
    return found[0]


def archived_metrics() -> tuple[MetricFacts, ...]:
    """Return the metrics that were taken out of use, the last one first."""
    return _facts(_ARCHIVED + " ORDER BY m.archived_at DESC, m.name", batch=db.LATEST, day=FOREVER)


def archived_metric(public_id: str) -> MetricFacts:
    found = _facts(
        _ARCHIVED + " AND m.public_id = %(key)s", batch=db.LATEST, day=FOREVER, key=public_id
    )
    if not found:
        raise NotFoundError("metric.unknown", "There is no such archived metric.", key=public_id)
    return found[0]


def any_metric(public_id: str) -> MetricFacts:
    """Return a metric by its public id, in use or archived."""
    found = _facts(
        _FACTS + " AND m.public_id = %(key)s", batch=db.LATEST, day=FOREVER, key=public_id
    )
    if not found:
        raise NotFoundError("metric.unknown", f"There is no metric “{public_id}”.", key=public_id)
    return found[0]


def ratios_over(key: str) -> tuple[MetricFacts, ...]:
    """Return the metrics in use, ratios and formulas, that are worked out from this one."""
    return tuple(
        each
        for each in metrics()
        if not isinstance(each.definition, Counting) and key in each.definition.metrics
    )


def is_key_taken(key: str) -> bool:
    """Say whether any metric has this key, an archived one too."""
    return bool(
        db.one(
            "SELECT EXISTS (SELECT 1 FROM metric WHERE organization_id = %s AND key = %s)",
            [scope.current().organization_id, key],
        )[0]
    )


def _facts(sql: str, **params: object) -> tuple[MetricFacts, ...]:
    return tuple(map(_read, _ask(sql, **params)()))


def _ask(sql: str, **params: object) -> db.Answer:
    return db.ask(sql, {"organization": scope.current().organization_id, **params})


def _read(row: db.Row) -> MetricFacts:
    *facts, definition, archived_at = row
    return MetricFacts(  # type: ignore[misc]
        *facts, definition=_definition(definition), archived_at=archived_at
    )


def rules(*, metric_ids: tuple[int, ...] | None = None) -> tuple[Rule, ...]:
    """Return every rule now known, of some metrics or all that are not archived."""
    return ask_rules(metric_ids=metric_ids)()


def ask_rules(*, metric_ids: tuple[int, ...] | None = None) -> Callable[[], tuple[Rule, ...]]:
    """Ask for the same; return what gives them (`db.ask`)."""
    answer = db.ask(
        """
        SELECT v.metric_id, v.definition, v.valid_from, v.valid_until
        FROM metric_version v JOIN metric m ON m.id = v.metric_id
        WHERE v.organization_id = %s AND m.organization_id = %s AND m.archived_at IS NULL
          AND v.known_until = %s AND (%s::bigint[] IS NULL OR v.metric_id = ANY(%s))
        ORDER BY v.metric_id, v.valid_from
        """,
        [
            scope.current().organization_id, scope.current().organization_id, db.OPEN,
            None if metric_ids is None else list(metric_ids), list(metric_ids or ()),
        ],
    )  # fmt: skip
    return lambda: tuple(
        Rule(metric_id, _definition(definition), from_day, until_day)
        for metric_id, definition, from_day, until_day in answer()
    )


def rule_on(metric_id: int, day: date) -> Definition | None:
    """Return the definition of a metric that holds on a day, None before its first."""
    for rule in rules(metric_ids=(metric_id,)):
        if rule.from_day <= day < rule.until_day:
            return rule.definition
    return None


def changed_since(batch: int) -> tuple[int, ...]:
    """Return the metrics whose rules were changed by a later batch."""
    found = db.rows(
        "SELECT DISTINCT metric_id FROM metric_version WHERE organization_id = %s"
        " AND (known_from > %s OR (known_until > %s AND known_until < %s)) ORDER BY metric_id",
        [scope.current().organization_id, batch, batch, db.OPEN],
    )
    return tuple(row[0] for row in found)


def topics(metric_ids: tuple[int, ...]) -> tuple[str, ...]:
    """Return the topics that must move when these metrics' numbers do, ratios over them too."""
    return ask_topics()(metric_ids)


def ask_topics() -> Callable[[tuple[int, ...]], tuple[str, ...]]:
    """Ask what leads from metrics to `topics`; return what does."""
    answer = _ask(_IN_ORDER, batch=db.LATEST, day=FOREVER)
    return lambda metric_ids: _topics(metric_ids, tuple(map(_read, answer())))


def _topics(metric_ids: tuple[int, ...], every: tuple[MetricFacts, ...]) -> tuple[str, ...]:
    keys = {each.key for each in every if each.id in metric_ids}
    size = -1
    # What is worked out from something may be a part of something else.
    while size < len(keys):
        size = len(keys)
        keys |= {
            each.key
            for each in every
            if not isinstance(each.definition, Counting)
            and keys.intersection(each.definition.metrics)
        }
    return tuple(each.topic for each in every if each.key in keys)


@lru_cache(maxsize=2048)
def _definition(text: str) -> Definition:
    # Django registers no JSON loader on raw cursors: text comes back as it is stored.
    return calc.parse_definition(json.loads(text))


def metric_count() -> int:
    """Return how many metrics are in use."""
    found: int = db.one(
        "SELECT count(*) FROM metric WHERE organization_id = %s AND archived_at IS NULL",
        [scope.current().organization_id],
    )[0]
    return found
