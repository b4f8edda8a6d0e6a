"""Another day: rules whose dates are told from today count differently."""

from juara.core import clock
from juara.jobs import tasks
from juara.ledger import operations as ledger
from juara.metrics import compile as metrics_compile
from juara.metrics import queries as metrics
from juara.tenancy import scope
from juara.tenancy.models import Organization


@tasks.periodic("ledger.new_day", cron="5,35 * * * *")
def new_day() -> None:
    """Take in the new day wherever one has begun and a rule asks for it.

    Days begin at any half hour somewhere. Nothing is written where nothing changed.
    """
    for organization in Organization.objects.order_by("id"):
        with scope.enter(organization):
            if metrics_compile.told_from_today(metrics.rules()):
                ledger.absorb(moment=clock.now(), reason="new day")
