"""After a restart: see to it that what was interrupted goes on."""

from collections.abc import Callable

from juara.ledger import import_requests, recounts
from juara.tenancy import scope
from juara.tenancy.models import Organization


def resume_everywhere(*, notify: Callable[[str], None]) -> int:
    """Let a worker finish every import and recount that its process left; return how many.

    Those that have a job already are not counted: they go on by themselves.
    """
    resumed = 0
    for organization in Organization.objects.order_by("slug"):
        with scope.enter(organization):
            count = import_requests.resume(with_commands=True)
        if count:
            notify(f"Finishing an interrupted import of {organization.name} in the background.")
        with scope.enter(organization):
            recounting = recounts.resume()
        if recounting:
            notify(f"Going on with a recount of {organization.name} in the background.")
        resumed += count + recounting
    return resumed
