"""Setting targets. Every change of a value belongs to a knowledge batch and is never edited."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext_noop

from juara.audit import operations as audit
from juara.core import db, succession
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import ConflictError, DomainError, NotFoundError
from juara.events import operations as events
from juara.goals import queries
from juara.goals.defaults import DEFAULTS, DefaultLine, Defaults, defaults_for
from juara.goals.models import TargetLine, TargetValue
from juara.goals.types import GRAINS
from juara.metrics import queries as metrics
from juara.people import operations as people
from juara.tenancy import knowledge

# What a person takes in at a glance; everything else is a secondary line.
MOST_PRIMARY = 5
# More than a numeric(20, 4) needs to hold, and less than it can.
_MOST = Decimal(10) ** 14


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
    """Ask people of a job profile for so much of a metric in every day, week … from a day on.

    Makes the line on first use, else lays the new target over what held from that day. Returns
    the line's public id. Raises DomainError for what cannot be a target, NotFoundError for an
    unknown profile or metric, ConflictError for one primary line too many.
    """
    _check(target, from_day)
    if grain not in GRAINS:
        raise DomainError("target.grain", gettext_noop("Choose for how long the target is."))
    asked = queries.profile(profile)
    measured = metrics.metric(metric)
    with db.transaction(), knowledge.batch(moment=moment, reason="target") as batch:
        line, is_new = _line(asked.id, measured.id, grain, is_primary=is_primary)
        changed = _lay(line, target, from_day, batch)
        if is_primary:
            _check_primary(line, from_day)
        if changed or is_new:
            audit.record(
                actor=actor, action="target.set", subject=f"{asked.name} · {measured.key}",
                at=moment, grain=grain, target=str(target), from_day=from_day.isoformat(),
            )  # fmt: skip
            events.bump_topics([queries.TOPIC])
    return line.public_id


def change_target(
    public_id: str,
    *,
    target: Decimal,
    is_primary: bool,
    from_day: date,
    moment: datetime,
    actor: str,
) -> bool:
    """Ask for another amount from a day on; what was asked before that day stays as it was."""
    _check(target, from_day)
    line = _found(public_id)
    with db.transaction(), knowledge.batch(moment=moment, reason="target") as batch:
        changed = _lay(line, target, from_day, batch)
        changed |= _rank(line, is_primary=is_primary)
        if is_primary:
            _check_primary(line, from_day)
        if changed:
            audit.record(
                actor=actor, action="target.changed", subject=line.profile.name, at=moment,
                line=public_id, target=str(target), from_day=from_day.isoformat(),
            )  # fmt: skip
            events.bump_topics([queries.TOPIC])
    return changed


def end_target(public_id: str, *, from_day: date, moment: datetime, actor: str) -> bool:
    """Ask for nothing more from a day on; the days before keep their target."""
    line = _found(public_id)
    with db.transaction(), knowledge.batch(moment=moment, reason="target") as batch:
        changed = _lay(line, None, from_day, batch)
        if changed:
            audit.record(
                actor=actor, action="target.ended", subject=line.profile.name, at=moment,
                line=public_id, from_day=from_day.isoformat(),
            )  # fmt: skip
            events.bump_topics([queries.TOPIC])
    return changed


def move_line(public_id: str, *, is_up: bool, day: date, moment: datetime, actor: str) -> bool:
    """Change a line's place with its neighbour of the same profile; the first is the board shown.

    `day` tells which lines stand there at all. No number changes.
    """
    line = _found(public_id)
    lines = list(
        TargetLine.objects.filter(
            profile_id=line.profile_id,
            id__in=[each.line_id for each in queries.targets(day, FOREVER)],
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
    TargetLine.objects.bulk_update(lines, ["position"])
    audit.record(actor=actor, action="target.moved", subject=line.profile.name, at=moment)
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
    has = {(each.metric_id, each.grain) for each in planned if each.profile_id == receiver.id}
    wanted = [
        each
        for each in planned
        if each.profile_id == source.id
        and each.now is not None
        and (each.metric_id, each.grain) not in has
    ]
    free = MOST_PRIMARY - sum(
        1 for each in planned if each.profile_id == receiver.id and each.is_primary
    )
    with db.transaction(), knowledge.batch(moment=moment, reason="copy targets") as batch:
        for each in wanted:
            is_primary = each.is_primary and free > 0
            free -= is_primary
            line, _is_new = _line(receiver.id, each.metric_id, each.grain, is_primary=is_primary)
            _lay(line, each.now, from_day, batch)
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
                    added += _add(profile.id, measured[each.metric], each, from_day, batch)
        if added:
            audit.record(
                actor=actor, action="target.defaults", subject=", ".join(profile_names),
                at=moment, lines=added,
            )  # fmt: skip
            events.bump_topics([queries.TOPIC])
    return added


def _add(
    profile_id: int,
    metric_id: int,
    default: DefaultLine,
    from_day: date,
    batch: knowledge.OpenBatch,
) -> bool:
    line, _is_new = _line(profile_id, metric_id, default.grain, is_primary=default.is_primary)
    if TargetValue.objects.filter(line=line, known_until=db.OPEN).exists():
        return False
    return _lay(line, default.target, from_day, batch)


def _found(public_id: str) -> TargetLine:
    found = TargetLine.objects.filter(public_id=public_id).select_related("profile").first()
    if found is None:
        raise NotFoundError("target.unknown", gettext_noop("There is no such target."))
    return found


def _line(
    profile_id: int, metric_id: int, grain: str, *, is_primary: bool
) -> tuple[TargetLine, bool]:
    """Return the line of a profile, metric and length of time, made at the end on first use."""
    last = TargetLine.objects.filter(profile_id=profile_id).aggregate(last=Max("position"))["last"]
    line, is_new = TargetLine.objects.get_or_create(
        profile_id=profile_id,
        metric_id=metric_id,
        grain=grain,
        defaults={"is_primary": is_primary, "position": 0 if last is None else last + 1},
    )
    if not is_new:
        _rank(line, is_primary=is_primary)
    return line, is_new


def _rank(line: TargetLine, *, is_primary: bool) -> bool:
    return (
        TargetLine.objects.filter(id=line.id)
        .exclude(is_primary=is_primary)
        .update(is_primary=is_primary)
        > 0
    )


def _lay(
    line: TargetLine, target: Decimal | None, from_day: date, batch: knowledge.OpenBatch
) -> bool:
    changed = succession.lay(
        TargetValue,
        about={"line_id": line.id},
        values=None if target is None else {"value": target},
        from_day=from_day,
        until_day=FOREVER,
        batch=batch.number,
    )
    batch.is_used |= changed
    return changed


def _check(target: Decimal, from_day: date) -> None:
    if not target.is_finite() or not 0 <= target < _MOST:
        raise DomainError("target.value", gettext_noop("A target is a number from 0 up."))
    if not ALWAYS <= from_day < FOREVER:
        raise DomainError("target.day", gettext_noop("Choose the day the target holds from."))


def _check_primary(line: TargetLine, day: date) -> None:
    """Refuse, inside the transaction, when this line makes one more than fits at a glance."""
    standing = {each.line_id for each in queries.targets(day, FOREVER)}
    count = TargetLine.objects.filter(
        profile_id=line.profile_id, is_primary=True, id__in=standing
    ).count()
    if count > MOST_PRIMARY:
        raise ConflictError(
            "target.too_many_primary",
            gettext_noop(
                "Five primary targets are as many as anybody takes in at a glance. "
                "Make this one secondary, or another one first."
            ),
        )
