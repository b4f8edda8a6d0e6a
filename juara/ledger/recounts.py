"""Working numbers out again from the records, and mending what differs.

A recount is a run in steps, one for each metric: each in a batch and a transaction of its own,
under the ledger lock. Readers see a metric's old numbers until its step is done, records that
arrive between two steps are taken in as ever, and a run that was interrupted goes on with the
first step that is not done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Case, Count, IntegerField, Q, Sum, Value, When
from django.utils.translation import gettext_noop

from juara.audit import operations as audit
from juara.core import db, scope
from juara.core.errors import NotFoundError
from juara.events import operations as events
from juara.jobs import queue
from juara.ledger import operations as ledger
from juara.ledger import statements
from juara.ledger.models import FillState, RecountFill, RecountRun, RecountState
from juara.metrics import queries as metrics
from juara.metrics.types import Counting
from juara.tenancy import knowledge
from juara.tenancy import scope as tenancy
from juara.tenancy.models import Organization

TOPIC = "recount"
JOB = "ledger.recount"


@dataclass(frozen=True, slots=True)
class Recounted:
    """What a recount had to mend, and how many tallies it counted."""

    credits_made: int
    credits_ended: int
    tallies: int


@dataclass(frozen=True, slots=True)
class RecountFacts:
    """A recount and how far it has come. `metric_key` is '' for all metrics.

    `at` is the id of the metric being worked out, None between two of them.
    """

    public_id: str
    metric_key: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    actor: str
    steps: int
    done: int
    at: int | None
    found: Recounted

    @property
    def is_running(self) -> bool:
        return self.state == RecountState.RUNNING


# --- All at once ---


def recount(*, moment: datetime) -> Recounted:
    """Work everything out again in one batch: for what must hold together or not at all.

    Joins the open batch. Mends whatever `verify` can find in credits and tallies; a torn history
    of records it cannot. Costs a full recompute, during which nothing else is taken in.
    """
    return _mend(_metrics_with_numbers(), moment=moment)


def _mend(metric_ids: Sequence[int], *, moment: datetime) -> Recounted:
    """Work some metrics out again whole, and take in whatever else waits."""
    params = {
        "organization": scope.current().organization_id,
        "metrics": list(metric_ids),
    }
    with knowledge.batch(moment=moment, reason="recount") as batch:
        _settle_position()
        absorbed = ledger.absorb(
            moment=moment, reason="recount", whole=_not_archived(metric_ids)
        )  # fmt: skip
        with db.ledger_role():
            doubled = db.execute(statements.END_DOUBLED, {**params, "batch": batch.number})
            db.execute(statements.DROP_TALLIES, params)
            tallies = db.execute(statements.REBUILD_TALLIES, params)
        batch.is_used |= doubled > 0
        events.bump_topics([*metrics.topics(tuple(metric_ids)), events.FRESHNESS])
    return Recounted(absorbed.credits_made, absorbed.credits_ended + doubled, tallies)


def _settle_position() -> None:
    """Bring the ledger's position back where it lies ahead of everything that is known."""
    db.execute(
        "UPDATE ledger_position SET batch = %(last)s"
        " WHERE organization_id = %(organization)s AND batch > %(last)s",
        {"organization": scope.current().organization_id, "last": knowledge.last_number()},
    )


def _metrics_with_numbers() -> tuple[int, ...]:
    """Return the metrics that count records, in order, and any other that something stands for."""
    found = db.rows(
        "SELECT metric_id FROM credit WHERE organization_id = %(organization)s"
        " UNION SELECT metric_id FROM tally WHERE organization_id = %(organization)s",
        {"organization": scope.current().organization_id},
    )
    counting = [each.id for each in metrics.metrics() if isinstance(each.definition, Counting)]
    return tuple(dict.fromkeys([*counting, *sorted(row[0] for row in found)]))


def _not_archived(metric_ids: Sequence[int]) -> tuple[int, ...]:
    """Leave out the archived ones: they keep what they had."""
    kept = {each.id for each in metrics.archived_metrics()}
    return tuple(each for each in metric_ids if each not in kept)


# --- In steps ---


def begin(*, metric: str = "", in_background: bool = True, moment: datetime, actor: str) -> str:
    """Begin a recount of one metric or of all, or join the one under way; return its id.

    A worker does it, or whoever calls `go_on`. NotFoundError for a metric nobody knows.
    """
    run = _unfinished(metric) or _begun(metric, moment=moment, actor=actor)
    if in_background:
        _defer(run)
    return run.public_id


def unfinished(metric: str = "") -> RecountFacts | None:
    """Return the recount of one metric or of all that is not over, if there is one."""
    run = _unfinished(metric)
    return None if run is None else _facts(run)


def _unfinished(metric_key: str) -> RecountRun | None:
    return RecountRun.objects.filter(metric_key=metric_key, state=RecountState.RUNNING).first()


