"""Taking in what changed: records into credits, credits into tallies, all in one batch."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from juara.connect.types import RecordRow
from juara.core import db, scope
from juara.events import operations as events
from juara.ledger import crediting, statements
from juara.ledger.types import Absorbed
from juara.metrics import compile as metrics_compile
from juara.metrics import queries as metrics
from juara.metrics import rates, reach
from juara.metrics.fragments import Ground
from juara.metrics.reach import Reach
from juara.metrics.types import Rule
from juara.people import queries as people
from juara.records import incoming
from juara.records import operations as records
from juara.records.types import Landed
from juara.tenancy import knowledge
from juara.tenancy.knowledge import OpenBatch

Landing = Callable[[OpenBatch], Landed]


def absorb(
    *,
    moment: datetime,
    reason: str,
    landing: Landing | None = None,
    whole: Sequence[int] = (),
    expected: int | None = None,
) -> Absorbed:
    """Take in everything not yet counted, in one batch and one transaction.

    `landing` turns what arrived into record versions (see `absorb_rows`); besides, whatever
    changed among people, matches, rules and rates since the last absorption is followed up. The
    metrics in `whole` are worked out from all records, whether their rules changed or not.
    Versions, credits, tallies, topics and the domain event are written together or not at all, and
    nothing is written when nothing changed. Waits for the organization's ledger lock. `expected`
    is how many rows `landing` brings at most, where that is known: a handful goes to the server
    without waiting in between.
    """
    with db.together(when=db.is_handful(expected)), db.ledger_role():
        # All that is asked under the lock goes one way.
        knowledge.lock_ledger()
        asked = _Asked(crediting.ask_room(), metrics.ask_rules(), crediting.ask_position())
        with knowledge.batch(moment=moment, reason=reason, is_locked=True) as batch:
            return _absorb(batch, asked, landing, whole)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a batch has to know before it begins, asked and not yet waited for."""

    room: db.Answer
    rules: Callable[[], tuple[Rule, ...]]
    position: Callable[[], crediting.Position]


def _absorb(
    batch: OpenBatch, asked: _Asked, landing: Landing | None, whole: Sequence[int]
) -> Absorbed:
    crediting.prepare(asked.room)
    rules = asked.rules()
    since, reached, has_rates = asked.position()
    day = max(reached or date.min, crediting.day_of(batch.moment))
    # Changes of people, matches and rules stand in batches of their own, or in this one
    # when it was opened before: otherwise there is nothing to look for.
    has_other_inputs = batch.is_used or batch.number > since + 1
    landed = Landed() if landing is None else landing(batch)
    recast = set(whole)
    if since and reached != day:
        recast.update(_of_the_day(rules, day))
    far = reach.reach(rules)
    if has_other_inputs:
        recast.update(metrics.changed_since(since))
        _touch_by_inputs(rules, far, since)
    if far.is_far:
        records.touch_related(up=far.up, down=far.down, across=far.across, batch=batch.number)
    is_more = bool(recast) or has_other_inputs or far.is_far
    count: int | None = landed.total
    if is_more:
        count = None if recast else records.touched_count()
    ground = crediting.ground_at(day, has_rates=has_rates)
    # Of records that were never seen nothing stands, as of metrics that are new.
    are_new = not is_more and landed.created == landed.total
    credited = _recredit(batch, rules, ground, tuple(sorted(recast)), count=count, are_new=are_new)
    if credited.metrics:
        _recount(credited)
    if batch.is_used:
        with db.together():
            _announce(credited, batch.moment)
            _move_position(batch.number, day)
    batch.is_absorbed = True
    return Absorbed(
        batch=batch.number if batch.is_used else None,
        landed=landed,
        credits_made=credited.made,
        credits_ended=credited.ended,
        metrics_touched=credited.metrics,
    )


def absorb_rows(
    rows: Iterable[RecordRow], *, source_id: int, moment: datetime, reason: str
) -> Absorbed:
    """Land rows a source delivered and take them in, in one batch."""
    standing = incoming.last_of_each(rows)

    def landing(batch: OpenBatch) -> Landed:
        arrived = incoming.fill_from_rows(standing)
        return records.land(batch, arrived=arrived, source_id=source_id) if arrived else Landed()

    return absorb(moment=moment, reason=reason, landing=landing, expected=len(standing))


def _of_the_day(rules: tuple[Rule, ...], day: date) -> Collection[int]:
    """Move the ledger to another day; return the metrics whose dates are relative to it."""
    relative = metrics_compile.told_from_today(rules)
    if relative:
        db.execute(
            "UPDATE ledger_position SET day = %(day)s WHERE organization_id = %(organization)s",
            {"organization": scope.current().organization_id, "day": day},
        )
    return relative


