"""What a worker does for sign-ins and seats."""

from juara.accounts import removal
from juara.core import clock
from juara.jobs import tasks
from juara.tenancy.models import Organization


@tasks.organization_job(removal.JOB)
def remove_organization(organization: Organization) -> None:
    if not removal.put_off(organization, moment=clock.now()):
        removal.carry_out(organization, heed_stop=tasks.heed_stop)
