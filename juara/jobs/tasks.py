"""Declaring work that runs outside a request: `jobs.py` of an app declares, a worker runs it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db import close_old_connections
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from juara.core.errors import GoneError
from juara.tenancy import knowledge
from juara.tenancy.models import Organization

P = ParamSpec("P")

MOST_ATTEMPTS = 6
_WAIT_GROWS_BY = 3
_FORGET_AFTER_HOURS = 7 * 24

_current: ContextVar[JobContext | None] = ContextVar("juara_job", default=None)


class StoppingError(Exception):
    """The worker is to end: what is not done is done by the next one."""


class _Patience(BaseRetryStrategy):
    """Try again after 3 seconds, 9, 27 and so on; at once where only the worker ended."""

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, StoppingError):
            return RetryDecision(retry_in={"seconds": 0})
        if job.attempts >= self._attempts:
            return None
        return RetryDecision(retry_in={"seconds": _WAIT_GROWS_BY ** (job.attempts + 1)})


# A job may be run again after a crash or a failure: whatever it does must bear repeating.
_RETRIED = _Patience(MOST_ATTEMPTS)
_NOT_RETRIED = _Patience(0)


def organization_job(
    name: str, *, is_retried: bool = True
) -> Callable[[Callable[Concatenate[Organization, P], None]], Callable[..., None]]:
    """Register a job of one organization, whose id it is deferred with (`queue.defer`).

    The job gets the organization and enters its scope itself, once a batch: a long job must not
    be one transaction. An organization removed in the meantime has nothing left to do.
    """

    def register(work: Callable[Concatenate[Organization, P], None]) -> Callable[..., None]:
        @wraps(work)
        def run(context: JobContext, organization: str, *args: P.args, **kwargs: P.kwargs) -> None:
            found = Organization.objects.filter(id=int(organization)).first()
            if found is not None:
                with _known(context), _until_gone():
                    work(found, *args, **kwargs)

        patience = _RETRIED if is_retried else _NOT_RETRIED
        app.task(name=name, retry=patience, pass_context=True)(_on_fresh_connections(run))
        return run

    return register


@contextmanager
def _known(context: JobContext) -> Iterator[None]:
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def _until_gone() -> Iterator[None]:
    """End a job quietly whose organization began to be removed while it ran."""
    try:
        yield
    except GoneError as error:
        if error.code != knowledge.GONE:
            raise


def heed_stop() -> None:
    """Raise `StoppingError` if the worker is to end. A long job asks between its steps.

    What is not over soon after is killed; the job is done again either way, but sooner so.
    """
    context = _current.get()
    if context is not None and context.should_abort():
        raise StoppingError


def is_tried_again() -> bool:
    """Say whether the running job is tried again should it fail now."""
    context = _current.get()
    return context is not None and context.job.attempts < MOST_ATTEMPTS


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


@app.periodic(cron="7 * * * *")
@app.task(name="jobs.forget", queueing_lock="jobs.forget")
async def forget(timestamp: int) -> None:  # noqa: ARG001 - the time it was due
    """Forget jobs that were over a week ago."""
    await app.job_manager.delete_old_jobs(
        nb_hours=_FORGET_AFTER_HOURS, include_failed=True, include_cancelled=True,
        include_aborted=True,
    )  # fmt: skip
