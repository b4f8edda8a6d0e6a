"""Whether an installation can work, in findings a person can act on."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from juara.core import db
from juara.ops.migrate import APPLICATION_ROLE, LEDGER_ROLE
from juara.tenancy.walls import open_tables

_OLDEST_SERVER = 15


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    is_well: bool
    finding: str


def examine() -> tuple[Check, ...]:
    """Look at the database, its roles and walls, the assets and the settings."""
    return (_server(), _migrations(), _role(), _ledger_role(), _walls(), _assets(), _debug())


def _server() -> Check:
    number, text = db.one(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version')"
    )
    is_well = number // 10000 >= _OLDEST_SERVER
    wanted = "" if is_well else f"; {_OLDEST_SERVER} or later is needed"
    return Check("PostgreSQL", is_well, f"{text}{wanted}")


def _migrations() -> Check:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        return Check("Migrations", False, f"{len(pending)} pending: run juara migrate")
    return Check("Migrations", True, "up to date")


def _role() -> Check:
    name, is_super, bypasses = db.one(
        "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    if is_super or bypasses:
        return Check(
            "Application role", False,
            f"{name} sees through row-level security: connect as {APPLICATION_ROLE}",
        )  # fmt: skip
    return Check("Application role", True, f"{name}, held by row-level security")


def _ledger_role() -> Check:
    found = db.rows(
        "SELECT pg_has_role(current_user, oid, 'MEMBER'), pg_has_role(current_user, oid, 'USAGE')"
        " FROM pg_roles WHERE rolname = %s",
        [LEDGER_ROLE],
    )
    if not found or not found[0][0]:
        return Check("Ledger role", False, f"GRANT {LEDGER_ROLE} TO {APPLICATION_ROLE} is missing")
    if found[0][1]:
        # A policy for a role also holds for everybody who has its rights without becoming it.
        return Check(
            "Ledger role", False,
            f"{APPLICATION_ROLE} inherits {LEDGER_ROLE}, so row-level security does not hold it: "
            f"ALTER ROLE {APPLICATION_ROLE} NOINHERIT (from PostgreSQL 16 on: GRANT {LEDGER_ROLE} "
            f"TO {APPLICATION_ROLE} WITH INHERIT FALSE, SET TRUE)",
        )  # fmt: skip
    return Check("Ledger role", True, "can be taken by the ledger, not inherited")


def _walls() -> Check:
    bare = open_tables()
    if bare:
        return Check("Row-level security", False, f"not forced on {', '.join(bare)}")
    return Check("Row-level security", True, "forced on every tenant table")


def _assets() -> Check:
    if finders.find("ui/app.css") is None:
        return Check("Styles and scripts", False, "not built: run make setup")
    return Check("Styles and scripts", True, "built")


def _debug() -> Check:
    if settings.DEBUG:
        return Check("Debug", False, "JUARA_DEBUG is on: never in production")
    return Check("Debug", True, "off")
