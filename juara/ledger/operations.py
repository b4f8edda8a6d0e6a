"""Taking in what changed: records into credits, credits into tallies, all in one batch."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from juara.connect.types import RecordRow
from juara.core import db, scope
from juara.events import operations as events
from juara.ledger import statements
from juara.ledger.types import Absorbed
from juara.metrics import compile as metrics_compile
from juara.metrics import queries as metrics
from juara.metrics.types import Rule
from juara.people import queries as people
from juara.records import incoming
from juara.records import operations as records
from juara.records.types import Landed
from juara.tenancy import knowledge
from juara.tenancy.knowledge import OpenBatch

Landing = Callable[[OpenBatch], Landed]


def absorb(*, moment: datetime, reason: str, landing: Landing | None = None) -> Absorbed:
    """Take in everything not yet counted, in one batch and one transaction.

    `landing` turns what arrived into record versions (see `absorb_rows`); besides, whatever
    changed among people, matches and rules since the last absorption is followed up. Versions,
    credits, tallies, topics and the domain event are written together or not at all, and
    nothing is written when nothing changed. Waits for the organization's ledger lock.
    """
    with knowledge.batch(moment=moment, reason=reason) as batch, db.ledger_role():
        incoming.prepare()
        db.execute(statements.CREATE_TABLES)
        db.execute(statements.EMPTY_TABLES)
        since = _position()
        # Changes of people, matches and rules stand in batches of their own, or in this one
        # when it was opened before: otherwise there is nothing to look for.
        has_other_inputs = batch.is_used or batch.number > since + 1
        landed = Landed() if landing is None else landing(batch)
        recast = metrics.changed_since(since) if has_other_inputs else ()
        if has_other_inputs:
            members = people.members_changed_since(since)
            records.touch_by_people(members=members, since=since)
        made, ended = _recredit(batch, recast)
        touched = _recount()
        if batch.is_used:
            _announce(touched, moment)
            _move_position(batch.number)
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


def _recredit(batch: OpenBatch, recast: tuple[int, ...]) -> tuple[int, int]:
    """Bring the credits of the touched records, and of the recast metrics whole, up to date."""
    rules = metrics.rules()
    params = {
        "organization": scope.current().organization_id,
        "batch": batch.number,
        "metrics": list(recast),
        "ruled": sorted({rule.metric_id for rule in rules}),
    }
    whole = tuple(rule for rule in rules if rule.metric_id in recast)
    rest = tuple(rule for rule in rules if rule.metric_id not in recast)
    candidates = _fill(rest, touched=True) + _fill(whole, touched=False)
    db.analyze("candidate", candidates)
    db.analyze("fresh", db.execute(statements.RESOLVE, params))
    standing = statements.STANDING_OF_METRICS if recast else "standing"
    if not recast:
        db.analyze("standing", db.execute(statements.FILL_STANDING, params))
    # Made before ended: the query over credits must not meet its own new rows.
    made = int(
        db.one(statements.AWARD.format(standing=standing), {**params, "base": batch.id_base})[0]
    )
    # What is counted next is looked up in the credits just made. The server may have looked at the
    # table meanwhile, when nothing in it was committed, and take it for empty: then the index of
    # anything looks as good as that of the cells, and a first import takes hours.
    db.keep_statistics("credit", made)
    ended = int(db.one(statements.SUPERSEDE.format(standing=standing), params)[0])
    batch.took(made)
    batch.is_used |= ended > 0
    return made, ended


def _fill(rules: tuple[Rule, ...], *, touched: bool) -> int:
    if not rules:
        return 0
    current = scope.current()
    query = metrics_compile.candidates(
        rules,
        organization_id=current.organization_id,
        zone=current.zone,
        currency=current.currency,
        touched=touched,
    )
    return db.execute(statements.FILL_CANDIDATES + query.sql, query.params)


def _recount() -> tuple[int, ...]:
    """Count the tallies of every touched cell again; return the metrics they belong to."""
    touched = tuple(row[0] for row in db.rows(statements.CELL_METRICS))
    if touched:
        # Months are looked up in the days just stored, as those were in the credits.
        db.keep_statistics("tally", _count("d", statements.COUNT_DAYS))
        _count("m", statements.COUNT_MONTHS)
    return touched


def _count(grain: str, statement: str) -> int:
    """Count the cells of a grain and store what was counted; return how many there were."""
    params = {"organization": scope.current().organization_id, "grain": grain}
    counted = db.execute(statement, params)
    db.execute(statements.STORE_COUNTED, params)
    if db.one(statements.HAS_EMPTY, params)[0]:
        db.execute(statements.DROP_EMPTY, params)
    return counted


def _announce(touched: tuple[int, ...], moment: datetime) -> None:
    events.bump_topics([*metrics.topics(touched), events.FRESHNESS])
    events.leave("ledger.absorbed", at=moment, metrics=[str(each) for each in touched])


def _position() -> int:
    found = db.rows(
        "SELECT batch FROM ledger_position WHERE organization_id = %s",
        [scope.current().organization_id],
    )
    return int(found[0][0]) if found else 0


def _move_position(batch: int) -> None:
    db.execute(
        "INSERT INTO ledger_position (organization_id, batch) VALUES (%s, %s)"
        " ON CONFLICT (organization_id) DO UPDATE SET batch = excluded.batch",
        [scope.current().organization_id, batch],
    )


@dataclass(frozen=True, slots=True)
class Recounted:
    """What a recount had to mend."""

    credits_made: int
    credits_ended: int
    tallies: int


def recount(*, moment: datetime) -> Recounted:
    """Work everything out again from the records: credits superseded, tallies rebuilt.

    Mends whatever `verify` can find in them; a torn history of records it cannot. Costs a full
    recompute, in one transaction.
    """
    with knowledge.batch(moment=moment, reason="recount") as batch, db.ledger_role():
        incoming.prepare()
        db.execute(statements.CREATE_TABLES)
        db.execute(statements.EMPTY_TABLES)
        params = {"organization": scope.current().organization_id, "batch": batch.number}
        every = _metrics_with_credits()
        made, ended = _recredit(batch, every)
        ended += db.execute(statements.END_DOUBLED, params)
        db.execute("DELETE FROM tally WHERE organization_id = %(organization)s", params)
        tallies = db.execute(statements.REBUILD_TALLIES, params)
        touched = tuple(row[0] for row in db.rows(statements.CELL_METRICS))
        batch.is_used = True
        _announce(touched or every, moment)
        _move_position(batch.number)
        batch.is_absorbed = True
    return Recounted(made, ended, tallies)


def _metrics_with_credits() -> tuple[int, ...]:
    found = db.rows(
        "SELECT id FROM metric WHERE organization_id = %(organization)s"
        " UNION SELECT DISTINCT metric_id FROM credit WHERE organization_id = %(organization)s"
        # An archived metric keeps what it had.
        " EXCEPT SELECT id FROM metric WHERE organization_id = %(organization)s"
        " AND archived_at IS NOT NULL",
        {"organization": scope.current().organization_id},
    )
    return tuple(sorted(row[0] for row in found))
