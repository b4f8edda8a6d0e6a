"""What a command holds while it uses the database, whether it started the server or not."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from juara.ops.postgres import roles
from juara.ops.postgres.announcement import Announcement
from juara.ops.postgres.initialise import SUPERVISOR

DATABASE = "juara"


class ServerHandle(ABC):
    """A running server, by the URLs (libpq URIs) that enter it.

    A context manager that stops the server at the end, if it was started for the call.
    """

    is_attached: bool

    @property
    @abstractmethod
    def announcement(self) -> Announcement:
        """Where the server is and who owns it; `ClusterError` when it does not run."""

    @abstractmethod
    def stop(self) -> None:
        """End the use: stops the server if it is ours, and does nothing the second time."""

    @property
    def owner_url(self) -> str:
        """The database as `juara_owner`, for migrations."""
        return self.url(roles.OWNER)

    @property
    def app_url(self) -> str:
        """The database as `juara_app`, for everything else."""
        return self.url(roles.APP)

    @property
    def supervisor_url(self) -> str:
        """The maintenance database as the superuser: for `bootstrap_roles` and nothing daily."""
        return self.url(SUPERVISOR, "postgres")

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return the libpq URI of any database as any role."""
        return self.announcement.url(role, database)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
