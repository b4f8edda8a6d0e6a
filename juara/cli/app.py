"""The commands, put together. Each group stands in a module of its own."""

import sys

import typer

from juara import __version__
from juara.cli import administer, data, imports, serve
from juara.cli.output import console, errors
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


@app.command()
def version() -> None:
    """Print the version."""
    console.print(__version__)


def run() -> None:
    """Run the command line; a refusal is one sentence on standard error and exit code 1."""
    try:
        app()
    except DomainError as refusal:
        errors.print(refusal.message, style="bold red", soft_wrap=True)
        sys.exit(1)
