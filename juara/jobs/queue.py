"""Asking for work to be done later, in the transaction that makes it necessary."""

from datetime import datetime

from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from juara.core import db, scope

Argument = str | int | bool | None

# The open transaction's own connection. A worker's `app` is on another one, which would keep a job
# that is asked for inside a job even where that is rolled back.
_here = JobManager(DjangoConnector())


def defer(
    task: str, *, at: datetime | None = None, lock: str = "", once: str = "", **arguments: Argument
) -> bool:
    """Ask for a job of the entered organization (`tasks.organization_job`), by its name.

    It is kept in the open transaction: rolled back, it was never asked for. Jobs with the same
    `lock` run one after another; while one with the same `once` waits, another is not added and
    False is returned. Both hold within the organization.
    """
    organization = str(scope.current().organization_id)
    options = {
        "lock": _own(lock) if lock else None,
        "queueing_lock": _own(once) if once else None,
        "schedule_at": at,
    }
    job = app.configure_task(task, **options).job  # type: ignore[arg-type]
    try:
        with db.transaction():
            _here.defer_job(job.evolve(task_kwargs={"organization": organization, **arguments}))
    except exceptions.AlreadyEnqueued:
        return False
    return True


def is_at_work(once: str) -> bool:
    """Say whether a job asked for with this `once` waits or is being done.

    One whose worker was killed counts: it is done again within seconds.
    """
    return bool(
        db.rows(
            "SELECT 1 FROM procrastinate_jobs"
            " WHERE queueing_lock = %s AND status IN ('todo', 'doing') LIMIT 1",
            [_own(once)],
        )
    )


def _own(name: str) -> str:
    return f"{scope.current().organization_id}:{name}"
