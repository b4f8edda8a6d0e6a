"""What a failing database is told as."""

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError

# What can come from a database, below Django's errors or through them.
ERRORS = (DatabaseError, InterfaceError, psycopg.Error)

# What PostgreSQL says when a migration has not been applied.
_NOT_PREPARED = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
)


def sentence(error: Exception) -> str | None:
    """Say what a person can do about a database that fails; None where it is our mistake."""
    said = str(error).strip().partition("\n")[0]
    if isinstance(error, ProgrammingError) and isinstance(error.__cause__, _NOT_PREPARED):
        return "The database is not prepared for this version. Run `juara migrate`."
    if isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError):
        return (
            f"The database cannot be used: {said.rstrip('.')}. Whatever was stored before is "
            "safe; an import that was interrupted is finished by `juara resume`."
        )
    return None
