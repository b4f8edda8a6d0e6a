"""Working everything out again under another zone or currency, in the background."""

from juara.core import clock
from juara.jobs import tasks
from juara.ledger import settings
from juara.tenancy import scope
from juara.tenancy.models import Organization


@tasks.organization_job(settings.JOB)
def restate(organization: Organization, *, zone: str, currency: str, actor: str) -> None:
    with scope.enter(organization):
        settings.restate(zone=zone, currency=currency, moment=clock.now(), actor=actor)
