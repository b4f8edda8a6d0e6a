"""Leaving events and waking those who watch."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from juara.core import db, ids, scope

# One channel for all: the payload names the organization, each process filters for its streams.
CHANNEL = "juara_topics"

# The topic that moves with everything that arrives, whatever it changes.
FRESHNESS = "freshness"


def leave(name: str, *, at: datetime, **data: Any) -> None:
    """Leave a domain event in the running transaction."""
    db.execute(
        "INSERT INTO domain_event (organization_id, id, name, at, data)"
        " VALUES (%s, %s, %s, %s, %s)",
        [scope.current().organization_id, ids.new_id(), name, at, Jsonb(data)],
        kept=True,
    )


def bump_topics(topics: Iterable[str]) -> None:
    """Raise the version of each topic in the running transaction, and wake watchers after it.

    The wake-up says only which organization changed; the versions are read from the table, so
    a lost one costs nothing but time. It is sent after the commit because NOTIFY inside the
    transaction would take a lock shared by the whole server at its end.
    """
    wanted = sorted(set(topics))
    if not wanted:
        return
    organization_id = scope.current().organization_id
    db.execute(
        "INSERT INTO topic_version (organization_id, topic, version)"
        " SELECT %s, unnest(%s::text[]), 1"
        " ON CONFLICT (organization_id, topic) DO UPDATE"
        " SET version = topic_version.version + 1",
        [organization_id, wanted],
        kept=True,
    )
    db.after_commit(lambda: _wake(organization_id))


def drop_topics(topics: Iterable[str]) -> None:
    """Forget topics that nothing will move any more, and that nobody watches."""
    db.execute(
        "DELETE FROM topic_version WHERE organization_id = %s AND topic = ANY(%s)",
        [scope.current().organization_id, list(topics)],
    )


def _wake(organization_id: int) -> None:
    db.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(organization_id)], kept=True)
