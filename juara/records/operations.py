"""Landing rows as record versions, and saying who a source's users are.

The statements here are set-based and run in the ledger's role; each names its organization.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from juara.audit import operations as audit
from juara.connect.content import CONTENT
from juara.core import db, ids, scope, succession
from juara.core.calendar import ALWAYS, FOREVER
from juara.people.models import Member
from juara.records.models import OwnerMatch, SourceUser
from juara.records.types import Landed
from juara.tenancy import knowledge
from juara.tenancy.knowledge import OpenBatch

_CONTENT = ", ".join(CONTENT)
_OF_VERSION = ", ".join(f"v.{name}" for name in CONTENT)
_OF_ARRIVAL = ", ".join(f"i.{name}" for name in CONTENT)

# A tombstone for a record never seen says nothing; everything else that is new gets an identity.
_NEW_RECORDS = """
    INSERT INTO record (organization_id, id, source_id, kind, external_id)
    SELECT %(organization)s, %(base)s + row_number() OVER (ORDER BY i.row_number),
           %(source)s, i.kind, i.external_id
    FROM incoming i
    WHERE NOT i.is_deleted AND NOT EXISTS (
        SELECT 1 FROM record r
        WHERE r.organization_id = %(organization)s AND r.source_id = %(source)s
          AND r.kind = i.kind AND r.external_id = i.external_id)
"""

# What differs from the version now open. A deleted row is compared by that alone: a tombstone
# carries no content. OFFSET 0 keeps the look-ups one by one through their indexes, so that the
# cost follows what arrived and not what is there. "Open" is asked outside: inside, a partial index
# that does not lead to the record would look as good as the one that does.
_CHANGES = f"""
    INSERT INTO change (record_id, old_id, row_number)
    SELECT r.id, v.id, i.row_number
    FROM incoming i
    CROSS JOIN LATERAL (
        SELECT r.id FROM record r
        WHERE r.organization_id = %(organization)s AND r.source_id = %(source)s
          AND r.kind = i.kind AND r.external_id = i.external_id OFFSET 0) r
    LEFT JOIN LATERAL (
        SELECT v.* FROM record_version v
        WHERE v.organization_id = %(organization)s AND v.record_id = r.id OFFSET 0) v
      ON v.known_until = {db.OPEN}
    WHERE v.id IS NULL OR v.is_deleted <> i.is_deleted
       OR (NOT i.is_deleted AND ({_OF_VERSION}) IS DISTINCT FROM ({_OF_ARRIVAL}))
"""

_CLOSE = f"""
    UPDATE record_version v SET known_until = %(batch)s
    FROM change c
    WHERE v.organization_id = %(organization)s AND v.id = c.old_id
      AND v.known_until = {db.OPEN}
"""

_NEW_VERSIONS = f"""
    INSERT INTO record_version (organization_id, id, record_id, source_id, kind, known_from,
        known_until, run_id, is_deleted, {_CONTENT})
    SELECT %(organization)s, %(base)s + row_number() OVER (ORDER BY i.row_number),
           c.record_id, %(source)s, i.kind, %(batch)s, {db.OPEN}, %(run)s, i.is_deleted,
           {_OF_ARRIVAL}
    FROM change c JOIN incoming i ON i.row_number = c.row_number
    WHERE NOT i.is_deleted
"""

# A tombstone keeps the content that was last known, so that what was deleted can be told.
_NEW_TOMBSTONES = f"""
    INSERT INTO record_version (organization_id, id, record_id, source_id, kind, known_from,
        known_until, run_id, is_deleted, {_CONTENT})
    SELECT %(organization)s, %(base)s + row_number() OVER (ORDER BY c.row_number),
           c.record_id, %(source)s, v.kind, %(batch)s, {db.OPEN}, %(run)s, true, {_OF_VERSION}
    FROM change c JOIN incoming i ON i.row_number = c.row_number
    JOIN record_version v ON v.organization_id = %(organization)s AND v.id = c.old_id
    WHERE i.is_deleted
"""

_SOURCE_USERS = """
    INSERT INTO source_user (id, organization_id, source_id, key, name, email)
    SELECT %(base)s + row_number() OVER (), %(organization)s, %(source)s, u.key, '', ''
    FROM (SELECT DISTINCT unnest(i.user_keys) AS key FROM incoming i) u
    WHERE NOT EXISTS (
        SELECT 1 FROM source_user s WHERE s.organization_id = %(organization)s
          AND s.source_id = %(source)s AND s.key = u.key)
