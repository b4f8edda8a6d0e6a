"""Turning a column rule into one function from a cell to a value, as fast as Python allows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from juara.connect.files import Cell
from juara.connect.mapping import ColumnRule
from juara.connect.translate.cells import CellError, as_text, cleaned, shorten
from juara.connect.translate.references import Reference, References
from juara.core.errors import DomainError

# What reads a cell that is there. It may refuse it with CellError.
Read = Callable[[Cell], Any]
# What reads whatever stands in the row at `Slot.index`.
Take = Callable[[Any], Any]

REMEMBERED = 10_000


@dataclass(slots=True)
class Slot:
    """One value of a row: its name, where it stands, and how it is read.

    A rule of several columns has the whole row for its index, and reads it from there. `take`
    remembers what it has read in `memory`, where there is one; `read` does not.
    """

    name: str
    column: str
    index: int | slice
    take: Take
    read: Take
    memory: "dict[Cell, Any] | None" = None

    def forget_if_unique(self, rows_read: int) -> None:
        """Give up a memory that hardly ever helps: an id or a moment stands in one row only."""
        if self.memory is not None and len(self.memory) * 2 > min(rows_read, REMEMBERED):
            self.take, self.memory = self.read, None


class Noticed:
    """What was noticed in the row being read; kept only if the row is good."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []

    def about(self, column: str) -> Callable[[str, str], None]:
        """Return the function that notices things of one column."""
        found = self.found

        def notice(code: str, value: str) -> None:
            found.append((code, column, value))

        return notice


@dataclass(frozen=True, slots=True)
class Ground:
    """What rules of one file are compiled against."""

    header: Mapping[str, int]
    is_typed: bool
    references: References
    noticed: Noticed


class _Remembered(dict[Cell, Any]):
    """A function with a memory: CRM columns repeat themselves, and a hit costs next to nothing.

    What was noticed on the way must be noticed again, so such cells are not remembered.
    """

    __slots__ = ("_found", "_read")

    def __init__(self, read: Read, noticed: Noticed) -> None:
        super().__init__()
        self._read = read
        self._found = noticed.found

    def __missing__(self, cell: Cell) -> Any:
        before = len(self._found)
        value = self._read(cell)
        if len(self) < REMEMBERED and len(self._found) == before:
            self[cell] = value
        return value


def compile_rule(name: str, rule: ColumnRule, ground: Ground, read: Read) -> Slot:
    """Return the slot for a rule that reads columns; see `constant_of` for the others."""
    way = _way(rule, ground, read)
    title = ", ".join(rule.columns_read)
    if len(rule.columns) != 1:
        gather = _template(rule, ground) if rule.template else _joined(rule, ground)
        whole = slice(None)

        def take_several(row: Sequence[Cell]) -> Any:
            return way(gather(row))

        return Slot(name, title, whole, take_several, take_several)
    index = ground.header[rule.columns[0]]
    memory = _Remembered(way, ground.noticed)
    remembered = memory.__getitem__

    def take_typed(cell: Cell) -> Any:
        # 1, 1.0 and True are one and the same key of a dictionary, and are not the same cell.
        return remembered(cell) if isinstance(cell, str) else way(cell)

    return Slot(name, title, index, take_typed if ground.is_typed else remembered, way, memory)


def constant_of(rule: ColumnRule, read: Read) -> Any:
    """Read the fixed value of a rule; a mistake in it is one of the mapping."""
    if not rule.constant:
        return None
    try:
        return read(rule.constant)
    except CellError as error:
        raise DomainError("mapping_invalid", f"{rule.place}: {error.message}.") from error


def _way(rule: ColumnRule, ground: Ground, read: Read) -> Read:
    """Chain what a rule asks for: empty, default, lookup, values, check, reading."""
    notice = ground.noticed.about(", ".join(rule.columns_read))
    steps = [step for step in (_lookup(rule, ground), _values(rule), _within(rule, ground)) if step]

    def way(cell: Cell) -> Any:
        if isinstance(cell, str):
            cell = cell.strip()
            if not (cell.isascii() and cell.isprintable()):
                cell = cleaned(cell, notice)
            if not cell:
                return None
        return read(cell)

    if not (steps or rule.empty or rule.default is not None or rule.is_expected):
        return way
    empty = frozenset(("", *(token.strip().casefold() for token in rule.empty)))

    def long_way(cell: Cell) -> Any:
        text = cleaned(cell, notice) if isinstance(cell, str) else as_text(cell)
        if text.casefold() in empty:
            if rule.default is None and rule.is_expected:
                notice("empty", "")
            return None if rule.default is None else read(rule.default)
        for step in steps:
            text = step(text)
            if not text:
                return None
        return read(text if steps or isinstance(cell, str) else cell)

    return long_way


def _lookup(rule: ColumnRule, ground: Ground) -> Callable[[str], str] | None:
    if rule.lookup is None:
        return None
    reference = ground.references.find(rule.lookup.reference)
    assert reference is not None  # noqa: S101 - the plan has refused the import otherwise
    notice = ground.noticed.about(", ".join(rule.columns_read))
    position = reference.columns.index(rule.lookup.column)

    def look_up(key: str) -> str:
        found = reference.get(key)
        if found is None:
            notice(f"not_in:{reference.name}", key)
            return ""
        return found[position]

    return look_up


def _values(rule: ColumnRule) -> Callable[[str], str] | None:
    if not rule.values:
        return None
    loosely = {key.strip().casefold(): value for key, value in rule.values.items()}

    def replace(text: str) -> str:
        if text in rule.values:
            return rule.values[text]
        found = loosely.get(text.casefold(), rule.otherwise)
        if found is not None:
            return found
        if rule.keep_others:
            return text
        raise CellError(
            "unlisted_value",
            f"'{shorten(text)}' is not among the values of {rule.place} "
            f"({shorten(', '.join(rule.values), 120)}); add it there, or say otherwise",
        )

    return replace


def _within(rule: ColumnRule, ground: Ground) -> Callable[[str], str] | None:
    reference: Reference | None = ground.references.find(rule.within) if rule.within else None
    if reference is None:
        return None
    notice = ground.noticed.about(", ".join(rule.columns_read))

    def check(text: str) -> str:
        if reference.get(text) is None:
            notice(f"not_in:{reference.name}", text)
        return text

    return check


def _joined(rule: ColumnRule, ground: Ground) -> Callable[[Sequence[Cell]], str]:
    indexes = [ground.header[column] for column in rule.columns]

    def gather(row: Sequence[Cell]) -> str:
        parts = [as_text(row[index]).strip() for index in indexes]
        if rule.needs_all and not all(parts):
            return ""
        return rule.join.join(part for part in parts if part)

    return gather


def _template(rule: ColumnRule, ground: Ground) -> Callable[[Sequence[Cell]], str]:
    parts = [
        (part.text, ground.header[part.column] if part.column else -1, part.first or None)
        for part in rule.template
    ]

    def gather(row: Sequence[Cell]) -> str:
        said, is_filled = "", False
        for text, index, first in parts:
            if index < 0:
                said += text
                continue
            cell = as_text(row[index]).strip()
            is_filled = is_filled or bool(cell)
            said += cell[:first]
        return said if is_filled else ""

    return gather
