"""Which column of a file is which field: every pair is weighed, and the best ones win."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from juara.connect.suggest import words
from juara.connect.suggest.choices import (
    EXTRA,
    GUESS,
    LEAVE_OUT,
    LIKELY,
    REPEATABLE,
    SURE,
    ColumnChoice,
    Reason,
)
from juara.connect.suggest.examine import Examined
from juara.connect.suggest.facts import ColumnFacts
from juara.connect.suggest.fitting import fit, fit_person
from juara.connect.suggest.headers import field_likeness, tokens
from juara.connect.suggest.links import Link
from juara.connect.suggest.roles import names_a_person
from juara.connect.suggest.wording import (
    activity_kinds,
    change_words,
    labelled,
    mapped,
    says,
    some,
    worded,
)
from juara.connect.suggest.words import word_set

_LEAST = 0.4
# No person writes more columns by hand; the rest of a very wide file is kept as it is.
_MOST_WEIGHED = 300

# Which fields a kind of record has; the others would only mislead there.
FIELDS_OF = {
    "deal": ("id", "name", "owner", "creator", "user", "stage", "status", "amount", "currency",
             "closed", "created", "account", "product", "origin", "type", "outcome", "url",
             "owner_name", "owner_email", "owner_team"),
    "activity": ("id", "name", "owner", "creator", "user", "type", "outcome", "status", "occurred",
                 "created", "duration_seconds", "account", "product", "origin", "url",
                 "owner_name", "owner_email", "owner_team", "parent"),
    "lead": ("id", "name", "owner", "creator", "user", "status", "stage", "origin", "created",
             "account", "product", "amount", "currency", "type", "url", "owner_name", "owner_email",
             "owner_team"),
    "account": ("id", "name", "owner", "creator", "status", "type", "created", "origin", "url",
                "owner_name", "owner_email", "owner_team"),
    "change": ("id", "owner", "occurred", "change_field", "old_value", "change_value", "stage",
               "parent"),
    "split": ("id", "parent", "owner", "percent", "type", "amount", "currency", "owner_name",
              "owner_email", "owner_team"),
    "snapshot": ("id", "parent", "owner", "occurred", "stage", "status", "type", "amount",
                 "currency", "product", "owner_name", "owner_email", "owner_team"),
}  # fmt: skip
# The date of a record whose header says no more than "date".
_PLAIN_DATE = {
    "deal": "closed", "activity": "occurred", "lead": "created", "account": "created",
    "change": "occurred", "split": "created", "snapshot": "occurred",
}  # fmt: skip

# Whose id a column is, if its header names another kind of thing.
_DEALS = word_set("deal opportunity potential order peluang negocio")
_LEADS = word_set("lead mql prospect contact person")
_ACCOUNTS = word_set("account company customer organization client seller product")
_ACTIVITIES = word_set("activity task call meeting event")
_FOREIGN = {
    "deal": _ACCOUNTS | _ACTIVITIES | {"contact", "person"},
    "activity": _DEALS | _LEADS | _ACCOUNTS,
    "lead": _DEALS | _ACCOUNTS | _ACTIVITIES,
    "account": _DEALS | _LEADS | _ACTIVITIES,
    "change": frozenset[str](),
    "split": _DEALS,
    "snapshot": _DEALS,
}


@dataclass(frozen=True, slots=True)
class _Candidate:
    score: float
    field: str
    column: str
    reasons: tuple[Reason, ...]


def record_columns(
    file: Examined, role: str, links: Sequence[Link], people_files: frozenset[str],
    others: Sequence[Examined] = (),
) -> tuple[ColumnChoice, ...]:  # fmt: skip
    """Say for every column of a file of records which field it is.

    `others` are the files it may refer to: what they call a value says what it means.
    """
    own = {link.column: link for link in links if link.file == file.facts.name}
    weighing = _Records(role, own, people_files)
    found = _settle(weighing, file.facts.columns)
    choices = [
        _detailed(column, found.get(column.name), role, own.get(column.name), people_files)
        for column in file.facts.columns
    ]
    if role == "change":
        choices = change_words(choices, file)
    choices = [labelled(each, own.get(each.name), others) for each in choices]
    return tuple(_with_keys(choices, file))


def people_columns(file: Examined, links: Sequence[Link]) -> tuple[ColumnChoice, ...]:
    """Say for every column of a list of people what it is; team levels come in their order."""
    named_by = {link.to_column for link in links if link.to_file == file.facts.name}
    found = _settle(_People(named_by), file.facts.columns)
    choices = []
    for column in file.facts.columns:
        chosen = found.get(column.name)
        if chosen is None:
            choices.append(ColumnChoice(column.name, LEAVE_OUT))
            continue
        values = mapped(column, words.ROLE) if chosen.field == "role" else {}
        choices.append(
            ColumnChoice(
                column.name, chosen.field, _confidence(chosen.score), chosen.reasons,
                is_key=chosen.field == "key", values=values,
                otherwise="rep" if chosen.field == "role" else "",
            )
        )  # fmt: skip
    return tuple(_with_levels(_with_person_key(choices), file))


def _with_person_key(choices: list[ColumnChoice]) -> list[ColumnChoice]:
    """Where no column is what others call people, their name is, else their address."""
    if any(each.is_key for each in choices):
        return choices
    for field in ("name", "email"):
        found = next((each.name for each in choices if each.field == field), None)
        if found is not None:
            return [replace(each, is_key=each.name == found) for each in choices]
    return choices


class _Records:
    """Weighs the columns of one file of records."""

    def __init__(self, role: str, links: dict[str, Link], people_files: frozenset[str]) -> None:
        self._role = role
        self._links = links
        self._people = people_files

    def candidates(self, column: ColumnFacts, place: int) -> Iterator[_Candidate]:
        link = self._links.get(column.name)
        is_person = link is not None and link.to_file in self._people
        for field in FIELDS_OF[self._role]:
            said = self._likeness(field, column.name)
            fits = fit(field, column)
            if fits is None:
                continue
            score = said * fits[0]
            reasons = [Reason("named")] if said >= _LEAST else []
            if said and fits[1] is not None:
                reasons.append(fits[1])
            if is_person and field == "owner":
                assert link is not None  # noqa: S101 - is_person says so
                score = max(score, 0.9) + 0.05
                reasons = [Reason("keys_of", link.to_file), *reasons]
            elif not said or score < _LEAST:
                score, reasons = self._by_values(field, column, score, reasons)
            if score >= _LEAST:
                # Of two that fit alike, the one further left is meant more often.
                yield _Candidate(score - place * 1e-4, field, column.name, tuple(reasons[:2]))

    def _likeness(self, field: str, header: str) -> float:
        said = field_likeness(field, header)
        if field == _PLAIN_DATE[self._role]:
            said = max(said, 0.9 * field_likeness("day", header))
            if self._role == "lead":
                said = max(said, 0.8 * field_likeness("occurred", header))
        if field == "closed" and {"expected", "est", "estimated", "planned"} & set(tokens(header)):
            said *= 0.8
        if field == "id" and _FOREIGN[self._role] & set(tokens(header)):
            said *= 0.3
        if field == "owner" and {"team", "email", "mail"} & set(tokens(header)):
            said *= 0.3
        if field == "amount" and {"expected", "est", "weighted", "catalog", "count"} & set(
            tokens(header)
        ):
            said *= 0.8
        return said

    def _by_values(
        self, field: str, column: ColumnFacts, score: float, reasons: list[Reason]
    ) -> tuple[float, list[Reason]]:
        """What the values alone say, where the name does not."""
        if field == "status" and self._role == "deal" and says(column, words.STATUS, "won"):
            return 0.6, [Reason("words", some(column))]
        if field == "type" and self._role == "activity" and activity_kinds(column) >= 2:
            return 0.6, [Reason("words", some(column))]
        if field == _PLAIN_DATE[self._role] and column.share("date") > 0.9:
            return 0.42, [Reason("dates")]
        if field == "id" and column.is_key and column.share("date") < 0.5:
            return 0.42, [Reason("unique")]
        if field == "amount" and _is_amount(column) and self._role == "deal":
            return 0.41, [Reason("amounts")]
        return score, reasons


class _People:
    """Weighs the columns of a list of people."""

    def __init__(self, named_by: set[str]) -> None:
        self._named_by = named_by

    def candidates(self, column: ColumnFacts, place: int) -> Iterator[_Candidate]:
        for field in words.PEOPLE:
            said = field_likeness(field, column.name, is_people=True)
            fits = fit_person(field, column)
            if fits is None:
                continue
            score, reasons = said * fits[0], [Reason("named")] if said >= _LEAST else []
            if fits[1] is not None:
                reasons.append(fits[1])
            if field == "key" and column.name in self._named_by:
                score, reasons = 1.05, [Reason("named_by_others")]
            elif field == "email" and column.share("email") > 0.8:
                score = max(score, 0.9)
            elif field in ("key", "name") and column.is_key and score < _LEAST:
                score = 0.41
                reasons = [Reason("unique")]
            if score >= _LEAST:
                yield _Candidate(score - place * 1e-4, field, column.name, tuple(reasons[:2]))


def _settle(weighing: _Records | _People, columns: Sequence[ColumnFacts]) -> dict[str, _Candidate]:
    """Give each field to the column that fits it best, and each column the field it fits best."""
    candidates = [
        candidate
        for place, column in enumerate(columns[:_MOST_WEIGHED])
        for candidate in weighing.candidates(column, place)
    ]
    found: dict[str, _Candidate] = {}
    taken: set[str] = set()
    for each in sorted(candidates, key=lambda each: -each.score):
        if each.column in found or (each.field in taken and each.field not in REPEATABLE):
            continue
        found[each.column] = each
        taken.add(each.field)
    return found


def _confidence(score: float) -> str:
    return SURE if score >= 0.85 else LIKELY if score >= 0.6 else GUESS


def _detailed(
    column: ColumnFacts, chosen: _Candidate | None, role: str, link: Link | None,
    people_files: frozenset[str],
) -> ColumnChoice:  # fmt: skip
    if chosen is None:
        is_empty = not column.filled
        return ColumnChoice(
            column.name, LEAVE_OUT if is_empty else EXTRA,
            reasons=(Reason("empty"),) if is_empty else (),
        )  # fmt: skip
    choice = ColumnChoice(
        column.name, chosen.field, _confidence(chosen.score), chosen.reasons,
        is_key=chosen.field == "id",
    )  # fmt: skip
    if link is not None and link.to_file not in people_files and chosen.field in (
        "product", "account", "stage", "type", "origin",
    ):  # fmt: skip
        reasons = (*choice.reasons, Reason("keys_of", link.to_file))
        if link.loose:
            reasons = (*reasons, Reason("nearly", ", ".join(link.loose)))
        choice = replace(choice, reference=link.to_file, reasons=reasons)
    return worded(choice, column, role)


def _is_amount(column: ColumnFacts) -> bool:
    return column.share("number") > 0.95 and not column.is_key and column.longest >= 3


# --- What only the columns together tell. ---


def _with_keys(choices: list[ColumnChoice], file: Examined) -> list[ColumnChoice]:
    """Where no column tells the rows apart, find the fewest that do so together."""
    if any(each.field == "id" for each in choices):
        return choices
    if len(file.facts.columns) > _MOST_WEIGHED:
        return choices
    facts = {column.name: column for column in file.facts.columns}
    order = {"when": 0, "key": 1, "who": 2}
    usable = sorted(
        (each for each in choices if facts[each.name].filled and not facts[each.name].empty),
        key=lambda each: (
            order.get(_sort_of(each, facts[each.name]), 3),
            -facts[each.name].distinct,
        ),
    )[:12]
    together = _fewest(tuple(each.name for each in usable), file)
    # One record may change in two ways at one moment, even if it did not among these rows.
    together += tuple(each.name for each in usable if each.field == "change_field")
    return [replace(each, is_key=each.name in together) for each in choices]


def _sort_of(choice: ColumnChoice, column: ColumnFacts) -> str:
    if choice.field in ("created", "occurred", "closed"):
        return "when"
    if "id" in tokens(column.name) or choice.field == "change_field":
        return "key"
    return "who" if names_a_person(choice.name) else ""


def _fewest(names: tuple[str, ...], file: Examined) -> tuple[str, ...]:
    """Take columns one by one until they tell the rows apart, then those away not needed."""
    for width in range(1, len(names) + 1):
        if file.unique_together(names[:width]):
            kept = names[:width]
            for name in names[:width]:
                fewer = tuple(each for each in kept if each != name)
                if fewer and file.unique_together(fewer):
                    kept = fewer
            return kept
    # Rows alike in everything are one row then, and the report counts them.
    return names


def _with_levels(choices: list[ColumnChoice], file: Examined) -> list[ColumnChoice]:
    """Order the team levels from the widest to the narrowest: the column order says nothing."""
    distinct = {column.name: column.distinct for column in file.facts.columns}
    levels = sorted(
        (each for each in choices if each.field == "team"), key=lambda each: distinct[each.name]
    )
    if len(levels) > 3:
        kept = {each.name for each in levels[:3]}
        choices = [
            replace(each, field=LEAVE_OUT, confidence="", reasons=())
            if each.field == "team" and each.name not in kept
            else each
            for each in choices
        ]
        levels = levels[:3]
    in_order = iter(levels)
    return [next(in_order) if each.field == "team" else each for each in choices]
