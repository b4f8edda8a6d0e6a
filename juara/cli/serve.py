"""run, demo, migrate: the commands that stay, or prepare to."""

import time
from pathlib import Path
from typing import Annotated

import typer

from juara.cli.output import console
from juara.core import environment as env
from juara.ops import resume as interrupted
from juara.ops import serve, server
from juara.ops.demo import show

_TICK_SECONDS = 0.5


def register(app: typer.Typer) -> None:
    app.command("run")(run)
    app.command("demo")(demo)
    app.command("migrate")(migrate)


def note(text: str) -> None:
    console.print(text, style="dim")


def run(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Serve the product: the database (embedded unless DATABASE_URL is set) and the web."""
    with server.owned_database(env.home(), notify=note):
        interrupted.resume_everywhere(notify=note)
        console.print(f"Juara is ready on http://{host}:{port}", style="bold")
        with serve.running([child := serve.web(host=host, port=port)]) as stopping:
            while not stopping.is_asked:
                child.watch(note)
                time.sleep(_TICK_SECONDS)


def demo(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    seed: Annotated[int, typer.Option(help="Another seed makes another company.")] = 7,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget the last demo first.")] = False,
    home: Annotated[Path | None, typer.Option(help="Where the demo keeps its data.")] = None,
) -> None:
    """Show a living product: a company with a year of history, and new activity all the time."""
    show.show(home or env.home() / "demo", port=port, seed=seed, fresh=fresh, notify=console.print)


def migrate() -> None:
    """Bring the database up to date."""
    with server.database(env.home(), notify=note):
        changed = server.migrate_if_needed(notify=note)
        console.print("The database is now up to date." if changed else "Nothing to do.")
