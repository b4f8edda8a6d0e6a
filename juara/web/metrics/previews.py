"""The words of a preview: what counts, what drops the rest, on records people recognise."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from juara.core import scope as core_scope
from juara.core.calendar import ALWAYS, FOREVER, Period, parse_period
from juara.core.errors import DomainError
from juara.ledger import preview as previews
from juara.ledger.preview_types import Credited, Dropped, Preview, SampleRecord
from juara.metrics import clauses
from juara.metrics.sentence import Sentence, condition, value_word
from juara.metrics.types import Aggregation, Counting, TimeBetween
from juara.metrics.words import field_word, stored_word
from juara.ui import formats
from juara.web.leaderboards.labels import offered_periods, period_label
from juara.web.metrics.drafts import Draft
from juara.web.metrics.rules import Built

DEFAULT_PERIOD = "this-month"
EVER = "ever"
_MOST_PEOPLE = 10
# So many facts of a record are read at a glance.
_MOST_FACTS = 5


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of the funnel: what it asks and how many fail there."""

    where: str
    sentence: Sentence | None
    text: str
    records: str
    is_empty: bool
    share: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SampleView:
    name: str
    external_id: str
    url: str
    facts: tuple[tuple[str, str], ...]
    reason: Sentence | None
    reason_text: str


@dataclass(frozen=True, slots=True)
class PreviewView:
    """A preview ready to be shown; `problem` stands where there is nothing to show."""

    problem: str = ""
    records: str = ""
    kept: str = ""
    kept_share: str = ""
    newest: str = ""
    has_unfinished: bool = False
    steps: tuple[StepView, ...] = ()
    kept_samples: tuple[SampleView, ...] = ()
    dropped_samples: tuple[SampleView, ...] = ()
    reads_records: bool = True
    people: tuple[tuple[str, str, str], ...] = ()
    people_more: int = 0
    unassigned: str = ""
    unassigned_count: str = ""
    total: str = ""
    period_label: str = ""


def period_of(key: str, today: date) -> Period:
    """Return the period asked for; what cannot be read is this month."""
    if key == EVER:
        return Period("custom", ALWAYS, FOREVER)
    rules = core_scope.current().rules
    try:
        return parse_period(key or DEFAULT_PERIOD, today=today, rules=rules)
    except DomainError:
        return parse_period(DEFAULT_PERIOD, today=today, rules=rules)


def periods(today: date) -> list[tuple[str, str]]:
    return [*offered_periods(today), (EVER, _("All time"))]


def looked(
    draft: Draft,
    built: Built,
    *,
    metric_id: int,
    period_key: str,
    dropped_at: str,
    today: date,
) -> PreviewView:
    """Run the preview of what a draft comes to so far."""
    if built.definition is None:
        return PreviewView(problem=next(iter(built.errors.values()), _("Choose what counts.")))
    period = period_of(period_key, today)
    label = (
        _("All time") if period_key == EVER else period_label(period_key or DEFAULT_PERIOD, today)
    )
    if not isinstance(built.definition, Counting):
        try:
            credited = previews.preview_parts(built.definition, period=period, today=today)
        except DomainError as error:
            return PreviewView(problem=error.message)
        return PreviewView(reads_records=False, period_label=label, **_people(credited, draft))
    found = previews.preview(
        built.definition, period=period, metric_id=metric_id, dropped_at=dropped_at
    )
    return _view(found, built.definition, draft, dropped_at, label, bool(built.unfinished))


