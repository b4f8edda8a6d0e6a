"""Reading the ledger: standings, the credits behind a number, what nobody earned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from juara.core import db, scope
from juara.core.calendar import Period, stretches
from juara.ledger.types import CreditFacts, MemberSums, UnassignedTotal
from juara.metrics.types import Sums
from juara.people import calc as tree
from juara.people.types import ParentSpan

LATEST = db.OPEN - 1

# The assignment a credit rests on, as known at the batch …
_PLACE = """
    LEFT JOIN assignment a ON a.organization_id = t.organization_id
      AND a.assignment_id = t.assignment_id
      AND a.known_from <= %(batch)s AND a.known_until > %(batch)s
"""
# … and the team it was earned in. An assignment that is known no longer stands until the ledger
# has taken that in: in between its credits must not be nowhere.
_TEAM = """COALESCE(a.team_id, (
        SELECT p.team_id FROM assignment p
        WHERE p.organization_id = t.organization_id AND p.assignment_id = t.assignment_id
          AND p.known_from <= %(batch)s
        ORDER BY p.known_from DESC LIMIT 1), 0)"""

_NOW = """
    SELECT t.organization_id, t.metric_id, t.member_id, t.assignment_id,
           sum(t.credits) AS credits, sum(t.shares) AS shares, sum(t.total) AS total
    FROM tally t
    WHERE t.organization_id = %(organization)s AND t.metric_id = ANY(%(metrics)s)
      AND t.role = %(role)s AND ({days})
    GROUP BY 1, 2, 3, 4
"""

# The same from the credits themselves, as they were known at a batch.
_THEN = """
    SELECT t.organization_id, t.metric_id, t.member_id, t.assignment_id,
           count(*) AS credits, sum(t.share) AS shares, sum(t.value) AS total
    FROM credit t
    WHERE t.organization_id = %(organization)s AND t.metric_id = ANY(%(metrics)s)
      AND t.role = %(role)s AND t.known_from <= %(batch)s AND t.known_until > %(batch)s
      AND ({days})
    GROUP BY 1, 2, 3, 4
"""

# Added up by assignment first: a team is looked up once for each, not for each day.
_BY_TEAM = f"""
    SELECT t.metric_id, t.member_id, {_TEAM},
           sum(t.credits)::bigint, sum(t.shares)::bigint, sum(t.total)
    FROM ({{sums}}) t
    {_PLACE}
    GROUP BY 1, 2, 3
"""


def _days(from_day: date, until_day: date, *, past: bool) -> tuple[str, dict[str, object]]:
    """Return the condition on days: whole months and edge days, or plain days for the past."""
    if past:
        return "t.day >= %(from_day)s AND t.day < %(until_day)s", {
            "from_day": from_day,
            "until_day": until_day,
        }
    parts, params = [], dict[str, object]()
    for index, stretch in enumerate(stretches(from_day, until_day)):
        parts.append(
            f"(t.grain = '{stretch.grain}' AND t.from_day >= %(from_{index})s"
            f" AND t.from_day < %(until_{index})s)"
        )
        params |= {f"from_{index}": stretch.from_day, f"until_{index}": stretch.until_day}
    return " OR ".join(parts) or "false", params


def member_sums(
    metric_ids: Sequence[int],
    *,
    role: int = 0,
    from_day: date,
    until_day: date,
    batch: int = LATEST,
) -> tuple[MemberSums, ...]:
    """Return the sums of each metric × member × team over a half-open range of days.

    The team is the one the credit was earned in. Member 0 is nobody (team 0). One query; from
    tallies for what is known now, from credits as of an earlier batch.
    """
    past = batch != LATEST
    days, params = _days(from_day, until_day, past=past)
    sums = (_THEN if past else _NOW).format(days=days)
    found = db.rows(
        _BY_TEAM.format(sums=sums),
        {
            "organization": scope.current().organization_id,
            "metrics": list(metric_ids),
            "role": role,
            "batch": batch,
            **params,
        },
    )
    return tuple(
        MemberSums(metric_id, member_id, team_id, Sums(credits_, shares, total))
        for metric_id, member_id, team_id, credits_, shares, total in found
    )


@dataclass(frozen=True, slots=True)
class TreeSegment:
    """Days on which the team tree stands still, with each team's parent on them."""

    from_day: date
    until_day: date
    parents: dict[int, int]


