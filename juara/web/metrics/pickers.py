"""What the editor offers: fields with their names, people, values that really occur."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from keyword import iskeyword

from django.utils.translation import gettext as _

from juara.connect.types import (
    DATE_FIELDS,
    DELIVERED_KINDS,
    NUMBER_FIELDS,
    PARENT_KINDS,
    TEXT_FIELDS,
    USER_FIELDS,
)
from juara.metrics import clauses
from juara.metrics import queries as metrics
from juara.metrics.formula import CIRCUMSTANCES, PEOPLE
from juara.metrics.types import Aggregation, Counting, Unit
from juara.metrics.words import aggregation_word, field_word, kind_word, unit_word
from juara.records import values as records
from juara.records.values import MOST_COUNTED, NEWEST, FoundField
from juara.ui import formats
from juara.web.metrics.drafts import TIME_BETWEEN, Draft, clauses_of
from juara.web.metrics.settling import has_parents

Option = tuple[str, str]

# Of the record another belongs to, these are asked for; anything else stands in free fields.
_OF_PARENTS = (
    "type", "stage", "status", "name", "account", "product", "origin", *NUMBER_FIELDS[:1],
    *DATE_FIELDS, *USER_FIELDS,
)  # fmt: skip
# Whose different values nobody counts.
_NOT_COUNTED = ("url", "old_value", "new_value", "currency")


@dataclass(frozen=True, slots=True)
class OptionGroup:
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """All there is to choose from for the kinds chosen."""

    fields: tuple[OptionGroup, ...]
    users: tuple[Option, ...]
    values: tuple[Option, ...]
    percents: tuple[Option, ...]
    split_types: tuple[str, ...]
    dates: tuple[Option, ...]
    kinds: tuple[tuple[str, str, str, bool], ...]
    aggregations: tuple[Option, ...]
    units: tuple[Option, ...]
    metrics: tuple[Option, ...]
    circumstances: tuple[Option, ...]
    # Values are counted in the newest records only, where there are more.
    is_sampled: bool


def found_fields(draft: Draft) -> tuple[FoundField, ...]:
    """Return the free fields records have, those of what they belong to as ``parent.…``."""
    if not draft.kinds or not draft.reads_records:
        return ()
    found = records.found_fields(draft.kinds)
    if not has_parents(draft):
        return found
    above = records.found_fields(PARENT_KINDS)
    return found + tuple(
        FoundField(f"{clauses.PARENT}{each.name}", each.sort, each.records) for each in above
    )


def choices(draft: Draft, found: Sequence[FoundField], *, own_key: str) -> Choices:
    """Return what can be chosen; whatever the draft already names is always among it."""
    counted, fields = records.counted_kinds(), _Fields(draft, found)
    return Choices(
        fields=fields.groups(),
        users=_named(fields.users()),
        values=fields.values(),
        percents=_named(fields.percents()),
        split_types=_split_types(draft),
        dates=_named(DATE_FIELDS),
        kinds=_kinds(draft, counted),
        aggregations=tuple((each.value, aggregation_word(each)) for each in Aggregation),
        units=tuple((each.value, unit_word(each)) for each in Unit),
        metrics=() if draft.reads_records else _metrics(draft, own_key),
        circumstances=tuple(
            (each, _("people") if each == PEOPLE else _("working days")) for each in CIRCUMSTANCES
        ),
        is_sampled=sum(counted.get(kind, 0) for kind in draft.kinds) > NEWEST,
    )


class _Fields:
    """The fields of one draft's records, and those it names."""

    def __init__(self, draft: Draft, found: Sequence[FoundField]) -> None:
        self._draft = draft
        self._own = [each for each in found if not each.name.startswith(clauses.PARENT)]
        self._above = [each for each in found if each.name.startswith(clauses.PARENT)]
        self._used = [
            each.field for _path, group in draft.filters for each in clauses_of(group) if each.field
        ]

    def groups(self) -> tuple[OptionGroup, ...]:
        """Return the fields conditions can ask for; each stands once."""
        changed = self._changed()
        listed = (
            (_("What changed"), changed),
            (_("Text"), TEXT_FIELDS),
            (_("Numbers"), NUMBER_FIELDS),
            (_("Dates"), DATE_FIELDS),
            (_("People"), _with(self._people(), self._used_of("user"))),
            (_("Fields of your own"), _with(self._free(), self._used_of("attribute"))),
            (_("Of the record it belongs to"), self._parents()),
        )
        return tuple(
            OptionGroup(label, _named(names))
            for label, every in listed
            if (names := [each for each in every if every is changed or each not in changed])
        )

    def users(self) -> list[str]:
        above = ["parent.owner", "parent.creator"] if has_parents(self._draft) else []
        chosen = [each.field for each in self._draft.credit]
        chosen += [each.field for each in self._draft.shares]
        return _with([*self._people(), *above], [each for each in chosen if each])

    def values(self) -> tuple[Option, ...]:
        """Return what is added up, or of which the different values are counted."""
        draft = self._draft
        chosen = [draft.value] if draft.value not in ("", TIME_BETWEEN) else []
        if draft.aggregation == Aggregation.DISTINCT:
            texts = [each for each in TEXT_FIELDS if each not in _NOT_COUNTED]
            above = ["parent.account", "parent.product"] if has_parents(draft) else []
            free = [each.name for each in self._own if each.sort in ("text", "user")]
            return _named(_with(["account", *texts, *USER_FIELDS, *free, *above], chosen))
        above = ["parent.amount"] if has_parents(draft) else []
        free = [each.name for each in self._own + self._above if each.sort == "number"]
        numbers = _named(_with([*NUMBER_FIELDS, *above, *free], chosen))
        between = (TIME_BETWEEN, _("time between two dates"))
        if draft.is_balance:
            return (("", _("how many there are")), *numbers, between)
        return (*numbers, between)

    def percents(self) -> list[str]:
        free = [each.name for each in self._own if each.sort == "number"]
        return _with([*free, *NUMBER_FIELDS], [e.percent for e in self._draft.shares if e.percent])

    def _people(self) -> list[str]:
        return [*USER_FIELDS, *(each.name for each in self._own if each.sort == "user")]

    def _free(self) -> list[str]:
        return [each.name for each in self._own if each.sort != "user"]

    def _used_of(self, kind: str) -> list[str]:
        return [
            each
            for each in self._used
            if clauses.field_type(each) == kind and not each.startswith(clauses.PARENT)
        ]

    def _parents(self) -> list[str]:
        used = [each for each in self._used if each.startswith(clauses.PARENT)]
        if not has_parents(self._draft):
            return _with([], used)
        canonical = [f"{clauses.PARENT}{name}" for name in _OF_PARENTS]
        return _with([*canonical, *(each.name for each in self._above)], used)

    def _changed(self) -> list[str]:
        """Return the fields that changes tell of, the most frequent first; no dates among them."""
        if not self._draft.is_history:
            return []
        types = records.values_of(["type"], self._draft.kinds).get("type")
        known = {*TEXT_FIELDS, *NUMBER_FIELDS, *USER_FIELDS}
        named = [
            each.value if each.value in known else f"{clauses.ATTRIBUTE}{each.value}"
            for each in (types.values if types else ())
        ]
        return [each for each in named if clauses.field_type(each) not in (None, "date")]


