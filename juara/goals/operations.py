"""Setting targets. Every change of one belongs to a knowledge batch and is never edited."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_noop

from juara.audit import operations as audit
from juara.core import db, ids, succession
from juara.core.calendar import FOREVER
from juara.core.errors import ConflictError, DomainError, NotFoundError
from juara.events import operations as events
from juara.goals import laying, queries
from juara.goals.models import Goal, GoalSettings, GoalTarget
from juara.goals.types import Asking, Change, GoalOwner, Owner, RollUp
from juara.metrics import queries as metrics
from juara.tenancy import knowledge


def set_goal(
    owner: GoalOwner,
    *,
    metric: str,
    grain: str,
    asking: Asking,
    is_primary: bool = True,
    days: tuple[date, date] | None = None,
    from_day: date,
    until_day: date = FOREVER,
    moment: datetime,
    actor: str,
) -> str:
    """Ask somebody for so much of a metric in every day, week … from a day on, or on some days.

    Makes the goal on first use, else lays what is asked over what held on those days. `days` are
    those of a custom goal, half-open. Returns the goal's public id. Raises DomainError for what
    cannot be a goal, NotFoundError for an unknown owner or metric, ConflictError for one primary
    goal of a profile too many.
    """
    laying.check_target(asking.target, from_day, until_day)
    laying.check_length(grain, days)
    found = laying.owner_of(owner)
    measured = metrics.metric(metric)
    laying.check_asking(asking, found, measured, grain)
    with db.transaction(), knowledge.batch(moment=moment, reason="target") as batch:
        goal, is_new = laying.goal(found, measured.id, grain, days, is_primary=is_primary)
        values = laying.values(asking, goal)
        changed = laying.lay(goal, values, from_day, until_day, batch)
        laying.check_primary(goal, from_day)
        if changed or is_new:
            audit.record(
                actor=actor, action="target.set", subject=f"{found.name} · {measured.key}",
                at=moment, grain=grain, target=str(asking.target), from_day=from_day.isoformat(),
            )  # fmt: skip
            events.bump_topics([queries.TOPIC])
    return goal.public_id


def set_target(
    *,
    profile: str,
    metric: str,
    grain: str,
    target: Decimal,
    is_primary: bool = True,
    from_day: date,
    moment: datetime,
    actor: str,
) -> str:
    """Ask people of a job profile for so much of a metric in every day, week … from a day on."""
    return set_goal(
        GoalOwner(Owner.PROFILE, profile),
        metric=metric,
        grain=grain,
        asking=Asking(target),
        is_primary=is_primary,
        from_day=from_day,
        moment=moment,
        actor=actor,
    )


def change_target(
    public_id: str,
    *,
    target: Decimal,
    is_primary: bool,
    from_day: date,
    moment: datetime,
    actor: str,
) -> bool:
    """Ask for another amount from a day on; what was asked before that day stays as it was.

    All else that was said of the goal on that day stays, too.
    """
    laying.check_target(target, from_day)
    goal = queries.goal_of_id(public_id)
    with db.transaction(), knowledge.batch(moment=moment, reason="target") as batch:
        values = {**laying.standing(goal, from_day), "value": target, "roll_up": RollUp.OWN.value}
        changed = laying.lay(goal, values, from_day, FOREVER, batch)
        changed |= laying.rank(goal, is_primary=is_primary)
        laying.check_primary(goal, from_day)
        if changed:
            audit.record(
                actor=actor, action="target.changed", subject=laying.name(goal), at=moment,
                line=public_id, target=str(target), from_day=from_day.isoformat(),
            )  # fmt: skip
            events.bump_topics([queries.TOPIC])
    return changed


def end_target(
    public_id: str,
    *,
    from_day: date,
    until_day: date = FOREVER,
    moment: datetime,
    actor: str,
) -> bool:
    """Ask for nothing more from a day on; the days before keep their target."""
    goal = queries.goal_of_id(public_id)
    with db.transaction(), knowledge.batch(moment=moment, reason="target") as batch:
        changed = laying.lay(goal, None, from_day, until_day, batch)
        if changed:
            audit.record(
                actor=actor, action="target.ended", subject=laying.name(goal), at=moment,
                line=public_id, from_day=from_day.isoformat(),
            )  # fmt: skip
            events.bump_topics([queries.TOPIC])
    return changed


def lay_targets(changes: Sequence[Change], *, moment: datetime, actor: str) -> int | None:
    """Ask many for something on some days each, all in one batch; what else was said of each stays.

    An empty target leaves what other days say. Returns the batch, None where nothing changed.
    """
    for each in changes:
        laying.check_target(each.target, each.from_day, each.until_day)
        laying.check_length(each.grain, None)
    measured = {each.public_id: each for each in metrics.metrics()}
    used: int | None = None
    with db.transaction(), knowledge.batch(moment=moment, reason="targets") as batch:
        owners = {each.owner: laying.owner_of(each.owner) for each in changes}
        by_goal: dict[Goal, list[Change]] = {}
        made: dict[tuple[GoalOwner, str, str], Goal] = {}
        for each in changes:
            if each.metric not in measured:
                raise NotFoundError("metric.unknown", gettext_noop("There is no such metric."))
            key = (each.owner, each.metric, each.grain)
            if key not in made:
                asked = measured[each.metric]
                laying.check_asking(Asking(each.target), owners[each.owner], asked, each.grain)
                made[key], _is_new = laying.goal(
                    owners[each.owner], asked.id, each.grain, None, is_primary=True
                )
            by_goal.setdefault(made[key], []).append(each)
        changed = 0
        for goal, mine in by_goal.items():
            laid = laying.laid(goal, mine)
            done = succession.lay_many(
                GoalTarget, about={"goal_id": goal.id}, many=laid, batch=batch.number
            )
            changed += len(done)
        if changed:
            batch.is_used = True
            used = batch.number
            audit.record(
                actor=actor, action="target.laid", subject=str(changed), at=moment,
                batch=batch.number,
            )  # fmt: skip
            events.bump_topics([queries.TOPIC])
    return used


def put_back(number: int, *, moment: datetime, actor: str) -> bool:
    """Undo what one batch did to targets. ConflictError where any of it was changed since.

    What was known from that batch on ends, what it ended is known again; the batch itself stays
    known, so that a page as of then shows what it showed.
    """
    with db.transaction(), knowledge.batch(moment=moment, reason="target") as batch:
        made = list(GoalTarget.objects.select_for_update().filter(known_from=number))
        ended = list(GoalTarget.objects.filter(known_until=number))
        if any(each.known_until != db.OPEN for each in made) or _is_covered(ended, number):
            raise ConflictError(
                "target.changed_since",
                gettext_noop("Some of these targets have been changed since: change them by hand."),
            )
        if not made and not ended:
            return False
        GoalTarget.objects.filter(id__in=[each.id for each in made]).update(
            known_until=batch.number
        )
        for each in ended:
            each.id = ids.new_id()
            each.known_from, each.known_until = batch.number, db.OPEN
        GoalTarget.objects.bulk_create(ended)
        batch.is_used = True
        audit.record(actor=actor, action="target.put_back", subject=str(number), at=moment)
        events.bump_topics([queries.TOPIC])
    return True


def _is_covered(ended: Sequence[GoalTarget], number: int) -> bool:
    """Say whether something known later than a batch lies where it ended a target."""
    later = GoalTarget.objects.filter(
        goal_id__in=[each.goal_id for each in ended], known_from__gt=number, known_until=db.OPEN
    )
    spans = [(each.goal_id, each.valid_from, each.valid_until) for each in later]
    return any(
        goal_id == each.goal_id and first < each.valid_until and each.valid_from < last
        for goal_id, first, last in spans
        for each in ended
    )


def set_settings(
    *,
    on_track: Decimal,
    behind: Decimal,
    managers_set: bool,
    from_day: date,
    moment: datetime,
    actor: str,
) -> bool:
    """Judge by other shares of the expectation from a day on; the days before keep theirs."""
    if not (on_track.is_finite() and behind.is_finite() and 0 < behind <= on_track <= 2):
        raise DomainError(
            "target.thresholds",
            gettext_noop(
                "On track begins at a share of up to 200 %, behind at a smaller one above 0 %."
            ),
        )
    laying.check_target(None, from_day)
    with db.transaction(), knowledge.batch(moment=moment, reason="target") as batch:
        changed = succession.lay(
            GoalSettings,
            about={},
            values={"on_track": on_track, "behind": behind, "managers_set": managers_set},
            from_day=from_day,
            until_day=FOREVER,
            batch=batch.number,
        )
        batch.is_used |= changed
        if changed:
            audit.record(
                actor=actor, action="target.settings", subject="", at=moment,
                on_track=str(on_track), behind=str(behind), managers_set=managers_set,
                from_day=from_day.isoformat(),
            )  # fmt: skip
            events.bump_topics([queries.TOPIC])
    return changed
