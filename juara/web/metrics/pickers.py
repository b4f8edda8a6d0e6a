"""What the editor offers: fields with their names, operators in words, values that really occur."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from juara.connect.types import DATE_FIELDS, DELIVERED_KINDS, NUMBER_FIELDS, TEXT_FIELDS
from juara.metrics import calc
from juara.metrics import queries as metrics
from juara.metrics.types import Aggregation, Counting, Unit
from juara.metrics.words import (
    aggregation_word,
    field_word,
    kind_word,
    operator_word,
    stored_word,
    unit_word,
)
from juara.records import values as records
from juara.records.values import NEWEST, FoundField, FoundValues
from juara.ui import formats
from juara.web.metrics.drafts import (
    DEPTH,
    OTHER,
    ROOT,
    TIME_BETWEEN,
    WITH_SEVERAL,
    WITHOUT_VALUE,
    ClauseDraft,
    Draft,
    GroupDraft,
    clauses_of,
)
from juara.web.metrics.rules import Built, operators_of, problem_of, sort_of

# Up to so many values fit a select; of more one types, with suggestions.
_MOST_IN_SELECT = 60
# Fewer than these need no search.
_WORTH_SEARCHING = 12

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class OptionGroup:
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ValueOption:
    value: str
    label: str
    count: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A condition with its controls. `input` says which control its value has."""

    path: str
    draft: ClauseDraft
    joint: str
    operators: tuple[Option, ...]
    sorts: tuple[Option, ...]
    input: str
    input_type: str
    values: tuple[str, ...]
    options: tuple[ValueOption, ...]
    is_cut: bool
    is_searchable: bool
    is_first: bool
    is_last: bool
    error: str
    hint: str
    field_label: str
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group with its parts; `error` stands below its head."""

    path: str
    joined_by: str
    joint: str
    parts: "tuple[ClauseView | GroupView, ...]"
    can_nest: bool
    depth: int
    is_first: bool
    is_last: bool
    error: str
    is_group: bool = True


@dataclass(frozen=True, slots=True)
class Choices:
    """All there is to choose from for the kinds chosen."""

    fields: tuple[OptionGroup, ...]
    users: tuple[Option, ...]
    values: tuple[Option, ...]
    dates: tuple[Option, ...]
    kinds: tuple[tuple[str, str, str, bool], ...]
    aggregations: tuple[Option, ...]
    units: tuple[Option, ...]
    metrics: tuple[Option, ...]
    # Values are counted in the newest records only, where there are more.
    is_sampled: bool


def found_fields(draft: Draft) -> tuple[FoundField, ...]:
    return records.found_fields(draft.kinds) if draft.kinds and not draft.is_ratio else ()


def choices(draft: Draft, found: Sequence[FoundField], *, own_key: str) -> Choices:
    """Return what can be chosen; whatever the draft already names is always among it."""
    clauses, counted = clauses_of(draft.where), records.counted_kinds()
    users = _with(
        ["owner", "creator", *(each.name for each in found if each.sort == "user")],
        [each.field for each in draft.credit if each.field],
    )
    attributes = _with(
        [each.name for each in found if each.sort != "user"],
        [each.field for each in clauses if calc.field_type(each.field) == "attribute"],
    )
    numbers = _with(
        [*NUMBER_FIELDS, *(each.name for each in found if each.sort == "number")],
        [draft.value] if draft.value not in ("", TIME_BETWEEN) else [],
    )
    named = _with(users, [each.field for each in clauses if records.is_user(each.field)])
    return Choices(
        fields=tuple(
            group
            for group in (
                OptionGroup(_("Text"), _named(TEXT_FIELDS)),
                OptionGroup(_("Numbers"), _named(NUMBER_FIELDS)),
                OptionGroup(_("Dates"), _named(DATE_FIELDS)),
                OptionGroup(_("People"), _named(named)),
                OptionGroup(_("Fields of your own"), _named(attributes)),
            )
            if group.options
        ),
        users=_named(users),
        values=(*_named(numbers), (TIME_BETWEEN, _("time between two dates"))),
        dates=_named(DATE_FIELDS),
        kinds=_kinds(draft, counted),
        aggregations=tuple((each.value, aggregation_word(each)) for each in Aggregation),
        units=tuple((each.value, unit_word(each)) for each in Unit),
        metrics=_counting_metrics(draft, own_key) if draft.is_ratio else (),
        is_sampled=not counted or sum(counted.get(kind, 0) for kind in draft.kinds) > NEWEST,
    )


def _kinds(draft: Draft, counted: Mapping[str, int]) -> tuple[tuple[str, str, str, bool], ...]:
    return tuple(
        (
            kind.value,
            kind_word(kind),
            formats.number(counted.get(kind, 0)) if counted else "",
            kind in draft.kinds,
        )
        for kind in DELIVERED_KINDS
    )


def _counting_metrics(draft: Draft, own_key: str) -> tuple[Option, ...]:
    listed = tuple(
        (each.key, _(each.name))
        for each in metrics.metrics()
        if isinstance(each.definition, Counting) and each.key != own_key
    )
    known = {key for key, _name in listed}
    missing = [key for key in (draft.numerator, draft.denominator) if key and key not in known]
    return (*listed, *((key, key) for key in missing))


def _with(known: Sequence[str], used: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*known, *used]))


def _named(names: Sequence[str]) -> tuple[Option, ...]:
    return tuple((name, field_word(name)) for name in names)


# --- The filter ---


def filter_view(draft: Draft, built: Built, *, is_strict: bool) -> GroupView:
    """Return the filter with every control's choices. Costs two queries, whatever is in it."""
    picked = [each for each in clauses_of(draft.where) if _input(each) in ("one", "many")]
    values = records.values_of(
        [each.field for each in picked],
        draft.kinds,
        search={each.field: each.search for each in picked if each.search},
    )
    return _Views(values, built, is_strict).group(
        draft.where, ROOT, "", is_first=True, is_last=True
    )


