"""What a worker does for sample companies."""

from juara.core import clock
from juara.jobs import tasks
from juara.samples import load
from juara.tenancy.models import Organization


@tasks.organization_job("samples.load")
def load_sample(organization: Organization) -> None:
    load.go_on(organization, clock=clock.now, heed_stop=tasks.heed_stop)
