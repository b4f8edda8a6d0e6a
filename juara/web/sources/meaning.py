"""The step "what it means": each column, what it was taken for, and what it may be."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from juara.connect.suggest import ColumnFacts, FileChoice
from juara.connect.suggest.choices import (
    EXTRA,
    LEAVE_OUT,
    PEOPLE_FIELDS,
    RECORD_FIELDS,
    ROLES,
    ColumnChoice,
)
from juara.connect.suggest.columns import FIELDS_OF
from juara.connect.suggest.wording import worded
from juara.ui import formats
from juara.web.sources import labels
from juara.web.sources.looking import Look
from juara.web.sources.wizard import Wizard

COLUMNS_SHOWN = 60
_CHANGE_FIELDS = (
    "id", "parent", "owner", "occurred", "stage", "change_field", "old_value", "change_value",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WordRow:
    """One word that stands in a column, how often, and what it means."""

    name: str
    value: str
    count: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column as the page shows it; `prefix` begins the names of its controls."""

    prefix: str
    name: str
    samples: tuple[str, ...]
    filled: str
    field: str
    confidence: tuple[str, str, Any] | None
    why: str
    is_key: bool
    can_be_key: bool
    words: tuple[WordRow, ...]
    word_choices: tuple[tuple[str, Any], ...]
    other_choices: tuple[tuple[str, Any], ...]
    otherwise: str
    has_more_words: bool
    units: tuple[tuple[str, Any], ...]
    unit: str
    reference: str


@dataclass(frozen=True, slots=True)
class FileCard:
    """One file as the page shows it, a stretch of its columns at a time."""

    place: int
    name: str
    role: str
    roles: tuple[tuple[str, Any, Any], ...]
    confidence: tuple[str, str, Any] | None
    why: str
    rows: str
    columns: tuple[ColumnRow, ...]
    groups: tuple[tuple[Any, tuple[tuple[str, Any], ...]], ...]
    summary: SafeString
    always: str
    always_choices: tuple[tuple[str, Any], ...]
    has_people: bool
    can_have_people: bool
    levels: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    is_blocked: bool
    page: int
    page_count: int


def cards(wizard: Wizard, *, pages: Mapping[str, int]) -> tuple[FileCard, ...]:
    """Return every file of a draft that can be read, those that count first."""
    return tuple(
        card(wizard, file, look, place=place, page=pages.get(file.name, 1))
        for place, file in enumerate(wizard.choices.files)
        if (look := wizard.look_of(file)) is not None
    )


