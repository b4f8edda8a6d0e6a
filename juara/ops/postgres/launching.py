"""How a PostgreSQL program is started: by `launch.py`, with next to no environment."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from juara.ops.postgres.account import Account

_LAUNCHER = Path(__file__).with_name("launch.py")
# Where programs of an unusual build find their libraries; nothing else is handed on, because the
# product's environment carries secrets and PG* variables would mislead the server.
_HANDED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def command(
    program: Path,
    arguments: Sequence[str],
    *,
    account: Account | None,
    at_our_death: signal.Signals = signal.SIGKILL,
) -> list[str]:
    """Return the command that runs `program` as the account.

    `at_our_death` is sent to it when *the thread* that starts it ends, so whoever starts
    something lasting must do so from a thread that lasts as long.
    """
    uid, gid = ("-", "-") if account is None else (str(account.uid), str(account.gid))
    launcher = [sys.executable, "-I", "-S", str(_LAUNCHER)]
    return [
        *launcher,
        *(str(os.getpid()), str(int(at_our_death)), uid, gid),
        str(program),
        *arguments,
    ]


def environment() -> dict[str, str]:
    handed_on = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", **handed_on}