"""

_MISSING_TOMBSTONES = f"""
    INSERT INTO incoming (row_number, kind, external_id, is_deleted)
    SELECT row_number() OVER (ORDER BY r.id), r.kind, r.external_id, true
    FROM record r
    JOIN record_version v ON v.organization_id = r.organization_id AND v.record_id = r.id
      AND v.known_until = {db.OPEN} AND NOT v.is_deleted
    WHERE r.organization_id = %(organization)s AND r.source_id = %(source)s
      AND r.kind = ANY(%(kinds)s) AND NOT EXISTS (
        SELECT 1 FROM landing_row l WHERE l.organization_id = %(organization)s
          AND l.run_id = %(run)s AND l.kind = r.kind AND l.external_id = r.external_id)
"""


def land(batch: OpenBatch, *, arrived: int, source_id: int, run_id: int | None = None) -> Landed:
    """Turn the `arrived` rows standing in ``incoming`` into record versions of this batch.

    Only what differs from the version now open is written. The records that changed are left in
    the temporary table ``touched`` for the ledger. Costs a fixed number of statements.
    """
    db.analyze("incoming", arrived)
    with db.looking_up(arrived):
        return _land(batch, source_id=source_id, run_id=run_id)


def _land(batch: OpenBatch, *, source_id: int, run_id: int | None) -> Landed:
    params = {
        "organization": scope.current().organization_id,
        "source": source_id,
        "batch": batch.number,
        "run": run_id,
        "base": batch.id_base,
    }
    created = db.execute(_NEW_RECORDS, params)
    batch.took(created)
    found = db.execute(_CHANGES, params)
    if not found:
        return Landed()
    db.analyze("change", found)
    db.execute(_CLOSE, params)
    written = db.execute(_NEW_VERSIONS, {**params, "base": batch.id_base})
    batch.took(written)
    deleted = db.execute(_NEW_TOMBSTONES, {**params, "base": batch.id_base})
    batch.took(deleted)
    # Users stand in a table of everybody's, so their ids come from the general generator's range.
    db.execute(_SOURCE_USERS, {**params, "base": ids.new_id()})
    _touch_changed(found)
    db.keep_statistics("record_version", found)
    return Landed(created=created, changed=written - created, deleted=deleted)


def _touch_changed(count: int) -> None:
    db.execute("INSERT INTO touched SELECT record_id FROM change ON CONFLICT DO NOTHING")
    db.analyze("touched", count)


def mark_missing(*, source_id: int, run_id: int, kinds: list[str]) -> int:
    """Fill ``incoming`` with a tombstone for every record a full import no longer lists."""
    # Staged rows come and go faster than the planner counts them. Taking them for few, it would
    # compare each with each.
    db.execute("SET LOCAL enable_nestloop = off")
    count = db.execute(
        _MISSING_TOMBSTONES,
        {
            "organization": scope.current().organization_id,
            "source": source_id,
            "run": run_id,
            "kinds": kinds,
        },
    )
    db.execute("SET LOCAL enable_nestloop = on")
    return count


# The version that stood before the run, where the run's own is still the open one.
_UNDO_CHANGES = f"""
    INSERT INTO change (record_id, old_id, row_number)
    SELECT v.record_id, v.id, row_number() OVER (ORDER BY v.id)
    FROM record_version v
    WHERE v.organization_id = %(organization)s AND v.run_id = %(run)s
      AND v.known_until = {db.OPEN}
      AND (NOT v.is_deleted OR EXISTS (
        SELECT 1 FROM record_version b WHERE b.organization_id = %(organization)s
          AND b.record_id = v.record_id AND b.run_id IS DISTINCT FROM %(run)s))
"""

# The restored version belongs to the import it came from, so that undoing that one finds it in
# turn; what an import brought that has been undone itself is not restored.
_UNDO_VERSIONS = f"""
    INSERT INTO record_version (organization_id, id, record_id, source_id, kind, known_from,
        known_until, run_id, is_deleted, {_CONTENT})
    SELECT %(organization)s, %(base)s + row_number() OVER (ORDER BY c.row_number),
           c.record_id, n.source_id, n.kind, %(batch)s, {db.OPEN}, b.run_id,
           b.id IS NULL OR b.is_deleted, {", ".join(f"s.{name}" for name in CONTENT)}
    FROM change c
    JOIN record_version n ON n.organization_id = %(organization)s AND n.id = c.old_id
    LEFT JOIN LATERAL (
        SELECT b.* FROM record_version b
        WHERE b.organization_id = %(organization)s AND b.record_id = c.record_id
          AND b.known_from < (
            SELECT min(f.known_from) FROM record_version f
            WHERE f.organization_id = %(organization)s AND f.record_id = c.record_id
              AND f.run_id = %(run)s)
          AND NOT EXISTS (
            SELECT 1 FROM import_run u WHERE u.organization_id = %(organization)s
              AND u.id = b.run_id AND u.state IN ('undone', 'cancelled'))
        ORDER BY b.known_from DESC LIMIT 1) b ON true
    JOIN record_version s ON s.organization_id = %(organization)s
      AND s.id = COALESCE(b.id, n.id)
