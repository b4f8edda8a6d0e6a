"""Moving people and teams, with what it does to the numbers: saved, or worked out and undone.

There is one way a change is carried out. Its effect before saving is that same way inside a
savepoint that is rolled back, so what is announced is what is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils.translation import gettext_noop

from juara.core import db, scope
from juara.core.errors import LimitError
from juara.events import operations as events
from juara.ledger import dry_run
from juara.ledger import operations as ledger
from juara.metrics import queries as metrics
from juara.metrics.types import Sums
from juara.people import operations as people
from juara.people import places, tree
from juara.people.models import Team
from juara.people.types import PlaceChange, TeamFacts
from juara.tenancy import knowledge

# How long one step of working an effect out may take before it is given up.
_PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Shift:
    """What one metric's credits of one role do: they leave a team for another; 0 is nobody's.

    `other_day` counts those that fall on another day too, as after a change of zone.
    """

    metric_id: int
    role: int
    member_id: int
    from_team_id: int
    to_team_id: int
    sums: Sums
    other_day: int


@dataclass(frozen=True, slots=True)
class Stayed:
    """What somebody earned in a team before the day of the change: it stays there."""

    metric_id: int
    member_id: int
    team_id: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of places does. Without `is_change` everything already is as asked for.

    `shifts` has only what moves between teams or days; `rewritten` counts the credits that are
    written anew and yet count for the same team on the same day.
    """

    is_change: bool
    shifts: tuple[Shift, ...] = ()
    stayed: tuple[Stayed, ...] = ()
    rewritten: int = 0


def transfer(changes: Sequence[PlaceChange], *, moment: datetime, actor: str) -> Effect:
    """Change where people work and take it into the ledger, in one batch and transaction."""
    with db.transaction():
        with knowledge.batch(moment=moment, reason="transfer") as batch:
            changed = [places.change(each, moment=moment, actor=actor) for each in changes]
            if not any(changed):
                return Effect(is_change=False)
            ledger.absorb(moment=moment, reason="transfer")
        return _effect(batch.number, changes)


def effect(changes: Sequence[PlaceChange], *, moment: datetime, actor: str) -> Effect:
    """Return what `transfer` would do with the same arguments now, and leave everything as it is.

    Raises what it would raise, and LimitError when a step takes longer than ten seconds: an
    import may hold the ledger, or there are very many records.
    """
    try:
        with dry_run.undone(_PATIENCE_SECONDS):
            found = transfer(changes, moment=moment, actor=actor)
    except dry_run.TooLongError as error:
        raise LimitError(
            "effect.slow",
            gettext_noop(
                "The effect cannot be worked out within ten seconds: an import is running, "
                "or very many records are touched. Nothing has changed. Try again in a moment."
            ),
        ) from error
    return found


# Every record whose credits this batch may have changed stands in the temporary table `touched`
# until the commit; a record has at most one open credit of a metric and role.
_SHIFTS = """
    SELECT COALESCE(o.metric_id, n.metric_id), COALESCE(o.role, n.role),
           CASE WHEN o.member_id = ANY(%(members)s) THEN o.member_id ELSE n.member_id END,
           COALESCE(p.team_id, 0), COALESCE(q.team_id, 0),
           count(*), sum(COALESCE(n.share, o.share))::bigint, sum(COALESCE(n.value, o.value)),
           count(*) FILTER (WHERE o.day IS DISTINCT FROM n.day)
    FROM (SELECT c.* FROM touched t JOIN credit c ON c.record_id = t.record_id
          WHERE c.organization_id = %(organization)s AND c.known_until = %(batch)s) o
    FULL JOIN (SELECT c.* FROM touched t JOIN credit c ON c.record_id = t.record_id
          WHERE c.organization_id = %(organization)s AND c.known_from = %(batch)s) n
      ON n.metric_id = o.metric_id AND n.role = o.role AND n.record_id = o.record_id
    LEFT JOIN assignment p ON p.organization_id = %(organization)s
      AND p.assignment_id = o.assignment_id
      AND p.known_from < %(batch)s AND p.known_until >= %(batch)s
    LEFT JOIN assignment q ON q.organization_id = %(organization)s
      AND q.assignment_id = n.assignment_id
      AND q.known_from <= %(batch)s AND q.known_until > %(batch)s
    WHERE o.member_id = ANY(%(members)s) OR n.member_id = ANY(%(members)s)
    GROUP BY 1, 2, 3, 4, 5
    ORDER BY 1, 2, 3, 4, 5
"""