def _split_types(draft: Draft) -> tuple[str, ...]:
    """Return the types of the splits there are, to suggest."""
    if draft.split != "records":
        return ()
    found = records.values_of(["type"], ["split"]).get("type")
    return tuple(each.value for each in found.values) if found else ()


def _kinds(draft: Draft, counted: Mapping[str, int]) -> tuple[tuple[str, str, str, bool], ...]:
    return tuple(
        (
            kind.value,
            kind_word(kind),
            _counted(counted.get(kind, 0)) if counted else "",
            kind in draft.kinds,
        )
        for kind in DELIVERED_KINDS
    )


def _counted(records_: int) -> str:
    is_more = records_ > MOST_COUNTED
    return f"{formats.number(MOST_COUNTED)}+" if is_more else formats.number(records_)


def _metrics(draft: Draft, own_key: str) -> tuple[Option, ...]:
    """Return what it can be worked out from: of a ratio only what counts itself."""
    listed = tuple(
        (each.key, _(each.name))
        for each in metrics.metrics()
        if each.key != own_key and (draft.is_formula or isinstance(each.definition, Counting))
    )
    if draft.is_formula:
        return tuple((_in_formula(key), name) for key, name in listed)
    known = {key for key, _name in listed}
    missing = [key for key in (draft.numerator, draft.denominator) if key and key not in known]
    return (*listed, *((key, key) for key in missing))


def _in_formula(key: str) -> str:
    """Return a key as a formula names it: in quotation marks where it is not a plain word."""
    is_plain = key.isidentifier() and not iskeyword(key) and key not in CIRCUMSTANCES
    return key if is_plain else f'"{key}"'


def _with(known: Sequence[str], used: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*known, *used]))


def _named(names: Sequence[str]) -> tuple[Option, ...]:
    return tuple((name, field_word(name)) for name in names)
