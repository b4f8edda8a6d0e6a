"""What connecting does in the background, for the job runner to find."""

from juara.connect import feeds
from juara.core import clock
from juara.jobs import tasks
from juara.tenancy import scope
from juara.tenancy.models import Organization


@tasks.periodic("connect.feeds", cron="* * * * *")
def look_at_feeds() -> None:
    """Ask for a look at every schedule that is due, of every organization."""
    for organization in Organization.objects.all():
        with scope.enter(organization):
            feeds.defer_due(moment=clock.now())
