"""Reading the ledger in the words tests compare: names, days and exact values."""

from datetime import date
from decimal import Decimal

from juara.core import db, scope
from juara.core.calendar import Period, parse_period
from juara.ledger import queries
from juara.ledger import sums as ledger_sums
from juara.ledger.types import CreditFacts
from juara.metrics import measures
from juara.metrics import queries as metrics
from juara.metrics.types import Sums
from juara.people import queries as people
from tests import cast

# Every day a test could mean.
EVER = "1900-01-01..2999-12-31"
NOBODY = "-"
LATEST = queries.LATEST


def period_of(key: str) -> Period:
    return parse_period(key, today=cast.TODAY)


def _name(member_id: int) -> str:
    return people.members()[member_id].name if member_id else NOBODY


def sums(
    key: str, period: str = EVER, *, role: int = 0, batch: int = LATEST
) -> dict[tuple[str, str], Sums]:
    """Return what each member earned in each team, by their names."""
    days = period_of(period)
    teams = {0: NOBODY} | {id_: team.name for id_, team in people.teams().items()}
    found: dict[tuple[str, str], Sums] = {}
    for row in ledger_sums.member_sums(
        [metrics.metric(key)],
        role=role,
        from_day=days.from_day,
        until_day=days.until_day,
        batch=batch,
    ):
        who = (_name(row.member_id), teams[row.team_id])
        found[who] = found.get(who, Sums()) + row.sums
    return found


def totals(
    key: str, period: str = EVER, *, role: int = 0, batch: int = LATEST
) -> dict[str, Decimal]:
    """Return each member's value of a metric; nobody's stands under `NOBODY`."""
    merged: dict[str, Sums] = {}
    for (name, _), each in sums(key, period, role=role, batch=batch).items():
        merged[name] = merged.get(name, Sums()) + each
    measure = measures.measure(metric := metrics.metric(key), {})
    found = {name: measure.value({metric.id: each}) for name, each in merged.items()}
    return {name: value for name, value in found.items() if value is not None}


def credits_of(
    key: str, period: str = EVER, *, role: int = 0, batch: int = LATEST
) -> tuple[CreditFacts, ...]:
    return queries.credits_behind(
        [metrics.metric(key).id], role=role, period=period_of(period), batch=batch, limit=10_000
    )


def days(key: str, *, role: int = 0, batch: int = LATEST) -> dict[str, date]:
    """Return the day each credited record counts on, by its external id."""
    return {each.external_id: each.day for each in credits_of(key, role=role, batch=batch)}


def values(key: str, *, role: int = 0, batch: int = LATEST) -> dict[str, Decimal]:
    """Return what each record counts for, by its external id."""
    return {each.external_id: each.value for each in credits_of(key, role=role, batch=batch)}


def holders(key: str, *, role: int = 0, batch: int = LATEST) -> dict[str, str]:
    """Return who each record is credited to, by its external id."""
    return {
        each.external_id: _name(each.member_id) for each in credits_of(key, role=role, batch=batch)
    }


def reasons(key: str, period: str = EVER, *, role: int = 0) -> dict[tuple[str, str], Decimal]:
    """Return what nobody earned, by reason and by the key the records name."""
    metric = metrics.metric(key)
    return {
        (each.reason, each.owner_key): each.sums.total
        for each in queries.unassigned(metric.id, role=role, period=period_of(period))
    }


TABLES = (
    "assignment", "audit_entry", "batch", "credit", "domain_event", "ledger_position", "metric",
    "metric_version", "member", "owner_match", "record", "record_version", "source",
    "source_user", "tally", "team", "team_parent", "topic_version",
)  # fmt: skip


def contents(tables: tuple[str, ...] = TABLES) -> dict[str, list[str]]:
    """Return every row of every table of the entered organization, as text, in order."""
    return {
        table: [
            row[0]
            for row in db.rows(
                f"SELECT t::text FROM {table} t WHERE organization_id = %s ORDER BY 1",
                [scope.current().organization_id],
            )
        ]
        for table in tables
    }
