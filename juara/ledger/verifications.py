"""When the ledger was verified, and what came of it: kept, so that trust can be looked up."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from juara.core.errors import ConflictError
from juara.events import operations as events
from juara.jobs import queue
from juara.ledger.models import VerificationRun, VerificationState
from juara.ledger.types import Difference
from juara.ledger.verify import verify
from juara.tenancy import knowledge, scope
from juara.tenancy.models import Organization

TOPIC = "verification"
JOB = "ledger.verify"


@dataclass(frozen=True, slots=True)
class VerificationFacts:
    """One verification. `is_sound` is None while it runs, and when it could not finish."""

    public_id: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    actor: str
    is_sound: bool | None
    records: int
    credits: int
    tallies: int
    differences: tuple[Difference, ...]

    @property
    def compared(self) -> int:
        """Return how many numbers were compared: credits and the totals made of them."""
        return self.credits + self.tallies

    @property
    def difference_count(self) -> int:
        return sum(each.count for each in self.differences)

    @property
    def seconds(self) -> int | None:
        """Return how long it took; None while it runs."""
        if self.finished_at is None:
            return None
        return round((self.finished_at - self.started_at).total_seconds())


def ask(*, actor: str) -> None:
    """Have everything verified in the background. ConflictError while that is still waiting."""
    if not queue.defer(JOB, once="verify", lock="verify", actor=actor):
        raise ConflictError(
            "verification.waiting", gettext_noop("A verification is waiting to begin already.")
        )


def run(organization: Organization, *, actor: str, clock: Callable[[], datetime]) -> None:
    """Verify everything and keep the outcome, each step in a transaction of its own.

    Holds the ledger lock for as long as a full recompute takes, so that nothing moves meanwhile.
    """
    with scope.enter(organization):
        # What was running when its process died will never finish.
        VerificationRun.objects.filter(state=VerificationState.RUNNING).update(
            state=VerificationState.FAILED, finished_at=clock()
        )
        started = VerificationRun(started_at=clock(), actor=actor[:254])
        started.save(force_insert=True)
        events.bump_topics([TOPIC])
    try:
        with scope.enter(organization):
            knowledge.lock_ledger()
            found = verify()
    except Exception:
        _close(organization, started, state=VerificationState.FAILED, finished_at=clock())
        raise
    _close(
        organization, started, state=VerificationState.DONE, finished_at=clock(),
        is_sound=found.is_sound, records=found.records, credits=found.credits,
        tallies=found.tallies, differences=[asdict(each) for each in found.differences],
    )  # fmt: skip


def _close(organization: Organization, started: VerificationRun, **values: Any) -> None:
    with scope.enter(organization):
        VerificationRun.objects.filter(id=started.id).update(**values)
        events.bump_topics([TOPIC])


def runs(*, limit: int) -> tuple[VerificationFacts, ...]:
    """Return the newest verifications."""
    found = VerificationRun.objects.order_by("-started_at")[:limit]
    return tuple(
        VerificationFacts(
            public_id=run.public_id,
            state=run.state,
            started_at=run.started_at,
            finished_at=run.finished_at,
            actor=run.actor,
            is_sound=run.is_sound,
            records=run.records,
            credits=run.credits,
            tallies=run.tallies,
            differences=tuple(Difference(**each) for each in run.differences),
        )
        for run in found
    )
