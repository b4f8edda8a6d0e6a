"""What is still missing before files can be read, and what would make their numbers useless."""

from collections.abc import Sequence
from dataclasses import dataclass

from juara.connect.suggest.choices import Choices, FileChoice
from juara.connect.suggest.facts import FileFacts


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend, or to know: a code the surface has words for, and where it is.

    Only what `is_blocking` keeps the import from going on.
    """

    code: str
    file: str = ""
    detail: str = ""
    is_blocking: bool = False


_DATE_OF = {
    "deal": "closed", "activity": "occurred", "lead": "created", "change": "occurred",
    "snapshot": "occurred",
}  # fmt: skip


def findings(choices: Choices) -> tuple[Finding, ...]:
    """Return all there is to say about what was chosen, blocking things first."""
    found: list[Finding] = []
    if not any(each.is_records or each.role == "people" for each in choices.files):
        found.append(Finding("nothing_chosen", is_blocking=True))
    for file in choices.files:
        if file.is_records:
            found += _of_records(file)
        elif file.role == "people":
            found += _of_people(file)
        found += _twice(file)
    return tuple(sorted(found, key=lambda each: not each.is_blocking))


def other_currencies(
    choices: Choices, facts: Sequence[FileFacts], currency: str
) -> tuple[Finding, ...]:
    """Return the files with amounts that are not in the organization's currency.

    Amounts of different currencies are never added: such a deal counts, and is worth nothing.
    """
    found = []
    for file in choices.files:
        if not file.is_records or file.first("amount") is None:
            continue
        others = _currencies(choices, file, facts) - {currency}
        if others:
            found.append(Finding("other_currency", file.name, ", ".join(sorted(others))))
    return tuple(found)


def _currencies(choices: Choices, file: FileChoice, facts: Sequence[FileFacts]) -> set[str]:
    chosen = file.first("currency")
    if chosen is None:
        return {choices.currency}
    seen = next((each.column(chosen.name) for each in facts if each.name == file.name), None)
    return {value.strip().upper() for value, _ in seen.top} if seen is not None else set()


def _of_records(file: FileChoice) -> list[Finding]:
    found = []
    if not file.keys:
        found.append(Finding("no_id", file.name, file.role, is_blocking=True))
    if file.role not in ("account", "change") and file.first("owner") is None:
        found.append(Finding("no_owner", file.name, file.role))
    date = _DATE_OF.get(file.role)
    if date is not None and file.first(date) is None and not _borrows(file, date):
        found.append(Finding(f"no_{date}", file.name, file.role))
    if file.role in ("split", "snapshot") and file.first("parent") is None:
        found.append(Finding("no_parent", file.name, file.role))
    if file.role == "split" and file.first("percent") is None:
        found.append(Finding("no_percent", file.name, file.role))
    if file.role == "deal":
        if file.first("amount") is None:
            found.append(Finding("no_amount", file.name, file.role))
        status = file.first("status") or file.first("stage")
        if status is not None and status.values and "won" not in status.values.values():
            found.append(Finding("nothing_won", file.name, status.name))
    return found


def _borrows(file: FileChoice, field: str) -> bool:
    return any(each[0] == field for each in file.borrowed)


def _of_people(file: FileChoice) -> list[Finding]:
    if not file.keys:
        return [Finding("no_person_key", file.name, is_blocking=True)]
    return []


def _twice(file: FileChoice) -> list[Finding]:
    """A field two columns were chosen for: only one could be read."""
    if not (file.is_records or file.role == "people"):
        return []
    seen: dict[str, str] = {}
    found = []
    for column in file.columns:
        if column.field in ("extra", "leave_out", "user", "team", "id", "key"):
            continue
        if column.field in seen:
            detail = f"{seen[column.field]}, {column.name}"
            found.append(Finding("field_twice", file.name, detail, is_blocking=True))
        seen[column.field] = column.name
    return found
