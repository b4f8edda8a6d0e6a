"""The worker process: runs what was deferred. `juara run` starts one beside the web process."""

import asyncio
import logging
import os
import threading
import time

import django
import psycopg
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

CONCURRENCY = 2
# A worker that has not been heard of for so long is dead, and another does what it was at.
HEARTBEAT_SECONDS = 3.0
DEAD_AFTER_SECONDS = 15.0
_LOOK_EVERY_SECONDS = 5.0
_LOOK_FOR_PARENT_EVERY_SECONDS = 1.0
_GRACE_SECONDS = 2.0
# What kills its worker as often as this is not tried by another one.
_MOST_DEATHS = 10

_log = logging.getLogger("juara.jobs")


async def work() -> None:
    """Run jobs until asked to stop; what is being done then gets a moment to be finished."""
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as here:
        async with here.open_async():
            mending = asyncio.create_task(_mend_forever(), name="mending")
            try:
                await here.run_worker_async(
                    concurrency=CONCURRENCY,
                    shutdown_graceful_timeout=_GRACE_SECONDS,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=DEAD_AFTER_SECONDS,
                    delete_jobs="never",
                )
            finally:
                mending.cancel()


async def mend() -> int:
    """Let be done again what workers that are dead were at; return how much it was.

    Needs the connector of a worker (`work`).
    """
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS)
    jobs = list(stalled)
    for job in jobs:
        if job.attempts < _MOST_DEATHS:
            await app.job_manager.retry_job(job)
        else:
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
    return len(jobs)


async def _mend_forever() -> None:
    while True:
        try:
            if count := await mend():
                _log.warning("%d jobs of a worker that ended are done again.", count)
        except (ConnectorException, psycopg.Error) as error:
            _log.warning("Looking for dead workers failed (%s).", error)
        await asyncio.sleep(_LOOK_EVERY_SECONDS)


def _end_with(parent: int) -> None:
    """End for good soon after whoever started us: the database may have gone with them, and what
    waits for it would wait for long.
    """
    while os.getppid() == parent:
        time.sleep(_LOOK_FOR_PARENT_EVERY_SECONDS)
    time.sleep(2 * _GRACE_SECONDS)
    os._exit(1)


def main() -> None:
    threading.Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "juara.config.settings")
    django.setup()
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    asyncio.run(work())


if __name__ == "__main__":
    main()
