"""Verifying in the background: when somebody asks, and every night."""

from juara.core import clock
from juara.jobs import queue, tasks
from juara.ledger import verifications
from juara.tenancy import scope
from juara.tenancy.models import Organization


@tasks.organization_job(verifications.JOB, is_retried=False)
def verify(organization: Organization, *, actor: str = "") -> None:
    verifications.run(organization, actor=actor, clock=clock.now)


@tasks.periodic("ledger.verify_all", cron="30 1 * * *")
def verify_all() -> None:
    """Have every organization's numbers worked out again; one already waiting is enough."""
    for organization in Organization.objects.order_by("id"):
        with scope.enter(organization):
            queue.defer(verifications.JOB, once="verify", lock="verify")
