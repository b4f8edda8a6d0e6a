"""Migration operations for what Django's own cannot say: row security, spans, composite keys."""

from django.db import migrations

from juara.core.db import OPEN

# A local setting reads back as '' after its transaction, hence NULLIF; without a scope the
# comparison is with NULL and no row is seen.
_ORGANIZATION = "NULLIF(current_setting('juara.organization', true), '')::bigint"


def enable_row_security(table: str) -> migrations.RunSQL:
    """Let a table show and take only rows of the organization set for the transaction.

    FORCE makes the owner obey too. The ledger's role gets a policy that is always true, which
    needs no superuser to grant and leaves its plans free of the filter.

    No statistics are kept of the organization: the most common ones would stand in them, and of
    any other the planner would conclude that it has no rows, so that every index looks as good as
    the right one. Without them it takes each for a two-hundredth of the table.
    """
    return migrations.RunSQL(
        sql=f"""
            ALTER TABLE {table} ALTER COLUMN organization_id SET STATISTICS 0;
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            CREATE POLICY organization ON {table}
                USING (organization_id = {_ORGANIZATION})
                WITH CHECK (organization_id = {_ORGANIZATION});
            CREATE POLICY ledger ON {table} TO juara_ledger USING (true) WITH CHECK (true);
        """,
        reverse_sql=f"""
            DROP POLICY ledger ON {table};
            DROP POLICY organization ON {table};
            ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} ALTER COLUMN organization_id SET STATISTICS -1;
        """,
    )


def one_at_a_time(table: str, *columns: str) -> migrations.RunSQL:
    """Refuse two open facts about the same thing, named by its columns, on the same day.

    The one-number range stands in for equality, which would need the extension btree_gist.
    """
    name = f"{table}_one_at_a_time"
    same = "".join(f"int8range({column}, {column}, '[]') WITH &&, " for column in columns)
    return migrations.RunSQL(
        sql=f"""
            ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist (
                {same}
                daterange(valid_from, valid_until) WITH &&
            ) WHERE (known_until = {OPEN});
        """,
        reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def composite_foreign_key(table: str, column: str, target: str) -> migrations.RunSQL:
    """Tie a heavy table to another inside the same organization, hence on the same shard."""
    name = f"{table}_{column}_fk"
    return migrations.RunSQL(
        sql=f"""
            ALTER TABLE {table} ADD CONSTRAINT {name}
                FOREIGN KEY (organization_id, {column}) REFERENCES {target} (organization_id, id)
                ON DELETE CASCADE;
        """,
        reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
