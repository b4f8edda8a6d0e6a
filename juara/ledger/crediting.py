"""From rules and records to the credits they call for, for all who need them worked out."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from juara.core import db, scope
from juara.core.db import LATEST
from juara.ledger import statements
from juara.metrics import compile as metrics_compile
from juara.metrics.fragments import Ground
from juara.metrics.types import Aggregation, Counting, Rule
from juara.records import incoming

_POSITION = """
    SELECT p.batch, p.day, EXISTS (
        SELECT 1 FROM exchange_rate x WHERE x.organization_id = %(organization)s)
    FROM (SELECT 1) one LEFT JOIN ledger_position p ON p.organization_id = %(organization)s
"""


# The last batch taken in, the day reached, and whether any rate was ever known.
Position = tuple[int, date | None, bool]


def ask_position() -> Callable[[], Position]:
    """Ask how far the ledger has come; return what tells it (`db.ask`)."""
    answer = db.ask(_POSITION, {"organization": scope.current().organization_id})

    def told() -> Position:
        ((batch, day, has_rates),) = answer()
        return int(batch or 0), day, has_rates

    return told


def day_of(moment: datetime) -> date:
    """Return the organization's day at a moment."""
    return moment.astimezone(ZoneInfo(scope.current().zone)).date()


def ground_at(day: date, *, has_rates: bool, batch: int = LATEST) -> Ground:
    """Return what rules stand on, with relative dates counted from a day."""
    current = scope.current()
    return Ground(
        organization_id=current.organization_id,
        zone=current.zone,
        currency=current.currency,
        today=day,
        has_rates=has_rates,
        batch=batch,
    )


def ground(*, now: datetime | None = None, batch: int = LATEST) -> Ground:
    """Return what rules stand on as the ledger last took them in; one query.

    `now` tells the day where nothing was taken in yet, or where a past moment is asked about.
    """
    _, day, has_rates = ask_position()()
    if day is None or batch != LATEST:
        day = day if now is None else day_of(now)
    return ground_at(day or date.max, has_rates=has_rates, batch=batch)


_TABLES = (*incoming.TABLES, *statements.TABLES)


def ask_room() -> db.Answer:
    """Ask what there is of the temporary tables, for `prepare`."""
    return db.ask_room(_TABLES)


def prepare(room: db.Answer | None = None) -> None:
    """Have the temporary tables of records and of the ledger on this connection, empty."""
    db.empty_tables(_TABLES, incoming.CREATE + statements.CREATE_TABLES, room=room)


def fill(rules: Sequence[Rule], standing: Ground, *, touched: bool, few: bool = False) -> int:
    """Put every credit the rules call for into ``candidate``; return how many.

    With `few` records touched the server keeps the plan: it takes longer to make than to run.
    """
    if not rules:
        return 0
    if few:
        return db.execute(_written_out(tuple(rules), standing, touched), kept=True)
    query = metrics_compile.candidates(rules, standing, touched=touched)
    return db.execute(statements.FILL_CANDIDATES + query.sql, query.params)


def ask_at_event(rules: Sequence[Rule]) -> bool:
    """Say whether any rule asks who it was at the time, hence when which batch was known."""
    return any(definition.owner_at == "event" for _, definition in _counting(rules))


@lru_cache(maxsize=256)
def _written_out(rules: tuple[Rule, ...], standing: Ground, touched: bool) -> str:
    query = metrics_compile.candidates(rules, standing, touched=touched)
    return db.written_out(statements.FILL_CANDIDATES + query.sql, query.params)


def resolve(rules: Sequence[Rule]) -> int:
    """Work out who earned what stands in ``candidate``, into ``fresh``; return how many."""
    counting = _counting(rules)
    params: dict[str, object] = {"organization": scope.current().organization_id}
    found = db.execute(statements.RESOLVE, params, kept=True)
    if any(definition.aggregation is Aggregation.LATEST for _, definition in counting):
        found += db.execute(statements.RESOLVE_BALANCES, params, kept=True)
    if overlaid := [rule for rule, definition in counting if definition.overlay]:
        params |= {
            "overlaid": [each.metric_id for each in overlaid],
            "from_days": [each.from_day for each in overlaid],
            "until_days": [each.until_day for each in overlaid],
        }
        found += db.execute(statements.RESOLVE_MANAGERS, params, kept=True)
    return found


def _counting(rules: Sequence[Rule]) -> list[tuple[Rule, Counting]]:
    """Return the rules that read records, each with its definition."""
    return [
        (rule, definition) for rule in rules if isinstance(definition := rule.definition, Counting)
    ]


def overlaid_metrics(rules: Sequence[Rule]) -> list[int]:
    """Return the metrics that credit the managers above, too."""
    return sorted({rule.metric_id for rule, definition in _counting(rules) if definition.overlay})
