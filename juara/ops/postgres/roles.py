"""The roles that the product works as, the same on the embedded server and on any other.

- `juara_owner` owns the database and its tables: migrations run as it.
- `juara_app` is what web processes and workers connect as. It owns nothing and can bypass
  nothing, so that row-level security holds whatever the application does.
- `juara_ledger` bypasses row-level security for the ledger's set-based statements. Nobody
  connects as it: `juara_app` becomes it for a transaction with SET LOCAL ROLE, and has none of
  its rights before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

OWNER = "juara_owner"
APP = "juara_app"
LEDGER = "juara_ledger"

_FIRST_WITH_GRANT_OPTIONS = 160000
# "juara" in ASCII: servers are prepared by one process at a time.
_ADVISORY_LOCK = 0x6A75617261

_Cursor = psycopg.Cursor[tuple[Any, ...]]


@dataclass(frozen=True)
class _Role:
    """A role by what it may do; None leaves what the server has."""

    name: str
    login: bool = False
    createrole: bool = False
    bypassrls: bool = False
    inherit: bool | None = None

    def wanted(self) -> dict[str, bool]:
        """Return every attribute that must hold, by its SQL word."""
        inherit = {} if self.inherit is None else {"INHERIT": self.inherit}
        return {
            "SUPERUSER": False,
            "CREATEDB": False,
            "REPLICATION": False,
            "LOGIN": self.login,
            "CREATEROLE": self.createrole,
            "BYPASSRLS": self.bypassrls,
            **inherit,
        }


def bootstrap_roles(connection: psycopg.Connection[Any], database: str) -> None:
    """Make the three roles and `database`, owned by `juara_owner`, or mend what differs.

    Works on any PostgreSQL from 15 on, over a superuser's connection in autocommit mode (a
    database cannot be made in a transaction). Idempotent: where all is right nothing is written.
    Sets no passwords: on a server reached over the network the administrator gives `juara_owner`
    and `juara_app` theirs. Raises `ValueError` when the connection is not in autocommit mode.
    """
    if not connection.autocommit:
        raise ValueError("bootstrap_roles needs a connection in autocommit mode")
    inherits_by_grant = connection.info.server_version >= _FIRST_WITH_GRANT_OPTIONS
    with connection.cursor(row_factory=tuple_row) as cursor, _alone(cursor):
        _settle_role(cursor, _Role(OWNER, login=True, createrole=True))
        _settle_role(cursor, _Role(LEDGER, bypassrls=True))
        # Before PostgreSQL 16 inheriting is the member's property, afterwards the grant's.
        _settle_role(cursor, _Role(APP, login=True, inherit=None if inherits_by_grant else False))
        _settle_membership(cursor, inherits_by_grant=inherits_by_grant)
        _settle_database(cursor, database)


@contextmanager
def _alone(cursor: _Cursor) -> Iterator[None]:
    cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
    try:
        yield
    finally:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])


def _settle_role(cursor: _Cursor, role: _Role) -> None:
    cursor.execute(
        "SELECT rolsuper, rolcreatedb, rolreplication, rolcanlogin, rolcreaterole, rolbypassrls, "
        "rolinherit FROM pg_roles WHERE rolname = %s",
        [role.name],
    )
    row = cursor.fetchone()
    # What CREATE ROLE gives when nothing is said: the right to inherit, and no other.
    found = row or (False, False, False, False, False, False, True)
    names = ("SUPERUSER", "CREATEDB", "REPLICATION", "LOGIN", "CREATEROLE", "BYPASSRLS", "INHERIT")
    has = dict(zip(names, found, strict=True))
    changes = [
        sql.SQL(name if is_wanted else f"NO{name}")
        for name, is_wanted in role.wanted().items()
        if has[name] != is_wanted
    ]
    if row is None or changes:
        verb = sql.SQL("CREATE" if row is None else "ALTER")
        cursor.execute(
            sql.SQL("{} ROLE {} {}").format(
                verb, sql.Identifier(role.name), sql.SQL(" ").join(changes)
            )
        )


def _settle_membership(cursor: _Cursor, *, inherits_by_grant: bool) -> None:
    """Let `juara_app` become `juara_ledger` without having its rights before it does."""
    options = "inherit_option, set_option" if inherits_by_grant else "false, true"
    cursor.execute(
        f"SELECT {options} FROM pg_auth_members "
        "WHERE roleid = %s::regrole AND member = %s::regrole",
        [LEDGER, APP],
    )
    if cursor.fetchall() != [(False, True)]:
        how = " WITH INHERIT FALSE, SET TRUE" if inherits_by_grant else ""
        cursor.execute(f"GRANT {LEDGER} TO {APP}{how}")


def _settle_database(cursor: _Cursor, database: str) -> None:
    cursor.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [database])
    row = cursor.fetchone()
    name, owner = sql.Identifier(database), sql.Identifier(OWNER)
    if row is None:
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'")
        cursor.execute(statement.format(name, owner))
    elif row != (OWNER,):
        cursor.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, owner))
