"""Why a record does not count: of every metric that passes it over, the first condition unmet.

The conditions are those of metrics.compile, evaluated by the database on that very version: there
is no second reading of a rule that could differ from the one that counts.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from juara.connect.types import RecordKind
from juara.core import db, scope
from juara.ledger import crediting
from juara.metrics import compile as metrics_compile
from juara.metrics import history as rule_history
from juara.metrics import queries as metrics
from juara.metrics.compile import Step
from juara.metrics.fragments import Fragment, Ground
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Clause, Counting, Group, Rule
from juara.records.history import LATEST, RecordFacts, Version

# What a step of a rule can be about, by its place in the definition; anything else is its filter.
_OF_STEP = ("date", "parent", "value", "currency", "split")
# Besides: the record is deleted; the metric looks at other kinds; its first rule holds only later;
# only the first record counts, and this is another; a value typed in for another rule of its
# metric; what has not been taken in yet.
REASONS = ("deleted", "filter", *_OF_STEP, "days", "first", "entry", "waiting", "kind")


@dataclass(frozen=True, slots=True)
class WhyNot:
    """A metric that does not count a record, and the reason: one of `REASONS`.

    `metric` carries the rule that was asked, `part` its first unmet condition where it is the
    filter's. `day` is where the rule would have put the record; `from_day` the rule's first day.
    """

    metric: MetricFacts
    reason: str
    part: Clause | Group | None = None
    day: date | None = None
    from_day: date | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """One rule, the steps a record of its kinds must meet, and where it would put this record."""

    rule: Rule
    definition: Counting
    steps: tuple[Step, ...]
    day: date | None

    @property
    def is_of_day(self) -> bool:
        return self.day is not None and self.rule.from_day <= self.day < self.rule.until_day


def why_not(
    record: RecordFacts,
    version: Version,
    *,
    credited: Collection[int],
    today: date,
    batch: int = LATEST,
) -> tuple[WhyNot, ...]:
    """Return each metric in use that does not count a version of a record, and why.

    `credited` are the metrics that do; `today` is what relative dates start from. Rules are those
    known at the batch; of a metric whose rule changed over the days, the one of the record's own
    day. Metrics that read no records are worked out from others and not among them. Three queries,
    however many metrics there are.
    """
    every = [
        each
        for each in metrics.metrics(batch=batch)
        if isinstance(each.definition, Counting) and each.id not in credited
    ]
    ground = crediting.ground_at(today, has_rates=True, batch=batch)
    rules = _by_metric(rule_history.rules_known(batch))
    every = [each for each in every if each.id in rules]
    if record.kind == RecordKind.ENTRY:
        return _of_entry(every, version)
    asked = {
        each.id: tuple(
            _asked(rule, version, ground)
            for rule in rules[each.id]
            if isinstance(rule.definition, Counting) and record.kind in rule.definition.kinds
        )
        for each in every
    }
    unmet = _unmet([each for group in asked.values() for each in group], version)
    return tuple(_reason(each, asked[each.id], unmet, version) for each in every)


def first_unmet(steps: Sequence[Step]) -> Fragment:
    """Return the place of the first step a version ``v`` fails, NULL when it meets them all."""
    cases = "".join(f" WHEN NOT {step.test.sql} THEN {place}" for place, step in enumerate(steps))
    return Fragment(
        f"(CASE{cases} END)::integer", tuple(v for step in steps for v in step.test.params)
    )


def _by_metric(rules: Sequence[Rule]) -> dict[int, list[Rule]]:
    found: dict[int, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.metric_id, []).append(rule)
    return found


def _asked(rule: Rule, version: Version, ground: Ground) -> _Asked:
    definition = rule.definition
    if not isinstance(definition, Counting):
        raise TypeError("This rule reads no records.")
    steps = metrics_compile.steps(definition, ground)
    return _Asked(rule, definition, steps, day_of(version, definition.date))


def day_of(version: Version, name: str) -> date | None:
    """Return the organization's day of a date of a record; None where it has none."""
    value = version.fields.get(name)
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(scope.current().zone)).date()
    return value if isinstance(value, date) else None


def _unmet(asked: Sequence[_Asked], version: Version) -> dict[int, int | None]:
    """Return by rule (its identity) the place of the first step the version fails."""
    if not asked or version.is_deleted:
        return {}
    columns = [first_unmet(each.steps) for each in asked]
    row = db.one(
        f"SELECT {', '.join(each.sql for each in columns)} FROM record_version v"
        " WHERE v.organization_id = %s AND v.record_id = %s AND v.known_from = %s",
        [
            *(value for each in columns for value in each.params),
            scope.current().organization_id, version.record_id, version.known_from,
        ],
    )  # fmt: skip
    return {id(each): place for each, place in zip(asked, row, strict=True)}


def _reason(
    metric: MetricFacts,
    asked: Sequence[_Asked],
    unmet: dict[int, int | None],
    version: Version,
) -> WhyNot:
    if not asked:
        return WhyNot(metric, "kind")
    if version.is_deleted:
        return WhyNot(metric, "deleted")
    # The rule of the record's day; of a record before them all the first, of one without its
    # date the newest.
    on_day = [each for each in asked if each.is_of_day]
    later = [each for each in asked if each.day is not None and each.day < each.rule.from_day]
    chosen = (on_day or later[:1] or asked[-1:])[0]
    place = unmet[id(chosen)]
    first_day = chosen.rule.from_day
    ruled = replace(metric, definition=chosen.definition)
    if place is None:
        counts_first = "first" if chosen.definition.is_first_only else "waiting"
        reason = counts_first if chosen.is_of_day else "days"
        return WhyNot(ruled, reason, day=chosen.day, from_day=first_day)
    step = chosen.steps[place]
    reason = step.where if step.where in _OF_STEP else "filter"
    return WhyNot(ruled, reason, step.part, chosen.day, first_day)


def _of_entry(every: Sequence[MetricFacts], version: Version) -> tuple[WhyNot, ...]:
    """Say why an entry does not count for the metric it names; others never look at it."""
    reason = "deleted" if version.is_deleted else "entry"
    return tuple(WhyNot(each, reason) for each in every if str(each.id) == version.text("type"))
