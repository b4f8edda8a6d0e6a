"""After a restart: finish what was interrupted."""

from collections.abc import Callable

from juara.core import clock
from juara.ledger import imports
from juara.tenancy import scope
from juara.tenancy.models import Organization


def resume_everywhere(*, notify: Callable[[str], None]) -> int:
    """Finish every import that was landing when its process ended; return how many."""
    finished = 0
    for organization in Organization.objects.order_by("slug"):
        with scope.enter(organization):
            runs = imports.unfinished()
        for run_id in runs:
            notify(f"Finishing an interrupted import of {organization.name}…")
            imports.land(organization, run_id, clock=clock.now)
            finished += 1
    return finished
