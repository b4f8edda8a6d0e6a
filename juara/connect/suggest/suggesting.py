"""The whole suggestion: what each file is, each column, and how the files belong together."""

from collections.abc import Sequence
from dataclasses import replace

from juara.connect.suggest import words
from juara.connect.suggest.choices import Choices, ColumnChoice, FileChoice, Reason, Told
from juara.connect.suggest.columns import people_columns, record_columns
from juara.connect.suggest.examine import Examined
from juara.connect.suggest.headers import meaning, tokens
from juara.connect.suggest.links import Link, find_links
from juara.connect.suggest.roles import roles

# A file is read in this order on the screen: what counts first.
_ORDER = (
    "deal", "activity", "lead", "change", "split", "snapshot", "account", "people", "reference",
    "ignore",
)  # fmt: skip


def suggest(
    files: Sequence[Examined],
    *,
    name: str,
    source: str,
    zone: str = "UTC",
    currency: str = "",
    told: dict[str, Told] | None = None,
    settled: dict[str, str] | None = None,
) -> Choices:
    """Suggest what files hold. `settled` are the roles a person has said already, by file."""
    links = find_links(files)
    found = roles([each.facts for each in files], links)
    decided = {name: role.role for name, role in found.items()} | (settled or {})
    people = frozenset(name for name, role in decided.items() if role == "people")
    choices = []
    for file in files:
        role = found[file.facts.name]
        wanted = decided[file.facts.name]
        is_settled = wanted != role.role
        choice = FileChoice(
            name=file.facts.name,
            role=wanted,
            confidence="" if is_settled else role.confidence,
            reasons=() if is_settled else role.reasons,
            told=(told or {}).get(file.facts.name, Told()),
        )
        choices.append(_filled(choice, file, links, people, files))
    choices.sort(key=lambda each: _ORDER.index(each.role))
    choices = [_borrowing(each, choices, links) for each in choices]
    return Choices(name=name, source=source, zone=zone, currency=currency, files=tuple(choices))


def _filled(
    choice: FileChoice, file: Examined, links: Sequence[Link], people: frozenset[str],
    files: Sequence[Examined],
) -> FileChoice:  # fmt: skip
    """Add what the columns of a file are, by what the file is."""
    key = next((link.to_column for link in links if link.to_file == choice.name), "")
    key = key or next((each.name for each in file.facts.columns if each.is_key), "")
    choice = replace(choice, key=key)
    if choice.role == "people":
        return replace(choice, columns=people_columns(file, links))
    if not choice.is_records:
        return replace(
            choice, columns=tuple(ColumnChoice(each.name) for each in file.facts.columns)
        )
    columns = record_columns(file, choice.role, links, people, files)
    choice = replace(choice, columns=columns)
    owner = choice.first("owner")
    return replace(
        choice,
        always=_always(choice),
        # Where there is no list of people, the deals say who there is.
        has_people=owner is not None and not people and choice.role != "change",
    )


def _always(choice: FileChoice) -> str:
    """What all rows have, where no column says it."""
    said = set(tokens(choice.name.rpartition(".")[0]))
    if choice.role == "deal":
        column = choice.first("status") or choice.first("stage")
        return "" if column is not None and column.values else "won"
    if choice.role == "activity" and choice.first("type") is None:
        found = (meaning(word, words.ACTIVITY_TYPE) for word in sorted(said))
        return next((each for each in found if each), "call")
    return ""


def _borrowing(
    choice: FileChoice, files: Sequence[FileChoice], links: Sequence[Link]
) -> FileChoice:
    """Take what a deal does not say from the lead it came from: when it began, and whence."""
    if choice.role != "deal":
        return choice
    for link in links:
        other = next((each for each in files if each.name == link.to_file), None)
        if link.file != choice.name or other is None or other.role != "lead":
            continue
        if other.key != link.to_column:
            continue
        borrowed = tuple(
            (field, link.column, other.name, theirs.name)
            for field in ("created", "origin")
            if choice.first(field) is None and (theirs := other.first(field)) is not None
        )
        if borrowed:
            return replace(
                choice,
                borrowed=borrowed,
                reasons=(*choice.reasons, Reason("borrows", other.name)),
            )
    return choice
