"""Recounting in the background, and going on with what was interrupted."""

import logging

from juara.core import clock
from juara.core.errors import GoneError
from juara.jobs import tasks
from juara.ledger import recounts
from juara.tenancy import scope
from juara.tenancy.models import Organization

_log = logging.getLogger("juara.recounts")


@tasks.organization_job(recounts.JOB)
def recount(organization: Organization, *, run: str) -> None:
    """Do what is left of a recount, from wherever it stands."""
    try:
        recounts.go_on(
            organization, run, clock=clock.now, between=lambda _: tasks.heed_stop()
        )  # fmt: skip
    except (tasks.StoppingError, GoneError):
        raise
    except Exception:
        if tasks.is_tried_again():
            raise
        _log.exception("The recount %s is given up.", run)
        with scope.enter(organization):
            recounts.fail(run, moment=clock.now())


@tasks.periodic("ledger.resume_recounts", cron="*/5 * * * *")
def resume_recounts() -> None:
    """See to it that every unfinished recount has a job, whatever became of its last one."""
    for organization in Organization.objects.order_by("id"):
        with scope.enter(organization):
            recounts.resume()
