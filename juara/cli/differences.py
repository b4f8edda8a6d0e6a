"""explain --between: why a number is not what it was, record by record."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from juara.cli import context
from juara.cli.output import Format, counted, document, say, table
from juara.leaderboards import changes
from juara.leaderboards.changes import Changed, ChangedLine
from juara.leaderboards.holders import TOTAL, UNASSIGNED, Holder
from juara.leaderboards.queries import Asked
from juara.leaderboards.types import BoardMetric
from juara.ledger.difference_causes import Cause
from juara.people import queries as people
from juara.records.history import FieldChange
from juara.ui import formats

# A difference is whole: half of its records would explain nothing.
_ALL = 1_000_000


def tell(
    asked: Asked, member: str, between: tuple[str, str], organization_: str, format_: Format
) -> None:
    """Print what happened between two moments to each record that makes the difference."""
    with context.inside(organization_) as entered:
        now = context.now()
        since = context.moment(between[0], zone=entered.zone) or changes.end_of_yesterday(now)
        until = None if between[1] == "now" else context.moment(between[1], zone=entered.zone)
        found = changes.changed_of(
            replace(asked, as_of=until), _holder(member), since=since, now=now, size=_ALL
        )
        names = {each.id: each.name for each in people.members().values()}
    if format_ is Format.JSON:
        document("difference", _document(found, names))
    else:
        _tell(found)


def _holder(member: str) -> Holder:
    root = people.root_team()
    if member in (TOTAL, UNASSIGNED):
        return Holder(member, member, 0, "member", root)
    who = people.member(member)
    return Holder(who.public_id, who.name, who.id, "member", root)


def _document(found: Changed, names: dict[int, str]) -> dict[str, Any]:
    return {
        "metric": metric_body(found.metric),
        "holder": found.holder.name,
        "period": found.period.key,
        "since": found.since,
        "until": found.until,
        "before": found.before,
        "after": found.after,
        "change": found.change,
        "lines": [_line(each, names) for each in found.lines],
    }


def metric_body(metric: BoardMetric) -> dict[str, Any]:
    """Return a metric as every document tells of it."""
    return {
        "key": metric.key,
        "name": metric.name,
        "unit": metric.unit,
        "currency": metric.currency,
        "decimals": metric.decimals,
        "higher_is_better": metric.higher_is_better,
    }


def _line(each: ChangedLine, names: dict[int, str]) -> dict[str, Any]:
    line = each.line
    return {
        "metric": each.metric.key,
        "record": {
            "source": line.record.source_key,
            "kind": line.record.kind,
            "id": line.record.external_id,
            "name": line.name,
            "url": line.url,
        },
        "day": line.day,
        "before": line.before,
        "after": line.after,
        "change": line.change,
        "causes": [_cause(cause, names) for cause in line.causes],
    }


def _cause(cause: Cause, names: dict[int, str]) -> dict[str, Any]:
    return {
        "kind": cause.kind,
        "owner": cause.key,
        "member_before": names.get(cause.member_before),
        "member_after": names.get(cause.member_after),
        "changes": [_change(each) for each in cause.changes],
    }


def _change(each: FieldChange) -> dict[str, Any]:
    return {"field": each.field, "before": _text(each.before), "after": _text(each.after)}


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _tell(found: Changed) -> None:
    def written(value: Any) -> str:
        return formats.measured(value, found.metric)

    if found.lines:
        table(
            f"{found.metric.name} of {found.holder.name}, {found.period.key}",
            ["record", "day", "name", "what happened", ">before", ">after"],
            [
                (
                    each.line.record.external_id, each.line.day, each.line.name,
                    ", ".join(_said(cause) for cause in each.line.causes),
                    formats.measured(each.line.before, each.metric),
                    formats.measured(each.line.after, each.metric),
                )
                for each in found.lines
            ],
        )  # fmt: skip
    say(
        f"{written(found.before)} → {written(found.after)}: {counted(found.count, 'record')}",
        style="bold",
    )


def _said(cause: Cause) -> str:
    changed = "; ".join(
        f"{each.field} {_text(each.before) or '–'} → {_text(each.after) or '–'}"
        for each in cause.changes
    )
    return f"{cause.kind} ({changed})" if changed else cause.kind.replace("_", " ")
