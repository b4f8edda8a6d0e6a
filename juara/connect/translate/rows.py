"""Compiling a section of the mapping into one function from a row to what it delivers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from juara.connect.files import Cell
from juara.connect.mapping import ColumnRule, Condition, PeopleSection, RecordSection
from juara.connect.mapping.types import ROLES
from juara.connect.translate.cells import (
    LONGEST_KEY,
    LONGEST_NAME,
    CellError,
    as_text,
    choice_reader,
    shorten,
    text_reader,
)
from juara.connect.translate.columns import Ground, Read, Slot, compile_rule, constant_of
from juara.connect.translate.fields import Readers, read_zone
from juara.connect.types import (
    DATE_FIELDS,
    NUMBER_FIELDS,
    TEXT_FIELDS,
    USER_FIELDS,
    PersonRow,
    RecordRow,
)

Row = Sequence[Cell]
Rules = Mapping[str, tuple[ColumnRule, Read]]


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with one cell of a row."""

    column: str
    value: str
    code: str
    message: str


class Group:
    """Values of one sort by name: those read from each row, and those fixed for all."""

    __slots__ = ("_fixed", "_loop", "slots")

    def __init__(self, rules: Rules, ground: Ground) -> None:
        self.slots: list[Slot] = []
        self._fixed: dict[str, Any] = {}
        for name, (rule, read) in rules.items():
            if rule.columns_read:
                self.slots.append(compile_rule(name, rule, ground, read))
            elif (value := constant_of(rule, read)) is not None:
                self._fixed[name] = value
        self.tune(0)

    def tune(self, rows_read: int) -> None:
        """Learn from the rows read so far which columns repeat themselves."""
        for slot in self.slots if rows_read else ():
            slot.forget_if_unique(rows_read)
        # A loop over plain tuples costs half of one over objects, and this is the inner loop.
        self._loop = tuple((slot.name, slot.index, slot.take) for slot in self.slots)

    def read(self, cells: Row) -> dict[str, Any]:
        """Read the values that are there. Raises the first `CellError`."""
        found = self._fixed.copy()
        for name, index, take in self._loop:
            value = take(cells[index])
            if value is not None:
                found[name] = value
        return found


class RecordReader:
    """Makes records of one kind from the rows of one file."""

    def __init__(
        self, section: RecordSection, ground: Ground, readers: Readers, currency: str
    ) -> None:
        fields, kind = section.fields, section.kind
        key = text_reader(LONGEST_KEY)
        users = {name: rule for name, rule in fields.items() if name in USER_FIELDS}
        users.update(section.users)
        sorts: list[Rules] = [
            {n: (r, readers.text(n, kind)) for n, r in fields.items() if n in TEXT_FIELDS},
            {n: (r, readers.number(n, r)) for n, r in fields.items() if n in NUMBER_FIELDS},
            {n: (r, readers.date(r)) for n, r in fields.items() if n in DATE_FIELDS},
            {n: (r, key) for n, r in users.items()},
            {n: (r, readers.attribute(r)) for n, r in section.attributes.items()},
        ]
        self._kind = kind
        self._currency = currency
        self._id = compile_rule("id", section.id, ground, key)
        self._groups = [Group(rules, ground) for rules in sorts]
        self._takes = compile_condition(section.where, ground.header)
        deleted = (section.deleted,) if section.deleted else ()
        self._is_deleted = compile_condition(deleted, ground.header)

    def read(self, number: int, cells: Row) -> RecordRow | None:
        """Return the record of a row, None where the mapping does not take it.

        Raises a `CellError` where anything in it is wrong; `problems` then says all of it.
        """
        if self._takes is not None and not self._takes(cells):
            return None
        identity = self._id.read(cells[self._id.index])
        if identity is None:
            raise _missing_id(self._id)
        texts, numbers, dates, users, attributes = [group.read(cells) for group in self._groups]
        amount = numbers.get("amount")
        if amount is not None and self._currency and "currency" not in texts:
            texts["currency"] = self._currency
        is_deleted = self._is_deleted is not None and self._is_deleted(cells)
        duration = numbers.get("duration_seconds")
        # By position: this is the innermost line of every import, and names cost a microsecond.
        return RecordRow(
            number, self._kind, identity, texts, amount, duration, dates, users, attributes,
            is_deleted,
        )  # fmt: skip

    def tune(self, rows_read: int) -> None:
        """Learn from the rows read so far which columns repeat themselves."""
        for group in self._groups:
            group.tune(rows_read)

    def problems(self, cells: Row) -> list[CellProblem]:
        """Say everything that is wrong with a row `read` has refused."""
        found = _problems([slot for group in self._groups for slot in group.slots], cells)
        return _key_problem(self._id, cells, _missing_id(self._id)) + found


