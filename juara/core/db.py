"""The database below the models: transactions, plain SQL, the ledger's own role."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import atomic, on_commit  # noqa: TID251 - the one place that may
from psycopg.pq import PipelineStatus
from psycopg.types.numeric import Int8

from juara.core import scope

Row = tuple[Any, ...]
Params = Sequence[Any] | dict[str, Any] | None

# Knowledge spans are batch numbers; this one means "still known".
OPEN = 2**63 - 1
# As known at this batch means: now.
LATEST = OPEN - 1


# When the batch being written counts as known; NULL where none is, or none has said so
# (`tell_moment`). Until it has been written, no row tells it.
MOMENT = "NULLIF(current_setting('juara.moment', true), '')::timestamptz"


def tell_moment(moment: datetime) -> None:
    """Have `MOMENT` mean this moment to the end of the transaction."""
    execute("SELECT set_config('juara.moment', %s::text, true)", [moment.isoformat()], kept=True)


def known(alias: str, batch: int) -> str:
    """Return the condition on rows with a knowledge span that they were known at a batch."""
    # What is known now stands in indexes of its own.
    if batch == LATEST:
        return f"{alias}.known_until = {OPEN}"
    return f"({alias}.known_from <= {int(batch)} AND {alias}.known_until > {int(batch)})"


def known_then(batch: int) -> dict[str, int]:
    """Return the same condition for the filter of a model."""
    if batch == LATEST:
        return {"known_until": OPEN}
    return {"known_from__lte": batch, "known_until__gt": batch}


@contextmanager
def transaction() -> Iterator[None]:
    """Run the block in one transaction, joining an open one by a savepoint."""
    with atomic():
        yield


def after_commit(work: Callable[[], None]) -> None:
    """Run `work` once the outermost transaction has committed, never if it has not."""
    aside = _aside.get()
    if aside is None:
        on_commit(work)
    else:
        aside.afterwards.append(work)


@dataclass(slots=True)
class _Aside:
    """A second connection, and what is to be done once it has committed."""

    connection: BaseDatabaseWrapper
    afterwards: list[Callable[[], None]] = field(default_factory=list)


_aside: ContextVar[_Aside | None] = ContextVar("juara_aside", default=None)


@contextmanager
def aside() -> Iterator[None]:
    """Run the block's plain statements in a transaction of their own, on another connection.

    For what others must see while a long transaction is open, such as how far it has come. Only
    the functions of this module go there, not models. Never touch a row that the long transaction
    has written: they would wait for each other forever.
    """
    opened = _Aside(connection.copy())
    token = _aside.set(opened)
    try:
        opened.connection.set_autocommit(False)
        current = scope.holder().get()
        if current is not None:
            execute(
                "SELECT set_config('juara.organization', %s, true)", [str(current.organization_id)]
            )
        yield
        opened.connection.commit()
        opened.connection.set_autocommit(True)
        for work in opened.afterwards:
            work()
    finally:
        _aside.reset(token)
        opened.connection.close()


class _KeptCursor(psycopg.Cursor[Row]):
    """A cursor that binds on the server and has it keep what it executes."""

    def execute(self, query: Any, params: Any = None, **_options: Any) -> Any:
        return super().execute(query, params, prepare=True)


def _sent(sql: str, params: Params, *, is_read: bool = True) -> tuple[Any, bool]:
    """Execute a kept statement; return its cursor, and whether it was done alone.

    Otherwise it is under way with others (`together`), and its answer is waited for by reading it.
    """
    opened = _connection()
    opened.ensure_connection()
    raw = opened.connection
    # One for each connection, and gone with it: making one takes longer than a small statement.
    if not hasattr(raw, "kept_cursor"):
        raw.kept_cursor = _KeptCursor(raw)
    is_alone = not _is_together(raw)
    inner = raw.kept_cursor if is_alone or not is_read else _KeptCursor(raw)
    # Through Django's own wrapper, for its errors and for those who listen to queries.
    wrap = opened.make_debug_cursor if opened.queries_logged else opened.make_cursor
    cursor = wrap(inner)
    cursor.execute(sql, _typed(params))
    return cursor, is_alone


def _is_together(raw: Any) -> bool:
    return bool(raw.pgconn.pipeline_status != PipelineStatus.OFF)


@contextmanager
def together(*, when: bool = True) -> Iterator[None]:
    """Send the block's kept statements one after the other without waiting for each.

    Going to the server and back takes as long as a small statement. Only what a query returns is
    waited for, when it is read (see `ask`); how many rows a statement touched is not known inside
    (-1), and an error is raised at the end of the block at the latest. A block inside another is
    part of it. Nothing can be copied in meanwhile.
    """
    opened = _connection()
    if when:
        opened.ensure_connection()
    if not when or _is_together(opened.connection):
        yield
        return
    with ExitStack() as stream:
        stream.enter_context(opened.wrap_database_errors)
        stream.enter_context(opened.connection.pipeline())
        opened.connection.kept_stream = stream
        yield


def one_by_one() -> None:
    """Wait for all that was sent together, if anything was, and for each statement from now on."""
    raw = _connection().connection
    if raw is not None and _is_together(raw):
        raw.kept_stream.close()


def written_out(sql: str, params: Params) -> str:
    """Return a statement with its values written into it.

    For a long one with many values that are the same each time: kept like that, it is planned by
    those values, and none is sent.
    """
    with _connection().cursor() as cursor:
        text: str = cursor.mogrify(sql, params)
    return text


def _typed(params: Any) -> Any:
    """Give every whole number one type: by its size it would have three, each with its plans."""
    if isinstance(params, dict):
        return {name: _typed_value(value) for name, value in params.items()}
    return params if params is None else [_typed_value(value) for value in params]


def _typed_value(value: Any) -> Any:
    if type(value) is int:
        return Int8(value)
    if type(value) is list and value and type(value[0]) is int:
        return [Int8(each) for each in value]
    return value


def _connection() -> Any:
    opened = _aside.get()
    # The connection itself: each look through Django's stand-in for it costs.
    return connections[DEFAULT_DB_ALIAS] if opened is None else opened.connection


@contextmanager
def ledger_role() -> Iterator[None]:
    """Run the block's statements as the role that row-level security lets through.

    For the set-based statements of connect, records and ledger only, each of which names its
    organization itself. Ends with the block; a rollback ends it too, since the setting is local.
    """
    # A batch must cost what it changes: at the server's default the planner takes a few hundred
    # index look-ups for dearer than reading a whole table of a hundred thousand rows. Compiling a
    # statement costs more than it saves, and so does looking closely at temporary tables.
    execute(_BECOME_LEDGER, kept=True)
    yield
    # Not in a finally: after an error the transaction takes no statement, and its rollback
    # restores the role.
    execute(_BECOME_ONESELF, kept=True)


_BECOME_LEDGER = """
    SELECT set_config('role', 'juara_ledger', true), set_config('random_page_cost', '1.1', true),
           set_config('jit', 'off', true), set_config('default_statistics_target', '10', true)
