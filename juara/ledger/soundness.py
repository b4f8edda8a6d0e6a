"""What must hold of the history itself, below the numbers: checked by `verify`.

Batches follow each other, dated facts about one thing never overlap on a day as known at a batch,
records have an unbroken history, and the marks that say how far the ledger has come are neither
ahead nor missing. Reads only; runs in the ledger's role, so each statement names its organization.
"""

import re
from collections.abc import Iterator

from juara.core import db, scope
from juara.core.db import OPEN
from juara.events import operations as events
from juara.ledger.types import Difference

_BATCH_GAPS = """
    SELECT count(*), min(number) FROM (
        SELECT number, lag(number, 1, 0::bigint) OVER (ORDER BY number) AS before
        FROM batch WHERE organization_id = %(organization)s) b
    WHERE number <> before + 1
"""
_BATCHES_BACK = """
    SELECT count(*), min(number) FROM (
        SELECT number, committed_at, lag(committed_at) OVER (ORDER BY number) AS before
        FROM batch WHERE organization_id = %(organization)s) b
    WHERE committed_at < before
"""
# Between two versions nothing is left out and nothing is told twice; the last one is still known,
# since a deleted record has a version that says so.
_TORN_HISTORIES = f"""
    SELECT count(*), min(record_id) FROM (
        SELECT record_id, known_until,
               lead(known_from) OVER (PARTITION BY record_id ORDER BY known_from) AS next_from
        FROM record_version WHERE organization_id = %(organization)s) v
    WHERE known_until <> COALESCE(next_from, {OPEN})
"""
# As whole histories are unbroken, what was known when a credit was made is all there is to look
# for: a credit ends in the batch that follows its record's change, or sooner.
_RECORDLESS_CREDITS = """
    SELECT c.metric_id, count(*), min(c.record_id) FROM credit c
    LEFT JOIN (
        SELECT record_id, min(known_from) AS since FROM record_version
        WHERE organization_id = %(organization)s GROUP BY record_id) v
      ON v.record_id = c.record_id
    WHERE c.organization_id = %(organization)s AND (v.since IS NULL OR v.since > c.known_from)
    GROUP BY c.metric_id
"""
_POSITION_AHEAD = """
    SELECT p.batch, coalesce(max(b.number), 0) FROM ledger_position p
    LEFT JOIN batch b ON b.organization_id = p.organization_id
    WHERE p.organization_id = %(organization)s
    GROUP BY p.batch HAVING p.batch > coalesce(max(b.number), 0)
"""
# Without its topic an open page never hears that a number has moved.
_SILENT_METRICS = """
    SELECT m.key FROM metric m
    WHERE m.organization_id = %(organization)s AND m.archived_at IS NULL
      AND EXISTS (SELECT 1 FROM tally t
                  WHERE t.organization_id = m.organization_id AND t.metric_id = m.id)
      AND NOT EXISTS (SELECT 1 FROM topic_version v
                      WHERE v.organization_id = m.organization_id
                        AND v.topic = 'metric:' || m.public_id)
    ORDER BY m.key
"""
_NO_FRESHNESS = """
    SELECT count(*) FROM ledger_position p
    WHERE p.organization_id = %(organization)s AND NOT EXISTS (
        SELECT 1 FROM topic_version v
        WHERE v.organization_id = p.organization_id AND v.topic = %(topic)s)
"""


def differences(keys: dict[int, str]) -> Iterator[Difference]:
    """Yield what does not hold; `keys` are the keys of metrics by id."""
    params = {"organization": scope.current().organization_id}
    for problem, sql in (("gap", _BATCH_GAPS), ("back in time", _BATCHES_BACK)):
        count, number = db.one(sql, params)
        if count:
            yield Difference("batch", "", problem, count, f"batch {number}")
    count, record = db.one(_TORN_HISTORIES, params)
    if count:
        yield Difference("record_version", "", "history torn", count, record_name(record))
    for metric, count, record in db.rows(_RECORDLESS_CREDITS, params):
        yield Difference(
            "credit", keys.get(metric, str(metric)), "without a record", count, record_name(record)
        )
    yield from _overlaps(params)
    yield from _marks(params)


