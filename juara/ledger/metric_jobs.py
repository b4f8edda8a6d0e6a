"""Counting a metric's large history in the background."""

from juara.core import clock
from juara.jobs import tasks
from juara.ledger import metric_changes
from juara.tenancy import scope
from juara.tenancy.models import Organization


@tasks.organization_job(metric_changes.JOB)
def count_metrics(organization: Organization) -> None:
    with scope.enter(organization):
        metric_changes.count_history(moment=clock.now())
