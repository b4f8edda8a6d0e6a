"""Reading the ledger: standings, the credits behind a number, what nobody earned."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from juara.core import db, scope
from juara.core.calendar import ALWAYS, Period, stretches
from juara.ledger.types import CreditFacts, MemberSums, UnassignedTotal
from juara.metrics.types import Sums
from juara.people import calc as tree
from juara.people.types import ParentSpan

LATEST = db.LATEST

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

# Each sum is worked out only where it is wanted, and a group is told apart by as little as can
# be (whose a place is it says itself): of a year of ten thousand people either is a tenth.
_SUMS_OF_TALLIES = {
    "shares": ("sum(t.shares)", "0::bigint"),
    "total": ("sum(t.total)", "0::numeric"),
    "lowest": ("min(t.lowest)", "NULL::numeric"),
    "highest": ("max(t.highest)", "NULL::numeric"),
}
EVERY_SUM = tuple(_SUMS_OF_TALLIES)
_MEMBERS = "(%(members)s::bigint[] IS NULL OR t.member_id = ANY(%(members)s))"
_NOW = f"""
    SELECT %(organization)s::bigint AS organization_id, t.metric_id,
           min(t.member_id) AS member_id, t.assignment_id, sum(t.credits) AS credits, {{sums}}
    FROM tally t
    WHERE t.organization_id = %(organization)s AND t.metric_id = ANY(%(metrics)s)
      AND t.role = %(role)s AND ({{days}}) AND {_MEMBERS}
    GROUP BY t.metric_id, t.assignment_id
"""

# The same from the credits themselves, as they were known at a batch.
_THEN = f"""
    SELECT t.organization_id, t.metric_id, t.member_id, t.assignment_id,
           count(*) AS credits, sum(t.share) AS shares, sum(t.value) AS total,
           min(t.value) AS lowest, max(t.value) AS highest
    FROM credit t
    WHERE t.organization_id = %(organization)s AND t.metric_id = ANY(%(metrics)s)
      AND t.role = %(role)s AND t.known_from <= %(batch)s AND t.known_until > %(batch)s
      AND ({{days}}) AND {_MEMBERS}
    GROUP BY 1, 2, 3, 4
"""

# Added up by assignment: a team is looked up once for each, not for each day. The few people with
# several places in one team are put together afterwards: that costs less than grouping all again.
# A full join, whose other half is thrown away, since it never compares each with each: taking an
# organization for a two-hundredth of a table, the planner would do that with a thousand people.
_BY_TEAM = f"""
    SELECT t.metric_id, t.member_id, {_TEAM}, t.credits::bigint, t.shares::bigint, t.total,
           t.lowest, t.highest
    FROM ({{sums}}) t
    FULL JOIN (
        SELECT a.assignment_id, a.team_id FROM assignment a
        WHERE a.organization_id = %(organization)s
          AND a.known_from <= %(batch)s AND a.known_until > %(batch)s) a
      ON a.assignment_id = t.assignment_id
    WHERE COALESCE(t.credits, 0) > 0
"""
# The same, whoever earned it: of thousands of people a few dozen rows.
_OF_TEAMS = """
    SELECT w.metric_id, 0, w.team_id, sum(w.credits)::bigint, sum(w.shares)::bigint, sum(w.total),
           min(w.lowest), max(w.highest)
    FROM ({rows}) w (metric_id, member_id, team_id, credits, shares, total, lowest, highest)
    GROUP BY w.metric_id, w.team_id