class _Views:
    """Makes the views of one filter."""

    def __init__(self, values: dict[str, FoundValues], built: Built, is_strict: bool) -> None:
        self._values, self._built, self._is_strict = values, built, is_strict

    def group(
        self, group: GroupDraft, path: str, joint: str, *, is_first: bool, is_last: bool
    ) -> GroupView:
        joints = {"all": _("and"), "any": _("or"), "none": _("or")}
        last = len(group.parts) - 1
        parts: list[ClauseView | GroupView] = []
        for index, part in enumerate(group.parts):
            where = f"{path}-{index}"
            ends = {"is_first": index == 0, "is_last": index == last}
            word = joints[group.joined_by] if index else ""
            if isinstance(part, GroupDraft):
                parts.append(self.group(part, where, word, **ends))
            else:
                parts.append(self.clause(part, where, word, **ends))
        return GroupView(
            path=path,
            joined_by=group.joined_by,
            joint=joint,
            parts=tuple(parts),
            can_nest=path.count("-") < DEPTH,
            depth=path.count("-"),
            is_first=is_first,
            is_last=is_last,
            error=self._built.errors.get(path, ""),
        )

    def clause(
        self, clause: ClauseDraft, path: str, joint: str, *, is_first: bool, is_last: bool
    ) -> ClauseView:
        found = self._values.get(clause.field, FoundValues())
        options = _options(clause, found)
        sort = sort_of(clause)
        control = _input(clause)
        if control == "one" and (
            found.is_cut or clause.search or len(options) > _MOST_IN_SELECT or clause.is_typed
            or not options
        ):  # fmt: skip
            control = "typed"
        return ClauseView(
            path=path,
            draft=clause,
            joint=joint,
            operators=tuple(
                (each, operator_word(each, is_date=sort == "date"))
                for each in operators_of(clause.field, clause.sort)
            ),
            sorts=_sorts(clause),
            input=control,
            input_type=_input_type(clause, sort),
            values=clause.values,
            options=options,
            is_cut=found.is_cut,
            is_searchable=found.is_cut or bool(clause.search) or len(options) > _WORTH_SEARCHING,
            is_first=is_first,
            is_last=is_last,
            error=self._built.errors.get(path, ""),
            hint="" if self._is_strict else problem_of(clause),
            field_label=field_word(clause.field),
        )


def _input(clause: ClauseDraft) -> str:
    """Return which control a value has: none, one, many, text, plain, range or boolean."""
    sort = sort_of(clause)
    if not clause.field or clause.operator in WITHOUT_VALUE:
        control = "none"
    elif clause.operator == "between":
        control = "range"
    elif clause.operator in WITH_SEVERAL:
        control = "many"
    elif sort == "boolean":
        control = "boolean"
    elif sort in ("number", "date") or clause.operator in ("contains", "starts_with"):
        control = "plain"
    else:
        control = "one"
    return control


def _input_type(clause: ClauseDraft, sort: str) -> str:
    if sort == "number":
        return "number"
    # A free text that is no day would not show in a control for days.
    if sort == "date" and all(_fits_date(value) for value in clause.values):
        return "date"
    return "text"


def _fits_date(text: str) -> bool:
    return not text or (len(text) == 10 and text[4] == text[7] == "-")


def _sorts(clause: ClauseDraft) -> tuple[Option, ...]:
    if calc.field_type(clause.field) != "attribute":
        return ()
    words = {
        "text": _("as text"),
        "number": _("as a number"),
        "date": _("as a day"),
        "boolean": _("as yes or no"),
    }
    return tuple(words.items())


def _options(clause: ClauseDraft, found: FoundValues) -> tuple[ValueOption, ...]:
    """Return the values to choose from; one already chosen is always among them."""
    chosen = {value.casefold(): value for value in clause.values if value and value != OTHER}
    seen = set[str]()
    listed = []
    for each in found.values:
        folded = each.value.casefold()
        # Text is compared without regard to capitals; the one written in the rule stands.
        value = chosen.get(folded, each.value) if folded not in seen else each.value
        is_chosen = folded in chosen and folded not in seen
        seen.add(folded)
        listed.append(
            ValueOption(
                value,
                each.label or stored_word(clause.field, value),
                formats.number(each.records),
                is_chosen,
            )
        )
    missing = [
        ValueOption(value, stored_word(clause.field, value), "", True)
        for folded, value in chosen.items()
        if folded not in seen
    ]
    return (*missing, *listed)