"""
_BECOME_ONESELF = """
    SELECT set_config('role', 'none', true), set_config('enable_hashjoin', 'on', true),
           set_config('enable_mergejoin', 'on', true), set_config('plan_cache_mode', 'auto', true)
"""
_PLANS = """
    SELECT set_config('plan_cache_mode', %s::text, true),
           set_config('enable_hashjoin', %s::text, true),
           set_config('enable_mergejoin', %s::text, true)
"""

# Below this the planner's guess for an unknown temporary table is as good as knowing.
_WORTH_ANALYZING = 100
# Up to so many rows, sending them one by one takes less than waiting for a COPY.
_A_HANDFUL = 8


def is_handful(count: int | None) -> bool:
    """Say whether so many rows are worth no waiting in between (`together`)."""
    return count is not None and count <= _A_HANDFUL


def are_few(count: int | None) -> bool:
    """Say whether so many rows are worked on one by one; None means any number."""
    return count is not None and count < _WORTH_ANALYZING


def plan_for(count: int | None) -> None:
    """Have the ledger's statements planned for so many rows; None means any number.

    Where few are concerned they are looked up one by one, by plans that were made once and are
    kept: of a temporary table the planner knows nothing and supposes thousands, for which it would
    rather read a whole table. Many are worth a plan of their own each time.
    """
    few = are_few(count)
    switch = "off" if few else "on"
    mode = "force_generic_plan" if few else "force_custom_plan"
    execute(_PLANS, [mode, switch, switch], kept=True)


_ROOM_OF_TABLES = """
    SELECT count(t.found), coalesce(max(pg_relation_size(t.found)), 0)
    FROM (SELECT to_regclass('pg_temp.' || name) AS found FROM unnest(%s::text[]) AS name) t