"""


def undo_run(batch: OpenBatch, *, run_id: int) -> Landed:
    """Put every record that still stands as an import left it back as it stood before.

    Records the import created become deleted; those changed again since are left alone. The
    records concerned are left in ``touched``.
    """
    params = {
        "organization": scope.current().organization_id,
        "run": run_id,
        "batch": batch.number,
    }
    found = db.execute(_UNDO_CHANGES, params)
    if not found:
        return Landed()
    db.analyze("change", found)
    db.execute(_CLOSE, params)
    batch.took(db.execute(_UNDO_VERSIONS, {**params, "base": batch.id_base}))
    _touch_changed(found)
    return Landed(changed=found)


# Records that name somebody whose identity or place has changed since a batch.
_TOUCH_BY_PEOPLE = f"""
    INSERT INTO touched
    SELECT v.record_id FROM record_version v
    JOIN (
        SELECT s.source_id, array_agg(s.key) AS keys FROM source_user s
        WHERE s.organization_id = %(organization)s AND s.id IN (
            SELECT m.source_user_id FROM owner_match m
            WHERE m.organization_id = %(organization)s
              AND (m.member_id = ANY(%(members)s) OR m.known_from > %(since)s
                   OR (m.known_until > %(since)s AND m.known_until < {db.OPEN})))
        GROUP BY s.source_id
    ) k ON v.source_id = k.source_id AND v.user_keys && k.keys
    WHERE v.organization_id = %(organization)s AND v.known_until = {db.OPEN}
    ON CONFLICT DO NOTHING
"""


def touch_by_people(*, members: tuple[int, ...], since: int) -> int:
    """Add to ``touched`` the records of members and of matches changed after batch `since`."""
    return db.execute(
        _TOUCH_BY_PEOPLE,
        {
            "organization": scope.current().organization_id,
            "members": list(members),
            "since": since,
        },
    )


def match_owner(
    *,
    source_id: int,
    key: str,
    member: Member,
    name: str = "",
    email: str = "",
    from_day: date = ALWAYS,
    until_day: date = FOREVER,
    moment: datetime,
    actor: str,
) -> bool:
    """Say that a source's user is this member on these days; the past is credited with it.

    Returns whether anything changed. The ledger takes it in at its next absorption.
    """
    user, _ = SourceUser.objects.get_or_create(
        source_id=source_id, key=key,
        defaults={"organization_id": scope.current().organization_id},
    )  # fmt: skip
    if (name, email) != (user.name, user.email) and (name or email):
        SourceUser.objects.filter(id=user.id).update(name=name, email=email)
    with knowledge.batch(moment=moment, reason=f"match {key}") as batch:
        changed = succession.lay(
            OwnerMatch,
            about={"source_user_id": user.id},
            values={"member_id": member.id},
            from_day=from_day,
            until_day=until_day,
            batch=batch.number,
        )
        batch.is_used |= changed
        if changed:
            audit.record(
                actor=actor, action="owner.matched", subject=key, at=moment, member=member.name
            )
    return changed


@dataclass(frozen=True, slots=True)
class Introduction:
    """A source's user nobody was matched to, with the member they are and what they are called."""

    key: str
    member: Member
    name: str
    email: str


def match_newcomers(
    introductions: Sequence[Introduction], *, source_id: int, moment: datetime, actor: str
) -> None:
    """Match many keys that had no match to their members, since always, as `match_owner` would."""
    if not introductions:
        return
    named = {each.key: each for each in introductions}
    # Records may have named them before anybody said who they are.
    users = {
        user.key: user
        for user in SourceUser.objects.filter(source_id=source_id, key__in=list(named))
    }
    for key, user in users.items():
        user.name, user.email = named[key].name, named[key].email
    SourceUser.objects.bulk_update(users.values(), ["name", "email"], batch_size=500)
    strangers = [
        SourceUser(source_id=source_id, key=each.key, name=each.name, email=each.email)
        for each in introductions
        if each.key not in users
    ]
    SourceUser.objects.bulk_create(strangers)
    users |= {user.key: user for user in strangers}
    with knowledge.batch(moment=moment, reason="match people") as batch:
        OwnerMatch.objects.bulk_create(
            OwnerMatch(
                source_user=users[each.key], member=each.member, valid_from=ALWAYS,
                valid_until=FOREVER, known_from=batch.number,
            )
            for each in introductions
        )  # fmt: skip
        batch.is_used = True
    audit.record_many(actor=actor, action="owner.matched", subjects=list(named), at=moment)


def describe_user(user_id: int, *, name: str, email: str) -> None:
    """Note what a source calls one of its users now."""
    SourceUser.objects.filter(id=user_id).update(name=name, email=email)
