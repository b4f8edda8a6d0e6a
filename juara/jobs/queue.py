"""Asking for work to be done later, in the transaction that makes it necessary."""

from datetime import datetime

from procrastinate import exceptions
from procrastinate.contrib.django import app

from juara.core import db, scope

Argument = str | int | bool | None


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
        "lock": f"{organization}:{lock}" if lock else None,
        "queueing_lock": f"{organization}:{once}" if once else None,
        "schedule_at": at,
    }
    try:
        with db.transaction():
            app.configure_task(task, **options).defer(organization=organization, **arguments)  # type: ignore[arg-type]
    except exceptions.AlreadyEnqueued:
        return False
    return True
