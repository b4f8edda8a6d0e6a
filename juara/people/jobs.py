"""What a worker does about people: bringing the public holidays of the coming years in."""

from zoneinfo import ZoneInfo

from juara.core import clock
from juara.jobs import queue, tasks
from juara.people import holiday_filling
from juara.tenancy import scope
from juara.tenancy.models import Organization

FILL = "people.fill_holidays"


@tasks.organization_job(FILL)
def fill_holidays(organization: Organization) -> None:
    """Fill in the years that have come into sight in an organization's calendars."""
    now = clock.now()
    with scope.enter(organization):
        today = now.astimezone(ZoneInfo(organization.zone)).date()
        holiday_filling.extend_all(today=today, moment=now)


@tasks.periodic("people.fill_all_holidays", cron="20 0 * * *")
def fill_all_holidays() -> None:
    """Look once a day whether there is anything to fill in; usually once a year there is."""
    now = clock.now()
    for organization in Organization.objects.order_by("id"):
        with scope.enter(organization):
            today = now.astimezone(ZoneInfo(organization.zone)).date()
            if holiday_filling.is_due(today=today):
                queue.defer(FILL, once="holidays", lock="holidays")
