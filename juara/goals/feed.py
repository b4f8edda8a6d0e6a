"""What has just counted: the newest credits, one item a record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from juara.core import ids
from juara.core.calendar import ALWAYS, FOREVER, Period
from juara.ledger import queries as ledger
from juara.ledger.queries import TeamDays
from juara.ledger.types import CreditFacts
from juara.metrics import measures
from juara.metrics.queries import MetricFacts
from juara.people import calc as tree
from juara.people import queries as people
from juara.people.types import MemberFacts, TeamFacts

# A record counts for several metrics: more credits are read than items are shown.
_CREDITS_AN_ITEM = 4


@dataclass(frozen=True, slots=True)
class Counted:
    """One record with what it counted for somebody. `amounts` are (metric, value) pairs."""

    record_id: str
    member: MemberFacts
    name: str
    account: str
    kind: str
    day: date
    occurred_at: datetime | None
    amounts: tuple[tuple[MetricFacts, Decimal], ...]


def of_member(
    member_id: int,
    *,
    counting: Sequence[MetricFacts],
    period: Period,
    batch: int,
    limit: int,
) -> tuple[Counted, ...]:
    """Return the newest records of a period that count for a person in any of these metrics."""
    found = ledger.credits_behind(
        [each.id for each in counting],
        member_id=member_id,
        period=period,
        batch=batch,
        limit=limit * _CREDITS_AN_ITEM,
    )
    return _items(found, counting, limit, None)


def of_team(
    team: TeamFacts | None,
    *,
    counting: Sequence[MetricFacts],
    among: Collection[int] | None,
    period: Period,
    batch: int,
    limit: int,
) -> tuple[Counted, ...]:
    """Return the newest records that count for anybody in a team and below, or anywhere.

    `among` keeps to the people that may be shown.
    """
    inside = frozenset(people.teams())
    if team is not None:
        parents = tree.parents_on(people.parent_spans(batch=batch), period.from_day)
        inside = tree.subtree_of(parents, team.id, inside)
    elif among is not None:
        places = people.places(period.from_day, period.until_day, batch=batch)
        inside = frozenset(each.team_id for each in places if each.member_id in among)
    found = ledger.credits_behind(
        [each.id for each in counting],
        inside=[TeamDays(each, ALWAYS, FOREVER) for each in sorted(inside)],
        period=period,
        batch=batch,
        limit=limit * _CREDITS_AN_ITEM,
    )
    return _items(found, counting, limit, among)


def counted_by(
    lines: Sequence[MetricFacts], every: Sequence[MetricFacts]
) -> tuple[MetricFacts, ...]:
    """Return the counts and sums behind some metrics; without any, all there are."""
    catalogue = {each.key: each for each in every}
    wanted = {part.id for each in lines for part in measures.measure(each, catalogue).components}
    return tuple(
        each for each in every if each.aggregation.is_additive and (not wanted or each.id in wanted)
    )


def _items(
    credits_: Sequence[CreditFacts],
    counting: Sequence[MetricFacts],
    limit: int,
    among: Collection[int] | None,
) -> tuple[Counted, ...]:
    members = people.members()
    metric_of = {each.id: each for each in counting}
    grouped: dict[tuple[int, int], list[CreditFacts]] = {}
    for each in credits_:
        if each.member_id in members and (among is None or each.member_id in among):
            grouped.setdefault((each.record_id, each.member_id), []).append(each)
    order = {each.id: at for at, each in enumerate(counting)}
    return tuple(
        Counted(
            record_id=ids.encode_public(rows[0].record_id),
            member=members[rows[0].member_id],
            name=rows[0].name or rows[0].external_id,
            account=rows[0].account,
            kind=rows[0].kind,
            day=rows[0].day,
            occurred_at=rows[0].occurred_at,
            amounts=tuple(
                (metric_of[row.metric_id], row.value)
                for row in sorted(rows, key=lambda row: order[row.metric_id])
            ),
        )
        for rows in list(grouped.values())[:limit]
    )
