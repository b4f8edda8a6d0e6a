"""What the people of a job profile are asked for: the order of it, copies, and first targets."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext_noop

from juara.audit import operations as audit
from juara.core import db
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import DomainError
from juara.events import operations as events
from juara.goals import laying, queries
from juara.goals.defaults import DEFAULTS, DefaultLine, Defaults, defaults_for
from juara.goals.models import Goal, GoalTarget
from juara.goals.types import MOST_PRIMARY, Asking, GoalOwner, Owner
from juara.metrics import queries as metrics
from juara.people import operations as people
from juara.tenancy import knowledge


def move_line(public_id: str, *, is_up: bool, day: date, moment: datetime, actor: str) -> bool:
    """Change a line's place with its neighbour of the same profile; the first is the board shown.

    `day` tells which lines stand there at all. No number changes.
    """
    line = queries.goal_of_id(public_id)
    lines = list(
        Goal.objects.filter(
            profile_id=line.profile_id,
            id__in=[each.goal_id for each in queries.goals(day, FOREVER)],
        )
        .select_for_update()
        .order_by("position", "id")
    )
    here = next((at for at, each in enumerate(lines) if each.id == line.id), None)
    there = None if here is None else here - 1 if is_up else here + 1
    if here is None or there is None or not 0 <= there < len(lines):
        return False
    lines[here], lines[there] = lines[there], lines[here]
    for position, each in enumerate(lines):
        each.position = position
    Goal.objects.bulk_update(lines, ["position"])
    audit.record(actor=actor, action="target.moved", subject=laying.name(line), at=moment)
    events.bump_topics([queries.TOPIC])
    return True


def copy_targets(
    *, from_profile: str, to_profile: str, from_day: date, moment: datetime, actor: str
) -> int:
    """Ask people of a profile for what another profile is asked for from a day on.

    Lines the profile already has keep their own target. Returns how many were added.
    """
    source, receiver = queries.profile(from_profile), queries.profile(to_profile)
    if source.id == receiver.id:
        raise DomainError("target.copy_itself", gettext_noop("Choose two different job profiles."))
    planned = queries.planned(from_day)
    theirs = [each.first for each in planned if each.first.profile_id == receiver.id]
    has = {each.subject for each in theirs}
    wanted = [
        each.now
        for each in planned
        if each.first.profile_id == source.id
        and each.now is not None
        and each.now.subject not in has
    ]
    free = MOST_PRIMARY - sum(each.is_primary for each in theirs)
    owner = laying.owner_of(GoalOwner(Owner.PROFILE, to_profile))
    with db.transaction(), knowledge.batch(moment=moment, reason="copy targets") as batch:
        for each in wanted:
            is_primary = each.is_primary and free > 0
            free -= is_primary
            goal, _is_new = laying.goal(
                owner, each.metric_id, each.grain, each.days, is_primary=is_primary
            )
            values = laying.standing(queries.goal_of_id(each.public_id), from_day)
            laying.lay(goal, values, from_day, FOREVER, batch)
        if wanted:
            audit.record(
                actor=actor, action="target.copied", subject=f"{source.name} → {receiver.name}",
                at=moment, lines=len(wanted),
            )  # fmt: skip
            events.bump_topics([queries.TOPIC])
    return len(wanted)


def install_defaults(
    profile_names: Sequence[str],
    *,
    lines: Defaults = DEFAULTS,
    from_day: date = ALWAYS,
    moment: datetime,
    actor: str,
) -> int:
    """Give job profiles sensible first targets by their names, making profiles that are missing.

    Lines a profile already has stay as they are, metrics the organization does not have are left
    out. Returns how many lines were added.
    """
    measured = {each.key: each.id for each in metrics.metrics()}
    added = 0
    with db.transaction(), knowledge.batch(moment=moment, reason="first targets") as batch:
        for name in profile_names:
            profile = people.ensure_profile(name, moment=moment, actor=actor)
            for each in defaults_for(name, among=lines):
                if each.metric in measured:
                    added += _add(profile.public_id, measured[each.metric], each, from_day, batch)
        if added:
            audit.record(
                actor=actor, action="target.defaults", subject=", ".join(profile_names),
                at=moment, lines=added,
            )  # fmt: skip
            events.bump_topics([queries.TOPIC])
    return added


def _add(
    profile: str,
    metric_id: int,
    default: DefaultLine,
    from_day: date,
    batch: knowledge.OpenBatch,
) -> bool:
    owner = laying.owner_of(GoalOwner(Owner.PROFILE, profile))
    goal, _is_new = laying.goal(
        owner, metric_id, default.grain, None, is_primary=default.is_primary
    )
    if GoalTarget.objects.filter(goal=goal, known_until=db.OPEN).exists():
        return False
    values = laying.values(Asking(default.target), goal)
    return laying.lay(goal, values, from_day, FOREVER, batch)
