"""What a person has chosen for the files of an import: guessed first, then corrected.

Flat and plain, so that it can be kept as JSON between two visits and be composed into a mapping.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from juara.connect.mapping.types import MissingRecords

# What a file can be. The first are kinds of record.
RECORD_ROLES = ("deal", "activity", "lead", "account", "change", "split", "snapshot")
ROLES = (*RECORD_ROLES, "people", "reference", "ignore")

# What a column of records can be, grouped by what it answers.
RECORD_FIELDS: dict[str, tuple[str, ...]] = {
    "what": ("id", "name", "type", "stage", "status", "outcome", "account", "product", "origin",
             "url"),
    "much": ("amount", "currency", "duration_seconds", "percent"),
    "when": ("created", "occurred", "closed"),
    "who": ("owner", "owner_name", "owner_email", "owner_team", "creator", "user"),
    "belongs": ("parent",),
    "change": ("change_field", "old_value", "change_value"),
}  # fmt: skip
PEOPLE_FIELDS: dict[str, tuple[str, ...]] = {
    "who": ("key", "name", "first_name", "last_name", "email"),
    "where": ("team", "role", "zone"),
    "when": ("starts_on", "ends_on"),
}
# Kept under a name of its own, and left out altogether.
EXTRA, LEAVE_OUT = "extra", "leave_out"
# A column of these can occur more than once in a file.
REPEATABLE = frozenset(("user", "team", EXTRA, LEAVE_OUT))
SURE, LIKELY, GUESS = "sure", "likely", "guess"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was guessed: a code the surface has words for, and what belongs in them."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What a column is, and how its words are read.

    `values` says what its words are in ours; `otherwise` what any other word becomes: ``keep``
    it, one of our words, or empty to leave the row out and report it. `is_key`: the column is one
    of those that tell the rows apart. `reference` is the file whose key should stand here.
    `unit` is for durations, `form` for dates written as numbers.
    """

    name: str
    field: str = EXTRA
    confidence: str = ""
    reasons: tuple[Reason, ...] = ()
    is_key: bool = False
    values: dict[str, str] = dataclasses.field(default_factory=dict)
    otherwise: str = ""
    reference: str = ""
    unit: str = "seconds"
    form: str = ""
    is_expected: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """How a file is written, where a person knows better than we found out."""

    sheet: str = ""
    delimiter: str = ""
    encoding: str = ""
    header_row: int = 0
    decimal: str = "auto"
    dates: str = "auto"


@dataclass(frozen=True, slots=True)
class FileChoice:
    """What a file is and its columns are.

    `always` is what all rows have where no column says it: the status of deals, the type of
    activities. `has_people`: the people it names come in with it. `key` is what other files
    call a row of it by. `borrowed` are fields found in another file: ``(field, our column, file,
    its column)``.
    """

    name: str
    role: str = "ignore"
    confidence: str = ""
    reasons: tuple[Reason, ...] = ()
    columns: tuple[ColumnChoice, ...] = ()
    told: Told = Told()
    always: str = ""
    has_people: bool = False
    key: str = ""
    borrowed: tuple[tuple[str, str, str, str], ...] = ()

    @property
    def is_records(self) -> bool:
        return self.role in RECORD_ROLES

    def column(self, name: str) -> ColumnChoice | None:
        return next((each for each in self.columns if each.name == name), None)

    def of(self, *fields: str) -> tuple[ColumnChoice, ...]:
        """Return the columns that are one of these fields, in their order."""
        return tuple(each for each in self.columns if each.field in fields)

    def first(self, field_name: str) -> ColumnChoice | None:
        return next(iter(self.of(field_name)), None)

    @property
    def keys(self) -> tuple[ColumnChoice, ...]:
        """The columns that tell the rows apart."""
        return tuple(each for each in self.columns if each.is_key and each.field != LEAVE_OUT)


@dataclass(frozen=True, slots=True)
class Choices:
    """All that was chosen for one import."""

    name: str
    source: str
    zone: str = "UTC"
    currency: str = ""
    missing: MissingRecords = "keep"
    files: tuple[FileChoice, ...] = ()

    def file(self, name: str) -> FileChoice | None:
        return next((each for each in self.files if each.name == name), None)

    def having(self, changed: FileChoice) -> "Choices":
        """Return the same with one file changed."""
        files = tuple(changed if each.name == changed.name else each for each in self.files)
        return replace(self, files=files)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it; what is as it would be anyway is left away, for size."""
        body = {each.name: getattr(self, each.name) for each in fields(self)}
        return {**body, "files": [_file_as_json(each) for each in self.files]}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Choices":
        return cls(**{**body, "files": tuple(_file(each) for each in body["files"])})


def _file_as_json(file: FileChoice) -> dict[str, Any]:
    body = _sparse(file)
    body["told"] = _sparse(file.told)
    body["columns"] = [_sparse(each) for each in file.columns]
    return body


def _sparse(value: Any) -> dict[str, Any]:
    return {
        each.name: _plain(found)
        for each in fields(value)
        if (found := getattr(value, each.name)) not in ("", (), {}, False)
    }


def _plain(value: Any) -> Any:
    is_reasons = isinstance(value, tuple) and value and isinstance(value[0], Reason)
    return [[each.code, each.detail] for each in value] if is_reasons else value


def _file(body: Mapping[str, Any]) -> FileChoice:
    return FileChoice(
        **{
            **body,
            "reasons": _reasons(body),
            "told": Told(**body.get("told", {})),
            "borrowed": tuple((a, b, c, d) for a, b, c, d in body.get("borrowed", ())),
            "columns": tuple(
                ColumnChoice(**{**column, "reasons": _reasons(column)})
                for column in body.get("columns", ())
            ),
        }
    )


def _reasons(body: Mapping[str, Any]) -> tuple[Reason, ...]:
    return tuple(Reason(code, detail) for code, detail in body.get("reasons", ()))
