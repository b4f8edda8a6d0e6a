"""A rule on real records before it is saved: which count, which do not and why, for whom.

Nothing here has a meaning of its own: conditions, candidates and resolution are the compiled
ones the ledger itself runs. Nothing is written.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from juara.core import db, scope
from juara.core.calendar import ALWAYS, FOREVER, ONE_DAY, Period
from juara.ledger import circumstances, crediting, statements, sums
from juara.ledger.dry_run import Deadline, TooLongError, undone
from juara.ledger.preview_types import Credited, Dropped, PersonValue, Preview, SampleRecord
from juara.metrics import calc, measures
from juara.metrics import compile as metrics_compile
from juara.metrics import queries as metrics
from juara.metrics.compile import Step
from juara.metrics.fragments import Fragment, Ground
from juara.metrics.measures import Measure
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Aggregation, Counting, Formula, Ratio, Rule, Sums
from juara.people import queries as people
from juara.records.values import content_of

SECONDS = 3.0
NEWEST = 20_000
SAMPLES = 10

_EVERY = f"""
    SELECT v.* FROM record_version v
    WHERE v.organization_id = %s AND v.known_until = {db.OPEN} AND NOT v.is_deleted AND {{kinds}}
"""
_NEWEST = _EVERY + " ORDER BY v.id DESC LIMIT %s"

# The day found for a member lies at most a day beside the organization's.
_AROUND = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class _Asked:
    definition: Counting
    metric_id: int
    period: Period
    dropped_at: str
    newest: int | None


def preview(
    definition: Counting,
    *,
    period: Period,
    metric_id: int = 0,
    dropped_at: str = "",
    newest: int | None = None,
    seconds: float = SECONDS,
) -> Preview:
    """Show a rule on the records there are, and whom it credits in a period.

    With `metric_id` what was entered by hand for that metric is credited, too. `dropped_at` keeps
    the dropped samples to one step of the rule. Takes at most about `seconds`; a history too
    large for that is shown by its newest records, and says so.
    """
    # The leading role is what a board shows.
    leading = replace(definition, credit=definition.credit[:1])
    asked = _Asked(leading, metric_id, period, dropped_at, newest)
    try:
        with undone(seconds) as deadline:
            found = _preview(asked, deadline)
    except TooLongError:
        if newest is not None:
            raise
        with undone(SECONDS) as deadline:
            found = _preview(replace(asked, newest=NEWEST), deadline)
    return found


def _preview(asked: _Asked, deadline: Deadline) -> Preview:
    ground = crediting.ground()
    steps = metrics_compile.steps(asked.definition, ground)
    source, reason = _source(asked), _reason(steps)
    with db.ledger_role():
        found: dict[str, int] = dict(
            db.rows(
                f"SELECT {reason.sql}, count(*) FROM ({source.sql}) v GROUP BY 1",
                (*reason.params, *source.params),
            )
        )
        deadline.arm()
        kept = _samples(source, reason, Fragment("s.reason = ''"))
        deadline.arm()
        at = asked.dropped_at
        failing = Fragment("s.reason = %s", (at,)) if at else Fragment("s.reason <> ''")
        dropped = _samples(source, reason, failing)
        deadline.arm()
        credited = _credited(asked, ground)
    return Preview(
        records=sum(found.values()),
        kept=found.pop("", 0),
        dropped=tuple(Dropped(step.where, found.get(step.where, 0), step.part) for step in steps),
        kept_samples=kept,
        dropped_samples=dropped,
        credited=credited,
        newest=asked.newest,
    )


def _source(asked: _Asked) -> Fragment:
    kinds = metrics_compile.of_kinds(asked.definition.kinds)
    template = (_EVERY if asked.newest is None else _NEWEST).format(kinds=kinds.sql)
    params = (scope.current().organization_id, *kinds.params)
    return Fragment(template, params if asked.newest is None else (*params, asked.newest))


def _reason(steps: Iterable[Step]) -> Fragment:
    """Return the first step a version fails, '' where it counts."""
    parts, params = [], list[object]()
    for step in steps:
        parts.append(f"WHEN NOT {step.test.sql} THEN %s")
        params += [*step.test.params, step.where]
    return Fragment(f"CASE {' '.join(parts)} ELSE '' END", tuple(params))


def _samples(source: Fragment, reason: Fragment, test: Fragment) -> tuple[SampleRecord, ...]:
    """Return the newest records that a test of their reason keeps."""
    found = db.rows(
        "SELECT s.kind, r.external_id, c.key, s.reason, to_jsonb(s)::text, COALESCE(u.name, '')"
        f" FROM (SELECT v.*, {reason.sql} AS reason FROM ({source.sql}) v) s"
        " JOIN record r ON r.organization_id = s.organization_id AND r.id = s.record_id"
        " JOIN source c ON c.organization_id = s.organization_id AND c.id = s.source_id"
        " LEFT JOIN source_user u ON u.organization_id = s.organization_id"
        " AND u.source_id = s.source_id AND u.key = s.owner_key"
        f" WHERE {test.sql} ORDER BY s.id DESC LIMIT {SAMPLES}",
        (*reason.params, *source.params, *test.params),
    )
    return tuple(
        SampleRecord(kind, external_id, key, why, content_of(content), owner)
        for kind, external_id, key, why, content, owner in found
    )


def _credited(asked: _Asked, ground: Ground) -> Credited:
    """Credit a period by the very statements that would, in tables that are thrown away."""
    period = asked.period
    crediting.prepare()
    if asked.newest is not None:
        source = _source(asked)
        db.execute(f"INSERT INTO touched SELECT v.record_id FROM ({source.sql}) v", source.params)
    rules = [Rule(asked.metric_id, asked.definition, ALWAYS, FOREVER)]
    query = metrics_compile.candidates(rules, ground, touched=asked.newest is not None)
    is_balance = asked.definition.aggregation is Aggregation.LATEST
    # What stands at the end of a period may have begun long before it.
    from_day = ALWAYS if is_balance else period.from_day
    db.execute(
        f"{statements.FILL_CANDIDATES} SELECT * FROM ({query.sql}) AS c ({metrics_compile.COLUMNS})"
        " WHERE c.organization_day >= %s AND c.organization_day < %s",
        (
            *query.params,
            max(from_day, ALWAYS + _AROUND) - _AROUND,
            min(period.until_day, FOREVER - _AROUND) + _AROUND,
        ),
    )
    crediting.resolve(rules)
    found = db.rows(
        "SELECT member_id, count(*), sum(share)::bigint, sum(value), min(value), max(value),"
        " array_agg(DISTINCT item) FILTER (WHERE item <> '') FROM fresh"
        f" WHERE role < {calc.INDIRECT} AND day >= %s AND day < %s GROUP BY member_id",
        [from_day, period.until_day],
    )
    earned = {
        member: Sums(count, shares, total, lowest, highest, frozenset(items or ()))
        for member, count, shares, total, lowest, highest, items in found
    }
    return _shown(asked.definition, earned, period)


def _shown(definition: Counting, earned: dict[int, Sums], period: Period) -> Credited:
    def value(each: Sums) -> Decimal | None:
        return calc.value_of(definition.aggregation, each, group=definition.group)

    values = {member: value(each) for member, each in earned.items()}
    total = value(sum(earned.values(), Sums()))
    counts = {member: each.credits for member, each in earned.items()}
    return _by_person(values, counts, total, period)


def _by_person(
    values: dict[int, Decimal | None],
    counts: dict[int, int],
    total: Decimal | None,
    period: Period,
) -> Credited:
    facts = people.members()
    listed = [
        PersonValue(member, facts[member].public_id, facts[member].name, counts[member], value)
        for member, value in values.items()
        if member
    ]
    listed.sort(key=lambda each: (-(each.value or Decimal(0)), each.name.casefold()))
    return Credited(
        period=period,
        people=tuple(listed),
        unassigned=PersonValue(0, "", "", counts.get(0, 0), values.get(0)),
        total=total,
    )


def preview_parts(definition: Ratio | Formula, *, period: Period, today: date) -> Credited:
    """Show what a ratio or a formula comes to for whom in a period, from its metrics' sums.

    Working days count up to and with `today`. Raises NotFoundError for a metric there is not.
    """
    every = {each.key: each for each in metrics.metrics()}
    named = {key: metrics.metric(key) for key in definition.metrics}
    parts = {key: measures.measure(each, every) for key, each in named.items()}
    components = {part.id: part for each in parts.values() for part in each.components}
    measured = Measure(_unsaved(definition), tuple(components.values()), parts)
    found = sums.sums(
        measured.components, by="member", from_day=period.from_day, until_day=period.until_day
    )
    # What each member has of each; all together stand under None.
    total: dict[int | None, dict[int, Sums]] = {}
    for (metric_id, member_id), each in found.items():
        for key in (member_id, None):
            mine = total.setdefault(key, {})
            mine[metric_id] = mine.get(metric_id, Sums()) + each
    given = circumstances.read([measured], period.from_day, min(period.until_day, today + ONE_DAY))
    values = {
        member: measured.value(each, given.of([member]))
        for member, each in total.items()
        if member is not None
    }
    counts = {
        member: sum(part.credits for part in each.values())
        for member, each in total.items()
        if member is not None
    }
    return _by_person(values, counts, measured.value(total.get(None, {}), given.company), period)


def _unsaved(definition: Ratio | Formula) -> MetricFacts:
    return MetricFacts(0, "", "", "", "", "", 0, True, definition)
