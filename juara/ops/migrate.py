"""Bringing the database up to date, as its owner, and letting the application's roles in."""

from django.core.management import call_command
from django.db import connection

APPLICATION_ROLE = "juara_app"
LEDGER_ROLE = "juara_ledger"

_GRANTS = f"""
    GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE}, {LEDGER_ROLE};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public
        TO {APPLICATION_ROLE}, {LEDGER_ROLE};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION_ROLE}, {LEDGER_ROLE};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APPLICATION_ROLE}, {LEDGER_ROLE};
"""


def migrate(*, verbosity: int = 0) -> None:
    """Apply every migration and grant the application what it needs of the new tables.

    The default connection must be the owner's (see `owner_connection`).
    """
    call_command("migrate", interactive=False, verbosity=verbosity)
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS)
