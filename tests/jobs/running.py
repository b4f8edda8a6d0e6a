"""Doing what is waiting to be done, here and now."""

import asyncio

from procrastinate.contrib.django import app


def run_waiting() -> None:
    """Run every job that is due, as a worker would, until none is left."""

    async def work() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker:
            async with worker.open_async():
                await worker.run_worker_async(wait=False, listen_notify=False, concurrency=1)

    asyncio.run(work())
