"""Writing what was chosen as a mapping: the same table a mapping file holds."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from juara.connect.mapping.load import FIELDS
from juara.connect.suggest.choices import EXTRA, Choices, ColumnChoice, FileChoice
from juara.connect.suggest.facts import ColumnFacts, FileFacts

_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_BRACED = re.compile(r"[{}:]")
_DATES = ("created", "occurred", "closed")
_SHORT_KEY = 6


def slug(text: str, *, longest: int = 50, apart: str = "_", otherwise: str = "column") -> str:
    """Write a text as a name of small letters and digits, which begins with a letter."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = _NOT_A_WORD.sub(apart, plain).strip(apart) or otherwise
    return (name if name[0].isalpha() else f"{otherwise[0]}{apart}{name}")[:longest].rstrip(apart)


def compose(choices: Choices, facts: Sequence[FileFacts] = ()) -> dict[str, Any]:
    """Return the mapping as a table; `facts` say how extra columns are best read."""
    return _Composer(choices, {each.name: each for each in facts}).table()


class _Composer:
    def __init__(self, choices: Choices, facts: dict[str, FileFacts]) -> None:
        self._choices = choices
        self._facts = facts
        self._references = self._named()

    def table(self) -> dict[str, Any]:
        chosen = self._choices
        head: dict[str, Any] = {"version": 1, "name": chosen.name, "source": chosen.source}
        head["zone"] = chosen.zone
        if chosen.currency:
            head["currency"] = chosen.currency
        if chosen.missing != "keep":
            head["missing"] = chosen.missing
        return {**head, "file": list(self._sections())}

    def _named(self) -> dict[str, str]:
        """Name every file that others refer to or that is nothing but a reference."""
        wanted = [each.reference for file in self._choices.files for each in file.columns]
        wanted += [borrowed[2] for file in self._choices.files for borrowed in file.borrowed]
        wanted += [each.name for each in self._choices.files if each.role == "reference"]
        there = {each.name: each for each in self._choices.files}
        names: dict[str, str] = {}
        for name in dict.fromkeys(each for each in wanted if each):
            file = there.get(name)
            if file is not None and file.key and file.role != "ignore":
                names[name] = _free(slug(name.rpartition(".")[0] or name), names.values())
        return names

    def _sections(self) -> list[dict[str, Any]]:
        sections: list[dict[str, Any]] = []
        for file in self._choices.files:
            if file.name in self._references:
                sections.append(
                    {**_head(file), "reference": self._references[file.name], "key": file.key}
                )
        for file in self._choices.files:
            if file.role == "people":
                sections.append(_people(file))
        for file in self._choices.files:
            if file.is_records and file.has_people:
                sections += [_people_of(file, each, self._facts) for each in _owners(file)]
        for file in self._choices.files:
            if file.role == "change":
                sections += self._changes(file)
            elif file.is_records:
                sections.append(self._records(file))
        return sections

    def _records(self, file: FileChoice) -> dict[str, Any]:
        section = {**_head(file), "kind": file.role, "id": _id(file)}
        fields = self._fields(file)
        users = {name: each.name for name, each in _named_users(file)}
        attributes = self._attributes(file)
        for name, group in (("fields", fields), ("users", users), ("attributes", attributes)):
            if group:
                section[name] = group
        return section

    def _fields(self, file: FileChoice) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        if file.first("name") is None and (name := _made_name(file)):
            fields["name"] = name
        for column in file.columns:
            if column.field in FIELDS:
                fields[column.field] = self._rule(column, file)
        status = _status(file)
        if status is not None:
            fields["status"] = status
        if file.role == "activity" and file.always and file.first("type") is None:
            fields["type"] = {"value": file.always}
        for field, ours, other, theirs in file.borrowed:
            if field not in fields and other in self._references:
                fields[field] = {"column": ours, "lookup": f"{self._references[other]}.{theirs}"}
        return fields

    def _rule(self, column: ColumnChoice, file: FileChoice) -> Any:
        rule: dict[str, Any] = {"column": column.name}
        is_stage_of_deal = column.field == "stage" and file.role == "deal"
        if column.values and not is_stage_of_deal:
            rule.update(_words(column))
        if column.field == "duration_seconds" and column.unit != "seconds":
            rule["unit"] = column.unit
        if column.field in _DATES and column.form:
            rule["type"] = column.form
        if column.reference in self._references and "values" not in rule:
            rule["in"] = self._references[column.reference]
        if column.is_expected:
            rule["expected"] = True
        return column.name if len(rule) == 1 else rule

    def _attributes(self, file: FileChoice) -> dict[str, Any]:
        found: dict[str, Any] = {}
        facts = self._facts.get(file.name)
        for column in file.columns:
            if column.field == EXTRA:
                kind = _kind(facts.column(column.name) if facts else None)
                name = _free(attribute_name(column.name), found)
                found[name] = {"column": column.name, "type": kind} if kind else column.name
        if (percent := file.first("percent")) is not None:
            found["percent"] = {"column": percent.name, "type": "number"}
        return found

    def _changes(self, file: FileChoice) -> list[dict[str, Any]]:
        """One section for each kind of change: what the new value means depends on it."""
        what, new = file.first("change_field"), file.first("change_value")
        common = {**_head(file), "kind": "change", "id": _id(file)}
        fields = {
            column.field: self._rule(column, file)
            for column in file.columns
            if column.field in FIELDS
        }
        attributes = self._attributes(file)
        if new is not None:
            fields["new_value"] = new.name
        if what is None:
            fields.setdefault("type", {"value": "stage"})
            if new is not None:
                fields.setdefault("stage", self._rule(new, file))
            return [_section(common, fields, attributes)]
        sections = []
        for ours in ("stage", "owner"):
            theirs = [word for word, meant in what.values.items() if meant == ours]
            if theirs and new is not None:
                its = {**fields, "type": {"value": ours}, ours: new.name}
                where = {what.name: theirs[0] if len(theirs) == 1 else theirs}
                sections.append(_section({**common, "where": where}, its, attributes))
        known = [word for word, meant in what.values.items() if meant in ("stage", "owner")]
        if known:
            common["where"] = {what.name: {"not": known}}
        sections.append(_section(common, {**fields, "type": what.name}, attributes))
        return sections


