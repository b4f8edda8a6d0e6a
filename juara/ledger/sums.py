"""What metrics come to over a range of days: sums of every sort, ready to be made into values.

Counts, sums, averages and extremes add up over days and are read from tallies. A balance is what
all days until the end of the range come to. Different items cannot be added, so those of a range
are read from its credits.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from juara.core import db, scope
from juara.core.calendar import ALWAYS
from juara.core.db import LATEST
from juara.ledger import queries
from juara.ledger.types import MemberSums
from juara.metrics.queries import MetricFacts
from juara.metrics.types import SUMS_OF, Aggregation, Sums

# What sums can be told apart by, and how a tally and a credit say it.
_BY = {
    "member": ("t.member_id", "t.member_id"),
    "month": ("date_trunc('month', t.from_day)::date", "date_trunc('month', t.day)::date"),
}

# A metric, and what its sums are told apart by.
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sorts:
    """Metrics by how they are read."""

    flows: tuple[MetricFacts, ...]
    balances: tuple[MetricFacts, ...]
    distinct: tuple[MetricFacts, ...]


def sorts(components: Sequence[MetricFacts]) -> Sorts:
    def of(*kinds: Aggregation) -> tuple[MetricFacts, ...]:
        return tuple(each for each in components if each.aggregation in kinds)

    special = (Aggregation.LATEST, Aggregation.DISTINCT)
    return Sorts(
        flows=tuple(each for each in components if each.aggregation not in special),
        balances=of(Aggregation.LATEST),
        distinct=of(Aggregation.DISTINCT),
    )


def member_sums(
    components: Sequence[MetricFacts],
    *,
    role: int = 0,
    from_day: date,
    until_day: date,
    batch: int = LATEST,
    has_balances: bool = True,
    is_for_values: bool = False,
    member_ids: Collection[int] | None = None,
    is_by_team: bool = False,
) -> tuple[MemberSums, ...]:
    """Return the sums of each metric × member × team over a half-open range of days.

    Of counting metrics only. The team is the one the credit was earned in; there may be several
    rows of one. Member 0 is nobody (team 0). At most three queries. Without `has_balances` those
    are left out: whoever reads a range in pieces wants them once, of the last. Sums `is_for_values`
    may be empty where no value is worked out from them. `member_ids` keeps to these people.
    `is_by_team` adds those of a team up where it can: then whose they are is told by none.
    """
    found = sorts(components)
    wanted = _wanted if is_for_values else _every
    rows = list[MemberSums]()
    if found.flows:
        rows += queries.member_sums(
            _ids(found.flows), role=role, from_day=from_day, until_day=until_day, batch=batch,
            wanted=wanted(found.flows), member_ids=member_ids, is_by_team=is_by_team,
        )  # fmt: skip
    if found.balances and has_balances:
        rows += queries.member_sums(
            _ids(found.balances), role=role, from_day=ALWAYS, until_day=until_day, batch=batch,
            wanted=wanted(found.balances), member_ids=member_ids, is_by_team=is_by_team,
        )  # fmt: skip
    if found.distinct:
        rows += queries.member_items(
            _ids(found.distinct), role=role, from_day=from_day, until_day=until_day, batch=batch
        )
    return tuple(rows)


def sums(
    components: Sequence[MetricFacts],
    *,
    by: str = "",
    role: int = 0,
    from_day: date,
    until_day: date,
    batch: int = LATEST,
    assignments: Sequence[int] | None = None,
) -> dict[Key, Sums]:
    """Return the sums of each metric over a range, whoever earned them, unassigned included.

    Keys are (metric id,), with `by` (metric id, member id) or (metric id, first of month); a
    month's balance is what that month changed. `assignments` keeps to credits of these places.
    At most three queries.
    """
    found = sorts(components)
    total: dict[Key, Sums] = {}
    for metrics, first, is_counted in (
        (found.flows, from_day, batch == LATEST),
        (found.balances, from_day if by == "month" else ALWAYS, batch == LATEST),
        (found.distinct, from_day, False),
    ):
        if metrics:
            params = {
                "organization": scope.current().organization_id,
                "metrics": _ids(metrics),
                "role": role,
                "from_day": first,
                "until_day": until_day,
                "assignments": None if assignments is None else list(assignments),
            }
            rows = (
                _from_tallies(by, params, first, until_day)
                if is_counted
                else _from_credits(by, params, batch)
            )
            for key, each in rows:
                total[key] = total.get(key, Sums()) + each
    return total


def _wanted(metrics: Sequence[MetricFacts]) -> Collection[str]:
    """Return which sums the values of these metrics are worked out from."""
    return {name for each in metrics for name in SUMS_OF[each.aggregation]}


def _every(_metrics: Sequence[MetricFacts]) -> Collection[str]:
    return queries.EVERY_SUM


def _ids(metrics: Sequence[MetricFacts]) -> list[int]:
    return [each.id for each in metrics]


_PLACES = "(%(assignments)s::bigint[] IS NULL OR t.assignment_id = ANY(%(assignments)s))"


_BY_DAY = "t.grain = 'd' AND t.from_day >= %(from_day)s AND t.from_day < %(until_day)s"


def _from_tallies(
    by: str, params: dict[str, object], from_day: date, until_day: date
) -> Iterator[tuple[Key, Sums]]:
    # Of single places by the day: these stand together in an index of their own.
    is_whole = params["assignments"] is None
    days, more = queries.days_of_tallies(from_day, until_day) if is_whole else (_BY_DAY, {})
    key = f", {_BY[by][0]}" if by else ""
    group = "1, 2" if by else "1"
    found = db.rows(
        f"SELECT t.metric_id{key}, sum(t.credits)::bigint, sum(t.shares)::bigint, sum(t.total),"
        " min(t.lowest), max(t.highest) FROM tally t"
        " WHERE t.organization_id = %(organization)s AND t.metric_id = ANY(%(metrics)s)"
        f" AND t.role = %(role)s AND ({days}) AND {_PLACES} GROUP BY {group}",
        {**params, **more},
    )
    for *key_, credits_, shares, total, lowest, highest in found:
        yield tuple(key_), Sums(credits_, shares, total, lowest, highest)


def _from_credits(by: str, params: dict[str, object], batch: int) -> Iterator[tuple[Key, Sums]]:
    key = f", {_BY[by][1]}" if by else ""
    group = "1, 2" if by else "1"
    found = db.rows(
        f"SELECT t.metric_id{key}, count(*), sum(t.share)::bigint, sum(t.value),"
        " min(t.value), max(t.value), array_agg(DISTINCT t.item) FILTER (WHERE t.item <> '')"
        " FROM credit t WHERE t.organization_id = %(organization)s"
        " AND t.metric_id = ANY(%(metrics)s) AND t.role = %(role)s"
        f" AND {db.known('t', batch)} AND t.day >= %(from_day)s AND t.day < %(until_day)s"
        f" AND {_PLACES} GROUP BY {group}",
        params,
    )
    for *key_, credits_, shares, total, lowest, highest, items in found:
        yield tuple(key_), Sums(credits_, shares, total, lowest, highest, frozenset(items or ()))
