"""Imports being prepared: files, choices, a mapping, kept so that one can leave and come back."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from juara.connect import uploads
from juara.connect.models import ImportDraft, ImportRun, RunState, Upload
from juara.core import db
from juara.core.errors import ConflictError, LimitError, NotFoundError

MOST_FILES = 50
_LARGEST_CHOICES = 256 << 10
_LARGEST_MAPPING = 1 << 20
_FORGOTTEN_AFTER = timedelta(days=30)
# After these an import may be prepared again, from where it was.
_OVER_IN_VAIN = (RunState.FAILED, RunState.CANCELLED, RunState.UNDONE)


def start(
    *, moment: datetime, actor: str, source_key: str = "", source_name: str = ""
) -> str:  # fmt: skip
    """Begin to prepare an import; return its id. See `queries.draft` for what it has become."""
    draft = ImportDraft(
        source_key=source_key[:60], source_name=source_name[:120], created_at=moment,
        changed_at=moment, actor=actor[:254],
    )  # fmt: skip
    draft.save(force_insert=True)
    return draft.public_id


def add_file(public_id: str, upload: str, *, moment: datetime) -> None:
    """Let a draft have a file that was kept. A file it has already changes nothing."""
    with db.transaction():
        draft = _open(public_id)
        if not Upload.objects.filter(public_id=upload).exists():
            raise NotFoundError("upload.unknown", _("There is no such file."))
        if upload in draft.uploads:
            return
        if len(draft.uploads) >= MOST_FILES:
            raise LimitError(
                "draft.files",
                _("An import takes at most %(most)s files. Import these first.")
                % {"most": MOST_FILES},
            )
        draft.uploads.append(upload)
        _store(draft, "uploads", moment=moment)


def remove_file(public_id: str, upload: str, *, moment: datetime) -> None:
    """Take a file out of a draft and forget it."""
    with db.transaction():
        draft = _open(public_id)
        if upload not in draft.uploads:
            raise NotFoundError("upload.unknown", _("There is no such file."))
        draft.uploads.remove(upload)
        _store(draft, "uploads", moment=moment)
        uploads.remove(upload)


def change(
    public_id: str,
    *,
    moment: datetime,
    source_key: str | None = None,
    source_name: str | None = None,
    choices: Mapping[str, Any] | None = None,
    mapping: str | None = None,
) -> None:
    """Replace what is given of a draft; None leaves it as it is.

    Refuses choices over 256 KiB of JSON and mappings over 1 MiB. The mapping may be one that does
    not hold yet: it is read when the import begins.
    """
    _refuse_large(choices, mapping)
    given = {
        "source_key": None if source_key is None else source_key[:60],
        "source_name": None if source_name is None else source_name[:120],
        "choices": None if choices is None else dict(choices),
        "mapping": mapping,
    }
    with db.transaction():
        draft = _open(public_id)
        changed = [name for name, value in given.items() if value is not None]
        for name in changed:
            setattr(draft, name, given[name])
        _store(draft, *changed, moment=moment)


def discard(public_id: str) -> None:
    """Forget a draft, and its files unless an import has them."""
    with db.transaction():
        draft = _locked(public_id)
        if draft.run_id is None:
            for upload in draft.uploads:
                if Upload.objects.filter(public_id=upload).exists():
                    uploads.remove(upload)
        draft.delete()


def discard_forgotten(*, moment: datetime) -> int:
    """Forget the drafts of the entered organization that nobody has changed for a month."""
    old = ImportDraft.objects.filter(changed_at__lt=moment - _FORGOTTEN_AFTER)
    found = list(old.values_list("public_id", flat=True))
    for public_id in found:
        discard(public_id)
    return len(found)


def taken(public_id: str, run: ImportRun) -> None:
    """Note that a draft has become an import."""
    ImportDraft.objects.filter(public_id=public_id).update(run=run)


def to_begin(public_id: str) -> ImportDraft:
    """Lock and return a draft that may become an import. ConflictError when it is one already."""
    return _open(public_id)


def store_check(public_id: str, check: Mapping[str, Any]) -> None:
    """Keep how far a dry run has come, or what it found."""
    ImportDraft.objects.filter(public_id=public_id).update(check_run=dict(check))


def _open(public_id: str) -> ImportDraft:
    draft = _locked(public_id)
    if draft.run is not None and draft.run.state not in _OVER_IN_VAIN:
        raise ConflictError(
            "draft.begun", _("This import has begun already. Start another one for other files.")
        )
    return draft


def _locked(public_id: str) -> ImportDraft:
    found = (
        ImportDraft.objects.select_for_update(of=("self",))
        .select_related("run")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotFoundError("draft.unknown", _("There is no such import in preparation."))
    return found


def _store(draft: ImportDraft, *changed: str, moment: datetime) -> None:
    # Whoever changes an import that came to nothing prepares another one.
    draft.run, draft.changed_at = None, moment
    draft.save(update_fields=[*changed, "run", "changed_at"])


def _refuse_large(choices: Mapping[str, Any] | None, mapping: str | None) -> None:
    if choices is not None and len(json.dumps(dict(choices))) > _LARGEST_CHOICES:
        raise LimitError(
            "draft.choices", _("There are too many choices to keep. Use a mapping file.")
        )
    if mapping is not None and len(mapping.encode()) > _LARGEST_MAPPING:
        raise LimitError("draft.mapping", _("The mapping is larger than 1 MB."))
