"""The database below the models: transactions, plain SQL, the ledger's own role."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import atomic, on_commit  # noqa: TID251 - the one place that may

from juara.core import scope

Row = tuple[Any, ...]

# Knowledge spans are batch numbers; this one means "still known".
OPEN = 2**63 - 1


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


def _connection() -> Any:
    opened = _aside.get()
    return connection if opened is None else opened.connection


@contextmanager
def ledger_role() -> Iterator[None]:
    """Run the block's statements as the role that row-level security lets through.

    For the set-based statements of connect, records and ledger only, each of which names its
    organization itself. Ends with the block; a rollback ends it too, since the setting is local.
    """
    # A batch must cost what it changes: at the server's default the planner takes a few hundred
    # index look-ups for dearer than reading a whole table of a hundred thousand rows.
    execute("SET LOCAL ROLE juara_ledger; SET LOCAL random_page_cost = 1.1")
    yield
    # Not in a finally: after an error the transaction takes no statement, and its rollback
    # restores the role.
    execute("SET LOCAL ROLE NONE")


def execute(sql: str, params: Sequence[Any] | dict[str, Any] | None = None) -> int:
    """Run one statement and return how many rows it touched."""
    with _connection().cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def rows(sql: str, params: Sequence[Any] | dict[str, Any] | None = None) -> list[Row]:
    """Run one query and return all its rows."""
    with _connection().cursor() as cursor:
        cursor.execute(sql, params)
        found: list[Row] = cursor.fetchall()
    return found


def one(sql: str, params: Sequence[Any] | dict[str, Any] | None = None) -> Row:
    """Run a query that always gives a row, and return its first."""
    with _connection().cursor() as cursor:
        cursor.execute(sql, params)
        row: Row | None = cursor.fetchone()
    if row is None:
        raise LookupError("The query was expected to give a row.")
    return row


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
                            OR pg_relation_size(oid) > 2 * 8192 * (relpages + 8)), false)
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
    execute("SELECT refresh_statistics()")
    return True


# Below this the planner's guess for an unknown temporary table is as good as knowing.
_WORTH_ANALYZING = 100


@contextmanager
def looking_up(count: int) -> Iterator[None]:
    """Let the block's statements look rows up one by one where `count` of them are concerned.

    Of a temporary table with a few rows in it the planner knows nothing and supposes thousands,
    for which it would rather read a whole table than go through an index.
    """
    if count >= _WORTH_ANALYZING:
        yield
        return
    execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
    yield
    # Not in a finally: after an error the transaction takes no statement, and its end resets both.
    execute("SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on")


def analyze(table: str, count: int) -> None:
    """Tell the planner how large a temporary table has become, where that pays."""
    if count >= _WORTH_ANALYZING:
        execute(f"ANALYZE {table}")