"""
# Emptying a table by a new file costs the same, however little is in it.
_MOST_TO_DELETE = 8 * 8192

Answer = Callable[[], list[Row]]


def ask_room(names: Sequence[str]) -> Answer:
    """Ask which of these temporary tables there are and what they take, for `empty_tables`."""
    return ask(_ROOM_OF_TABLES, [list(names)])


def empty_tables(names: Sequence[str], create: str, *, room: Answer | None = None) -> None:
    """Have these temporary tables on this connection, empty, whoever had it before.

    `room` is what `ask_room` returned in this transaction, where that was asked before.
    """
    ((present, largest),) = (room or ask_room(names))()
    if present < len(names):
        for statement in create.split(";"):
            if statement.strip():
                execute(statement)
    elif largest > _MOST_TO_DELETE:
        execute(f"TRUNCATE {', '.join(names)}")
        return
    parts = ", ".join(f"of_{name} AS (DELETE FROM {name})" for name in names)
    execute(f"WITH {parts} SELECT 1", kept=True)


def execute(sql: str, params: Params = None, *, kept: bool = False) -> int:
    """Run one statement and return how many rows it touched.

    `kept` is for the statements of every batch, whose text is always the same: the server parses
    them once on each connection and keeps their plans (see `plan_for`).
    """
    if kept:
        kept_cursor, is_alone = _sent(sql, params, is_read=False)
        return int(kept_cursor.rowcount) if is_alone else -1
    with _connection().cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def rows(sql: str, params: Params = None, *, kept: bool = False) -> list[Row]:
    """Run one query and return all its rows; `kept` as in `execute`."""
    if kept:
        return ask(sql, params)()
    with _connection().cursor() as cursor:
        cursor.execute(sql, params)
        found: list[Row] = cursor.fetchall()
    return found


def ask(sql: str, params: Params = None) -> Answer:
    """Send one query and return what gives all its rows; its text is kept.

    In a block of `together` they are waited for only then, so that several questions share the
    way; what has changed meanwhile is not in them.
    """
    cursor, is_alone = _sent(sql, params)
    if not is_alone:
        answer: Answer = cursor.fetchall
        return answer
    found: list[Row] = cursor.fetchall()
    return lambda: found


def one(sql: str, params: Params = None, *, kept: bool = False) -> Row:
    """Run a query that always gives a row, and return its first; `kept` as in `execute`."""
    for row in rows(sql, params, kept=kept):
        return row
    raise LookupError("The query was expected to give a row.")


def copy_in(table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> int:
    """COPY records into a table inside the current transaction; return how many.

    Streams: memory does not grow with the number of records. The column types come from the
    values (None, int, str, Decimal, bool, date, datetime, list of str, psycopg Json).
    """
    statement = psycopg.sql.SQL("COPY {} ({}) FROM STDIN").format(
        psycopg.sql.Identifier(table),
        psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, columns)),
    )
    count = 0
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for record in records:
            copy.write_row(record)
            count += 1
    return count


_OUTGROWN = """
    SELECT coalesce(bool_or(reltuples < 0 OR reltuples = 0 AND relpages > 0
                            OR relname = %(table)s AND reltuples < %(written)s
                            OR pg_relation_size(oid) > 2::bigint * 8192 * (relpages + 8)), false)
    FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
      AND relname IN ('record', 'record_version', 'credit', 'tally')
"""


def keep_statistics(table: str, written: int) -> bool:
    """Refresh the planner's statistics of the heavy tables once they have outgrown them.

    `written` is how many rows the batch has just put into `table`: a few are not worth the
    question; more than the planner believes there are in all is an answer, whatever room the
    file takes (it keeps the room of rows that were deleted or rolled back).

    The server does that by itself, but only about once a minute: until then it plans for empty
    tables and reads all of one where it should look up a row. Returns whether it was due.
    """
    params = {"table": table, "written": written}
    if written < _WORTH_ANALYZING or not one(_OUTGROWN, params)[0]:
        return False
    execute("RESET default_statistics_target")
    execute("SELECT refresh_statistics()")
    return True


def analyze(table: str, count: int, columns: str = "") -> None:
    """Tell the planner how large a temporary table has become, where that pays.

    `columns` are those it joins by, where looking at all of a wide table would take long.
    """
    if count >= _WORTH_ANALYZING:
        execute(f"ANALYZE {table} {columns}")
