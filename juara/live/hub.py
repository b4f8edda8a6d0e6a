"""One listener a process: it hears that an organization changed and tells its streams.

NOTIFY has no memory, so it is only the wake-up: versions are read from the table, and read again
every few seconds in case a wake-up was lost. The first change is passed on at once, then at most
four times a second for each organization.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import connection

from juara.events.operations import CHANNEL

_log = logging.getLogger("juara.live")

COALESCE_SECONDS = 0.25
LOOK_AGAIN_SECONDS = 5.0
RECONNECT_SECONDS = 1.0

Versions = Mapping[str, int]


@dataclass(slots=True)
class _Watched:
    """What is known of one organization, and who waits to hear of it."""

    versions: dict[str, int] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    streams: int = 0
    is_due: bool = False


class Hub:
    """The versions of every organization somebody watches, kept current while they do."""

    def __init__(self) -> None:
        self._watched: dict[int, _Watched] = {}
        self._due = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def join(self, organization_id: int) -> None:
        """Begin to keep an organization's versions; returns once they have been read."""
        watched = self._watched.setdefault(organization_id, _Watched())
        watched.streams += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="juara-live-hub")
        watched.is_due = True
        waiting = watched.changed
        self._due.set()
        if not watched.versions:
            await waiting.wait()

    def leave(self, organization_id: int) -> None:
        watched = self._watched.get(organization_id)
        if watched is None:
            return
        watched.streams -= 1
        if watched.streams <= 0:
            del self._watched[organization_id]

    def versions(self, organization_id: int) -> Versions:
        watched = self._watched.get(organization_id)
        return {} if watched is None else watched.versions

    def change(self, organization_id: int) -> asyncio.Event:
        """Return the event that the next change will set. Take it before reading versions."""
        return self._watched[organization_id].changed

    async def _run(self) -> None:
        while self._watched:
            try:
                await self._follow()
            except (psycopg.Error, OSError) as error:
                _log.warning("The live listener lost the database (%s); trying again.", error)
                # What the listener lost, the pool has lost as well, and would find out request
                # by request.
                await asyncio.to_thread(_renew_pool)
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _follow(self) -> None:
        reader = await psycopg.AsyncConnection.connect(**_address(), autocommit=True)
        listener = await psycopg.AsyncConnection.connect(**_address(), autocommit=True)
        async with reader, listener:
            await listener.execute(f"LISTEN {CHANNEL}")
            # What changed while nobody listened was announced to nobody.
            for watched in self._watched.values():
                watched.is_due = True
            hearing = asyncio.create_task(self._hear(listener))
            try:
                while self._watched:
                    await self._read_due(reader)
                    if hearing.done():
                        hearing.result()
                    await asyncio.sleep(COALESCE_SECONDS)
                    await self._wait_until_due()
            finally:
                hearing.cancel()

    async def _wait_until_due(self) -> None:
        try:
            async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                await self._due.wait()
        except TimeoutError:
            for watched in self._watched.values():
                watched.is_due = True
        self._due.clear()

    async def _hear(self, listener: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        try:
            async for notice in listener.notifies():
                watched = self._watched.get(int(notice.payload))
                if watched is not None:
                    watched.is_due = True
                    self._due.set()
        finally:
            # However the connection ended: wake the reader, so that it reconnects.
            self._due.set()
        raise psycopg.OperationalError("the listening connection ended")

    async def _read_due(self, reader: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        for organization_id, watched in list(self._watched.items()):
            if not watched.is_due:
                continue
            watched.is_due = False
            read = await _read_versions(reader, organization_id)
            if read != watched.versions or not watched.versions:
                watched.versions = read
                watched.changed.set()
                watched.changed = asyncio.Event()


async def _read_versions(
    reader: psycopg.AsyncConnection[tuple[object, ...]], organization_id: int
) -> dict[str, int]:
    async with reader.transaction():
        await reader.execute(
            "SELECT set_config('juara.organization', %s, true)", [str(organization_id)]
        )
        cursor = await reader.execute(
            "SELECT topic, version FROM topic_version WHERE organization_id = %s",
            [organization_id],
        )
        found = await cursor.fetchall()
    # Never empty, so that "read once" can be told from "not read yet".
    return {"": 0} | {str(topic): int(str(version)) for topic, version in found}


def _renew_pool() -> None:
    """Replace the connections of the pool that no longer work."""
    pool = getattr(connection, "pool", None)
    if pool is not None:
        pool.check()


def _address() -> dict[str, Any]:
    params = dict(connection.get_connection_params())
    for name in ("cursor_factory", "context", "pool", "prepare_threshold", "server_side_binding"):
        params.pop(name, None)
    return params


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """Return the hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