def _section(
    head: dict[str, Any], fields: dict[str, Any], attributes: dict[str, Any]
) -> dict[str, Any]:
    return {**head, "fields": fields} | ({"attributes": attributes} if attributes else {})


def _head(file: FileChoice) -> dict[str, Any]:
    told = file.told
    head: dict[str, Any] = {"match": file.name}
    for name in ("sheet", "delimiter", "encoding", "header_row"):
        if value := getattr(told, name):
            head[name] = value
    for name in ("decimal", "dates"):
        if (value := getattr(told, name)) != "auto":
            head[name] = value
    return head


def _id(file: FileChoice) -> Any:
    names = [each.name for each in file.keys]
    return names[0] if len(names) == 1 else names


def _words(column: ColumnChoice) -> dict[str, Any]:
    rule: dict[str, Any] = {"values": dict(column.values)}
    if column.otherwise == "keep":
        rule["keep_others"] = True
    elif column.otherwise:
        rule["otherwise"] = column.otherwise
    return rule


def _status(file: FileChoice) -> dict[str, Any] | None:
    """A deal's status comes from its own column, else from the stage, else all have the same."""
    if file.role != "deal" or file.first("status") is not None:
        return None
    stage = file.first("stage")
    if stage is not None and stage.values:
        return {"column": stage.name, **_words(stage)}
    return {"value": file.always or "won"}


def _made_name(file: FileChoice) -> dict[str, str] | None:
    """Call a record after its account and product where nothing else names it."""
    columns = [file.first("account"), file.first("product")]
    names = [each.name for each in columns if each is not None and not _BRACED.search(each.name)]
    if not names or file.role not in ("deal", "lead"):
        return None
    return {"template": " ".join(f"{{{name}}}" for name in names)}


def _owners(file: FileChoice) -> tuple[ColumnChoice, ...]:
    return file.of("owner", "user")


def _named_users(file: FileChoice) -> list[tuple[str, ColumnChoice]]:
    found: dict[str, ColumnChoice] = {}
    for column in file.of("user"):
        base = slug(column.name)
        found[_free(base.removesuffix("_id") if base not in FIELDS else f"their_{base}", found)] = (
            column
        )
    return list(found.items())


def _people(file: FileChoice) -> dict[str, Any]:
    section: dict[str, Any] = {**_head(file), "people": True}
    key = [each.name for each in file.keys]
    section["key"] = key[0] if len(key) == 1 else key
    name = file.first("name")
    parts = [each.name for each in (file.first("first_name"), file.first("last_name")) if each]
    if name is not None:
        section["name"] = name.name
    elif parts:
        section["name"] = parts if len(parts) > 1 else parts[0]
    elif len(key) == 1:
        section["name"] = key[0]
    for field in ("email", "zone", "starts_on", "ends_on"):
        if (column := file.first(field)) is not None:
            section[field] = column.name
    if (role := file.first("role")) is not None:
        if role.values:
            section["role"] = {"column": role.name, **_words(role)}
        else:
            section["role"] = {"column": role.name}
    if levels := [each.name for each in file.of("team")]:
        section["team"] = levels
    return section


def _people_of(
    file: FileChoice, column: ColumnChoice, facts: dict[str, FileFacts]
) -> dict[str, Any]:
    """The people that the rows of records name, where no list of them was given."""
    section: dict[str, Any] = {**_head(file), "people": True, "key": column.name}
    if column.field == "owner":
        for field in ("owner_name", "owner_email", "owner_team"):
            if (other := file.first(field)) is not None:
                target = field.removeprefix("owner_")
                section[target] = [other.name] if target == "team" else other.name
    known = facts.get(file.name)
    seen = known.column(column.name) if known else None
    if "email" not in section and seen is not None and seen.share("email") > 0.8:
        section["email"] = column.name
    if "name" not in section:
        is_code = seen is not None and seen.is_like_a_key and seen.longest > 2 * _SHORT_KEY
        short = f"{{{column.name}:.{_SHORT_KEY}}}"
        is_cut = is_code and "email" not in section and not _BRACED.search(column.name)
        section["name"] = {"template": short} if is_cut else column.name
    return section


def attribute_name(column: str) -> str:
    name = slug(column)
    return f"their_{name}"[:50] if name in FIELDS else name


def _kind(column: ColumnFacts | None) -> str:
    if column is None or not column.filled:
        return ""
    if column.share("boolean") > 0.999:
        return "boolean"
    return ""


def _free(name: str, taken: Any) -> str:
    found, number = name, 2
    while found in taken:
        found = f"{name[:46]}_{number}"
        number += 1
    return found
