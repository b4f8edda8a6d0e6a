"""Reading a mapping file: everything wrong with it is said at once, each with its place."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from juara.connect.files.dialect import DELIMITERS
from juara.connect.files.format import ENCODINGS, Written
from juara.connect.files.shapes import CURRENCY_CODES
from juara.connect.mapping.rules import (
    DATE_ORDERS,
    DECIMAL_MARKS,
    ReadAs,
    RuleReader,
    check_targets,
    condition,
    conditions,
)
from juara.connect.mapping.tables import Mistakes, TableReader, nearest
from juara.connect.mapping.types import (
    ROLES,
    ColumnRule,
    Mapping,
    MissingRecords,
    PeopleSection,
    RecordSection,
    ReferenceSection,
    Section,
)
from juara.connect.types import (
    DATE_FIELDS,
    DEAL_STATUSES,
    DELIVERED_KINDS,
    NUMBER_FIELDS,
    TEXT_FIELDS,
    USER_FIELDS,
    RecordKind,
)
from juara.core import zones
from juara.core.errors import DomainError

_LARGEST = 1 << 20
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,49}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
FIELDS = (*TEXT_FIELDS, *NUMBER_FIELDS, *DATE_FIELDS, *USER_FIELDS)
# Fields by now, but free names in mappings written before.
_ONCE_FREE = ("parent", "old_value", "new_value")


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises one `DomainError` that lists every mistake with its place; its data has them as
    ``problems``.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise DomainError("mapping_too_large", f"{path.name} is too large for a mapping file.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise DomainError("mapping_unreadable", f"{path} cannot be read: {reason}.") from error
    except UnicodeDecodeError as error:
        raise DomainError("mapping_not_toml", f"{path.name} is not UTF-8 text.") from error
    return parse_mapping(text, name=path.name)


def parse_mapping(text: str, *, name: str) -> Mapping:
    """Read the text of a mapping file; see `load_mapping`."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{name} is not valid TOML: {error}."
        raise DomainError("mapping_not_toml", message, problems=[str(error)]) from error
    mistakes = Mistakes()
    mapping = _Loader(table, mistakes).mapping()
    if mistakes.found:
        count = len(mistakes.found)
        title = f"{name} has {count} mistake{'s' if count > 1 else ''}:"
        lines = "\n".join(f"  {mistake}" for mistake in mistakes.found)
        raise DomainError("mapping_invalid", f"{title}\n{lines}", problems=list(mistakes.found))
    return mapping


