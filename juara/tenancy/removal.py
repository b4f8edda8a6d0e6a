"""Taking every row of an organization away, whatever table it stands in.

No table is named here: those with an organization are asked of the database, and so is the order
in which they can be emptied. All of it runs inside the scope, behind row-level security: of
another organization there is nothing to see, hence nothing to remove.
"""

from collections.abc import Collection

from juara.core import db, scope
from juara.tenancy import walls
from juara.tenancy.models import Organization, Removal

# Rows to a transaction: progress that moves, and locks that are soon given back.
CHUNK = 20_000

_TIES = """
    SELECT DISTINCT f.relname, t.relname
    FROM pg_constraint c
    JOIN pg_class f ON f.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid
    WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND f.oid <> t.oid
"""


def tables() -> tuple[str, ...]:
    """Return the tables of tenants, those that refer to others before those they refer to.

    Tables that refer to each other in a circle come last; their constraints are deferred, so
    that one transaction can empty them in any order.
    """
    ties = {(of, to) for of, to in db.rows(_TIES)}
    return _referring_first(walls.tenant_tables(), ties)


def _referring_first(names: Collection[str], ties: set[tuple[str, str]]) -> tuple[str, ...]:
    ordered: list[str] = []
    left = set(names)
    while left:
        free = sorted(name for name in left if not any((of, name) in ties for of in left))
        if not free:
            return (*ordered, *sorted(left))
        ordered += free
        left -= set(free)
    return tuple(ordered)


def row_count() -> int:
    """Return how many rows the entered organization has, in all tables together."""
    organization = scope.current().organization_id
    return sum(
        int(db.one(f"SELECT count(*) FROM {name} WHERE organization_id = %s", [organization])[0])
        for name in walls.tenant_tables()
    )


def remove_some(table: str, *, limit: int = CHUNK) -> int:
    """Remove at most `limit` rows of the entered organization from a table; return how many."""
    # Named by their places, since not every table has an id; the names are the database's own.
    return db.execute(
        f"DELETE FROM {table} WHERE ctid = ANY(ARRAY("
        f"SELECT ctid FROM {table} WHERE organization_id = %s LIMIT %s))",
        [scope.current().organization_id, limit],
    )


def remove_rest() -> int:
    """Remove what is left of the entered organization, in one transaction; return how many rows.

    The organization itself goes too, so nothing can be added any more.
    """
    organization = scope.current().organization_id
    with db.transaction():
        Organization.objects.select_for_update().filter(id=organization).first()
        removed = sum(
            db.execute(f"DELETE FROM {name} WHERE organization_id = %s", [organization])
            for name in tables()
        )
        # What still waits to be done for it has nothing left to do.
        db.execute(
            "DELETE FROM procrastinate_jobs WHERE args->>'organization' = %s AND status <> 'doing'",
            [str(organization)],
        )
        db.execute("DELETE FROM organization WHERE id = %s", [organization])
        Removal.objects.filter(subject=organization).delete()
    return removed
