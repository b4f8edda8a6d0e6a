"""A server that this process owns, from the first connection to the last."""

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from juara.ops.postgres import announcement as announcements
from juara.ops.postgres import processes, roles, serverlog, sockets
from juara.ops.postgres.announcement import Announcement
from juara.ops.postgres.errors import ClusterStartError
from juara.ops.postgres.handle import DATABASE
from juara.ops.postgres.keeper import Keeper
from juara.ops.postgres.lock import FileLock
from juara.ops.postgres.server import Server

_ATTACHED_SECONDS = 600.0


@dataclass(frozen=True)
class Running:
    """The parts of a running server, put together and taken apart in order."""

    server: Server
    keeper: Keeper
    owner_lock: FileLock
    announcement: Announcement

    def start(self) -> None:
        """Start the server, make roles and database, and announce it to those who attach."""
        self.keeper.start()
        self.keeper.wait_for_first_start()
        position = self.server.log.position()
        try:
            with psycopg.connect(self.server.supervisor_url, autocommit=True) as connection:
                roles.bootstrap_roles(connection, DATABASE)
        except psycopg.Error as error:
            place = self.server.place
            words = serverlog.last_words(self.server.log.tail(position), data=place.data)
            raise ClusterStartError(
                "bootstrap_failed",
                f"The roles and the database in {place.data} could not be made: {error}.{words}",
            ) from error
        self.announcement.write(self.server.place.announcement, self.server.place.account)

    def stop(self, *, waits_for_attached: bool, notify: Callable[[str], None]) -> None:
        """Undo `start`, however far it came, and let go of the owner's lock."""
        place = self.server.place
        users = FileLock(place.users_lock, place.account)
        try:
            if waits_for_attached:
                _wait_for_attached(users, notify)
        finally:
            announcements.withdraw(place.announcement)
            self.keeper.stop()
            self.server.log.close()
            sockets.remove_socket_dir(self.server.socket_dir)
            users.release()
            self.owner_lock.release()


def _wait_for_attached(users: FileLock, notify: Callable[[str], None]) -> None:
    """Wait until nobody is attached; holding the lock from then on keeps others from attaching."""
    if users.take():
        return
    notify("Another command still uses the database: waiting for it to finish.")
    processes.until(users.take, seconds=_ATTACHED_SECONDS)
