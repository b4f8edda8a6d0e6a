"""What a mapping file says, once it has been read and found right."""

from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from typing import Literal

from juara.connect.files.format import AS_FOUND, Written
from juara.connect.types import RecordKind

DateOrder = Literal["auto", "ymd", "dmy", "mdy"]
DecimalMark = Literal["auto", ".", ","]
MissingRecords = Literal["keep", "delete"]

ROLES = ("rep", "manager", "executive", "admin")


@dataclass(frozen=True, slots=True)
class TemplatePart:
    """Fixed text, or the value of a column: its `first` characters, or all where that is 0."""

    text: str = ""
    column: str = ""
    first: int = 0


@dataclass(frozen=True, slots=True)
class Lookup:
    """A column of a reference, found by the value this file has for the reference's key."""

    reference: str
    column: str


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """Where one value comes from, and how what stands there is read.

    Exactly one of `columns`, `constant` and `template` is set. What is found is nothing if it is
    among `empty`; nothing becomes `default`, where there is one. Anything else goes through
    `lookup`, then `values`, then the check against `within`. Both are then read as the type the
    field has, or `type` says. `needs_all` holds for keys: of several columns none may be empty.
    """

    place: str
    columns: tuple[str, ...] = ()
    join: str = " "
    constant: str | None = None
    template: tuple[TemplatePart, ...] = ()
    empty: tuple[str, ...] = ()
    default: str | None = None
    lookup: Lookup | None = None
    values: Table[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    keep_others: bool = False
    within: str = ""
    type: str = ""
    unit: str = "seconds"
    dates: DateOrder = "auto"
    decimal: DecimalMark = "auto"
    is_expected: bool = False
    needs_all: bool = False

    @property
    def columns_read(self) -> tuple[str, ...]:
        """Every column of the file this rule needs."""
        return self.columns + tuple(part.column for part in self.template if part.column)


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds where the column has one of the values; where it has none of them, if `is_negated`."""

    column: str
    values: tuple[str, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class RecordSection:
    """Rows of one kind of record, from every file whose name matches."""

    place: str
    match: str
    kind: RecordKind
    id: ColumnRule
    sheet: str = ""
    written: Written = AS_FOUND
    where: tuple[Condition, ...] = ()
    fields: Table[str, ColumnRule] = field(default_factory=dict)
    users: Table[str, ColumnRule] = field(default_factory=dict)
    attributes: Table[str, ColumnRule] = field(default_factory=dict)
    deleted: Condition | None = None

    @property
    def rules(self) -> tuple[ColumnRule, ...]:
        groups = (self.fields, self.users, self.attributes)
        return (self.id, *(rule for group in groups for rule in group.values()))


@dataclass(frozen=True, slots=True)
class PeopleSection:
    """People, from every file whose name matches; the same person may stand in many rows."""

    place: str
    match: str
    key: ColumnRule
    sheet: str = ""
    written: Written = AS_FOUND
    where: tuple[Condition, ...] = ()
    name: ColumnRule | None = None
    email: ColumnRule | None = None
    role: ColumnRule | None = None
    zone: ColumnRule | None = None
    team: tuple[ColumnRule, ...] = ()
    starts_on: ColumnRule | None = None
    ends_on: ColumnRule | None = None

    @property
    def rules(self) -> tuple[ColumnRule, ...]:
        single = (self.name, self.email, self.role, self.zone, self.starts_on, self.ends_on)
        return (self.key, *self.team, *(rule for rule in single if rule is not None))


@dataclass(frozen=True, slots=True)
class ReferenceSection:
    """Values other sections are checked against or look things up in; nothing of it is stored."""

    place: str
    match: str
    name: str
    key: str
    sheet: str = ""
    written: Written = AS_FOUND
    where: tuple[Condition, ...] = ()


Section = RecordSection | PeopleSection | ReferenceSection


@dataclass(frozen=True, slots=True)
class Mapping:
    """One mapping file: what the columns of a source's files mean in our words.

    `missing` says what a full file means for the records it no longer lists.
    """

    name: str
    source: str
    zone: str
    currency: str
    missing: MissingRecords
    records: tuple[RecordSection, ...]
    people: tuple[PeopleSection, ...]
    references: tuple[ReferenceSection, ...]
    version: int = 1

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections in the order they are read: references, people, records."""
        return (*self.references, *self.people, *self.records)