def card(wizard: Wizard, file: FileChoice, look: Look, *, place: int, page: int = 1) -> FileCard:
    found = [each for each in wizard.findings if each.file == file.name]
    has_columns = file.is_records or file.role == "people"
    page_count = max((len(file.columns) + COLUMNS_SHOWN - 1) // COLUMNS_SHOWN, 1)
    page = min(max(page, 1), page_count)
    first = (page - 1) * COLUMNS_SHOWN
    shown = list(enumerate(file.columns))[first : first + COLUMNS_SHOWN] if has_columns else []
    return FileCard(
        place=place,
        name=file.name,
        role=file.role,
        roles=tuple((role, *labels.ROLES[role]) for role in ROLES),
        confidence=labels.CONFIDENCE.get(
            "chosen" if file.name in wizard.settled else file.confidence
        ),
        why=labels.reasons(file.reasons),
        rows=row_count(look),
        columns=tuple(_row(file, each, look, index) for index, each in shown),
        groups=_groups(file),
        summary=summary(file, look),
        always=file.always,
        always_choices=_always_choices(file),
        has_people=file.has_people,
        can_have_people=file.is_records and bool(file.of("owner", "user")),
        levels=_levels(file),
        problems=tuple(labels.finding(each) for each in found),
        is_blocked=any(each.is_blocking for each in found),
        page=page,
        page_count=page_count if has_columns else 1,
    )


def row_count(look: Look) -> str:
    """Say how many rows a file has, as far as was looked."""
    if look.facts.is_whole:
        return labels.rows(look.facts.rows)
    return _("more than %(rows)s") % {"rows": labels.rows(look.facts.rows)}


def _row(file: FileChoice, column: ColumnChoice, look: Look, index: int) -> ColumnRow:
    facts = look.facts.column(column.name) or ColumnFacts(column.name)
    known = labels.MEANINGS.get((file.role, column.field), {})
    is_told = bool(known) and facts.is_listed and not _is_outdone(file, column)
    prefix = f"c{index}"
    return ColumnRow(
        prefix=prefix,
        name=column.name,
        samples=facts.samples[:4],
        filled=_filled(facts),
        field=column.field,
        confidence=labels.CONFIDENCE.get(column.confidence),
        why=labels.reasons(column.reasons),
        is_key=column.is_key,
        # Where there is an id, it alone tells the rows apart.
        can_be_key=file.is_records
        and file.first("id") is None
        and column.field != LEAVE_OUT
        and not facts.empty,
        words=tuple(
            WordRow(
                f"{prefix}-v{place}", value, formats.number(count), column.values.get(value, "")
            )
            for place, (value, count) in enumerate(facts.top)
        )
        if is_told
        else (),
        word_choices=tuple(known.items()),
        other_choices=_other_choices(file, column, known),
        otherwise=column.otherwise,
        has_more_words=bool(known) and not facts.is_listed,
        units=tuple(labels.UNITS.items()) if column.field == "duration_seconds" else (),
        unit=column.unit,
        reference=column.reference,
    )


def _is_outdone(file: FileChoice, column: ColumnChoice) -> bool:
    """A stage says whether a deal is won only where no column of its own does."""
    return column.field == "stage" and file.role == "deal" and file.first("status") is not None


def _filled(facts: ColumnFacts) -> str:
    if not facts.filled:
        return _("empty")
    if not facts.empty:
        return _("always filled")
    share = facts.filled / (facts.filled + facts.empty)
    return _("filled in %(share)s") % {"share": formats.percent(share)}


def _other_choices(
    file: FileChoice, column: ColumnChoice, known: Mapping[str, Any]
) -> tuple[tuple[str, Any], ...]:
    if not known:
        return ()
    if (file.role, column.field) in labels.MAY_KEEP:
        return (("keep", _("Keep it as it is")),)
    return (("", _("Leave the row out and report it")), *known.items())


def _groups(file: FileChoice) -> tuple[tuple[Any, tuple[tuple[str, Any], ...]], ...]:
    """The fields a column of this file may be, in groups."""
    if file.role == "people":
        groups, allowed = (
            PEOPLE_FIELDS,
            {each for group in PEOPLE_FIELDS.values() for each in group},
        )
        rest: tuple[str, ...] = (LEAVE_OUT,)
    else:
        groups = RECORD_FIELDS
        allowed = set(_CHANGE_FIELDS if file.role == "change" else FIELDS_OF.get(file.role, ()))
        rest = (EXTRA, LEAVE_OUT)
    found = [
        (
            labels.GROUPS[key],
            tuple((each, labels.FIELDS[each]) for each in fields if each in allowed),
        )
        for key, fields in groups.items()
    ]
    found.append((labels.GROUPS["rest"], tuple((each, labels.FIELDS[each]) for each in rest)))
    return tuple(each for each in found if each[1])


def _levels(file: FileChoice) -> tuple[tuple[str, str], ...]:
    """The orders the team levels of a list of people can have, the chosen one first."""
    names = [each.name for each in file.of("team")]
    if file.role != "people" or not 2 <= len(names) <= 3:
        return ()
    orders = [tuple(order) for order in permutations(range(len(names)))]
    return tuple(
        ("".join(map(str, order)), " › ".join(names[place] for place in order)) for order in orders
    )


def _in_order(columns: tuple[ColumnChoice, ...], order: str) -> tuple[ColumnChoice, ...]:
    """Put the team columns, which stand among the others, in the order chosen for them."""
    levels = [each for each in columns if each.field == "team"]
    if sorted(order) != [str(place) for place in range(len(levels))]:
        return columns
    sorted_levels = iter([levels[int(place)] for place in order])
    return tuple(next(sorted_levels) if each.field == "team" else each for each in columns)


def _always_choices(file: FileChoice) -> tuple[tuple[str, Any], ...]:
    """What all rows have in common, where no column tells them apart."""
    if file.role == "deal":
        column = file.first("status") or file.first("stage")
        return () if column and column.values else tuple(labels.MEANINGS["deal", "status"].items())
    if file.role == "activity" and file.first("type") is None:
        return tuple(labels.MEANINGS["activity", "type"].items())
    return ()


def summary(file: FileChoice, look: Look) -> SafeString:
    """Sum up in a sentence what will be made of a file."""
    count = labels.records(file.role, look.facts.rows)
    if not look.facts.is_whole:
        count = _("More than %(count)s") % {"count": count}
    if file.role == "ignore":
        return format_html("{}", _("This file is left out."))
    if file.role == "reference":
        return format_html("{}", _("%(rows)s to check the other files against.") % {"rows": count})
    parts = [format_html("{}", count)]
    for field, words in (
        ("owner", _("credited to %(column)s")),
        (_DAY_OF.get(file.role, ""), _("counted on %(column)s")),
        ("amount", _("worth %(column)s")),
        ("key", _("called %(column)s by the other files")),
    ):
        column = file.first(field) if field else None
        if column is not None:
            parts.append(_named(words, column.name))
    if file.role == "people" and (levels := file.of("team")):
        parts.append(_named(_("in the teams of %(column)s"), " › ".join(e.name for e in levels)))
    joined = format_html(", ".join(["{}"] * len(parts)), *parts)
    return format_html("{}.", joined)


_DAY_OF = {
    "deal": "closed", "activity": "occurred", "lead": "created", "change": "occurred",
    "snapshot": "occurred",
}  # fmt: skip


def _named(words: str, column: str) -> SafeString:
    before, _hole, after = words.partition("%(column)s")
    return format_html("{}<strong>{}</strong>{}", before, column, after)


# --- What was sent ---


def changed(file: FileChoice, look: Look, given: Mapping[str, str]) -> FileChoice:
    """Return a file as a form says it should be; columns the form did not show stay."""
    columns = tuple(
        _changed_column(file, column, look, given, f"c{index}")
        if f"c{index}-field" in given
        else column
        for index, column in enumerate(file.columns)
    )
    if columns == file.columns:
        columns = _in_order(columns, given.get("levels", ""))
    always = given.get("always", file.always)
    has_people = file.has_people
    if "people-shown" in given:
        has_people = given.get("has_people") == "on"
    return replace(file, columns=columns, always=always, has_people=has_people)


def _changed_column(
    file: FileChoice, column: ColumnChoice, look: Look, given: Mapping[str, str], prefix: str
) -> ColumnChoice:
    field = given[f"{prefix}-field"]
    allowed = {key for _group, fields in _groups(file) for key, _label in fields}
    facts = look.facts.column(column.name) or ColumnFacts(column.name)
    if field != column.field and field in allowed:
        is_key = field in ("id", "key") or (column.is_key and column.field not in ("id", "key"))
        fresh = ColumnChoice(column.name, field, "chosen", is_key=is_key)
        reference = column.reference if field in ("product", "account", "stage", "type") else ""
        return worded(replace(fresh, reference=reference), facts, file.role)
    changes: dict[str, Any] = {}
    if f"{prefix}-key-shown" in given:
        changes["is_key"] = given.get(f"{prefix}-key") == "on"
    known = labels.MEANINGS.get((file.role, column.field), {})
    if known and f"{prefix}-v0" in given:
        changes["values"] = {
            value: meaning
            for place, (value, _count) in enumerate(facts.top)
            if (meaning := given.get(f"{prefix}-v{place}", "")) in known
        }
        otherwise = given.get(f"{prefix}-otherwise", column.otherwise)
        if otherwise in ("", "keep", *known):
            changes["otherwise"] = otherwise
    if given.get(f"{prefix}-unit") in labels.UNITS:
        changes["unit"] = given[f"{prefix}-unit"]
    if all(getattr(column, name) == value for name, value in changes.items()):
        return column
    return replace(column, **changes)
