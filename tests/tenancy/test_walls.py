"""The second wall: what plain SQL as the application's role can see and do.

The tables come from the catalogue, so a new one stands in every test here from its first day:
it fails until it has its wall and `a_row_of_everything` makes a row of it.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.db import connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

from juara.tenancy import walls
from tests import cast
from tests.tenancy.everything import a_row_of_everything
from tests.web.office import empty

# Found before the scope is known, so they cannot stand behind it.
DIRECTORY = {"organization", "seat"}

# What belongs to no organization: people's sign-ins, and Django's own tables.
SHARED = {
    "account_user", "auth_group", "auth_group_permissions", "auth_permission",
    "django_content_type", "django_migrations", "django_session", "organization_removal",
    "procrastinate_events",
    "procrastinate_jobs", "procrastinate_periodic_defers", "procrastinate_workers",
    "sign_in_attempt",
}  # fmt: skip

_TENANT_TABLES = """
    SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
      AND NOT a.attisdropped
    ORDER BY c.relname
"""

_INSERT = "INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::public.{table}, %s::jsonb)"

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Ground:
    """Two organizations with a row of everything, the catalogue, and both ways in."""

    mine: int
    theirs: int
    owner_url: str
    superuser: Connection
    tables: tuple[str, ...]

    def rows(self, table: str, organization_id: int) -> int:
        found = self.superuser.execute(
            sql.SQL("SELECT count(*) FROM {} WHERE organization_id = %s").format(
                sql.Identifier(table)
            ),
            [organization_id],
        ).fetchone()
        assert found is not None
        return int(found[0])

    def row(self, table: str, organization_id: int) -> str:
        """Return one whole row as JSON."""
        found = self.superuser.execute(
            sql.SQL("SELECT to_jsonb(t) FROM {} t WHERE organization_id = %s LIMIT 1").format(
                sql.Identifier(table)
            ),
            [organization_id],
        ).fetchone()
        assert found is not None, f"make a row of {table} in a_row_of_everything"
        return json.dumps(found[0])

    def app(self) -> Connection:
        return psycopg.connect(psycopg.conninfo.make_conninfo(self.owner_url, user="juara_app"))


@pytest.fixture(scope="module")
def ground(
    owner_url: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Ground]:
    with django_db_blocker.unblock():
        both = [cast.organization("mine"), cast.organization("theirs")]
        for each in both:
            a_row_of_everything(each)
        connections["default"].close()
    superuser_url = psycopg.conninfo.make_conninfo(owner_url, user=_superuser(owner_url))
    with psycopg.connect(superuser_url, autocommit=True) as superuser:
        tables = [row[0] for row in superuser.execute(_TENANT_TABLES).fetchall()]
        yield Ground(both[0].id, both[1].id, owner_url, superuser, tuple(tables))
    empty(owner_url)


def _superuser(owner_url: str) -> str:
    server = psycopg.conninfo.conninfo_to_dict(os.environ["JUARA_TEST_SERVER"])
    return str(server["user"])


@pytest.fixture
def app(ground: Ground) -> Iterator[Connection]:
    """A bare connection of the application's role, inside my organization."""
    with ground.app() as connection:
        connection.execute("SELECT set_config('juara.organization', %s, true)", [str(ground.mine)])
        yield connection
        connection.rollback()


def test_the_application_owns_nothing_and_bypasses_nothing(ground: Ground) -> None:
    with ground.app() as connection:
        found = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
            " (SELECT count(*) FROM pg_class WHERE relowner = r.oid)"
            " FROM pg_roles r WHERE rolname = current_user"
        ).fetchone()

    assert found == (False, False, False, False, 0)


def test_every_table_is_a_tenants_or_listed_as_shared(ground: Ground) -> None:
    every = ground.superuser.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
        " AND relnamespace = 'public'::regnamespace"
    ).fetchall()

    assert {row[0] for row in every} - set(ground.tables) == SHARED | {"organization"}


def test_the_wall_stands_and_is_forced_around_every_tenant_table(ground: Ground) -> None:
    found = ground.superuser.execute(_TENANT_TABLES).fetchall()

    without = {name for name, has_wall, is_forced in found if not (has_wall and is_forced)}
    assert without == DIRECTORY & set(ground.tables)
    assert walls.DIRECTORY == DIRECTORY


def test_every_tenant_table_has_the_same_two_policies(ground: Ground) -> None:
    found = ground.superuser.execute(
        "SELECT tablename, array_agg(policyname || ' ' || cmd || ' ' || permissive"
        " || ' ' || array_to_string(roles, ',') ORDER BY policyname) FROM pg_policies"
        " WHERE schemaname = 'public' GROUP BY tablename"
    ).fetchall()

    assert {name for name, _ in found} == set(ground.tables) - DIRECTORY
    assert {tuple(policies) for _, policies in found} == {
        ("ledger ALL PERMISSIVE juara_ledger", "organization ALL PERMISSIVE public")
    }