"""


_DAYS = "t.day >= %(from_day)s AND t.day < %(until_day)s"


def days_of_tallies(from_day: date, until_day: date) -> tuple[str, dict[str, object]]:
    """Return the condition on tallies ``t`` of a range: its whole months, and the days around."""
    parts, params = [], dict[str, object]()
    for index, stretch in enumerate(stretches(from_day, until_day)):
        parts.append(
            f"(t.grain = '{stretch.grain}' AND t.from_day >= %(from_{index})s"
            f" AND t.from_day < %(until_{index})s)"
        )
        params |= {f"from_{index}": stretch.from_day, f"until_{index}": stretch.until_day}
    return " OR ".join(parts) or "false", params


def sums_of_tallies(wanted: Collection[str]) -> str:
    """Return the columns of these sums of tallies ``t``, empty ones in place of the others."""
    return ", ".join(
        f"{each if name in wanted else empty} AS {name}"
        for name, (each, empty) in _SUMS_OF_TALLIES.items()
    )


def member_sums(
    metric_ids: Sequence[int],
    *,
    role: int = 0,
    from_day: date,
    until_day: date,
    batch: int = LATEST,
    wanted: Collection[str] = EVERY_SUM,
    member_ids: Collection[int] | None = None,
    is_by_team: bool = False,
) -> tuple[MemberSums, ...]:
    """Return the sums of each metric × member × team over a half-open range of days.

    Of metrics whose days add up (ledger.sums knows them all). The team is the one the credit was
    earned in. Member 0 is nobody (team 0). One query; from tallies for what is known now, from
    credits as of an earlier batch. Sums that are not `wanted` may be left out; `member_ids` keeps
    to these. `is_by_team` adds people up, too: every row is of member 0 then.
    """
    params: dict[str, object] = {"from_day": from_day, "until_day": until_day}
    if batch != LATEST:
        sums = _THEN.format(days=_DAYS)
    else:
        days, params = days_of_tallies(from_day, until_day)
        sums = _NOW.format(days=days, sums=sums_of_tallies(wanted))
    statement = _BY_TEAM.format(sums=sums)
    found = db.rows(
        _OF_TEAMS.format(rows=statement) if is_by_team else statement,
        {
            "organization": scope.current().organization_id,
            "metrics": list(metric_ids),
            "role": role,
            "batch": batch,
            "members": None if member_ids is None else list(member_ids),
            **params,
        },
    )
    places = dict[tuple[int, int, int], Sums]()
    for metric_id, member_id, team_id, *sums_ in found:
        key = (metric_id, member_id, team_id)
        places[key] = places[key] + Sums(*sums_) if key in places else Sums(*sums_)
    return tuple(MemberSums(*key, each) for key, each in places.items())


# The different items among credits, by assignment; those of several cannot be added, only united.
_ITEMS = f"""
    SELECT t.metric_id, t.member_id, {_TEAM}, t.credits, t.shares, t.total, t.items
    FROM (
        SELECT t.organization_id, t.metric_id, t.member_id, t.assignment_id, count(*) AS credits,
               sum(t.share)::bigint AS shares, sum(t.value) AS total,
               array_agg(DISTINCT t.item) FILTER (WHERE t.item <> '') AS items
        FROM credit t
        WHERE t.organization_id = %(organization)s AND t.metric_id = ANY(%(metrics)s)
          AND t.role = %(role)s AND {{known}} AND {_DAYS}
        GROUP BY 1, 2, 3, 4) t
    {_PLACE}
"""


def member_items(
    metric_ids: Sequence[int],
    *,
    role: int = 0,
    from_day: date,
    until_day: date,
    batch: int = LATEST,
) -> tuple[MemberSums, ...]:
    """Return the same for metrics that count different items: with these. From credits."""
    found = db.rows(
        _ITEMS.format(known=db.known("t", batch)),
        {
            "organization": scope.current().organization_id,
            "metrics": list(metric_ids),
            "role": role,
            "batch": batch,
            "from_day": from_day,
            "until_day": until_day,
        },
    )
    return tuple(
        MemberSums(
            metric_id,
            member_id,
            team_id,
            Sums(credits_, shares, total, items=frozenset(items or ())),
        )
        for metric_id, member_id, team_id, credits_, shares, total, items in found
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
           sum(t.share)::bigint, sum(t.value), min(t.value), max(t.value),
           array_agg(DISTINCT t.item) FILTER (WHERE t.item <> '')
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
        MomentSums(
            member,
            team,
            metric,
            day,
            at,
            Sums(0, shares, total, lowest, highest, frozenset(items or ())),
        )
        for member, team, metric, day, at, shares, total, lowest, highest, items in found
    )


@dataclass(frozen=True, slots=True)
class Nobodys:
    """Of what nobody earned the part that has one reason and names one key of a source."""

    reason: str
    owner_key: str
    source_key: str


@dataclass(frozen=True, slots=True)
class TeamDays:
    """A team on the days (half-open) on which it belongs to what is asked for."""

    team_id: int
    from_day: date
    until_day: date


_CREDITS_COLUMNS = """
    SELECT t.metric_id, t.role, t.member_id, t.day, t.occurred_at, t.value, t.share, t.reason,
           t.owner_key, t.record_id, r.external_id, r.kind, s.key, v.name, v.account, v.status,
           v.amount, v.currency, v.url, v.is_deleted, t.item, t.rate_id
"""
_CREDITS_FROM = f"""
    FROM credit t
    JOIN record r ON r.organization_id = t.organization_id AND r.id = t.record_id
    JOIN source s ON s.organization_id = t.organization_id AND s.id = t.source_id
    JOIN record_version v ON v.organization_id = t.organization_id AND v.record_id = t.record_id
      AND v.known_from <= %(batch)s AND v.known_until > %(batch)s
    {_PLACE}
"""
# Counting them asks their records for nothing: each has one version at any batch.
_COUNTED_FROM = f"""
    FROM credit t
    JOIN source s ON s.organization_id = t.organization_id AND s.id = t.source_id
    {_PLACE}
