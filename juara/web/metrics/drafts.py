"""A metric as it is being written: what the form holds, whole or not.

A condition is addressed by its path: ``w`` is the filter itself, ``w-0`` its first part, ``w-0-1``
the second part of that; ``e`` is the filter of when a record ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from juara.metrics import clauses
from juara.metrics.queries import MetricFacts
from juara.metrics.types import (
    Aggregation,
    Clause,
    Counting,
    Definition,
    Formula,
    Group,
    Operand,
    Relative,
    TimeBetween,
)

ROOT, ENDS = "w", "e"
ROOTS = (ROOT, ENDS)
JOINTS = ("all", "any", "none")
SORTS = ("text", "number", "date", "boolean")
WITHOUT_VALUE = ("is_empty", "is_not_empty")
WITH_SEVERAL = ("in", "not_in", "changed_to")
WITH_TWO = ("between", "changed_from_to")
# What a date is compared with, beside a day: so many days before (-) or after (+) today or a date.
TODAY = "today"
# What a select sends when the value is not among those it offers.
OTHER = "\x1fother"
TIME_BETWEEN = "time_between"

MOST_SHARES = 10


@dataclass(frozen=True, slots=True)
class ClauseDraft:
    """A condition as chosen so far. `sort` says as what a free field is compared.

    `anchors` stand beside the values of a date: '' for a day, ``-today`` for so many days ago,
    ``+created`` for so many days after that date.
    """

    field: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()
    sort: str = ""
    anchors: tuple[str, ...] = ()
    search: str = ""
    is_typed: bool = False


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """Conditions of which all, any or none must hold."""

    joined_by: str = "all"
    parts: "tuple[ClauseDraft | GroupDraft, ...]" = ()


Part = ClauseDraft | GroupDraft


@dataclass(frozen=True, slots=True)
class CreditDraft:
    role: str = ""
    field: str = "owner"


@dataclass(frozen=True, slots=True)
class ShareDraft:
    field: str = ""
    percent: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """All the form holds.

    `split` is '' where nothing is shared, ``records`` or ``fields``. `stands` says until when a
    record counts in a balance: ``until`` a date, or in a ``series`` until the next one.
    """

    name: str = ""
    key: str = ""
    key_suggested: str = ""
    description: str = ""
    unit: str = "count"
    unit_suggested: str = "count"
    decimals: str = "0"
    direction: str = "higher"
    aggregation: str = "count"
    kinds: tuple[str, ...] = ()
    where: GroupDraft = GroupDraft()
    date: str = ""
    value: str = ""
    value_from: str = "created"
    value_until: str = "closed"
    credit: tuple[CreditDraft, ...] = (CreditDraft("owner", "owner"),)
    numerator: str = ""
    denominator: str = ""
    expression: str = ""
    owner_at: str = "now"
    overlay: bool = False
    occurrence: str = "each"
    split: str = ""
    split_type: str = ""
    shares: tuple[ShareDraft, ...] = ()
    stands: str = "until"
    ends_date: str = ""
    ends_where: GroupDraft = GroupDraft()
    group: str = "sum"

    @property
    def is_ratio(self) -> bool:
        return self.aggregation == Aggregation.RATIO

    @property
    def is_formula(self) -> bool:
        return self.aggregation == Aggregation.FORMULA

    @property
    def reads_records(self) -> bool:
        return not (self.is_ratio or self.is_formula)

    @property
    def is_balance(self) -> bool:
        return self.aggregation == Aggregation.LATEST

    @property
    def has_value(self) -> bool:
        """Say whether a field is chosen beside the records, as all but a plain count have it."""
        return self.reads_records and self.aggregation != Aggregation.COUNT

    @property
    def is_history(self) -> bool:
        """Say whether it reads changes alone, which tell what something was and what it became."""
        return self.kinds == ("change",)

    @property
    def can_be_shared(self) -> bool:
        """Say whether what it comes to can be divided between people."""
        return self.aggregation in ("count", "sum", "average")

    @property
    def can_ask_owner_then(self) -> bool:
        """Say whether the owner at the event can be asked for: history is kept of owners alone."""
        is_owner = self.credit[0].field in ("owner", "parent.owner")
        return is_owner and not self.is_balance and not (self.split and self.can_be_shared)

    @property
    def filters(self) -> "tuple[tuple[str, GroupDraft], ...]":
        """Return its filters with the paths they begin at."""
        if self.is_balance and self.stands == "until":
            return ((ROOT, self.where), (ENDS, self.ends_where))
        return ((ROOT, self.where),)


def parts_of(group: GroupDraft, path: str = ROOT) -> Iterator[tuple[str, Part]]:
    """Yield every part below a group with its path, in the order it is written."""
    for index, part in enumerate(group.parts):
        here = f"{path}-{index}"
        yield here, part
        if isinstance(part, GroupDraft):
            yield from parts_of(part, here)


def clauses_of(group: GroupDraft) -> list[ClauseDraft]:
    return [part for _, part in parts_of(group) if isinstance(part, ClauseDraft)]


# --- From a stored metric ---


def draft_of(metric: MetricFacts) -> Draft:
    """Return a stored metric as a draft; nothing of its rule is lost by that."""
    presented = Draft(
        name=metric.name,
        key=metric.key,
        key_suggested=metric.key,
        description=metric.description,
        unit=metric.unit,
        unit_suggested="",
        decimals=str(metric.decimals),
        direction="higher" if metric.is_higher_better else "lower",
    )
    return with_rule(presented, metric.definition)


def with_rule(draft: Draft, definition: Definition) -> Draft:
    if isinstance(definition, Formula):
        return replace(draft, aggregation="formula", expression=definition.expression)
    if not isinstance(definition, Counting):
        return replace(
            draft,
            aggregation="ratio",
            numerator=definition.numerator,
            denominator=definition.denominator,
        )
    value = definition.value
    ends = (value.from_date, value.until_date) if isinstance(value, TimeBetween) else None
    draft = _with_options(draft, definition)
    return replace(
        draft,
        aggregation=definition.aggregation.value,
        kinds=definition.kinds,
        where=_group(definition.where),
        date=definition.date,
        value=TIME_BETWEEN if ends else str(value or ""),
        value_from=ends[0] if ends else draft.value_from,
        value_until=ends[1] if ends else draft.value_until,
        credit=tuple(CreditDraft(each.role, each.field) for each in definition.credit),
    )


def _with_options(draft: Draft, definition: Counting) -> Draft:
    split, ends = definition.split, definition.ends
    shares = tuple(ShareDraft(each.field, each.percent) for each in split.parts) if split else ()
    return replace(
        draft,
        owner_at=definition.owner_at,
        overlay=definition.overlay,
        occurrence="first" if definition.is_first_only else "each",
        split="" if split is None else "fields" if shares else "records",
        split_type=split.type if split else "",
        shares=shares,
        stands="series" if definition.is_series else "until",
        ends_date=ends.date if ends else "",
        ends_where=_group(ends.where) if ends else GroupDraft(),
        group=definition.group,
    )


def _group(group: Group) -> GroupDraft:
    if group.joined_by != "not":
        return GroupDraft(group.joined_by, tuple(map(_part, group.parts)))
    inner = group.parts[0]
    # None of one condition is written as not that condition; anything else stays as it was.
    if isinstance(inner, Group) and inner.joined_by == "any" and len(inner.parts) > 1:
        return GroupDraft("none", tuple(map(_part, inner.parts)))
    return GroupDraft("none", (_part(inner),))


def _part(part: Clause | Group) -> Part:
    return _clause(part) if isinstance(part, Clause) else _group(part)


def _clause(clause: Clause) -> ClauseDraft:
    given = clause.values
    values = tuple(_written(value) for value in given if value is not None)
    anchors = tuple(_anchor(value) for value in given)
    return ClauseDraft(
        clause.field,
        clause.operator,
        values,
        sort=_sort_of(clause),
        anchors=anchors if any(anchors) else (),
    )


def _anchor(value: Operand | None) -> str:
    if not isinstance(value, Relative):
        return ""
    return f"{'+' if value.days > 0 else '-'}{value.field or TODAY}"


def _written(value: Operand) -> str:
    if isinstance(value, Relative):
        return str(abs(value.days))
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else value


def _sort_of(clause: Clause) -> str:
    if clauses.field_type(clause.field) != "attribute":
        return ""
    if clause.operator in clauses.CHANGE_OPERATORS:
        return "text"
    first = clause.values[0]
    if isinstance(first, bool):
        return "boolean"
    if isinstance(first, Decimal):
        return "number"
    return "text" if first is None or clause.operator in clauses.TEXT_OPERATORS else "date"