def record_name(record_id: int) -> str:
    """Say which record an id means: its kind, its id in its source, and the source."""
    found = db.rows(
        "SELECT r.kind, r.external_id, s.key FROM record r JOIN source s ON s.id = r.source_id"
        " WHERE r.organization_id = %s AND r.id = %s",
        [scope.current().organization_id, record_id],
    )
    if not found:
        return f"record {record_id}"
    kind, external_id, source = found[0]
    return f"{kind} {external_id} ({source})"


def _marks(params: dict[str, int]) -> Iterator[Difference]:
    for batch, last in db.rows(_POSITION_AHEAD, params):
        yield Difference("ledger_position", "", "ahead", batch - last, f"batch {batch} of {last}")
    for (key,) in db.rows(_SILENT_METRICS, params):
        yield Difference("topic_version", key, "missing", 1, f"metric {key}")
    (count,) = db.one(_NO_FRESHNESS, {**params, "topic": events.FRESHNESS})
    if count:
        yield Difference("topic_version", "", "missing", count, events.FRESHNESS)


# --- Dated facts ---

# The tables are those the database keeps from holding two open facts about one thing on a day;
# it says itself what "one thing" is. What is known no more it does not guard.
_GUARDED = """
    SELECT r.relname, pg_get_constraintdef(c.oid)
    FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
    WHERE c.contype = 'x' AND c.connamespace = 'public'::regnamespace
      AND c.conname = r.relname || '_one_at_a_time'
    ORDER BY r.relname
"""
_THING = re.compile(r"int8range\((.+?), \1, '\[\]'::text\)")
_OVERLAPS = """
    WITH f AS (
        SELECT id, valid_from, valid_until, known_from, known_until, {things}
        FROM {table} WHERE organization_id = %(organization)s AND known_from < known_until)
    SELECT count(*) OVER (), {firsts}, GREATEST(a.valid_from, b.valid_from)
    FROM f a JOIN f b ON a.id < b.id AND {same}
     AND a.valid_from < b.valid_until AND b.valid_from < a.valid_until
     AND a.known_from < b.known_until AND b.known_from < a.known_until
    ORDER BY a.id, b.id LIMIT 1
"""
# What the things are called, by the column that names them.
_NAMES = {
    "member_id": ("member", "name"),
    "manager_id": ("member", "name"),
    "team_id": ("team", "name"),
    "squad_id": ("squad", "name"),
    "metric_id": ("metric", "key"),
    "source_user_id": ("source_user", "key"),
}


def _overlaps(params: dict[str, int]) -> Iterator[Difference]:
    for table, definition in db.rows(_GUARDED):
        things = _THING.findall(definition)
        numbered = range(len(things))
        found = db.rows(
            _OVERLAPS.format(
                table=table,
                things=", ".join(f"{each} AS t{n}" for n, each in enumerate(things)),
                firsts=", ".join(f"a.t{n}" for n in numbered),
                same=" AND ".join(f"a.t{n} = b.t{n}" for n in numbered),
            ),
            params,
        )
        for count, *values, day in found:
            named = [_name(*each) for each in zip(things, values, strict=True)]
            sample = ", ".join([*(each for each in named if each), str(day)])
            yield Difference(table, "", "overlap", count, sample)


def _name(column: str, value: int) -> str:
    if column not in _NAMES:
        return "" if column == "organization_id" else f"{column.removesuffix('_id')} {value}"
    table, name = _NAMES[column]
    found = db.rows(
        f"SELECT {name} FROM {table} WHERE organization_id = %s AND id = %s",
        [scope.current().organization_id, value],
    )
    return str(found[0][0]) if found else f"{column.removesuffix('_id')} {value}"
