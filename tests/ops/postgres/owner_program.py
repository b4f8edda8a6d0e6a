"""Own a home's server, or attach to it, until standard input ends."""

import json
import os
import sys
from pathlib import Path

from juara.ops.postgres import Cluster, ClusterError, ServerHandle, attach_or_start

SETTINGS = {"fsync": "off", "shared_buffers": "16MB"}


def say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def enter(how: str, home: Path, elsewhere: Path) -> ServerHandle:
    if how == "attach":
        return attach_or_start(home, elsewhere=elsewhere, extra_settings=SETTINGS)
    return Cluster(home, elsewhere=elsewhere, extra_settings=SETTINGS).start()


def main() -> None:
    how, home, elsewhere = sys.argv[1:]
    try:
        handle = enter(how, Path(home), Path(elsewhere))
    except ClusterError as error:
        say(error=error.message)
        return
    say(
        pid=os.getpid(),
        attached=handle.is_attached,
        server_pid=handle.server_pid if isinstance(handle, Cluster) else None,
        data=str(handle.data_dir) if isinstance(handle, Cluster) else None,
        app_url=handle.app_url,
        owner_url=handle.owner_url,
    )
    sys.stdin.read()
    # Whoever "forgets" leaves the rest to the end of the process.
    if how != "forget":
        handle.stop()


main()
