"""Landing rows as record versions, and saying who a source's users are.

The statements here are set-based and run in the ledger's role; each names its organization.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from juara.audit import operations as audit
from juara.connect.content import CONTENT
from juara.connect.types import PARENT_KINDS
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

# What differs from the version now open, each with its record, or with a new identity for one that
# was never seen. A deleted row is compared by that alone: a tombstone carries no content, and for
# a record never seen it says nothing. OFFSET 0 keeps the look-ups one by one through their
# indexes, so that the cost follows what arrived and not what is there. "Open" is asked outside:
# inside, a partial index that does not lead to the record would look as good as the one that does.
_CHANGES = f"""
    WITH found AS (
        INSERT INTO change (record_id, old_id, old_place, row_number, is_new, is_deleted)
        SELECT COALESCE(r.id, %(base)s
                   + row_number() OVER (PARTITION BY r.id IS NULL ORDER BY i.row_number)),
               v.id, v.place, i.row_number, r.id IS NULL, i.is_deleted
        FROM incoming i
        LEFT JOIN LATERAL (
            SELECT r.id FROM record r
            WHERE r.organization_id = %(organization)s AND r.source_id = %(source)s
              AND r.kind = i.kind AND r.external_id = i.external_id OFFSET 0) r ON true
        LEFT JOIN LATERAL (
            SELECT v.ctid AS place, v.* FROM record_version v
            WHERE v.organization_id = %(organization)s AND v.record_id = r.id OFFSET 0) v
          ON v.known_until = {db.OPEN}
        WHERE CASE
            WHEN v.id IS NULL THEN NOT i.is_deleted
            WHEN v.is_deleted OR i.is_deleted THEN v.is_deleted <> i.is_deleted
            ELSE ({_OF_VERSION}) IS DISTINCT FROM ({_OF_ARRIVAL}) END
        RETURNING record_id, old_id, is_new, is_deleted
    ), noted AS (
        INSERT INTO touched SELECT record_id FROM found ON CONFLICT DO NOTHING
    )
    SELECT count(*), count(*) FILTER (WHERE is_new), count(old_id),
           count(*) FILTER (WHERE is_deleted) FROM found
"""

_NEW_RECORDS = """
    INSERT INTO record (organization_id, id, source_id, kind, external_id)
    SELECT %(organization)s, c.record_id, %(source)s, i.kind, i.external_id
    FROM change c JOIN incoming i ON i.row_number = c.row_number
    WHERE c.is_new
"""

# Where they lie, as in ledger.statements.
_CLOSE = """
    UPDATE record_version v SET known_until = %(batch)s
    WHERE v.ctid = ANY (ARRAY(SELECT old_place FROM change WHERE old_place IS NOT NULL))
      AND v.organization_id + 0 = %(organization)s
"""

_NEW_VERSIONS = f"""
    INSERT INTO record_version (organization_id, id, record_id, source_id, kind, known_from,
        known_until, run_id, is_deleted, {_CONTENT})
    SELECT %(organization)s, %(base)s + row_number() OVER (ORDER BY i.row_number),
           c.record_id, %(source)s, i.kind, %(batch)s, {db.OPEN}, %(run)s::bigint, i.is_deleted,
           {_OF_ARRIVAL}
    FROM change c JOIN incoming i ON i.row_number = c.row_number
    WHERE NOT i.is_deleted
"""

# A tombstone keeps the content that was last known, so that what was deleted can be told.
_NEW_TOMBSTONES = f"""
    INSERT INTO record_version (organization_id, id, record_id, source_id, kind, known_from,
        known_until, run_id, is_deleted, {_CONTENT})
    SELECT %(organization)s, %(base)s + row_number() OVER (ORDER BY c.row_number),
           c.record_id, %(source)s, v.kind, %(batch)s, {db.OPEN}, %(run)s::bigint, true,
           {_OF_VERSION}
    FROM change c CROSS JOIN LATERAL (
        SELECT v.* FROM record_version v
        WHERE v.organization_id = %(organization)s AND v.id = c.old_id OFFSET 0) v
    WHERE c.is_deleted
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
    db.analyze("incoming", arrived, "(row_number, kind, external_id)")
    params = {
        "organization": scope.current().organization_id,
        "source": source_id,
        "batch": batch.number,
        "run": run_id,
        "base": batch.id_base,
    }
    with db.together(when=db.are_few(arrived)):
        db.plan_for(arrived)
        found, created, known, gone = db.one(_CHANGES, params, kept=True)
    if not found:
        return Landed()
    db.analyze("change", found)
    with db.together(when=db.are_few(arrived)):
        _write(batch, params, _Changes(found, created, known, gone))
    db.analyze("touched", found)
    db.keep_statistics("record_version", found)
    return Landed(created=created, changed=found - gone - created, deleted=gone)