class _Loader:
    def __init__(self, table: dict[str, Any], mistakes: Mistakes) -> None:
        self._top = TableReader(table, "", mistakes)
        self._mistakes = mistakes
        self._dates = self._top.choice("dates", DATE_ORDERS, "auto")
        self._decimal = self._top.choice("decimal", DECIMAL_MARKS, "auto")
        self._empty = self._top.texts("empty")

    def mapping(self) -> Mapping:
        top = self._top
        if (version := top.take("version")) != 1:
            said = "is missing; write version = 1" if version is None else "must be 1"
            top.wrong("version", said)
        name = top.text("name", required=True)
        source = top.text("source", required=True)
        if source and not _KEY.fullmatch(source):
            top.wrong("source", f"must be lower-case letters, digits, - and _, not '{source}'")
        zone = top.text("zone", default="UTC")
        self._check(top, "zone", zone, zones.names(), "a time zone such as Asia/Jakarta")
        currency = top.text("currency")
        if currency:
            self._check(top, "currency", currency, CURRENCY_CODES, "a currency code such as USD")
        missing = cast(MissingRecords, top.choice("missing", ("keep", "delete"), "keep"))
        sections = self._sections()
        top.finish()
        return Mapping(
            name=name,
            source=source,
            zone=zone,
            currency=currency,
            missing=missing,
            records=tuple(each for each in sections if isinstance(each, RecordSection)),
            people=tuple(each for each in sections if isinstance(each, PeopleSection)),
            references=tuple(each for each in sections if isinstance(each, ReferenceSection)),
        )

    def _check(
        self, reader: TableReader, key: str, value: str, accepted: set[str] | frozenset[str],
        what: str,
    ) -> None:  # fmt: skip
        if value not in accepted:
            reader.wrong(key, f"'{value}' is not {what}{nearest(value, accepted)}")

    def _sections(self) -> list[Section]:
        tables = self._top.take("file")
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self._top.wrong("file", "is missing: say with [[file]] what a file holds")
            return []
        sections = []
        for number, table in enumerate(tables, start=1):
            reader = TableReader(table, f"file[{number}]", self._mistakes)
            section = self._section(reader)
            if section is not None:
                reader.finish()
                sections.append(section)
        self._check_references(sections)
        if tables and not any(not isinstance(each, ReferenceSection) for each in sections):
            self._top.wrong("file", "nothing would be imported: no section has people or a kind")
        return sections

    def _section(self, reader: TableReader) -> Section | None:
        kinds = [key for key in ("people", "reference", "kind") if reader.has(key)]
        if len(kinds) != 1:
            self._mistakes.add(
                reader.place,
                'say what the file holds, with exactly one of people = true, reference = "…" '
                f'and kind = "…"{"" if not kinds else " (here are " + " and ".join(kinds) + ")"}',
            )
            return None
        rules = RuleReader(
            self._mistakes,
            dates=reader.choice("dates", DATE_ORDERS, self._dates),
            decimal=reader.choice("decimal", DECIMAL_MARKS, self._decimal),
            empty=(*self._empty, *reader.texts("empty")),
        )
        reads: dict[str, Callable[[TableReader, RuleReader], Section]] = {
            "people": self._people,
            "reference": self._reference,
            "kind": self._records,
        }
        return reads[kinds[0]](reader, rules)

    def _reference(self, reader: TableReader, _rules: RuleReader) -> ReferenceSection:
        name = reader.text("reference", required=True)
        if name and not _NAME.fullmatch(name):
            reader.wrong("reference", f"must be lower-case letters, digits and _, not '{name}'")
        return ReferenceSection(
            place=reader.place,
            match=reader.text("match", required=True),
            name=name,
            key=reader.text("key", required=True),
            sheet=reader.text("sheet"),
            written=_written(reader),
            where=conditions(reader.table("where"), reader.at("where"), self._mistakes),
        )

    def _people(self, reader: TableReader, rules: RuleReader) -> PeopleSection:
        if reader.take("people") is not True:
            reader.wrong("people", "must be true where it is given")
        team = reader.take("team")
        levels = [] if team is None else team if isinstance(team, list) else [team]
        section = PeopleSection(
            place=reader.place,
            match=reader.text("match", required=True),
            key=self._required(reader, rules, "key"),
            sheet=reader.text("sheet"),
            written=_written(reader),
            where=conditions(reader.table("where"), reader.at("where"), self._mistakes),
            name=self._optional(reader, rules, "name"),
            email=self._optional(reader, rules, "email"),
            role=self._optional(reader, rules, "role"),
            zone=self._optional(reader, rules, "zone"),
            team=tuple(
                rules.rule(level, f"{reader.at('team')}[{number}]", "text")
                for number, level in enumerate(levels, start=1)
            ),
            starts_on=self._optional(reader, rules, "starts_on", "date"),
            ends_on=self._optional(reader, rules, "ends_on", "date"),
        )
        if section.role is not None:
            check_targets(section.role, ROLES, "role", self._mistakes)
        return section

    def _required(self, reader: TableReader, rules: RuleReader, key: str) -> ColumnRule:
        value = reader.take(key)
        if value is None:
            reader.wrong(key, "is missing")
            return ColumnRule(place=reader.at(key), constant="")
        return rules.rule(value, reader.at(key), "text", is_key=True)

    def _optional(
        self, reader: TableReader, rules: RuleReader, key: str, read_as: ReadAs = "text"
    ) -> ColumnRule | None:
        value = reader.take(key)
        return None if value is None else rules.rule(value, reader.at(key), read_as)

    def _records(self, reader: TableReader, rules: RuleReader) -> RecordSection:
        kind = RecordKind(reader.choice("kind", [each.value for each in DELIVERED_KINDS], "deal"))
        section = RecordSection(
            place=reader.place,
            match=reader.text("match", required=True),
            kind=kind,
            id=self._required(reader, rules, "id"),
            sheet=reader.text("sheet"),
            written=_written(reader),
            where=conditions(reader.table("where"), reader.at("where"), self._mistakes),
            fields=self._fields(reader, rules),
            users=self._named(reader, rules, "users"),
            attributes=self._named(reader, rules, "attributes"),
            deleted=condition(reader.table("deleted"), reader.at("deleted"), self._mistakes),
        )
        if kind is RecordKind.DEAL and "status" in section.fields:
            check_targets(section.fields["status"], DEAL_STATUSES, "deal status", self._mistakes)
        if "currency" in section.fields:
            codes = sorted(CURRENCY_CODES)
            check_targets(section.fields["currency"], codes, "currency", self._mistakes)
        return section

    def _fields(self, reader: TableReader, rules: RuleReader) -> dict[str, ColumnRule]:
        found = {}
        for name, value in reader.table("fields").items():
            place = f"{reader.at('fields')}.{name}"
            if name not in FIELDS:
                hint = nearest(name, FIELDS) or "; anything else belongs under attributes"
                self._mistakes.add(place, f"is not a known field{hint}")
                continue
            found[name] = rules.rule(value, place, _read_as(name))
        return found

    def _named(self, reader: TableReader, rules: RuleReader, group: str) -> dict[str, ColumnRule]:
        found = {}
        read_as: ReadAs = "attribute" if group == "attributes" else "text"
        for name, value in reader.table(group).items():
            place = f"{reader.at(group)}.{name}"
            if not _NAME.fullmatch(name):
                self._mistakes.add(place, "must be named with lower-case letters, digits and _")
            elif name in FIELDS and not (group == "attributes" and name in _ONCE_FREE):
                self._mistakes.add(place, f"'{name}' is a field of ours: put it under fields")
            found[name] = rules.rule(value, place, read_as)
        return found

    def _check_references(self, sections: list[Section]) -> None:
        known: set[str] = set()
        for section in sections:
            if isinstance(section, ReferenceSection):
                if section.name in known:
                    self._mistakes.add(
                        f"{section.place}.reference", f"'{section.name}' is there already"
                    )
                known.add(section.name)
        for section in sections:
            rules = () if isinstance(section, ReferenceSection) else section.rules
            for rule in rules:
                named = [rule.within] if rule.within else []
                named += [rule.lookup.reference] if rule.lookup else []
                for name in named:
                    if name not in known:
                        self._mistakes.add(
                            rule.place,
                            f"no section is the reference '{name}'{nearest(name, known)}",
                        )


def _written(reader: TableReader) -> Written:
    """How the files of a section are written, where that is not to be found out from them."""
    row = reader.take("header_row")
    is_row = row is None or (isinstance(row, int) and not isinstance(row, bool) and 0 < row <= 999)
    if not is_row:
        reader.wrong("header_row", "must be the number of a row, from 1 to 999")
    return Written(
        encoding=reader.choice("encoding", ENCODINGS, ""),
        delimiter=reader.choice("delimiter", DELIMITERS, ""),
        header_row=row if is_row and row is not None else 0,
    )


def _read_as(name: str) -> ReadAs:
    if name in DATE_FIELDS:
        return "date"
    if name == "duration_seconds":
        return "duration"
    return "number" if name in NUMBER_FIELDS else "text"
