"""Mappings kept under a name, every version of them, for the next file of the same source."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from juara.audit import operations as audit
from juara.connect.mapping import parse_mapping
from juara.connect.models import Feed, MappingVersion, SavedMapping, Source
from juara.core import db
from juara.core.errors import ConflictError, DomainError, NotFoundError


@dataclass(frozen=True, slots=True)
class MappingFacts:
    """A saved mapping as it stands now."""

    public_id: str
    source_key: str
    name: str
    version: int
    saved_at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What a saved mapping said from a moment on."""

    number: int
    text: str
    saved_at: datetime
    actor: str


def save(
    *, source_key: str, name: str, text: str, moment: datetime, actor: str
) -> MappingFacts:  # fmt: skip
    """Keep a mapping of a source under a name; one that is there gets another version.

    The same text again makes none. DomainError for a mapping that does not hold, or that is for
    another source.
    """
    name = " ".join(name.split())[:120]
    if not name:
        raise DomainError("mapping.unnamed", _("Give the mapping a name."))
    if parse_mapping(text, name=name).source != source_key:
        raise DomainError(
            "mapping.other_source",
            _("This mapping is not for “%(source)s”.") % {"source": source_key},
        )
    with db.transaction():
        mapping = _ensure(source_key, name, moment=moment)
        latest = _latest(mapping)
        if latest is None or latest.text != text:
            number = 1 if latest is None else latest.number + 1
            MappingVersion(
                mapping=mapping, number=number, text=text, saved_at=moment, actor=actor[:254]
            ).save(force_insert=True)
            audit.record(
                actor=actor, action="mapping.saved", subject=name, at=moment, version=number
            )
    return _facts_of(mapping)


def load(public_id: str, *, version: int | None = None) -> str:
    """Return the text of a saved mapping, the newest version unless one is asked for."""
    mapping = _known(public_id)
    found = (
        _latest(mapping)
        if version is None
        else MappingVersion.objects.filter(mapping=mapping, number=version).first()
    )
    if found is None:
        raise NotFoundError("mapping.unknown", _("There is no such mapping."))
    return found.text


def facts(public_id: str) -> MappingFacts:
    """Return a saved mapping; NotFoundError when there is none."""
    return _facts_of(_known(public_id))


def saved(source_key: str = "") -> tuple[MappingFacts, ...]:
    """Return the saved mappings, of one source or of all, by name."""
    newest = MappingVersion.objects.filter(mapping=OuterRef("pk")).order_by("-number")
    found = SavedMapping.objects.filter(archived_at=None)
    if source_key:
        found = found.filter(source__key=source_key)
    listed = (
        found.annotate(
            version=Subquery(newest.values("number")[:1]),
            saved_at=Subquery(newest.values("saved_at")[:1]),
            saved_by=Subquery(newest.values("actor")[:1]),
        )
        .order_by("source__key", "name")
        .values_list("public_id", "source__key", "name", "version", "saved_at", "saved_by")
    )
    return tuple(MappingFacts(*row) for row in listed)


def versions(public_id: str) -> tuple[VersionFacts, ...]:
    """Return every version of a saved mapping, newest first."""
    found = MappingVersion.objects.filter(mapping=_known(public_id)).order_by("-number")
    return tuple(
        VersionFacts(*row) for row in found.values_list("number", "text", "saved_at", "actor")
    )


def archive(public_id: str, *, moment: datetime, actor: str) -> None:
    """Offer a saved mapping no more. ConflictError while a schedule uses it."""
    mapping = _known(public_id)
    if Feed.objects.filter(mapping=mapping, is_on=True).exists():
        raise ConflictError(
            "mapping.used",
            _("A schedule uses “%(name)s”. Turn it off first.") % {"name": mapping.name},
        )
    with db.transaction():
        SavedMapping.objects.filter(pk=mapping.pk).update(archived_at=moment)
        audit.record(actor=actor, action="mapping.archived", subject=mapping.name, at=moment)


def _ensure(source_key: str, name: str, *, moment: datetime) -> SavedMapping:
    source = Source.objects.select_for_update().filter(key=source_key).first()
    if source is None:
        raise NotFoundError(
            "source.unknown", _("There is no source “%(key)s”.") % {"key": source_key}
        )
    found = SavedMapping.objects.filter(source=source, name__iexact=name).first()
    if found is None:
        found = SavedMapping(source=source, name=name, created_at=moment)
        found.save(force_insert=True)
    elif found.archived_at is not None:
        found.archived_at = None
        found.save(update_fields=["archived_at"])
    return found


def _known(public_id: str) -> SavedMapping:
    found = SavedMapping.objects.select_related("source").filter(public_id=public_id).first()
    if found is None:
        raise NotFoundError("mapping.unknown", _("There is no such mapping."))
    return found


def _latest(mapping: SavedMapping) -> MappingVersion | None:
    return MappingVersion.objects.filter(mapping=mapping).order_by("-number").first()


def _facts_of(mapping: SavedMapping) -> MappingFacts:
    latest = _latest(mapping)
    if latest is None:
        raise NotFoundError("mapping.unknown", _("There is no such mapping."))
    return MappingFacts(
        mapping.public_id, mapping.source.key, mapping.name, latest.number, latest.saved_at,
        latest.actor,
    )  # fmt: skip
