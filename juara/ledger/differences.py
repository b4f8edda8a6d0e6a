"""Why a number is not what it was: between two moments, record by record.

A number is its credits. Those known at one moment and not at the other, or counted for somebody
else then, are the whole difference; grouped by record, with what happened to each, they tell it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil

from juara.connect.types import RecordKind
from juara.core import db, scope
from juara.core.calendar import ALWAYS, Period
from juara.ledger import difference_causes
from juara.ledger.difference_causes import Cause, KnownCredit, Story
from juara.ledger.queries import TeamDays
from juara.metrics import calc
from juara.metrics import history as rule_history
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Aggregation, Rule, Sums
from juara.records import history
from juara.records.history import RecordFacts


@dataclass(frozen=True, slots=True)
class Held:
    """Whose credits a number is made of, at one of the two moments.

    As in ledger.queries: `member_id` 0 is nobody, None everybody; `inside` keeps to teams on days,
    as the tree was known at the batch.
    """

    batch: int
    member_id: int | None = None
    inside: Sequence[TeamDays] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One record's part in a difference, in one metric: what of it was, and what is.

    `before` and `after` are None where it counted nothing; their difference is the line's part.
    `name`, `day` and the rest are the record's as known last. `causes` say what happened.
    """

    metric: MetricFacts
    record: RecordFacts
    name: str
    account: str
    url: str
    day: date
    before: Decimal | None
    after: Decimal | None
    causes: tuple[Cause, ...]

    @property
    def change(self) -> Decimal:
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True, slots=True)
class Differences:
    """The sums at both moments by metric, and a page of the records that make the difference.

    `count` is how many there are, `change` what all of them add up to where that is the number:
    of one metric that adds up.
    """

    before: dict[int, Sums]
    after: dict[int, Sums]
    count: int
    change: Decimal | None
    lines: tuple[Line, ...]
    page: int
    page_count: int


def differences(
    metrics: Sequence[MetricFacts],
    *,
    role: int = 0,
    period: Period,
    before: Held,
    after: Held,
    page: int = 1,
    size: int,
) -> Differences:
    """Return why a number made of these counting metrics differs between two batches.

    The greatest parts first. For a count or a sum, the lines of all pages add up to exactly
    what is after less what was before. The number of queries does not depend on how many
    records there are.
    """
    params = _params(metrics, role, period, before, after)
    changed = _changed(before, after)
    count, change = db.one(
        "SELECT count(*), coalesce(sum(coalesce(d.worth_b, 0) - coalesce(d.worth_a, 0)), 0)"
        f" FROM ({changed}) d",
        params,
    )
    page_count = max(ceil(count / size), 1)
    page = min(page, page_count)
    rows = db.rows(
        f"""SELECT d.metric_id, d.record_id, d.day, d.worth_a, d.worth_b FROM ({changed}) d
            ORDER BY abs(coalesce(d.worth_b, 0) - coalesce(d.worth_a, 0)) DESC, d.day DESC,
                     d.record_id, d.metric_id
            LIMIT %(limit)s OFFSET %(offset)s""",
        {**params, "limit": size, "offset": (page - 1) * size},
    )
    return Differences(
        before=sums_of(metrics, role=role, period=period, held=before),
        after=sums_of(metrics, role=role, period=period, held=after),
        count=count,
        change=change if len(metrics) == 1 and metrics[0].adds_over_people else None,
        lines=_told(rows, metrics, role=role, batches=(before.batch, after.batch)),
        page=page,
        page_count=page_count,
    )


def _params(
    metrics: Sequence[MetricFacts], role: int, period: Period, before: Held, after: Held
) -> dict[str, object]:
    return {
        "organization": scope.current().organization_id,
        "metrics": [each.id for each in metrics],
        "counts": [each.id for each in metrics if each.aggregation is Aggregation.COUNT],
        "role": role,
        "balances": [each.id for each in metrics if each.aggregation is Aggregation.LATEST],
        "always": ALWAYS,
        "from_day": period.from_day,
        "until_day": period.until_day,
        **_held_params("a", before),
        **_held_params("b", after),
    }


