"""The demo as it is shown: loaded if need be, served, and kept alive by a trickle."""

import json
import os
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from juara.core import clock
from juara.core.errors import ConflictError
from juara.ops import serve, server
from juara.ops.demo.live import Life
from juara.ops.postgres import places
from juara.ops.postgres.lock import FileLock
from juara.samples.load import load

Notify = Callable[[str], None]

STATE_FILE = "demo.json"
ACCOUNTS_FILE = "demo-accounts.json"
# After longer than this the story would no longer reach today; it is quicker told anew.
_STALE = timedelta(hours=36)
_TICK_SECONDS = 0.25
_HOST = "127.0.0.1"


def show(home: Path, *, port: int, seed: int, fresh: bool, notify: Notify) -> None:
    """Serve the demo on the loopback address until asked to stop.

    The first start loads the company (under a minute on two quiet cores); later ones go on
    where the last left off, unless that is more than a day and a half ago.
    """
    os.environ["JUARA_DEMO"] = "1"
    if os.environ.pop(server.APP_URL, None):
        notify("The demo has a database of its own; DATABASE_URL is not used.")
    if fresh or _is_stale(home):
        forget(home)
    with server.owned_database(home, notify=notify):
        if not (home / STATE_FILE).exists():
            _load(home, seed=seed, notify=notify)
        life = Life(json.loads((home / STATE_FILE).read_text()), moment=clock.now())
        with serve.running([serve.web(host=_HOST, port=port), serve.worker()]) as tree:
            serve.wait_until_it_answers(tree, host=_HOST, port=port, notify=notify)
            _tell(home, port=port, notify=notify)
            while not tree.is_asked_to_stop:
                tree.watch(notify)
                life.go_on(clock.now())
                _note_alive(home)
                time.sleep(_TICK_SECONDS)


def _is_stale(home: Path) -> bool:
    state = home / STATE_FILE
    if not state.exists():
        # Interrupted while loading: half a story is not shown.
        return home.exists()
    age = clock.now().timestamp() - state.stat().st_mtime
    return age > _STALE.total_seconds()


def _note_alive(home: Path) -> None:
    os.utime(home / STATE_FILE)


def forget(home: Path) -> None:
    """Remove a demo and its database. ConflictError while it runs."""
    place = places.find(home)
    if place.base.is_dir():
        lock = FileLock(place.owner_lock, place.account)
        if not lock.take():
            raise ConflictError("demo.running", f"The demo in {home} is running. Stop it first.")
        lock.release()
    for directory in {home, place.base}:
        shutil.rmtree(directory, ignore_errors=True)


def _load(home: Path, *, seed: int, notify: Notify) -> None:
    notify("Loading a company with thirteen months of history…")
    began = clock.now()
    shown = -1

    def progress(rows: int, expected: int) -> None:
        nonlocal shown
        percent = min(rows * 100 // max(expected, 1), 99)
        if percent // 10 != shown:
            shown = percent // 10
            notify(f"  {percent:3d} %  {rows:,} rows")

    loaded = load(seed=seed, until=began, progress=progress)
    seconds = (clock.now() - began).total_seconds()
    notify(f"  100 %  {loaded.rows:,} rows in {seconds:.0f} seconds")
    accounts = [
        {"role": each.role, "name": each.name, "email": each.email, "password": each.password}
        for each in loaded.accounts
    ]
    _keep(home / ACCOUNTS_FILE, accounts)
    _keep(
        home / STATE_FILE,
        {
            "seed": seed,
            "until": began.isoformat(),
            "slug": loaded.company.slug,
            "screen_token": loaded.screen_token,
        },
    )


def _keep(path: Path, content: object) -> None:
    """Write a file whole or not at all, for its owner's eyes only."""
    unfinished = path.with_suffix(".part")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(content, indent=1))
    unfinished.replace(path)


def _tell(home: Path, *, port: int, notify: Notify) -> None:
    state = json.loads((home / STATE_FILE).read_text())
    address = f"http://{_HOST}:{port}"
    notify(f"\nJuara is ready: {address}\n\nSign in as")
    for each in json.loads((home / ACCOUNTS_FILE).read_text()):
        notify(f"  {each['role']:10} {each['email']:38} password {each['password']}")
    notify(
        f"\nOpen a TV (no sign-in): {address}/tv/{state['slug']}/{state['screen_token']}/"
        "\n\nNew activity keeps arriving. Stop with Ctrl-C."
    )
