"""How far an import has come, told while its one long transaction is open; and the wish to stop.

Written on a connection of its own (`db.aside`), so never while the transaction that is open on the
ordinary one has touched the same row.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from juara.connect.models import ImportDraft, ImportProgress, ImportRun
from juara.core import db, ids, scope
from juara.events import operations as events
from juara.events import queries as event_queries

_AT_MOST_EVERY = timedelta(milliseconds=500)

_NOTE = """
    INSERT INTO import_progress
        (id, organization_id, subject, phase, share, rows_read, is_cancel_asked)
    VALUES (%(id)s, %(organization)s, %(subject)s, %(phase)s, %(share)s, %(rows)s, false)
    ON CONFLICT (organization_id, subject) DO UPDATE
    SET phase = excluded.phase, share = excluded.share, rows_read = excluded.rows_read
    RETURNING is_cancel_asked
"""


class CancelAskedError(Exception):
    """Somebody wants the work to stop. Not an error: the way out of it."""


def topic(public_id: str) -> str:
    """Return the topic that moves with an import."""
    return f"import:{public_id}"


@dataclass(slots=True)
class Noter:
    """Tells how far the work on a subject has come, at most twice a second.

    Called with what is being done and the share done; raises `CancelAskedError` once somebody
    asked the work to stop. `check` is called as often, and may raise as well.
    """

    subject: str
    clock: Callable[[], datetime]
    check: Callable[[], None] = lambda: None
    rows_read: int = 0
    _told: tuple[str, datetime] | None = field(default=None, init=False)

    def __call__(self, phase: str, share: float) -> None:
        now = self.clock()
        if self._told and self._told[0] == phase and now - self._told[1] < _AT_MOST_EVERY:
            return
        self._told = (phase, now)
        self.check()
        with db.aside():
            is_cancelled = _note(self.subject, phase, share, self.rows_read)
            events.bump_topics([topic(self.subject)])
        if is_cancelled:
            raise CancelAskedError


def begin(subject: str) -> None:
    """Start over: nothing done, nobody wants it to stop."""
    _note(subject, "", 0, 0)
    db.execute(
        "UPDATE import_progress SET is_cancel_asked = false"
        " WHERE organization_id = %s AND subject = %s",
        [scope.current().organization_id, subject],
    )


def ask_to_stop(subject: str) -> None:
    db.execute(
        "UPDATE import_progress SET is_cancel_asked = true"
        " WHERE organization_id = %s AND subject = %s",
        [scope.current().organization_id, subject],
    )


def is_asked_to_stop(subject: str) -> bool:
    """Say whether the work is to stop; whoever asks from now on waits for this transaction."""
    found = db.rows(
        "SELECT is_cancel_asked FROM import_progress"
        " WHERE organization_id = %s AND subject = %s FOR UPDATE",
        [scope.current().organization_id, subject],
    )
    return bool(found and found[0][0])


def forget(subject: str) -> None:
    """Remove what is known of work that is over."""
    ImportProgress.objects.filter(subject=subject).delete()


def forget_old(*, moment: datetime) -> None:
    """Remove the topics of what was over a day ago: nobody watches it any more."""
    since = moment - timedelta(days=1)
    watched = set(
        ImportRun.objects.filter(Q(finished_at=None) | Q(finished_at__gt=since))
        .exclude(mapping="")
        .values_list("public_id", flat=True)
    )
    drafts = ImportDraft.objects.filter(changed_at__gt=since)
    watched.update(drafts.values_list("public_id", flat=True))
    ImportProgress.objects.exclude(subject__in=watched).delete()
    known = [each for each in event_queries.topic_versions() if each.startswith(topic(""))]
    events.drop_topics(sorted(set(known) - {topic(each) for each in watched}))


def _note(subject: str, phase: str, share: float, rows_read: int) -> bool:
    found = db.one(
        _NOTE,
        {
            "id": ids.new_id(),
            "organization": scope.current().organization_id,
            "subject": subject,
            "phase": phase,
            "share": share,
            "rows": rows_read,
        },
    )
    return bool(found[0])
