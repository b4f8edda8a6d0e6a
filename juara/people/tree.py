"""Adding, renaming and closing teams; moving one stands with the other basics in operations."""

from datetime import date, datetime
from typing import Literal

from django.db import IntegrityError

from juara.audit import operations as audit
from juara.core import db, succession
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import ConflictError, DomainError
from juara.people.models import Assignment, Team, TeamParent
from juara.people.types import TeamFacts
from juara.tenancy import knowledge

_LONGEST_NAME = 120


def add_team(name: str, *, under: TeamFacts, moment: datetime, actor: str) -> TeamFacts:
    """Hang a new team under another, since that one stands.

    ConflictError where a team of this name hangs there already, or the upper one is closed.
    """
    name = _named(name)
    knowledge.lock_ledger()
    since = _open_since(under)
    _refuse_namesake(name, parent_id=under.id)
    with knowledge.batch(moment=moment, reason=f"team {name}") as batch:
        made = Team(name=name)
        made.save(force_insert=True)
        TeamParent(
            team=made, parent_id=under.id, valid_from=since, known_from=batch.number
        ).save(force_insert=True)  # fmt: skip
        batch.is_used = True
        audit.record(actor=actor, action="team.added", subject=name, at=moment, under=under.name)
    return TeamFacts(made.id, made.public_id, made.name, is_root=False)


def rename_team(team: TeamFacts, name: str, *, moment: datetime, actor: str) -> bool:
    """Call a team something else, in the past too: names are not dated."""
    name = _named(name)
    if name == team.name:
        return False
    here = TeamParent.objects.filter(team_id=team.id, known_until=db.OPEN, valid_until=FOREVER)
    for parent_id in here.values_list("parent_id", flat=True):
        _refuse_namesake(name, parent_id=parent_id, but=team.id)
    Team.objects.filter(id=team.id).update(name=name)
    audit.record(actor=actor, action="team.renamed", subject=name, at=moment, was=team.name)
    return True


def close_team(
    team: TeamFacts, *, from_day: date, moment: datetime, actor: str
) -> Literal["closed", "deleted"]:
    """End a team from a day on; one that was never used is deleted. Returns which: closed, deleted.

    ConflictError while anybody works there, or a team hangs under it, on that day or later: what
    they earn would be counted nowhere.
    """
    if team.is_root:
        raise ConflictError("team.root", "The company itself cannot be closed.")
    knowledge.lock_ledger()
    _refuse_in_use(team, from_day)
    if _was_never_used(team) and _deleted(team):
        audit.record(actor=actor, action="team.deleted", subject=team.name, at=moment)
        return "deleted"
    with knowledge.batch(moment=moment, reason=f"close {team.name}") as batch:
        changed = succession.lay(
            TeamParent,
            about={"team_id": team.id},
            values=None,
            from_day=from_day,
            until_day=FOREVER,
            batch=batch.number,
        )
        batch.is_used |= changed
        if changed:
            audit.record(
                actor=actor, action="team.closed", subject=team.name, at=moment,
                from_day=from_day.isoformat(),
            )  # fmt: skip
    return "closed"


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise DomainError("team.name", "Give the team a name of up to 120 characters.")
    return name


def _open_since(team: TeamFacts) -> date:
    """Return since when a team stands in the tree without a gap, for good."""
    if team.is_root:
        return ALWAYS
    since = FOREVER
    spans = TeamParent.objects.filter(team_id=team.id, known_until=db.OPEN)
    for first, last in spans.order_by("-valid_from").values_list("valid_from", "valid_until"):
        if last != since:
            break
        since = first
    if since == FOREVER:
        raise ConflictError(
            "team.ended",
            f"{team.name} is closed. Choose another team, or open it again first.",
            team=team.name,
        )
    return since


def _refuse_namesake(name: str, *, parent_id: int, but: int = 0) -> None:
    there = TeamParent.objects.filter(
        parent_id=parent_id, team__name__iexact=name, known_until=db.OPEN, valid_until=FOREVER
    )
    if there.exclude(team_id=but).exists():
        raise ConflictError(
            "team.name_taken", f"There is a team called “{name}” there already.", name=name
        )


def _refuse_in_use(team: TeamFacts, from_day: date) -> None:
    people = (
        Assignment.objects.filter(team_id=team.id, known_until=db.OPEN, valid_until__gt=from_day)
        .values("member_id").distinct().count()
    )  # fmt: skip
    if people:
        raise ConflictError(
            "team.has_people",
            f"{people} people are in {team.name} on {from_day} or later. Move them first.",
            team=team.name, count=people, day=from_day,
        )  # fmt: skip
    below = (
        TeamParent.objects.filter(parent_id=team.id, known_until=db.OPEN, valid_until__gt=from_day)
        .values_list("team__name", flat=True).first()
    )  # fmt: skip
    if below is not None:
        raise ConflictError(
            "team.has_teams",
            f"{below} hangs under {team.name} on {from_day} or later. Move or close it first.",
            team=team.name, below=below, day=from_day,
        )  # fmt: skip


def _was_never_used(team: TeamFacts) -> bool:
    """Say whether nobody was ever known to work there, nor any team to hang there."""
    return not (
        Assignment.objects.filter(team_id=team.id).exists()
        or TeamParent.objects.filter(parent_id=team.id).exists()
    )


def _deleted(team: TeamFacts) -> bool:
    """Delete a team unless something else refers to it; return whether it is gone."""
    try:
        with db.transaction():
            TeamParent.objects.filter(team_id=team.id).delete()
            # Past Django's own cascade: what refers to the team is to stop this, not to go too.
            db.execute("DELETE FROM team WHERE id = %s", [team.id])
            db.execute("SET CONSTRAINTS ALL IMMEDIATE")
            db.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError:
        return False
    return True