class _Changes(NamedTuple):
    """How many rows differ, of them of new records, with a version to close, and deleted."""

    found: int
    created: int
    known: int
    gone: int


def _write(batch: OpenBatch, params: dict[str, int | None], changes: _Changes) -> None:
    """Write what stands in ``change``; what does not apply is not asked for."""
    if changes.created:
        db.execute(_NEW_RECORDS, params, kept=True)
        batch.took(changes.created)
    if changes.known:
        db.execute(_CLOSE, params, kept=True)
    if changes.found > changes.gone:
        db.execute(_NEW_VERSIONS, {**params, "base": batch.id_base}, kept=True)
        batch.took(changes.found - changes.gone)
    if changes.gone:
        db.execute(_NEW_TOMBSTONES, {**params, "base": batch.id_base}, kept=True)
        batch.took(changes.gone)
    # Users stand in a table of everybody's, so their ids come from the general generator's range.
    db.execute(_SOURCE_USERS, {**params, "base": ids.new_id()}, kept=True)


def _touch_changed(count: int) -> None:
    db.execute("INSERT INTO touched SELECT record_id FROM change ON CONFLICT DO NOTHING")
    db.analyze("touched", count)


def touched_count() -> int:
    """Return how many records stand in ``touched``."""
    count: int = db.one("SELECT count(*) FROM touched", kept=True)[0]
    return count


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
    INSERT INTO change (record_id, old_id, old_place, row_number)
    SELECT v.record_id, v.id, v.ctid, row_number() OVER (ORDER BY v.id)
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


# What touched records of some kinds belong to, now or before this batch.
_TOUCH_UP = f"""
    INSERT INTO touched
    SELECT DISTINCT b.id FROM touched t
    JOIN record_version v ON v.organization_id = %(organization)s AND v.record_id = t.record_id
    JOIN record b ON b.organization_id = %(organization)s AND b.source_id = v.source_id
        AND b.kind = ANY(%(parents)s) AND b.external_id = v.parent
    WHERE v.kind = ANY(%(kinds)s) AND v.parent <> ''
      AND (v.known_until = {db.OPEN} OR v.known_until = %(batch)s)
    ON CONFLICT DO NOTHING
"""
# What belongs to touched records, of some kinds.
_TOUCH_DOWN = f"""
    INSERT INTO touched
    SELECT v.record_id FROM touched t
    JOIN record b ON b.organization_id = %(organization)s AND b.id = t.record_id
    JOIN record_version v ON v.organization_id = %(organization)s AND v.source_id = b.source_id
        AND v.parent = b.external_id AND v.parent <> '' AND v.known_until = {db.OPEN}
    WHERE b.kind = ANY(%(parents)s) AND v.kind = ANY(%(kinds)s)
    ON CONFLICT DO NOTHING
"""
# What belongs to the same things as touched records of some kinds do, or did before this batch.
_TOUCH_ACROSS = f"""
    INSERT INTO touched
    SELECT DISTINCT n.record_id FROM (
        SELECT DISTINCT v.source_id, v.parent FROM touched t
        JOIN record_version v ON v.organization_id = %(organization)s AND v.record_id = t.record_id
        WHERE v.kind = ANY(%(kinds)s) AND v.parent <> ''
          AND (v.known_until = {db.OPEN} OR v.known_until = %(batch)s)) p
    JOIN record_version n ON n.organization_id = %(organization)s AND n.source_id = p.source_id
        AND n.parent = p.parent AND n.parent <> '' AND n.known_until = {db.OPEN}
    WHERE n.kind = ANY(%(kinds)s)
    ON CONFLICT DO NOTHING
"""