# On which days: what stands at the end of a period stands since whenever it began, under the tree
# of the last day.
_EARNED = """
    t.day < %(until_day)s AND t.day >= CASE
        WHEN t.metric_id = ANY(%(balances)s::bigint[]) THEN %(always)s ELSE %(from_day)s END
"""


def _held_params(side: str, held: Held) -> dict[str, object]:
    inside = held.inside or ()
    return {
        f"batch_{side}": held.batch,
        f"member_{side}": held.member_id,
        f"teams_{side}": [each.team_id for each in inside],
        f"froms_{side}": [each.from_day for each in inside],
        f"untils_{side}": [each.until_day for each in inside],
    }


def _team(side: str) -> str:
    """Return the team a credit was earned in, as known at a side's batch (ledger.queries)."""
    return f"""COALESCE((
        SELECT p.team_id FROM assignment p
        WHERE p.organization_id = t.organization_id AND p.assignment_id = t.assignment_id
          AND p.known_from <= %(batch_{side})s
        ORDER BY p.known_from DESC LIMIT 1), 0)"""


def _counted(side: str, held: Held) -> str:
    """Return the condition that a credit is part of the number at a side."""
    parts = [f"t.known_from <= %(batch_{side})s AND t.known_until > %(batch_{side})s"]
    if held.member_id is not None:
        parts.append(f"t.member_id = %(member_{side})s")
    if held.inside is not None:
        parts.append(f"""EXISTS (
            SELECT 1 FROM unnest(%(teams_{side})s::bigint[], %(froms_{side})s::date[],
                                 %(untils_{side})s::date[]) AS w (team_id, from_day, until_day)
            WHERE w.team_id = {_team(side)} AND CASE
                WHEN t.metric_id = ANY(%(balances)s::bigint[]) THEN w.until_day = %(until_day)s
                ELSE t.day >= w.from_day AND t.day < w.until_day END)""")
    return "(" + " AND ".join(parts) + ")"


_KNOWN_AT_EITHER = """
    (t.known_from <= %(batch_a)s AND t.known_until > %(batch_a)s
     OR t.known_from <= %(batch_b)s AND t.known_until > %(batch_b)s)
"""


def _changed(before: Held, after: Held) -> str:
    """Return the query of what of each record was counted at one side only, by metric.

    What is counted at both cancels out; where the tree may have moved beneath a credit, both
    sides are asked of it.
    """
    return f"""
        SELECT t.metric_id, t.record_id, max(t.day) AS day,
               count(*) FILTER (WHERE t.was) AS credits_a,
               count(*) FILTER (WHERE NOT t.was) AS credits_b,
               sum(t.worth) FILTER (WHERE t.was) AS worth_a,
               sum(t.worth) FILTER (WHERE NOT t.was) AS worth_b
        FROM (
            SELECT t.metric_id, t.record_id, t.day,
                   CASE WHEN t.metric_id = ANY(%(counts)s::bigint[])
                        THEN round(t.share::numeric / {calc.WHOLE_SHARE}, 4)
                        ELSE t.value END AS worth,
                   {_counted("a", before)} AS was, {_counted("b", after)} AS has
            FROM credit t
            WHERE t.organization_id = %(organization)s AND t.metric_id = ANY(%(metrics)s)
              AND t.role = %(role)s AND {_EARNED}
              AND {_KNOWN_AT_EITHER}) t
        WHERE t.was <> t.has
        GROUP BY t.metric_id, t.record_id
        -- Made again as it was, a credit changes nothing.
        HAVING (count(*) FILTER (WHERE t.was), sum(t.worth) FILTER (WHERE t.was))
            IS DISTINCT FROM
               (count(*) FILTER (WHERE NOT t.was), sum(t.worth) FILTER (WHERE NOT t.was))
    """


