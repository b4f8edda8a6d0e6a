"""Job profiles: what people are hired to do."""

from datetime import datetime

from juara.audit import operations as audit
from juara.core.errors import ConflictError, DomainError
from juara.people.models import JobProfile
from juara.people.types import ProfileUse

_LONGEST_NAME = 80


def add_profile(name: str, *, moment: datetime, actor: str) -> str:
    """Make a job profile and return its public id. ConflictError where one is called so."""
    name = _named(name)
    _refuse_namesake(name)
    made = JobProfile(name=name)
    made.save(force_insert=True)
    audit.record(actor=actor, action="profile.added", subject=name, at=moment)
    return made.public_id


def rename_profile(profile: ProfileUse, name: str, *, moment: datetime, actor: str) -> bool:
    name = _named(name)
    if name == profile.name:
        return False
    _refuse_namesake(name, but=profile.id)
    JobProfile.objects.filter(id=profile.id).update(name=name)
    audit.record(actor=actor, action="profile.renamed", subject=name, at=moment, was=profile.name)
    return True


def archive_profile(profile: ProfileUse, *, moment: datetime, actor: str) -> None:
    """Offer a profile for nobody new; whoever holds it keeps it."""
    if JobProfile.objects.filter(id=profile.id, archived_at=None).update(archived_at=moment):
        audit.record(actor=actor, action="profile.archived", subject=profile.name, at=moment)


def restore_profile(profile: ProfileUse, *, moment: datetime, actor: str) -> None:
    if JobProfile.objects.filter(id=profile.id).exclude(archived_at=None).update(archived_at=None):
        audit.record(actor=actor, action="profile.restored", subject=profile.name, at=moment)


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise DomainError("profile.name", "Give the job profile a name of up to 80 characters.")
    return name


def _refuse_namesake(name: str, *, but: int = 0) -> None:
    found = JobProfile.objects.filter(name__iexact=name).exclude(id=but).first()
    if found is not None:
        code = "profile.name_taken" if found.archived_at is None else "profile.name_archived"
        raise ConflictError(
            code, f"There is a job profile called “{found.name}” already.", name=found.name
        )
