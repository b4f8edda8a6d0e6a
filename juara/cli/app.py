"""The commands, put together. Each group stands in a module of its own."""

import sys
from typing import NoReturn

import psycopg
import typer
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError

from juara import __version__
from juara.cli import administer, data, imports, serve
from juara.cli.context import FormatOption
from juara.cli.output import Format, complain, document, say
from juara.core.errors import DomainError

app = typer.Typer(
    name="juara",
    help="Sales performance management whose every number can be trusted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
serve.register(app)
administer.register(app)
imports.register(app)
data.register(app)

# What PostgreSQL says when a migration has not been applied.
_NOT_PREPARED = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
)


@app.command()
def version(format_: FormatOption = Format.TABLE) -> None:
    """Print the version."""
    if format_ is Format.JSON:
        document("version", {"number": __version__})
    else:
        say(__version__)


def run() -> None:
    """Run the command line; a refusal is one sentence on standard error and exit code 1."""
    try:
        app()
    except DomainError as refusal:
        _fail(refusal.message)
    except (DatabaseError, InterfaceError, psycopg.Error) as error:
        if (sentence := _sentence(error)) is None:
            raise
        _fail(sentence)


def _fail(sentence: str) -> NoReturn:
    complain(sentence)
    sys.exit(1)


def _sentence(error: Exception) -> str | None:
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
