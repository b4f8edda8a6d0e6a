"""Which tables stand behind row-level security, and which must not be asked to."""

from juara.core import db

# Read to find out which organization is meant, so they cannot stand behind it.
DIRECTORY = frozenset({"organization", "seat"})

_EVERY = """
    SELECT c.relname
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped
    ORDER BY c.relname
"""
_OPEN = """
    SELECT c.relname
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
    ORDER BY c.relname
"""


def tenant_tables() -> tuple[str, ...]:
    """Return every table whose rows belong to one organization each, the directory aside."""
    return tuple(row[0] for row in db.rows(_EVERY) if row[0] not in DIRECTORY)


def open_tables() -> tuple[str, ...]:
    """Return the tenant tables whose rows are not held back by row-level security."""
    return tuple(row[0] for row in db.rows(_OPEN) if row[0] not in DIRECTORY)
