"""Doing what is waiting to be done, here and now."""

import asyncio

from procrastinate.contrib.django import app

from juara.jobs import worker


def run_waiting() -> None:
    """Run every job that is due, as a worker would, until none is left.

    What happens by itself at its times does not: no test is to depend on the time of the day.
    """

    async def work() -> None:
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with app.replace_connector(connector) as here:
            async with here.open_async():
                await here.run_worker_async(wait=False, listen_notify=False, concurrency=1)

    periodic = app.periodic_registry.periodic_tasks
    app.periodic_registry.periodic_tasks = {}
    try:
        asyncio.run(work())
    finally:
        app.periodic_registry.periodic_tasks = periodic


def mend() -> int:
    """Look for dead workers once, as every worker does; return how many jobs they left."""

    async def look() -> int:
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with app.replace_connector(connector) as here:
            async with here.open_async():
                return await worker.mend()

    return asyncio.run(look())