def tree_segments(
    spans: Sequence[ParentSpan], from_day: date, until_day: date
) -> tuple[TreeSegment, ...]:
    """Cut a range where the tree changes, so that each day is counted under its own parents."""
    edges = [from_day, *tree.boundaries(spans, from_day, until_day), until_day]
    return tuple(
        TreeSegment(first, last, tree.parents_on(spans, first)) for first, last in pairwise(edges)
    )


_MOMENTS = f"""
    SELECT t.member_id, {_TEAM}, t.metric_id, t.day, t.occurred_at,
           sum(t.share)::bigint, sum(t.value)
    FROM credit t
    {_PLACE}
    WHERE t.organization_id = %(organization)s AND t.metric_id = ANY(%(metrics)s)
      AND t.role = %(role)s AND t.member_id = ANY(%(members)s)
      AND t.day >= %(from_day)s AND t.day < %(until_day)s
      AND t.known_from <= %(batch)s AND t.known_until > %(batch)s
    GROUP BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True, slots=True)
class MomentSums:
    """What was earned at one moment (or on one day without a time) by one member in one team."""

    member_id: int
    team_id: int
    metric_id: int
    day: date
    occurred_at: datetime | None
    sums: Sums


def moment_sums(
    metric_ids: Sequence[int],
    *,
    members: Sequence[int],
    role: int = 0,
    period: Period,
    batch: int = LATEST,
) -> tuple[MomentSums, ...]:
    """Return when members earned what, for telling who reached a value first."""
    found = db.rows(
        _MOMENTS,
        {
            "organization": scope.current().organization_id,
            "metrics": list(metric_ids),
            "members": list(members),
            "role": role,
            "batch": batch,
            "from_day": period.from_day,
            "until_day": period.until_day,
        },
    )
    return tuple(
        MomentSums(member, team, metric, day, at, Sums(0, shares, total))
        for member, team, metric, day, at, shares, total in found
    )


@dataclass(frozen=True, slots=True)
class TeamDays:
    """A team on the days (half-open) on which it belongs to what is asked for."""

    team_id: int
    from_day: date
    until_day: date


_CREDITS_COLUMNS = """
    SELECT t.metric_id, t.role, t.member_id, t.day, t.occurred_at, t.value, t.share, t.reason,
           t.owner_key, t.record_id, r.external_id, r.kind, s.key, v.name, v.account, v.status,
           v.amount, v.currency, v.url, v.is_deleted
"""
_CREDITS_FROM = f"""
    FROM credit t
    JOIN record r ON r.organization_id = t.organization_id AND r.id = t.record_id
    JOIN source s ON s.organization_id = t.organization_id AND s.id = t.source_id
    JOIN record_version v ON v.organization_id = t.organization_id AND v.record_id = t.record_id
      AND v.known_from <= %(batch)s AND v.known_until > %(batch)s
    {_PLACE}
"""
_CREDITS_WHERE = f"""
    WHERE t.organization_id = %(organization)s AND t.metric_id = ANY(%(metrics)s)
      AND t.role = %(role)s AND t.day >= %(from_day)s AND t.day < %(until_day)s
      AND t.known_from <= %(batch)s AND t.known_until > %(batch)s
      AND (%(member)s::bigint IS NULL OR t.member_id = %(member)s)
      AND (%(teams)s::bigint[] IS NULL OR EXISTS (
        SELECT 1 FROM unnest(%(teams)s::bigint[], %(froms)s::date[], %(untils)s::date[])
            AS w (team_id, from_day, until_day)
        WHERE w.team_id = {_TEAM} AND t.day >= w.from_day AND t.day < w.until_day))
