"""The commands, put together. Each group stands in a module of its own."""

import sys
from typing import NoReturn

import typer

from juara import __version__
from juara.cli import administer, data, imports, rates, scorecards, serve, troubles
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
rates.register(app)
data.register(app)
scorecards.register(app)


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
    except troubles.ERRORS as error:
        if (sentence := troubles.sentence(error)) is None:
            raise
        _fail(sentence)


def _fail(sentence: str) -> NoReturn:
    complain(sentence)
    sys.exit(1)
