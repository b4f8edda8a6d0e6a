"""run, worker, demo, migrate: the commands that stay, or prepare to."""

import time
from pathlib import Path
from typing import Annotated

import psycopg
import typer

from juara.accounts import first_run
from juara.cli import context
from juara.cli.context import FormatOption
from juara.cli.output import Format, document, say
from juara.core import environment as env
from juara.core.errors import DomainError
from juara.ops import postgres, serve, server
from juara.ops import resume as interrupted
from juara.ops.demo import show

_TICK_SECONDS = 0.5


def register(app: typer.Typer) -> None:
    app.command("run")(run)
    app.command("worker")(worker)
    app.command("demo")(demo)
    app.command("migrate")(migrate)
    app.command("prepare")(prepare)


def note(text: str) -> None:
    say(text, style="dim")


def run(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Serve the product: database (embedded unless DATABASE_URL is set), web and a worker."""
    with server.owned_database(env.home(), notify=note):
        interrupted.resume_everywhere(notify=note)
        with serve.running([serve.web(host=host, port=port), serve.worker()]) as tree:
            serve.wait_until_it_answers(tree, host=host, port=port, notify=note)
            say(f"Juara is ready on http://{host}:{port}", style="bold")
            if token := first_run.token():
                say(f"Nobody can sign in yet. Begin here: http://{host}:{port}/begin/{token}/")
            _watch(tree)


def worker() -> None:
    """Do background work beside a server that runs elsewhere; as many of them as you like."""
    with server.database(env.home(), notify=note):
        say("A worker is at it.", style="bold")
        with serve.running([serve.worker()]) as tree:
            _watch(tree)


def _watch(tree: serve.Tree) -> None:
    """Keep the children running until asked to stop."""
    while not tree.is_asked_to_stop:
        tree.watch(note)
        time.sleep(_TICK_SECONDS)


def demo(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    seed: Annotated[int, typer.Option(help="Another seed makes another company.")] = 7,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget the last demo first.")] = False,
    home: Annotated[Path | None, typer.Option(help="Where the demo keeps its data.")] = None,
) -> None:
    """Show a living product: a company with a year of history, and new activity all the time."""
    show.show(home or env.home() / "demo", port=port, seed=seed, fresh=fresh, notify=say)


def migrate(format_: FormatOption = Format.TABLE) -> None:
    """Bring the database up to date."""
    with server.database(env.home(), notify=context.aside):
        server.migrate_if_needed(notify=context.aside)
    if format_ is Format.JSON:
        document("migrated", {"is_up_to_date": True})
    else:
        say("The database is up to date.")


def prepare(
    superuser_url: Annotated[
        str, typer.Argument(help="The server as its superuser: postgresql://postgres@host/postgres")
    ],
    database: Annotated[str, typer.Option(help="The database to make.")] = "juara",
    format_: FormatOption = Format.TABLE,
) -> None:
    """Make the database and its three roles on a PostgreSQL of your own; safe to repeat."""
    try:
        with psycopg.connect(superuser_url, autocommit=True) as connection:
            postgres.bootstrap_roles(connection, database)
    except psycopg.Error as error:
        said = str(error).strip().partition("\n")[0]
        raise DomainError("prepare.failed", f"The server said: {said}") from error
    if format_ is Format.JSON:
        document("prepared", {"database": database})
        return
    say(
        f"The database {database} and its roles are ready. Give juara_owner and juara_app "
        "passwords of your choice, then set DATABASE_URL (as juara_app) and DATABASE_OWNER_URL "
        "(as juara_owner)."
    )
