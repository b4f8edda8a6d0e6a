"""The filters of the editor: each condition with the controls and the choices it has."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from juara.connect.types import DATE_FIELDS, PARENT_KINDS
from juara.metrics import clauses
from juara.metrics.words import field_word, operator_word, stored_word
from juara.records import values as records
from juara.records.values import FoundValues
from juara.ui import formats
from juara.web.metrics.buttons import DEPTH
from juara.web.metrics.drafts import (
    OTHER,
    TODAY,
    WITH_SEVERAL,
    WITHOUT_VALUE,
    ClauseDraft,
    Draft,
    GroupDraft,
    clauses_of,
)
from juara.web.metrics.rules import Built, problem_of
from juara.web.metrics.settling import operators_of, sort_of

# Up to so many values fit a select; of more one types, with suggestions.
_MOST_IN_SELECT = 60
# Fewer than these need no search.
_WORTH_SEARCHING = 12

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ValueOption:
    value: str
    label: str
    count: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Side:
    """A value something is compared with; of a date with what it can be counted from."""

    value: str
    type: str
    anchors: tuple[Option, ...] = ()
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A condition with its controls. `input` says which control its value has."""

    path: str
    draft: ClauseDraft
    joint: str
    operators: tuple[Option, ...]
    sorts: tuple[Option, ...]
    input: str
    sides: tuple[Side, ...]
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


def filter_views(draft: Draft, built: Built, *, is_strict: bool) -> dict[str, GroupView]:
    """Return the filters by their paths, with every control's choices.

    Costs two queries, whatever is in them; two more where parents' fields are compared.
    """
    picked = [
        each
        for _path, group in draft.filters
        for each in clauses_of(group)
        if _input(each) in ("one", "many", "pair")
    ]
    views = _Views(_values(picked, draft), built, is_strict=is_strict, is_history=draft.is_history)
    return {
        path: views.group(group, path, "", is_first=True, is_last=True)
        for path, group in draft.filters
    }


def _values(picked: Sequence[ClauseDraft], draft: Draft) -> dict[str, FoundValues]:
    """Return the values there are for each condition, by where they are looked for."""
    own = [each for each in picked if not each.field.startswith(clauses.PARENT)]
    found = records.values_of(
        [_looked_in(each) for each in own],
        draft.kinds,
        search={_looked_in(each): each.search for each in own if each.search},
    )
    above = [each for each in picked if each.field.startswith(clauses.PARENT)]
    bare = {each.field.removeprefix(clauses.PARENT): each.search for each in above}
    parents = records.values_of(list(bare), PARENT_KINDS, search=bare) if bare else {}
    return found | {f"{clauses.PARENT}{name}": values for name, values in parents.items()}


def _looked_in(clause: ClauseDraft) -> str:
    """Return where the values of a condition stand: what changed, in the new values of changes."""
    is_change = clause.operator in clauses.CHANGE_OPERATORS
    return f"{records.CHANGED}{clause.field}" if is_change else clause.field


class _Views:
    """Makes the views of one filter."""

    def __init__(
        self, values: dict[str, FoundValues], built: Built, *, is_strict: bool, is_history: bool
    ) -> None:
        self._values, self._built = values, built
        self._is_strict, self._is_history = is_strict, is_history

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
        found = self._values.get(_looked_in(clause), FoundValues())
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
                for each in operators_of(clause.field, clause.sort, is_history=self._is_history)
            ),
            sorts=_sorts(clause),
            input=control,
            sides=_sides(clause, sort),
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
    elif clause.operator == "changed_from_to":
        control = "pair"
    elif clause.operator in WITH_SEVERAL:
        control = "many"
    elif sort == "boolean":
        control = "boolean"
    elif sort in ("number", "date") or clause.operator in ("contains", "starts_with"):
        control = "plain"
    else:
        control = "one"
    return control


def _sides(clause: ClauseDraft, sort: str) -> tuple[Side, ...]:
    """Return what is compared with, each value with its control: always at least one."""
    is_date = clauses.field_type(clause.field) == "date"
    values = clause.values or ("",)
    anchors = (*clause.anchors, *[""] * len(values))
    return tuple(
        Side(
            value,
            "number" if anchor else _input_type(value, sort),
            _anchors(anchor) if is_date else (),
            anchor,
        )
        for value, anchor in zip(values, anchors, strict=False)
    )


def _input_type(value: str, sort: str) -> str:
    if sort == "number":
        return "number"
    # A free text that is no day would not show in a control for days.
    return "date" if sort == "date" and _fits_date(value) else "text"


def _anchors(chosen: str) -> tuple[Option, ...]:
    """Return what a date can be compared with: a day, or so many days from today or a date."""
    fields = dict.fromkeys([*DATE_FIELDS, *([chosen[1:]] if chosen[1:] != TODAY else [])])
    listed = [("", _("the day")), ("-today", _("days ago")), ("+today", _("days from now"))]
    for name in filter(None, fields):
        words = {"field": field_word(name)}
        listed += [
            (f"-{name}", _("days before %(field)s") % words),
            (f"+{name}", _("days after %(field)s") % words),
        ]
    return tuple(listed)


def _fits_date(text: str) -> bool:
    return not text or (len(text) == 10 and text[4] == text[7] == "-")


def _sorts(clause: ClauseDraft) -> tuple[Option, ...]:
    if clauses.field_type(clause.field) != "attribute":
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