def sums_of(
    metrics: Sequence[MetricFacts], *, role: int = 0, period: Period, held: Held
) -> dict[int, Sums]:
    """Return by metric what a number's credits come to at one moment."""
    found = db.rows(
        f"""SELECT t.metric_id, count(*), sum(t.share)::bigint, sum(t.value), min(t.value),
                   max(t.value), array_agg(DISTINCT t.item) FILTER (WHERE t.item <> '')
            FROM credit t
            WHERE t.organization_id = %(organization)s AND t.metric_id = ANY(%(metrics)s)
              AND t.role = %(role)s AND {_EARNED}
              AND {_counted("a", held)}
            GROUP BY t.metric_id""",
        _params(metrics, role, period, held, held),
    )
    return {
        metric: Sums(credits_, shares, total, lowest, highest, frozenset(items or ()))
        for metric, credits_, shares, total, lowest, highest, items in found
    }


def _told(
    rows: Sequence[db.Row],
    every: Sequence[MetricFacts],
    *,
    role: int,
    batches: tuple[int, int],
) -> tuple[Line, ...]:
    """Tell what happened to each record of a page."""
    if not rows:
        return ()
    metrics = {each.id: each for each in every}
    ids = sorted({row[1] for row in rows})
    records = history.records(ids)
    then, now = (history.known_at(ids, batch=batch) for batch in batches)
    rules = [_by_metric(rule_history.rules_known(batch), metrics) for batch in batches]
    credits_ = _credits(ids, metrics, role=role, batches=batches)
    lines = []
    for metric_id, record_id, day, before, after in rows:
        # Of several credits of a record those that changed tell most.
        known = sorted(
            credits_.get((metric_id, record_id), []), key=lambda each: each.was and each.has
        )
        story = Story(
            before=then.get(record_id),
            after=now.get(record_id),
            credits_before=tuple(each for each in known if each.was),
            credits_after=tuple(each for each in known if each.has),
            rules_before=rules[0][metric_id],
            rules_after=rules[1][metric_id],
            is_entry=records[record_id].kind == RecordKind.ENTRY,
            has_moved=(before is None) != (after is None),
        )
        lines.append(_line(metrics[metric_id], records[record_id], day, (before, after), story))
    return tuple(lines)


def _by_metric(
    rules: Sequence[Rule], metrics: Mapping[int, MetricFacts]
) -> dict[int, tuple[Rule, ...]]:
    return {key: tuple(each for each in rules if each.metric_id == key) for key in metrics}


def _line(
    metric: MetricFacts,
    record: RecordFacts,
    day: date,
    worth: tuple[Decimal | None, Decimal | None],
    story: Story,
) -> Line:
    version = story.after or story.before
    return Line(
        metric=metric,
        record=record,
        name=version.text("name") if version else "",
        account=version.text("account") if version else "",
        url=version.text("url") if version else "",
        day=day,
        before=worth[0],
        after=worth[1],
        causes=difference_causes.causes(story),
    )


def _credits(
    record_ids: Sequence[int],
    metrics: Mapping[int, MetricFacts],
    *,
    role: int,
    batches: tuple[int, int],
) -> dict[tuple[int, int], list[KnownCredit]]:
    """Return by metric and record every credit known at either moment, whoever has it."""
    found = db.rows(
        f"""SELECT t.metric_id, t.record_id, t.id, t.member_id, t.assignment_id, {_team("a")},
                   {_team("b")}, t.day, t.value, t.share, t.owner_key, t.reason, t.rate_id,
                   t.known_from <= %(batch_a)s AND t.known_until > %(batch_a)s,
                   t.known_from <= %(batch_b)s AND t.known_until > %(batch_b)s
            FROM credit t
            WHERE t.organization_id = %(organization)s AND t.record_id = ANY(%(records)s)
              AND t.metric_id = ANY(%(metrics)s) AND t.role = %(role)s AND {_KNOWN_AT_EITHER}
            ORDER BY t.id""",
        {
            "organization": scope.current().organization_id,
            "records": [*record_ids],
            "metrics": [*metrics],
            "role": role,
            "batch_a": batches[0],
            "batch_b": batches[1],
        },
    )
    credits_: dict[tuple[int, int], list[KnownCredit]] = {}
    for metric_id, record_id, *facts in found:
        credits_.setdefault((metric_id, record_id), []).append(KnownCredit(*facts))
    return credits_