def test_doctor_is_told_of_a_table_without_its_wall(
    ground: Ground, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        assert walls.open_tables() == ()
        ground.superuser.execute("ALTER TABLE screen NO FORCE ROW LEVEL SECURITY")
        try:
            assert walls.open_tables() == ("screen",)
        finally:
            ground.superuser.execute("ALTER TABLE screen FORCE ROW LEVEL SECURITY")
        connections["default"].close()


def test_both_organizations_have_a_row_of_everything(ground: Ground) -> None:
    """Otherwise what follows would prove nothing."""
    for table in ground.tables:
        for organization_id in (ground.mine, ground.theirs):
            assert ground.rows(table, organization_id) > 0, f"add {table} to a_row_of_everything"


def behind(ground: Ground) -> list[str]:
    return [table for table in ground.tables if table not in DIRECTORY]


def run(connection: Connection, statement: str, table: str, *values: Any) -> int:
    """Run one statement on a table; return how many rows it saw or touched."""
    cursor = connection.execute(
        sql.SQL(statement).format(table=sql.Identifier(table)),
        values,
    )
    return cursor.rowcount


def test_only_ones_own_rows_are_seen(ground: Ground, app: Connection) -> None:
    for table in behind(ground):
        seen = run(app, "SELECT 1 FROM {table}", table)
        theirs = run(app, "SELECT 1 FROM {table} WHERE organization_id = %s", table, ground.theirs)
        assert (seen, theirs) == (ground.rows(table, ground.mine), 0), table


def test_nothing_of_another_organization_is_changed(ground: Ground, app: Connection) -> None:
    for table in behind(ground):
        touched = run(
            app,
            "UPDATE {table} SET organization_id = organization_id WHERE organization_id = %s",
            table,
            ground.theirs,
        )
        assert touched == 0, table


def test_nothing_of_another_organization_is_deleted(ground: Ground, app: Connection) -> None:
    for table in behind(ground):
        before = ground.rows(table, ground.theirs)
        assert run(
            app, "DELETE FROM {table} WHERE organization_id = %s", table, ground.theirs
        ) == 0, table  # fmt: skip
        assert ground.rows(table, ground.theirs) == before


def test_deleting_everything_deletes_ones_own(ground: Ground, app: Connection) -> None:
    for table in behind(ground):
        with app.transaction(force_rollback=True):
            try:
                touched = run(app, "DELETE FROM {table}", table)
            except psycopg.errors.ForeignKeyViolation:
                continue
            assert touched == ground.rows(table, ground.mine), table
    assert ground.rows("member", ground.theirs) == 2


def test_nothing_is_inserted_into_another_organization(ground: Ground, app: Connection) -> None:
    for table in behind(ground):
        theirs = ground.row(table, ground.theirs)
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
            app.transaction(),
        ):
            run(
                app,
                _INSERT,
                table,
                theirs,
            )


def test_nothing_of_ones_own_is_given_to_another_organization(
    ground: Ground, app: Connection
) -> None:
    for table in behind(ground):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
            app.transaction(),
        ):
            run(app, "UPDATE {table} SET organization_id = %s", table, ground.theirs)


@pytest.mark.parametrize("setting", ["", "0", "-1"])
def test_without_an_organization_nothing_is_seen(ground: Ground, setting: str) -> None:
    with ground.app() as connection:
        connection.execute("SELECT set_config('juara.organization', %s, true)", [setting])
        assert {run(connection, "SELECT 1 FROM {table}", table) for table in behind(ground)} == {0}


def test_on_a_fresh_connection_nothing_is_seen_or_written(ground: Ground) -> None:
    with ground.app() as connection:
        assert {run(connection, "SELECT 1 FROM {table}", table) for table in behind(ground)} == {0}
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            run(
                connection,
                _INSERT,
                "screen",
                ground.row("screen", ground.mine),
            )


def test_the_owner_of_the_tables_stands_behind_the_wall_too(ground: Ground) -> None:
    with psycopg.connect(ground.owner_url) as owner:
        assert {run(owner, "SELECT 1 FROM {table}", table) for table in behind(ground)} == {0}


def test_the_application_can_neither_empty_nor_change_a_table(ground: Ground) -> None:
    for statement in (
        "TRUNCATE {table}",
        "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY organization ON {table}",
        "DROP TABLE {table}",
    ):
        for table in behind(ground):
            with (
                ground.app() as connection,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                run(connection, statement, table)


def test_row_security_cannot_be_switched_off_for_a_session(ground: Ground, app: Connection) -> None:
    app.execute("SET LOCAL row_security = off")

    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        run(app, "SELECT 1 FROM {table}", "member")


def test_the_ledgers_role_sees_all_but_only_when_asked_for(ground: Ground, app: Connection) -> None:
    both = ground.rows("credit", ground.mine) + ground.rows("credit", ground.theirs)
    with app.transaction():
        app.execute("SET LOCAL ROLE juara_ledger")
        assert run(app, "SELECT 1 FROM {table}", "credit") == both
    app.execute("SET LOCAL ROLE NONE")

    assert run(app, "SELECT 1 FROM {table}", "credit") == ground.rows("credit", ground.mine)