def touch_related(
    *, up: Sequence[str], down: Sequence[str], across: Sequence[str], batch: int
) -> None:
    """Add to ``touched`` the records that a change of those in it may make count differently.

    In this order: what touched records of the kinds `up` belong to; the records of the kinds
    `down` that belong to touched ones; the neighbours of touched records of the kinds `across`.
    """
    params = {
        "organization": scope.current().organization_id,
        "batch": batch,
        "parents": [kind.value for kind in PARENT_KINDS],
    }
    for kinds, statement in ((up, _TOUCH_UP), (down, _TOUCH_DOWN), (across, _TOUCH_ACROSS)):
        if kinds:
            db.execute(statement, {**params, "kinds": list(kinds)})


# Records in a currency whose rate became another on one of their days, and those that belong to one
# in it. Days more than needed do no harm: credits that stay the same stay.
_DAYS = (
    "COALESCE(v.closed_on, (v.closed_at AT TIME ZONE %(zone)s)::date)",
    "COALESCE(v.occurred_on, (v.occurred_at AT TIME ZONE %(zone)s)::date)",
    "COALESCE(v.created_on, (v.created_at AT TIME ZONE %(zone)s)::date)",
)
_ON_A_DAY = " OR ".join(f"{day} >= c.from_day AND {day} < c.until_day" for day in _DAYS)
_TOUCH_BY_RATES = f"""
    WITH c AS (
        SELECT * FROM unnest(%(currencies)s::text[], %(from_days)s::date[], %(until_days)s::date[])
            AS c (currency, from_day, until_day)
    )
    INSERT INTO touched
    SELECT v.record_id FROM c JOIN record_version v ON v.currency = c.currency
    WHERE v.organization_id = %(organization)s AND v.known_until = {db.OPEN} AND ({_ON_A_DAY})
    UNION
    SELECT v.record_id FROM c
    JOIN record_version p ON p.currency = c.currency
    JOIN record r ON r.organization_id = p.organization_id AND r.id = p.record_id
    JOIN record_version v ON v.organization_id = r.organization_id
        AND v.source_id = r.source_id AND v.parent = r.external_id AND v.parent <> ''
    WHERE p.organization_id = %(organization)s AND p.known_until = {db.OPEN}
      AND v.known_until = {db.OPEN} AND ({_ON_A_DAY})
    ON CONFLICT DO NOTHING
"""
# More stretches of days than this are taken as one, lest each record be compared with thousands.
_MOST_STRETCHES = 50


def touch_by_rates(stretches: Sequence[tuple[str, date, date]]) -> int:
    """Add to ``touched`` the records in a currency, or of one in it, with a date on these days.

    Each stretch is a currency, a first day and a day after the last, in the organization's zone.
    """
    if not stretches:
        return 0
    current = scope.current()
    asked = _few(stretches)
    return db.execute(
        _TOUCH_BY_RATES,
        {
            "organization": current.organization_id,
            "zone": current.zone,
            "currencies": [currency for currency, _, _ in asked],
            "from_days": [from_day for _, from_day, _ in asked],
            "until_days": [until_day for _, _, until_day in asked],
        },
    )


def _few(stretches: Sequence[tuple[str, date, date]]) -> list[tuple[str, date, date]]:
    found: list[tuple[str, date, date]] = []
    for currency in dict.fromkeys(each[0] for each in stretches):
        own = [each for each in stretches if each[0] == currency]
        if len(own) > _MOST_STRETCHES:
            own = [(currency, min(each[1] for each in own), max(each[2] for each in own))]
        found += own
    return found


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
    with knowledge.batch(moment=moment, reason=f"match {key}") as batch:
        # Under the lock: whoever lands rows that name somebody new writes them down, too.
        user, _ = SourceUser.objects.get_or_create(
            source_id=source_id, key=key,
            defaults={"organization_id": scope.current().organization_id},
        )  # fmt: skip
        if (name, email) != (user.name, user.email) and (name or email):
            SourceUser.objects.filter(id=user.id).update(name=name, email=email)
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