def _begun(metric_key: str, *, moment: datetime, actor: str) -> RecountRun:
    wanted = (_of_key(metric_key),) if metric_key else _metrics_with_numbers()
    run = RecountRun(metric_key=metric_key, started_at=moment, actor=actor[:254])
    try:
        with db.transaction():
            run.save(force_insert=True)
            RecountFill.objects.bulk_create(
                RecountFill(run=run, metric_id=each, position=position)
                for position, each in enumerate(wanted)
            )
            audit.record(
                actor=actor, action="ledger.recounted", subject=metric_key, at=moment,
                run=run.public_id,
            )  # fmt: skip
    except IntegrityError:
        # Somebody else began the same at the same time.
        return RecountRun.objects.get(metric_key=metric_key, state=RecountState.RUNNING)
    events.bump_topics([TOPIC])
    return run


def _of_key(key: str) -> int:
    kept = next((each for each in metrics.archived_metrics() if each.key == key), None)
    return metrics.metric(key).id if kept is None else kept.id


def _defer(run: RecountRun) -> bool:
    """See to it that a worker does a recount; return False when one is going to anyway."""
    once = f"recount:{run.public_id}"
    if queue.is_at_work(once):
        return False
    return queue.defer(JOB, lock="recount", once=once, run=run.public_id)


def resume() -> int:
    """See to it that every unfinished recount has a job; return how many got one."""
    return sum(map(_defer, RecountRun.objects.filter(state=RecountState.RUNNING)))


def go_on(
    organization: Organization,
    public_id: str,
    *,
    clock: Callable[[], datetime],
    between: Callable[[RecountFacts], None] = lambda _: None,
) -> RecountFacts:
    """Do the steps of a recount that are not done, and return what came of all of them.

    Outside of any scope: each step enters it for itself. `between` hears how far it has come
    before each step; raising there, or being killed anywhere, leaves the rest for the next time.
    Several processes may be at one run: they share its steps.
    """
    while (fill := _next(organization, public_id, clock=clock)) is not None:
        with tenancy.enter(organization):
            facts = run_facts(public_id)
        between(facts)
        _step(organization, fill, clock=clock)
    with tenancy.enter(organization):
        ended = RecountRun.objects.filter(public_id=public_id, state=RecountState.RUNNING).update(
            state=RecountState.DONE, finished_at=clock()
        )
        if ended:
            events.bump_topics([TOPIC])
        return run_facts(public_id)


def _next(
    organization: Organization, public_id: str, *, clock: Callable[[], datetime]
) -> RecountFill | None:
    """Mark the next step that is not done as started."""
    with tenancy.enter(organization):
        waiting = RecountFill.objects.filter(run__public_id=public_id).exclude(state=FillState.DONE)
        fill = waiting.filter(run__state=RecountState.RUNNING).order_by("position").first()
        if fill is not None:
            waiting.filter(id=fill.id).update(state=FillState.STARTED, started_at=clock())
            events.bump_topics([TOPIC])
    return fill


def _step(
    organization: Organization, fill: RecountFill, *, clock: Callable[[], datetime]
) -> None:  # fmt: skip
    with tenancy.enter(organization):
        # Whoever else is at this step has finished it once the lock is ours.
        knowledge.lock_ledger()
        mine = RecountFill.objects.filter(id=fill.id).exclude(state=FillState.DONE)
        if not mine.exists():
            return
        found = _mend((fill.metric_id,), moment=clock())
        mine.update(
            state=FillState.DONE, finished_at=clock(), credits_made=found.credits_made,
            credits_ended=found.credits_ended, tallies=found.tallies,
        )  # fmt: skip
        events.bump_topics([TOPIC])


def fail(public_id: str, *, moment: datetime) -> None:
    """Give a recount up; what its steps have done stays."""
    RecountRun.objects.filter(public_id=public_id, state=RecountState.RUNNING).update(
        state=RecountState.FAILED, finished_at=moment
    )
    events.bump_topics([TOPIC])


# --- Asking ---


def run_facts(public_id: str) -> RecountFacts:
    """Return a recount; NotFoundError when there is none."""
    run = RecountRun.objects.filter(public_id=public_id).first()
    if run is None:
        raise NotFoundError("recount.unknown", gettext_noop("There is nothing at this address."))
    return _facts(run)


def last_run() -> RecountFacts | None:
    """Return the newest recount, one that is under way before one that is over."""
    turn = Case(
        When(state=RecountState.RUNNING, then=Value(0)), default=Value(1),
        output_field=IntegerField(),
    )  # fmt: skip
    found = RecountRun.objects.order_by(turn, "-started_at", "-id").first()
    return None if found is None else _facts(found)


def _facts(run: RecountRun) -> RecountFacts:
    fills = RecountFill.objects.filter(run=run)
    sums = fills.aggregate(
        steps=Count("id"), done=Count("id", filter=Q(state=FillState.DONE)),
        made=Sum("credits_made"), ended=Sum("credits_ended"), tallies=Sum("tallies"),
    )  # fmt: skip
    at = fills.filter(state=FillState.STARTED).order_by("position").first()
    return RecountFacts(
        public_id=run.public_id,
        metric_key=run.metric_key,
        state=run.state,
        started_at=run.started_at,
        finished_at=run.finished_at,
        actor=run.actor,
        steps=sums["steps"],
        done=sums["done"],
        at=None if at is None else at.metric_id,
        found=Recounted(sums["made"] or 0, sums["ended"] or 0, sums["tallies"] or 0),
    )
