"""A rule on real records before it is saved: which count, which do not and why, for whom.

Nothing here has a meaning of its own: conditions, candidates and resolution are the compiled
ones the ledger itself runs. Nothing is written.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from juara.core import db, scope
from juara.core.calendar import ALWAYS, FOREVER, Period
from juara.ledger import queries, statements
from juara.ledger.dry_run import Deadline, TooLongError, undone
from juara.ledger.preview_types import Credited, Dropped, PersonValue, Preview, SampleRecord
from juara.metrics import calc
from juara.metrics import compile as metrics_compile
from juara.metrics import queries as metrics
from juara.metrics.compile import Fragment, Step
from juara.metrics.types import Aggregation, Counting, Ratio, Rule, Sums
from juara.people import queries as people
from juara.records import incoming
from juara.records.values import content_of

SECONDS = 3.0
NEWEST = 20_000
SAMPLES = 10

_EVERY = f"""
    SELECT v.* FROM record_version v
    WHERE v.organization_id = %s AND v.known_until = {db.OPEN} AND NOT v.is_deleted AND {{kinds}}
"""
_NEWEST = _EVERY + " ORDER BY v.id DESC LIMIT %s"

# What metrics.compile.candidates returns, in its order.
_COLUMNS = (
    "metric_id, role, record_id, source_id, owner_key, organization_day, occurred_at, value,"
    " share, from_day, until_day"
)

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
    current = scope.current()
    steps = metrics_compile.steps(asked.definition, current.zone, current.currency)
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
        credited = _credited(asked)
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


def _credited(asked: _Asked) -> Credited:
    """Credit a period by the very statements that would, in tables that are thrown away."""
    current, period = scope.current(), asked.period
    incoming.prepare()
    db.execute(statements.CREATE_TABLES)
    db.execute(statements.EMPTY_TABLES)
    if asked.newest is not None:
        source = _source(asked)
        db.execute(f"INSERT INTO touched SELECT v.record_id FROM ({source.sql}) v", source.params)
    query = metrics_compile.candidates(
        [Rule(asked.metric_id, asked.definition, ALWAYS, FOREVER)],
        organization_id=current.organization_id,
        zone=current.zone,
        currency=current.currency,
        touched=asked.newest is not None,
    )
    db.execute(
        f"{statements.FILL_CANDIDATES} SELECT * FROM ({query.sql}) AS c ({_COLUMNS})"
        " WHERE c.organization_day >= %s AND c.organization_day < %s",
        (
            *query.params,
            max(period.from_day, ALWAYS + _AROUND) - _AROUND,
            min(period.until_day, FOREVER - _AROUND) + _AROUND,
        ),
    )
    db.execute(statements.RESOLVE, {"organization": current.organization_id})
    found = db.rows(
        "SELECT member_id, count(*), sum(share)::bigint, sum(value) FROM fresh"
        " WHERE day >= %s AND day < %s GROUP BY member_id",
        [period.from_day, period.until_day],
    )
    sums = {member: Sums(count, shares, total) for member, count, shares, total in found}
    return _shown(asked.definition.aggregation, sums, period)


def _shown(aggregation: Aggregation, sums: dict[int, Sums], period: Period) -> Credited:
    values = {member: calc.value_of(aggregation, each) for member, each in sums.items()}
    total = calc.value_of(aggregation, sum(sums.values(), Sums()))
    counts = {member: each.credits for member, each in sums.items()}
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


def preview_ratio(definition: Ratio, *, period: Period) -> Credited:
    """Show what a ratio of two metrics comes to for whom in a period, from their tallies."""
    ends = [metrics.metric(key) for key in (definition.numerator, definition.denominator)]
    found = queries.member_sums(
        [each.id for each in ends], from_day=period.from_day, until_day=period.until_day
    )
    # What each member has of the one and of the other; all together stand under None.
    sums: dict[tuple[int | None, int], Sums] = {}
    for row in found:
        for member in (row.member_id, None):
            key = (member, row.metric_id)
            sums[key] = sums.get(key, Sums()) + row.sums

    def ratio(member: int | None) -> Decimal | None:
        values = [
            calc.value_of(each.aggregation, sums.get((member, each.id), Sums())) for each in ends
        ]
        return calc.ratio_of(values[0], values[1])

    def credits_of(member: int) -> int:
        return sum(sums.get((member, each.id), Sums()).credits for each in ends)

    members = {member for member, _metric in sums if member is not None}
    return _by_person(
        {member: ratio(member) for member in members},
        {member: credits_of(member) for member in members},
        ratio(None),
        period,
    )
