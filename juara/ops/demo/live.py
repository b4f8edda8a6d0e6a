"""The demo after its story: what happens next, delivered as it happens."""

from datetime import datetime, timedelta
from typing import Any

from juara.connect.models import Source
from juara.ledger import operations as ledger
from juara.samples.company import demo_company
from juara.samples.load import SOURCE
from juara.samples.trickle import Trickle
from juara.tenancy import scope
from juara.tenancy.scope import organization_by_slug


class Life:
    """Delivers the next few rows whenever their time has come."""

    def __init__(self, state: dict[str, Any], *, moment: datetime) -> None:
        company = demo_company(state["seed"], datetime.fromisoformat(state["until"]))
        self._trickle = Trickle(company, seed=state["seed"], since=moment)
        self._organization = organization_by_slug(state["slug"])
        self._next_at = moment + timedelta(seconds=3)

    def go_on(self, moment: datetime) -> bool:
        """Deliver the next step if it is due; return whether it was."""
        if moment < self._next_at:
            return False
        step = self._trickle.next_step(moment)
        with scope.enter(self._organization):
            source = Source.objects.get(key=SOURCE)
            ledger.absorb_rows(step.rows, source_id=source.id, moment=moment, reason="demo")
            Source.objects.filter(id=source.id).update(last_received_at=moment)
        self._next_at = moment + timedelta(seconds=step.after_seconds)
        return True
