"""Use the server that runs, or run one for the time of a command."""

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg

from juara.ops.postgres import announcement as announcements
from juara.ops.postgres import places
from juara.ops.postgres.announcement import Announcement
from juara.ops.postgres.cluster import Cluster
from juara.ops.postgres.errors import ClusterBusyError
from juara.ops.postgres.handle import DATABASE, ServerHandle
from juara.ops.postgres.lock import FileLock
from juara.ops.postgres.roles import APP

_logger = logging.getLogger("juara.ops.postgres")

_POLL_SECONDS = 0.05


class AttachedCluster(ServerHandle):
    """The server of another process; `stop` only takes note that we no longer use it."""

    is_attached = True

    def __init__(self, announcement: Announcement, users_lock: FileLock) -> None:
        self._announcement = announcement
        self._users_lock = users_lock

    @property
    def announcement(self) -> Announcement:
        return self._announcement

    def stop(self) -> None:
        self._users_lock.release()


def attach(home: Path) -> AttachedCluster | None:
    """Return the running server of `home`; None when no living process offers one.

    Raises `ClusterError` when this user may not use it.
    """
    try:
        place = places.find(home)
        if announcements.read(place.announcement) is None:
            return None
        users = FileLock(place.users_lock, place.account)
        if not users.take(shared=True):
            return None
    except PermissionError as error:
        raise places.not_permitted(home, error) from error
    # Read only now: an owner that saw nobody attached may have ended in between.
    announcement = announcements.read(place.announcement)
    if announcement is None or not announcement.owner_lives() or not _answers(announcement):
        users.release()
        return None
    return AttachedCluster(announcement, users)


def attach_or_start(
    home: Path,
    *,
    binaries: Path | None = None,
    extra_settings: Mapping[str, str] | None = None,
    notify: Callable[[str], None] = _logger.info,
    elsewhere: Path = places.ELSEWHERE,
    seconds: float = 60.0,
) -> ServerHandle:
    """Return the running server of `home`, or one started for the caller, who stops it.

    Stopping one that was started here waits for other commands that attached to it meanwhile.
    An owner that is only just starting or stopping is waited for. Raises `ClusterBusyError`
    when it does neither within `seconds`, and `ClusterError` like `Cluster.start`.
    """
    deadline = time.monotonic() + seconds
    while True:
        attached = attach(home)
        if attached is not None:
            return attached
        cluster = Cluster(
            home,
            binaries=binaries,
            extra_settings=extra_settings,
            notify=notify,
            elsewhere=elsewhere,
            waits_for_attached=True,
        )
        try:
            return cluster.start()
        except ClusterBusyError:
            if time.monotonic() > deadline:
                raise
        time.sleep(_POLL_SECONDS)


def _answers(announcement: Announcement) -> bool:
    try:
        psycopg.connect(announcement.url(APP, DATABASE), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