"""


def credits_behind(
    metric_ids: Sequence[int],
    *,
    role: int = 0,
    member_id: int | None = None,
    inside: Sequence[TeamDays] | None = None,
    period: Period,
    batch: int = LATEST,
    limit: int = 100,
    offset: int = 0,
) -> tuple[CreditFacts, ...]:
    """Return the credits behind a number, newest day first, with their records as then known.

    `member_id` 0 asks for what nobody earned, None for everybody; `inside` keeps to teams on
    days.
    """
    found = db.rows(
        _CREDITS_COLUMNS
        + _CREDITS_FROM
        + _CREDITS_WHERE
        + " ORDER BY t.day DESC, t.occurred_at DESC NULLS FIRST, t.id LIMIT %(limit)s"
        " OFFSET %(offset)s",
        {
            **_asked(metric_ids, role, member_id, inside, period, batch),
            "limit": limit,
            "offset": offset,
        },
    )
    return tuple(CreditFacts(*row) for row in found)


def credit_count(
    metric_id: int,
    *,
    role: int = 0,
    member_id: int | None = None,
    inside: Sequence[TeamDays] | None = None,
    period: Period,
    batch: int = LATEST,
) -> int:
    """Return how many credits stand behind a number."""
    count: int = db.one(
        "SELECT count(*)" + _CREDITS_FROM + _CREDITS_WHERE,
        _asked([metric_id], role, member_id, inside, period, batch),
    )[0]
    return count


def _asked(
    metric_ids: Sequence[int],
    role: int,
    member_id: int | None,
    inside: Sequence[TeamDays] | None,
    period: Period,
    batch: int,
) -> dict[str, object]:
    return {
        "organization": scope.current().organization_id,
        "metrics": list(metric_ids),
        "role": role,
        "member": member_id,
        "teams": None if inside is None else [each.team_id for each in inside],
        "froms": [each.from_day for each in inside or ()],
        "untils": [each.until_day for each in inside or ()],
        "from_day": period.from_day,
        "until_day": period.until_day,
        "batch": batch,
    }


_UNASSIGNED = """
    SELECT reason, owner_key, count(*), sum(share)::bigint, sum(value)
    FROM credit
    WHERE organization_id = %(organization)s AND metric_id = %(metric)s AND role = %(role)s
      AND member_id = 0 AND day >= %(from_day)s AND day < %(until_day)s
      AND known_from <= %(batch)s AND known_until > %(batch)s
    GROUP BY reason, owner_key
    ORDER BY count(*) DESC, owner_key
"""


def unassigned(
    metric_id: int, *, role: int = 0, period: Period, batch: int = LATEST
) -> tuple[UnassignedTotal, ...]:
    """Return what a metric counted for nobody in a period, by reason and owner key."""
    found = db.rows(
        _UNASSIGNED,
        {
            "organization": scope.current().organization_id,
            "metric": metric_id,
            "role": role,
            "from_day": period.from_day,
            "until_day": period.until_day,
            "batch": batch,
        },
    )
    return tuple(
        UnassignedTotal(reason, key, Sums(credits_, shares, total))
        for reason, key, credits_, shares, total in found
    )


def credited(metric_id: int, record_ids: Sequence[int], *, batch: int = LATEST) -> frozenset[int]:
    """Return which of these records a metric credits at all."""
    found = db.rows(
        "SELECT DISTINCT record_id FROM credit WHERE organization_id = %s AND metric_id = %s"
        " AND record_id = ANY(%s) AND known_from <= %s AND known_until > %s",
        [scope.current().organization_id, metric_id, list(record_ids), batch, batch],
    )
    return frozenset(row[0] for row in found)


def newest_months() -> dict[int, tuple[date, int]]:
    """Return the last month in which people earned something and how many did, by metric."""
    found = db.rows(
        "SELECT DISTINCT ON (metric_id) metric_id, from_day, count(DISTINCT member_id)"
        " FROM tally WHERE organization_id = %s AND grain = 'm' AND member_id <> 0"
        " GROUP BY metric_id, from_day ORDER BY metric_id, from_day DESC",
        [scope.current().organization_id],
    )
    return {metric: (month, people) for metric, month, people in found}
