"""Looking at a schedule, and beginning an import of what it brought."""

from juara.connect import feeds
from juara.connect.fetching import Found
from juara.core import clock
from juara.core.errors import DomainError, NotFoundError
from juara.jobs import tasks
from juara.ledger import import_requests
from juara.tenancy import scope as tenancy
from juara.tenancy.models import Organization


@tasks.organization_job(feeds.LOOK_JOB)
def look_at_feed(organization: Organization, *, feed: str) -> None:
    """Fetch with no transaction open; then note it and begin the import, in one."""
    try:
        with tenancy.enter(organization):
            errand = feeds.errand(feed)
    except NotFoundError:
        return
    try:
        found = feeds.look(errand, now=clock.now())
        _import(organization, errand, found)
    except DomainError as error:
        with tenancy.enter(organization):
            feeds.failed(feed, error, moment=clock.now())


def _import(organization: Organization, errand: feeds.Errand, found: Found) -> None:
    with tenancy.enter(organization):
        taken = feeds.take(errand, found, moment=clock.now())
        if taken is not None:
            feed, files = taken
            import_requests.begin_files(
                files, mapping=errand.mapping, moment=clock.now(),
                actor=f"schedule {errand.public_id}", feed=feed,
            )  # fmt: skip
