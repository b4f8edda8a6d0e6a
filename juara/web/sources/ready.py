"""Beginning an import so that there is a board at its end: with the metrics that count it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from juara.core import db
from juara.ledger import imports
from juara.ledger import operations as ledger
from juara.ledger import queries as counted
from juara.metrics import calc, queries
from juara.metrics import operations as metrics
from juara.metrics.catalogue import CATALOGUE
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Counting
from juara.tenancy import knowledge
from juara.web.sources import wizard
from juara.web.sources.wizard import Wizard

# What people look at first, of the ready metrics.
_FIRST = ("revenue_won", "deals_won", "calls", "meetings_held", "opportunities_created")


def begin(opened: Wizard, *, moment: datetime, actor: str) -> str:
    """Let a draft become an import; return the import's id.

    Where no metric counts anything yet, the ready ones that fit the kinds of record come first:
    an import that nobody counts would leave the board empty.
    """
    kinds = {each.role for each in opened.choices.files if each.is_records}
    with db.transaction():
        if kinds and not queries.metric_count():
            names = install(kinds, moment=moment, actor=actor)
            opened = wizard.installed(opened, names, moment=moment)
        return imports.begin(opened.id, moment=moment, actor=actor)


def install(kinds: Iterable[str], *, moment: datetime, actor: str) -> tuple[str, ...]:
    """Define the ready metrics that count these kinds of record; return their names."""
    wanted = fitting(set(kinds))
    with knowledge.batch(moment=moment, reason="metric catalogue"):
        for entry in wanted:
            metrics.define(**entry, moment=moment, actor=actor)
        ledger.absorb(moment=moment, reason="metric catalogue")
    return tuple(str(entry["name"]) for entry in wanted)


def fitting(kinds: set[str]) -> list[dict[str, Any]]:
    """Return the ready metrics over these kinds, and what is worked out from them alone."""
    found: dict[str, dict[str, Any]] = {}
    for entry in CATALOGUE:
        rule = calc.parse_definition(entry["definition"])
        if isinstance(rule, Counting):
            fits = set(rule.kinds) <= kinds
        else:
            fits = set(rule.metrics) <= found.keys()
        if fits:
            found[entry["key"]] = entry
    return list(found.values())


def counting(kinds: set[str]) -> tuple[str, ...]:
    """Return the names of the metrics that count records of these kinds."""
    every = queries.metrics()
    over = {each.key for each in every if _counts(each, kinds)}
    return tuple(_(each.name) for each in every if each.key in over or _is_of(each, over))


def _counts(metric: MetricFacts, kinds: set[str]) -> bool:
    rule = metric.definition
    return isinstance(rule, Counting) and bool(kinds & {str(each) for each in rule.kinds})


def _is_of(metric: MetricFacts, over: set[str]) -> bool:
    rule = metric.definition
    return not isinstance(rule, Counting) and set(rule.metrics) <= over


def board_query(today: date) -> str:
    """Return the query of a board that has something on it, the most telling metric first.

    The month somebody last earned something in, or the year where that is not this one.
    """
    newest = counted.newest_months()
    every = [each for each in queries.metrics() if each.id in newest]
    order = {key: place for place, key in enumerate(_FIRST)}
    best = min(every, key=lambda each: order.get(each.key, len(order)), default=None)
    if best is None:
        return ""
    month, _people = newest[best.id]
    period = f"{month:%Y}" if month.year < today.year else f"{month:%Y-%m}"
    return f"?metric={best.key}&period={period}"
