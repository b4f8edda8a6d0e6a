"""Standing in for a manager for a span of days."""

from datetime import date, datetime

from juara.audit import operations as audit
from juara.core import succession
from juara.core.calendar import FOREVER
from juara.core.errors import ConflictError, DomainError
from juara.people.models import ActingManager, Role
from juara.people.types import MemberFacts
from juara.tenancy import knowledge


def name_acting(
    manager: MemberFacts,
    acting: MemberFacts | None,
    *,
    from_day: date,
    until_day: date = FOREVER,
    moment: datetime,
    actor: str,
) -> bool:
    """Let somebody stand in for a manager on these days, over anybody named before; None: nobody.

    Meanwhile they open the people the manager opens as such. Returns whether anything changed.
    """
    if from_day >= until_day:
        raise DomainError(
            "place.span", "The last day lies before the first one. Choose a later one."
        )
    if acting is not None and manager.role == Role.REP:
        raise ConflictError(
            "acting.no_manager",
            f"{manager.name} manages nobody. Give them the role manager first.",
            name=manager.name,
        )
    if acting is not None and acting.id == manager.id:
        raise ConflictError(
            "acting.self", f"{manager.name} cannot stand in for themselves.", name=manager.name
        )
    with knowledge.batch(moment=moment, reason=f"acting for {manager.name}") as batch:
        changed = succession.lay(
            ActingManager,
            about={"manager_id": manager.id},
            values=None if acting is None else {"acting_id": acting.id},
            from_day=from_day,
            until_day=until_day,
            batch=batch.number,
        )
        batch.is_used |= changed
        if changed:
            audit.record(
                actor=actor, action="manager.acting", subject=manager.name, at=moment,
                acting="" if acting is None else acting.name, from_day=from_day.isoformat(),
                until_day=until_day.isoformat(),
            )  # fmt: skip
    return changed
