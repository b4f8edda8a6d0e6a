"""Squads: groups across teams, with dated membership."""

from collections.abc import Sequence
from datetime import date, datetime

from juara.audit import operations as audit
from juara.core import succession
from juara.core.calendar import FOREVER
from juara.core.errors import ConflictError, DomainError
from juara.people.models import Squad, SquadMember
from juara.people.types import MemberFacts, SquadFacts
from juara.tenancy import knowledge

_LONGEST_NAME = 80


def create_squad(name: str, *, moment: datetime, actor: str) -> SquadFacts:
    """Make a squad nobody belongs to yet. ConflictError where one is called so, archived or not."""
    name = _named(name)
    _refuse_namesake(name)
    made = Squad(name=name)
    made.save(force_insert=True)
    audit.record(actor=actor, action="squad.created", subject=name, at=moment)
    return SquadFacts(made.id, made.public_id, made.name, is_archived=False)


def rename_squad(squad: SquadFacts, name: str, *, moment: datetime, actor: str) -> bool:
    name = _named(name)
    if name == squad.name:
        return False
    _refuse_namesake(name, but=squad.id)
    Squad.objects.filter(id=squad.id).update(name=name)
    audit.record(actor=actor, action="squad.renamed", subject=name, at=moment, was=squad.name)
    return True


def archive_squad(squad: SquadFacts, *, moment: datetime, actor: str) -> None:
    """Offer a squad for nothing new; what it was part of stays as it is."""
    if Squad.objects.filter(id=squad.id, archived_at=None).update(archived_at=moment):
        audit.record(actor=actor, action="squad.archived", subject=squad.name, at=moment)


def restore_squad(squad: SquadFacts, *, moment: datetime, actor: str) -> None:
    if Squad.objects.filter(id=squad.id).exclude(archived_at=None).update(archived_at=None):
        audit.record(actor=actor, action="squad.restored", subject=squad.name, at=moment)


def join_squad(
    squad: SquadFacts,
    members: Sequence[MemberFacts],
    *,
    from_day: date,
    until_day: date = FOREVER,
    moment: datetime,
    actor: str,
) -> int:
    """Let people belong to a squad on these days; return for how many that changed anything."""
    if squad.is_archived:
        raise ConflictError(
            "squad.archived",
            f"{squad.name} is archived. Restore it before adding anybody.",
            name=squad.name,
        )
    return _lay(squad, members, {}, from_day, until_day, moment=moment, actor=actor)


def leave_squad(
    squad: SquadFacts,
    members: Sequence[MemberFacts],
    *,
    from_day: date,
    moment: datetime,
    actor: str,
) -> int:
    """Let people belong to a squad no longer from a day on; return for how many that was news."""
    return _lay(squad, members, None, from_day, FOREVER, moment=moment, actor=actor)


def _lay(
    squad: SquadFacts, members: Sequence[MemberFacts], values: dict[str, object] | None,
    from_day: date, until_day: date, *, moment: datetime, actor: str,
) -> int:  # fmt: skip
    if from_day >= until_day:
        raise DomainError(
            "place.span", "The last day lies before the first one. Choose a later one."
        )
    changed = []
    with knowledge.batch(moment=moment, reason=f"squad {squad.name}") as batch:
        for member in members:
            if succession.lay(
                SquadMember,
                about={"squad_id": squad.id, "member_id": member.id},
                values=values,
                from_day=from_day,
                until_day=until_day,
                batch=batch.number,
            ):
                changed.append(member)
        batch.is_used |= bool(changed)
        action = "squad.left" if values is None else "squad.joined"
        for member in changed:
            audit.record(
                actor=actor, action=action, subject=member.name, at=moment, squad=squad.name,
                from_day=from_day.isoformat(),
            )  # fmt: skip
    return len(changed)


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise DomainError("squad.name", "Give the squad a name of up to 80 characters.")
    return name


def _refuse_namesake(name: str, *, but: int = 0) -> None:
    if Squad.objects.filter(name__iexact=name).exclude(id=but).exists():
        raise ConflictError(
            "squad.name_taken", f"There is a squad called “{name}” already.", name=name
        )