# Through the index of tallies by assignment, one place at a time.
_STAYED = """
    SELECT t.metric_id, a.member_id, a.team_id,
           sum(t.credits)::bigint, sum(t.shares)::bigint, sum(t.total)
    FROM unnest(%(members)s::bigint[], %(days)s::date[]) AS w (member_id, from_day)
    JOIN assignment a ON a.organization_id = %(organization)s AND a.member_id = w.member_id
      AND a.known_until = %(open)s AND a.valid_from < w.from_day
    JOIN tally t ON t.organization_id = %(organization)s AND t.metric_id = ANY(%(metrics)s)
      AND t.role = 0 AND t.grain = 'd' AND t.assignment_id = a.assignment_id
      AND t.from_day < w.from_day
    GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3
"""


def _effect(batch: int, changes: Sequence[PlaceChange]) -> Effect:
    """Read off what a batch just absorbed did to the credits of the people who moved."""
    members = sorted({each.member_id for each in changes})
    asked = {"organization": scope.current().organization_id, "batch": batch, "members": members}
    with db.ledger_role():
        found = [
            (Shift(metric, role, member, old, new, Sums(count, shares, total), other_day), count)
            for metric, role, member, old, new, count, shares, total, other_day in db.rows(
                _SHIFTS, asked
            )
        ]
    moved = [shift for shift, _ in found if shift.from_team_id != shift.to_team_id]
    late = [shift for shift, _ in found if shift not in moved and shift.other_day]
    return Effect(
        is_change=True,
        shifts=tuple(moved + late),
        stayed=_stayed(changes, sorted({shift.metric_id for shift in moved})),
        rewritten=sum(count - shift.other_day for shift, count in found if shift not in moved),
    )


def _stayed(changes: Sequence[PlaceChange], metric_ids: Sequence[int]) -> tuple[Stayed, ...]:
    if not metric_ids:
        return ()
    found = db.rows(
        _STAYED,
        {
            "organization": scope.current().organization_id,
            "metrics": list(metric_ids),
            "members": [each.member_id for each in changes],
            "days": [each.from_day for each in changes],
            "open": db.OPEN,
        },
    )
    return tuple(Stayed(metric, member, team, Sums(*sums)) for metric, member, team, *sums in found)


def move_team(
    team: TeamFacts, *, under: TeamFacts, from_day: date, moment: datetime, actor: str
) -> bool:
    """Hang a team under another from a day on, and let every open board follow."""
    with knowledge.batch(moment=moment, reason=f"move {team.name}"):
        changed = people.move_team(
            Team.objects.get(id=team.id),
            under=Team.objects.get(id=under.id),
            from_day=from_day,
            moment=moment,
            actor=actor,
        )
        if changed:
            _follow(moment, f"move {team.name}")
    return changed


def close_team(
    team: TeamFacts, *, from_day: date, moment: datetime, actor: str
) -> Literal["closed", "deleted"]:
    """End a team nobody works in from a day on, or delete one that was never used."""
    with knowledge.batch(moment=moment, reason=f"close {team.name}"):
        outcome = tree.close_team(team, from_day=from_day, moment=moment, actor=actor)
        if outcome == "closed":
            _follow(moment, f"close {team.name}")
    return outcome


def _follow(moment: datetime, reason: str) -> None:
    """Take a new tree in: no credit changes by it, but what boards add up does."""
    ledger.absorb(moment=moment, reason=reason)
    events.bump_topics(each.topic for each in metrics.metrics())