def _view(
    found: Preview,
    definition: Counting,
    draft: Draft,
    dropped_at: str,
    label: str,
    has_unfinished: bool,
) -> PreviewView:
    known = {each.where: each for each in found.dropped}
    return PreviewView(
        records=formats.number(found.records),
        kept=formats.number(found.kept),
        kept_share=_share(found.kept, found.records),
        newest="" if found.newest is None else formats.number(found.newest),
        has_unfinished=has_unfinished,
        steps=tuple(_step(each, definition, found.records, dropped_at) for each in found.dropped),
        kept_samples=tuple(_sample(each, definition, known) for each in found.kept_samples),
        dropped_samples=tuple(_sample(each, definition, known) for each in found.dropped_samples),
        period_label=label,
        **(_people(found.credited, draft) if found.credited else {}),
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "0"


def _step(dropped: Dropped, definition: Counting, records: int, chosen: str) -> StepView:
    return StepView(
        where=dropped.where,
        sentence=None if dropped.part is None else condition(dropped.part),
        text=_missing_text(dropped.where, definition),
        records=formats.number(dropped.records),
        is_empty=dropped.records == 0,
        share=_share(dropped.records, records),
        is_chosen=dropped.where == chosen,
    )


def _missing_text(where: str, definition: Counting) -> str:
    """Say what is asked of a record beside the filter."""
    is_counted = definition.aggregation is Aggregation.DISTINCT
    texts = {
        "date": _("has the date it counts on"),
        "value": _("has the value that is counted") if is_counted
        else _("has the value that is added up"),
        "currency": _("is in your currency, or in one with a rate"),
        "parent": _("says which record it belongs to"),
        "split": _("has shares of 100 percent at most"),
    }  # fmt: skip
    return texts.get(where, "")


def _people(credited: Credited, draft: Draft) -> dict[str, Any]:
    def shown(value: Decimal | None) -> str:
        decimals = int(draft.decimals) if draft.decimals in {*"01234"} else 0
        return formats.value(value, draft.unit, core_scope.current().currency, decimals)

    people = credited.people
    return {
        "people": tuple(
            (each.name, shown(each.value), formats.number(each.credits))
            for each in people[:_MOST_PEOPLE]
        ),
        "people_more": max(len(people) - _MOST_PEOPLE, 0),
        "unassigned": shown(credited.unassigned.value) if credited.unassigned.credits else "",
        "unassigned_count": formats.number(credited.unassigned.credits),
        "total": shown(credited.total),
    }


# --- Records as samples ---


def _sample(sample: SampleRecord, definition: Counting, steps: dict[str, Dropped]) -> SampleView:
    content = sample.content
    dropped = steps.get(sample.dropped_at)
    part = dropped.part if dropped else None
    url = str(content.get("url") or "")
    return SampleView(
        name=str(content.get("name") or content.get("account") or sample.external_id),
        external_id=sample.external_id,
        url=url if url.startswith(("https://", "http://")) else "",
        facts=tuple(
            (field_word(name), text)
            for name in _telling_fields(definition)
            if (text := _fact(sample, name))
        )[:_MOST_FACTS],
        reason=None if part is None else condition(part),
        reason_text=_dropped_text(sample.dropped_at),
    )


def _dropped_text(where: str) -> str:
    texts = {
        "date": _("has no date to count on"),
        "value": _("has no value to add up or count"),
        "currency": _("is in another currency, without a rate"),
        "parent": _("does not say which record it belongs to"),
        "split": _("has shares of more than 100 percent"),
    }
    return texts.get(where, "")


def _telling_fields(definition: Counting) -> list[str]:
    """Return the fields of a record that say why it counts or not, each once.

    What a change tells of stands in its values before and after. The record alone is at hand, not
    what it belongs to.
    """
    value = definition.value
    values = [value.from_date, value.until_date] if isinstance(value, TimeBetween) else [value]
    ends = definition.ends
    asked = [*clauses.clauses(definition.where), *(clauses.clauses(ends.where) if ends else ())]
    told = [
        name
        for each in asked
        for name in (
            ("type", "old_value", "new_value")
            if each.operator in clauses.CHANGE_OPERATORS
            else (each.field,)
        )
    ]
    every = [
        *told,
        definition.date,
        *([ends.date] if ends else ()),
        *(each for each in values if each),
        definition.credit[0].field,
    ]
    return [each for each in dict.fromkeys(every) if not each.startswith(clauses.PARENT)]


def _fact(sample: SampleRecord, name: str) -> str:
    content, kind = sample.content, clauses.field_type(name)
    if kind == "date":
        return _date_text(content, name)
    if kind == "user":
        if name == "owner" and sample.owner_name:
            return sample.owner_name
        key = name.removeprefix(clauses.USER)
        found = (
            content.get(f"{name}_key")
            if name in ("owner", "creator")
            else _in(content, "users", key)
        )
        return str(found or "")
    if kind == "attribute":
        return _plain(name, _in(content, "attributes", name.removeprefix(clauses.ATTRIBUTE)))
    if name == "amount" and content.get("amount") is not None:
        currency = str(content.get("currency") or core_scope.current().currency)
        return formats.money(Decimal(str(content["amount"])), currency)
    return stored_word(name, _plain(name, content.get(name)))


def _in(content: Any, field: str, name: str) -> Any:
    inner = content.get(field)
    return inner.get(name) if isinstance(inner, dict) else None


def _plain(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return value_word(name, value)
    if name == "duration_seconds":
        return formats.duration(Decimal(str(value)))
    return str(value)


def _date_text(content: Any, name: str) -> str:
    if at := content.get(f"{name}_at"):
        return formats.day(timezone.localtime(datetime.fromisoformat(str(at))).date())
    if on := content.get(f"{name}_on"):
        return formats.day(date.fromisoformat(str(on)))
    return ""
