"""After a restart: see to it that what was interrupted goes on."""

from collections.abc import Callable

from juara.ledger import import_requests
from juara.tenancy import scope
from juara.tenancy.models import Organization


def resume_everywhere(*, notify: Callable[[str], None]) -> int:
    """Let a worker finish every import that was not over when its process ended; return how many.

    Those that have a job already are not counted: they go on by themselves.
    """
    resumed = 0
    for organization in Organization.objects.order_by("slug"):
        with scope.enter(organization):
            count = import_requests.resume(with_commands=True)
        if count:
            notify(f"Finishing an interrupted import of {organization.name} in the background.")
        resumed += count
    return resumed
