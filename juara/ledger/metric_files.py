"""Metrics written down in a file, defined and credited in one step."""

import tomllib
from datetime import date, datetime
from typing import Any

from juara.core.calendar import ALWAYS
from juara.core.errors import DomainError
from juara.ledger import operations as ledger
from juara.metrics import operations as metrics
from juara.metrics import queries
from juara.tenancy import knowledge

# What a [[metric]] table may say, and as what.
_FIELDS: dict[str, tuple[type, str]] = {
    "key": (str, "a text"),
    "name": (str, "a text"),
    "definition": (dict, "a table"),
    "unit": (str, "a text"),
    "decimals": (int, "a number"),
    "is_higher_better": (bool, "true or false"),
    "description": (str, "a text"),
}
_REQUIRED = {"key", "name", "definition"}
_MOST_DECIMALS = 4
_LONGEST_NAME = 120


def apply(text: str, *, from_day: str, moment: datetime, actor: str) -> list[str]:
    """Define the metrics of a TOML text, or let their rules change from a day on.

    All or nothing. Returns the keys that changed. DomainError says which metric is wrong, where.
    """
    entries = _entries(text)
    day = _day(from_day)
    known = {each.key for each in queries.metrics()}
    changed: list[str] = []
    with knowledge.batch(moment=moment, reason="metric file"):
        for number, entry in enumerate(entries, 1):
            try:
                if _take(entry, known=known, day=day, moment=moment, actor=actor):
                    changed.append(entry["key"])
            except DomainError as error:
                message = f"[[metric]] {number} ({entry['key']}): {error.message}"
                raise DomainError(error.code, message, **error.data) from error
        if changed:
            ledger.absorb(moment=moment, reason="metric file")
    return changed


def _take(
    entry: dict[str, Any], *, known: set[str], day: date, moment: datetime, actor: str
) -> bool:
    """Define a metric nobody knew, or change the rule of one; return whether anything changed."""
    key = entry["key"]
    if key not in known:
        metrics.define(**entry, from_day=day, moment=moment, actor=actor)
        known.add(key)
        return True
    return metrics.change_rule(
        key, definition=entry["definition"], from_day=day, moment=moment, actor=actor
    )


def _day(text: str) -> date:
    if not text:
        return ALWAYS
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DomainError("day.unreadable", f"“{text}” is not a day like 2017-10-05.") from error


def _entries(text: str) -> list[dict[str, Any]]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DomainError("metrics.toml", f"The file is not TOML: {error}.") from error
    entries = data.get("metric")
    if not isinstance(entries, list) or not entries:
        raise DomainError("metrics.none", "The file has no [[metric]] tables.")
    for number, entry in enumerate(entries, 1):
        if problem := _problem(entry):
            raise DomainError("metrics.fields", f"[[metric]] {number}: {problem}.")
    return entries


def _problem(entry: Any) -> str:
    """Say what a [[metric]] table has too few of, too many of, or of the wrong type."""
    if not isinstance(entry, dict):
        return "is no table"
    if missing := sorted(_REQUIRED - entry.keys()):
        return f"lacks {', '.join(missing)}"
    if extra := sorted(entry.keys() - _FIELDS.keys()):
        return f"does not know {', '.join(extra)}; it takes {', '.join(sorted(_FIELDS))}"
    return _bad_value(entry)


def _bad_value(entry: dict[str, Any]) -> str:
    for name, value in entry.items():
        wanted, in_words = _FIELDS[name]
        # A bool is an int to Python, and to nobody else.
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is int):
            return f"{name} must be {in_words}"
    if not 0 <= entry.get("decimals", 0) <= _MOST_DECIMALS:
        return f"decimals must be from 0 to {_MOST_DECIMALS}"
    if not entry["name"].strip() or len(entry["name"]) > _LONGEST_NAME:
        return f"name must have from 1 to {_LONGEST_NAME} characters"
    return ""