def _touch_by_inputs(rules: Sequence[Rule], far: Reach, since: int) -> None:
    """Add to ``touched`` the records that other inputs, changed since a batch, speak of."""
    members = people.members_changed_since(since)
    params = {
        "organization": scope.current().organization_id,
        "members": list(members),
        "since": since,
    }
    records.touch_by_people(members=members, since=since)
    if far.named:
        db.execute(statements.TOUCH_NAMED, {**params, "metrics": list(far.named)})
    overlaid = crediting.overlaid_metrics(rules)
    if overlaid and members:
        db.execute(statements.TOUCH_BELOW, {**params, "metrics": overlaid})
    changed = rates.rates_changed_since(since)
    records.touch_by_rates([(each.currency, each.from_day, each.until_day) for each in changed])


@dataclass(frozen=True, slots=True)
class _Credited:
    """How many credits were made and ended, in how many noted cells, and of which metrics.

    No cells are noted of the metrics that are `counted_whole`. `topics` gives those that move with
    metrics.
    """

    made: int
    ended: int
    cells: int
    metrics: tuple[int, ...]
    counted_whole: list[int]
    topics: Callable[[tuple[int, ...]], tuple[str, ...]]


def _recredit(
    batch: OpenBatch,
    rules: Sequence[Rule],
    ground: Ground,
    recast: tuple[int, ...],
    *,
    count: int | None,
    are_new: bool,
) -> _Credited:
    """Bring the credits of the touched records, and of the recast metrics whole, up to date.

    `count` is how many records are touched, all of them new or not; None stands for any number.
    """
    params = {
        "organization": scope.current().organization_id,
        "batch": batch.number,
        "metrics": list(recast),
        "ruled": sorted({rule.metric_id for rule in rules}),
    }
    whole = tuple(rule for rule in rules if rule.metric_id in recast)
    rest = tuple(rule for rule in rules if rule.metric_id not in recast)
    few = db.are_few(count)
    if not few:
        # How many there are of everything has to be known on the way.
        db.one_by_one()
    stands = bool(recast) and db.one(statements.HAS_CREDITS, params)[0]
    standing = statements.STANDING_OF_METRICS if stands else "standing"
    # What is new is counted in one go: cell by cell millions of credits would be looked up singly.
    counted_whole = [] if stands else list(recast)
    if crediting.ask_at_event(rules):
        db.tell_moment(batch.moment)
    with db.together(when=few):
        db.plan_for(count)
        candidates = crediting.fill(rest, ground, touched=True, few=few)
        candidates += crediting.fill(whole, ground, touched=False)
        db.analyze("candidate", candidates, "(source_id, owner_key, metric_id, ends_on)")
        db.analyze("fresh", crediting.resolve(rules), "(record_id, metric_id)")
        if not stands and not are_new:
            found = db.execute(statements.FILL_STANDING, params, kept=True)
            db.analyze("standing", found, "(record_id, metric_id)")
        award = statements.AWARD.format(standing=standing)
        awarded = db.ask(award, {**params, "base": batch.id_base, "counted_whole": counted_whole})
        topics = metrics.ask_topics()
        ((made, ended, cells, touched),) = awarded()
    # What is counted next is looked up in the credits just made. The server may have looked at the
    # table meanwhile, when nothing in it was committed, and take it for empty: then the index of
    # anything looks as good as that of the cells, and a first import takes hours.
    db.keep_statistics("credit", made)
    db.analyze("cell", cells, "(metric_id, assignment_id, day)")
    batch.took(made)
    batch.is_used |= ended > 0
    return _Credited(made, ended, cells, tuple(touched), counted_whole, topics)


def _recount(credited: _Credited) -> None:
    """Count the tallies of every touched cell again, and of metrics as a whole."""
    params: dict[str, object] = {"organization": scope.current().organization_id}
    if credited.counted_whole:
        params["metrics"] = credited.counted_whole
        db.execute(statements.DROP_TALLIES, params)
        db.keep_statistics("tally", db.execute(statements.REBUILD_TALLIES, params))
    if not credited.cells:
        return
    with db.together(when=db.are_few(credited.cells)):
        db.execute(statements.COUNT_DAYS, params, kept=True)
        # Months are looked up in the days just stored, as those were in the credits.
        db.keep_statistics("tally", credited.cells)
        db.execute(statements.COUNT_MONTHS, params, kept=True)


def _announce(credited: _Credited, moment: datetime) -> None:
    events.bump_topics([*credited.topics(credited.metrics), events.FRESHNESS])
    events.leave("ledger.absorbed", at=moment, metrics=[str(each) for each in credited.metrics])


def _move_position(batch: int, day: date) -> None:
    db.execute(
        "INSERT INTO ledger_position (organization_id, batch, day) VALUES (%s, %s, %s)"
        " ON CONFLICT (organization_id) DO UPDATE SET batch = excluded.batch, day = excluded.day",
        [scope.current().organization_id, batch, day],
        kept=True,
    )
