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

_FIELDS = {"key", "name", "definition", "unit", "decimals", "is_higher_better", "description"}


def apply(text: str, *, from_day: str, moment: datetime, actor: str) -> list[str]:
    """Define the metrics of a TOML text, or let their rules change from a day on.

    All or nothing. Returns the keys that changed. DomainError says which metric is wrong, where.
    """
    entries = _entries(text)
    day = _day(from_day)
    known = {each.key for each in queries.metrics()}
    changed: list[str] = []
    with knowledge.batch(moment=moment, reason="metric file"):
        for entry in entries:
            if entry["key"] not in known:
                metrics.define(**entry, from_day=day, moment=moment, actor=actor)
                changed.append(entry["key"])
            elif metrics.change_rule(
                entry["key"], definition=entry["definition"], from_day=day, moment=moment,
                actor=actor,
            ):  # fmt: skip
                changed.append(entry["key"])
        if changed:
            ledger.absorb(moment=moment, reason="metric file")
    return changed


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
        missing = {"key", "name", "definition"} - set(entry)
        extra = set(entry) - _FIELDS
        if missing or extra:
            raise DomainError(
                "metrics.fields",
                f"[[metric]] {number}: "
                + (f"lacks {', '.join(sorted(missing))}. " if missing else "")
                + (f"does not know {', '.join(sorted(extra))}." if extra else ""),
            )
    return entries