"""
_CREDITS_WHERE = f"""
    WHERE t.organization_id = %(organization)s AND t.metric_id = ANY(%(metrics)s)
      AND t.role = %(role)s AND t.day >= %(from_day)s AND t.day < %(until_day)s
      AND t.known_from <= %(batch)s AND t.known_until > %(batch)s
      AND (%(member)s::bigint IS NULL OR t.member_id = %(member)s)
      -- Of a balance what stands: what has come and gone again adds up to nothing.
      AND (NOT %(is_balance)s OR t.record_id IN (
        SELECT b.record_id FROM credit b
        WHERE b.organization_id = %(organization)s AND b.metric_id = ANY(%(metrics)s)
          AND b.role = %(role)s AND b.day < %(until_day)s
          AND b.known_from <= %(batch)s AND b.known_until > %(batch)s
          AND (%(member)s::bigint IS NULL OR b.member_id = %(member)s)
        GROUP BY b.record_id HAVING sum(b.share) <> 0 OR sum(b.value) <> 0))
      AND (%(reason)s::text IS NULL OR t.reason = %(reason)s AND t.owner_key = %(owner_key)s
           AND s.key = %(source_key)s)
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
    nobodys: Nobodys | None = None,
    is_balance: bool = False,
    period: Period,
    batch: int = LATEST,
    limit: int = 100,
    offset: int = 0,
) -> tuple[CreditFacts, ...]:
    """Return the credits behind a number, newest day first, with their records as then known.

    `member_id` 0 asks for what nobody earned, None for everybody; `inside` keeps to teams on
    days, `nobodys` to one line of what nobody earned. `is_balance` takes in what stands at the end
    of the period, whenever it began.
    """
    found = db.rows(
        _CREDITS_COLUMNS
        + _CREDITS_FROM
        + _CREDITS_WHERE
        + " ORDER BY t.day DESC, t.occurred_at DESC NULLS FIRST, t.id LIMIT %(limit)s"
        " OFFSET %(offset)s",
        {
            **_asked(metric_ids, role, member_id, inside, nobodys, is_balance, period, batch),
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
    nobodys: Nobodys | None = None,
    is_balance: bool = False,
    period: Period,
    batch: int = LATEST,
) -> int:
    """Return how many credits stand behind a number."""
    count: int = db.one(
        "SELECT count(*)" + _COUNTED_FROM + _CREDITS_WHERE,
        _asked([metric_id], role, member_id, inside, nobodys, is_balance, period, batch),
    )[0]
    return count


def _asked(
    metric_ids: Sequence[int],
    role: int,
    member_id: int | None,
    inside: Sequence[TeamDays] | None,
    nobodys: Nobodys | None,
    is_balance: bool,
    period: Period,
    batch: int,
) -> dict[str, object]:
    return {
        "organization": scope.current().organization_id,
        "metrics": list(metric_ids),
        "role": role,
        "member": member_id,
        "is_balance": is_balance,
        "reason": nobodys.reason if nobodys else None,
        "owner_key": nobodys.owner_key if nobodys else None,
        "source_key": nobodys.source_key if nobodys else None,
        "teams": None if inside is None else [each.team_id for each in inside],
        "froms": [each.from_day for each in inside or ()],
        "untils": [each.until_day for each in inside or ()],
        "from_day": ALWAYS if is_balance else period.from_day,
        "until_day": period.until_day,
        "batch": batch,
    }


_UNASSIGNED = """
    SELECT c.reason, c.owner_key, c.source_id, s.key, s.name, COALESCE(u.name, ''),
           count(*), sum(c.share)::bigint, sum(c.value)
    FROM credit c
    JOIN source s ON s.organization_id = c.organization_id AND s.id = c.source_id
    LEFT JOIN source_user u ON u.organization_id = c.organization_id
      AND u.source_id = c.source_id AND u.key = c.owner_key
    WHERE c.organization_id = %(organization)s AND c.metric_id = %(metric)s
      AND c.role = %(role)s AND c.member_id = 0
      AND c.day >= %(from_day)s AND c.day < %(until_day)s
      AND c.known_from <= %(batch)s AND c.known_until > %(batch)s
    GROUP BY 1, 2, 3, 4, 5, 6
    ORDER BY count(*) DESC, c.owner_key, c.reason, c.source_id
"""


def unassigned(
    metric_id: int, *, role: int = 0, period: Period, batch: int = LATEST
) -> tuple[UnassignedTotal, ...]:
    """Return what a metric counted for nobody in a period, by reason and owner key of a source."""
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
        UnassignedTotal(reason, key, Sums(credits_, shares, total), *source)
        for reason, key, *source, credits_, shares, total in found
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
