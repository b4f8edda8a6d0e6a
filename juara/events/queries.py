"""What has changed, for those who watch."""

from juara.core import db, scope


def topic_versions() -> dict[str, int]:
    """Return the version of every topic of the entered organization."""
    found = db.rows(
        "SELECT topic, version FROM topic_version WHERE organization_id = %s ORDER BY topic",
        [scope.current().organization_id],
    )
    return dict(found)


def topic_version(topic: str) -> int:
    """Return one topic's version, 0 when nothing has changed it yet."""
    found = db.rows(
        "SELECT version FROM topic_version WHERE organization_id = %s AND topic = %s",
        [scope.current().organization_id, topic],
    )
    return int(found[0][0]) if found else 0
