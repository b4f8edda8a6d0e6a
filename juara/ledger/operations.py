"""Taking in what changed: records into credits, credits into tallies, all in one batch."""

from collections.abc import Callable, Iterable, Sequence
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
) -> Absorbed:
    """Take in everything not yet counted, in one batch and one transaction.

    `landing` turns what arrived into record versions (see `absorb_rows`); besides, whatever
    changed among people, matches, rules and rates since the last absorption is followed up. The
    metrics in `whole` are worked out from all records, whether their rules changed or not.
    Versions, credits, tallies, topics and the domain event are written together or not at all, and
    nothing is written when nothing changed. Waits for the organization's ledger lock.
    """
    with knowledge.batch(moment=moment, reason=reason) as batch, db.ledger_role():
        crediting.prepare()
        rules = metrics.rules()
        since, day, has_rates = crediting.position()
        day = max(day or date.min, crediting.day_of(batch.moment))
        # Changes of people, matches and rules stand in batches of their own, or in this one
        # when it was opened before: otherwise there is nothing to look for.
        has_other_inputs = batch.is_used or batch.number > since + 1
        landed = Landed() if landing is None else landing(batch)
        recast = {*whole, *_of_the_day(rules, day)}
        far = reach.reach(rules)
        if has_other_inputs:
            recast.update(metrics.changed_since(since))
            _touch_by_inputs(rules, far, since)
        if far.is_far:
            records.touch_related(up=far.up, down=far.down, across=far.across, batch=batch.number)
        ground = crediting.ground_at(day, has_rates=has_rates, moment=batch.moment)
        count = None
        if not recast:
            is_more = has_other_inputs or far.is_far
            count = records.touched_count() if is_more else landed.total
        made, ended, touched = _recredit(batch, rules, ground, tuple(sorted(recast)), count=count)
        if touched:
            _recount()
        if batch.is_used:
            with db.together():
                _announce(touched, moment)
                _move_position(batch.number, day)
        batch.is_absorbed = True
    return Absorbed(
        batch=batch.number if batch.is_used else None,
        landed=landed,
        credits_made=made,
        credits_ended=ended,
        metrics_touched=touched,
    )


def absorb_rows(
    rows: Iterable[RecordRow], *, source_id: int, moment: datetime, reason: str
) -> Absorbed:
    """Land rows a source delivered and take them in, in one batch."""

    def landing(batch: OpenBatch) -> Landed:
        arrived = incoming.fill_from_rows(rows)
        return records.land(batch, arrived=arrived, source_id=source_id) if arrived else Landed()

    return absorb(moment=moment, reason=reason, landing=landing)


def _of_the_day(rules: Sequence[Rule], day: date) -> tuple[int, ...]:
    """Return the metrics whose dates are relative to today, where another day has come."""
    relative = metrics_compile.told_from_today(rules)
    if not relative:
        return ()
    moved = db.execute(
        "UPDATE ledger_position SET day = %(day)s WHERE organization_id = %(organization)s"
        " AND day IS DISTINCT FROM %(day)s",
        {"organization": scope.current().organization_id, "day": day},
    )
    return tuple(relative) if moved else ()


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


def _recredit(
    batch: OpenBatch,
    rules: Sequence[Rule],
    ground: Ground,
    recast: tuple[int, ...],
    *,
    count: int | None,
) -> tuple[int, int, tuple[int, ...]]:
    """Bring the credits of the touched records, and of the recast metrics whole, up to date.

    Returns how many were made and ended, and the metrics they belong to. `count` is how many
    records are touched; None stands for any number.
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
    # Of a metric that is new nothing stands.
    stands = bool(recast) and db.one(statements.HAS_CREDITS, params)[0]
    standing = statements.STANDING_OF_METRICS if stands else "standing"
    with db.together(when=few):
        db.plan_for(count)
        candidates = crediting.fill(rest, ground, touched=True, few=few)
        candidates += crediting.fill(whole, ground, touched=False)
        db.analyze("candidate", candidates, "(source_id, owner_key, metric_id, ends_on)")
        db.analyze("fresh", crediting.resolve(rules), "(record_id, metric_id)")
        if not stands:
            found = db.execute(statements.FILL_STANDING, params, kept=True)
            db.analyze("standing", found, "(record_id, metric_id)")
        made, ended, cells, touched = db.one(
            statements.AWARD.format(standing=standing), {**params, "base": batch.id_base}, kept=True
        )
    # What is counted next is looked up in the credits just made. The server may have looked at the
    # table meanwhile, when nothing in it was committed, and take it for empty: then the index of
    # anything looks as good as that of the cells, and a first import takes hours.
    db.keep_statistics("credit", made)
    db.analyze("cell", cells, "(metric_id, assignment_id, day)")
    batch.took(made)
    batch.is_used |= ended > 0
    return made, ended, tuple(touched)


def _recount() -> None:
    """Count the tallies of every touched cell again."""
    params = {"organization": scope.current().organization_id}
    days: int = db.one(statements.COUNT_DAYS, params, kept=True)[0]
    # Months are looked up in the days just stored, as those were in the credits.
    db.keep_statistics("tally", days)
    db.execute(statements.COUNT_MONTHS, params, kept=True)


def _announce(touched: tuple[int, ...], moment: datetime) -> None:
    topics = [*metrics.topics(touched), events.FRESHNESS]
    events.bump_topics(topics)
    events.leave("ledger.absorbed", at=moment, metrics=[str(each) for each in touched])


def _move_position(batch: int, day: date) -> None:
    db.execute(
        "INSERT INTO ledger_position (organization_id, batch, day) VALUES (%s, %s, %s)"
        " ON CONFLICT (organization_id) DO UPDATE SET batch = excluded.batch, day = excluded.day",
        [scope.current().organization_id, batch, day],
        kept=True,
    )
