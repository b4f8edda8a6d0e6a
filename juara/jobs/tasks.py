"""Declaring work that runs outside a request: `jobs.py` of an app declares, a worker runs it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from juara.core import clock
from juara.tenancy.models import Organization

P = ParamSpec("P")

# A job may be run again after a crash or a failure: whatever it does must bear repeating.
_RETRIES = RetryStrategy(max_attempts=6, exponential_wait=3)
_FORGET_AFTER_HOURS = 7 * 24
_STALLED_AFTER_SECONDS = 45


def organization_job(
    name: str, *, is_retried: bool = True
) -> Callable[[Callable[Concatenate[Organization, P], None]], Callable[..., None]]:
    """Register a job of one organization, whose id it is deferred with (`queue.defer`).

    The job gets the organization and enters its scope itself, once a batch: a long job must not
    be one transaction. An organization removed in the meantime has nothing left to do.
    """

    def register(work: Callable[Concatenate[Organization, P], None]) -> Callable[..., None]:
        @wraps(work)
        def run(organization: str, *args: P.args, **kwargs: P.kwargs) -> None:
            found = Organization.objects.filter(id=int(organization)).first()
            if found is not None:
                work(found, *args, **kwargs)

        app.task(name=name, retry=_RETRIES if is_retried else False)(_on_fresh_connections(run))
        return run

    return register


def periodic(name: str, *, cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register work that a worker begins at the times of a cron line, in UTC, once for all."""

    def register(work: Callable[[], None]) -> Callable[[], None]:
        @wraps(work)
        def run(timestamp: int) -> None:  # noqa: ARG001 - the time it was due
            work()

        app.periodic(cron=cron)(app.task(name=name, queueing_lock=name)(_on_fresh_connections(run)))
        return work

    return register


def _on_fresh_connections(work: Callable[..., None]) -> Callable[..., None]:
    """Give connections back when done: the threads of a worker live long."""

    @wraps(work)
    def run(*args: Any, **kwargs: Any) -> None:
        close_old_connections()
        try:
            work(*args, **kwargs)
        finally:
            close_old_connections()

    return run


@app.periodic(cron="* * * * *")
@app.task(name="jobs.mend", queueing_lock="jobs.mend")
async def mend(timestamp: int) -> None:  # noqa: ARG001 - the time it was due
    """Run again what a killed worker was at, and forget what was done long ago."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_AFTER_SECONDS)
    for job in stalled:
        await app.job_manager.retry_job(job, retry_at=clock.now())
    await app.job_manager.delete_old_jobs(nb_hours=_FORGET_AFTER_HOURS, include_failed=True)