class PersonReader:
    """Makes people from the rows of one file."""

    def __init__(self, section: PeopleSection, ground: Ground, readers: Readers) -> None:
        name = text_reader(LONGEST_NAME)
        wanted: dict[str, tuple[ColumnRule | None, Callable[[ColumnRule], Read]]] = {
            "name": (section.name, lambda _: name),
            "email": (section.email, readers.email),
            "role": (section.role, lambda _: choice_reader(ROLES, "role")),
            "zone": (section.zone, lambda _: read_zone),
            "starts_on": (section.starts_on, readers.day),
            "ends_on": (section.ends_on, readers.day),
        }
        rules = {n: (rule, make(rule)) for n, (rule, make) in wanted.items() if rule is not None}
        levels = {str(n): (rule, name) for n, rule in enumerate(section.team)}
        self._key = compile_rule("key", section.key, ground, text_reader(LONGEST_KEY))
        self._values = Group(rules, ground)
        self._team = Group(levels, ground)
        self._takes = compile_condition(section.where, ground.header)

    def read(self, number: int, cells: Row) -> PersonRow | None:
        """Return the person of a row, None where the mapping does not take it."""
        if self._takes is not None and not self._takes(cells):
            return None
        key = self._key.take(cells[self._key.index])
        if key is None:
            raise _missing_key(self._key)
        values, levels = self._values.read(cells), self._team.read(cells)
        _check_span(values.get("starts_on"), values.get("ends_on"))
        team = tuple(levels[level] for level in sorted(levels, key=int))
        values.setdefault("name", key[:LONGEST_NAME])
        return PersonRow(row_number=number, key=key, team=team, **values)

    def problems(self, cells: Row) -> list[CellProblem]:
        """Say everything that is wrong with a row `read` has refused."""
        found = _key_problem(self._key, cells, _missing_key(self._key))
        found += _problems([*self._values.slots, *self._team.slots], cells)
        if found:
            return found
        values = self._values.read(cells)
        try:
            _check_span(values.get("starts_on"), values.get("ends_on"))
        except CellError as error:
            return [CellProblem("ends_on", str(values["ends_on"]), error.code, error.message)]
        return []


def _problems(slots: list[Slot], cells: Row) -> list[CellProblem]:
    found = []
    for slot in slots:
        try:
            slot.take(cells[slot.index])
        except CellError as error:
            found.append(_problem(slot, cells, error))
    return found


def _key_problem(slot: Slot, cells: Row, missing: CellError) -> list[CellProblem]:
    try:
        if slot.take(cells[slot.index]) is not None:
            return []
        return [_problem(slot, cells, missing)]
    except CellError as error:
        return [_problem(slot, cells, error)]


def _problem(slot: Slot, cells: Row, error: CellError) -> CellProblem:
    value = shorten(as_text(cells[slot.index])) if isinstance(slot.index, int) else ""
    return CellProblem(column=slot.column, value=value, code=error.code, message=error.message)


def _missing_id(slot: Slot) -> CellError:
    return CellError("missing_id", _nothing_in(slot, "records"))


def _missing_key(slot: Slot) -> CellError:
    return CellError("missing_key", _nothing_in(slot, "people"))


def _nothing_in(slot: Slot, what: str) -> str:
    if isinstance(slot.index, int):
        return f"there is no {slot.column}, which tells the {what} apart"
    return f"not all of {slot.column} are there, which together tell the {what} apart"


def _check_span(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on is not None and ends_on is not None and ends_on <= starts_on:
        raise CellError(
            "ends_before_start",
            f"it ends on {ends_on}, which is not after its start on {starts_on}",
        )


def compile_condition(
    conditions: Sequence[Condition], header: Mapping[str, int]
) -> Callable[[Row], bool] | None:
    """Return what says whether a row fulfils all conditions; None where there are none."""
    checks = [
        (
            header[each.column],
            frozenset(value.strip().casefold() for value in each.values),
            not each.is_negated,
        )
        for each in conditions
    ]

    def holds(cells: Row) -> bool:
        for index, values, wanted in checks:
            if (as_text(cells[index]).strip().casefold() in values) is not wanted:
                return False
        return True

    return holds if checks else None
