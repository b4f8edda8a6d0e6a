"""What the words of a column mean in ours, and how its durations and dates are written."""

from collections.abc import Sequence
from dataclasses import replace

from juara.connect.suggest import words
from juara.connect.suggest.choices import ColumnChoice
from juara.connect.suggest.examine import Examined
from juara.connect.suggest.facts import ColumnFacts
from juara.connect.suggest.headers import field_likeness, meaning, tokens
from juara.connect.suggest.links import Link


def worded(choice: ColumnChoice, column: ColumnFacts, role: str) -> ColumnChoice:
    """Add what the field needs beyond its name: the meaning of words, a unit, a form."""
    field = choice.field
    known = {
        ("deal", "status"): words.STATUS,
        ("deal", "stage"): words.STATUS,
        ("activity", "type"): words.ACTIVITY_TYPE,
        ("activity", "outcome"): words.OUTCOME,
        ("activity", "status"): words.ACTIVITY_STATUS,
    }.get((role, field))
    if known is not None:
        # Of deals any word must be one of ours in the end, of activities it may stay as it is.
        otherwise = "" if role == "deal" else "keep"
        default = "open" if role == "deal" else ""
        return replace(choice, values=mapped(column, known, default), otherwise=otherwise)
    if field == "duration_seconds":
        return replace(choice, unit=_unit(column))
    if field in ("created", "occurred", "closed") and column.share("date") < 0.5:
        return replace(choice, form=epoch_form(column))
    if field == "account" and 0 < column.empty < column.filled:
        return replace(choice, is_expected=True)
    return choice


def mapped(
    column: ColumnFacts, known: dict[str, tuple[str, ...]], default: str = ""
) -> dict[str, str]:
    """Map the words of a column to ours; what is not recognised becomes `default`."""
    if not column.is_listed:
        return {}
    found = {}
    for value, _ in column.top:
        ours = meaning(value, known) or _of_boolean(value, known) or default
        if ours:
            found[value] = ours
    return found


def _of_boolean(value: str, known: dict[str, tuple[str, ...]]) -> str:
    if known is not words.STATUS:
        return ""
    return {"true": "won", "yes": "won", "ya": "won", "1": "won"}.get(value.casefold(), "")


def _unit(column: ColumnFacts) -> str:
    said = set(tokens(column.name))
    if column.share("clock") > 0.5:
        longest = max((value.count(":") for value in column.samples), default=0)
        return "hh:mm" if longest == 1 and "hh" in said else "mm:ss" if longest == 1 else "hh:mm"
    for unit, named in (
        ("minutes", {"minutes", "minute", "min", "mins", "menit", "minuten", "minutos"}),
        ("hours", {"hours", "hour", "jam", "stunden", "horas"}),
        ("milliseconds", {"ms", "milliseconds", "millis"}),
    ):
        if said & named:
            return unit
    return "seconds"


def epoch_form(column: ColumnFacts) -> str:
    if column.share("whole") < 0.95 or not column.samples:
        return ""
    lengths = {len(value) for value in column.samples}
    return {frozenset((10,)): "epoch", frozenset((13,)): "epoch_ms"}.get(frozenset(lengths), "")


def says(column: ColumnFacts, known: dict[str, tuple[str, ...]], wanted: str) -> bool:
    if not column.is_listed or column.distinct > 40:
        return False
    return any(meaning(value, known) == wanted for value, _ in column.top)


def activity_kinds(column: ColumnFacts) -> int:
    if not column.is_listed or column.distinct > 40:
        return 0
    return len({meaning(value, words.ACTIVITY_TYPE) for value, _ in column.top} - {""})


def labelled(choice: ColumnChoice, link: Link | None, others: Sequence[Examined]) -> ColumnChoice:
    """Map words nobody knows by what the file they refer to calls them."""
    if link is None or choice.field != "type" or not choice.reference:
        return choice
    other = next((each for each in others if each.facts.name == link.to_file), None)
    if other is None:
        return choice
    named = max(
        (each for each in other.facts.columns if each.name != link.to_column),
        key=lambda each: field_likeness("name", each.name),
        default=None,
    )
    if named is None:
        return choice
    labels = other.pairs(link.to_column, named.name)
    meant = {
        value: ours
        for value, label in labels.items()
        if (ours := meaning(label, words.ACTIVITY_TYPE))
    }
    return replace(choice, values=meant | choice.values)


def change_words(choices: list[ColumnChoice], file: Examined) -> list[ColumnChoice]:
    """Say which words of the column that names the changed field mean a stage or an owner."""
    facts = {column.name: column for column in file.facts.columns}
    return [
        replace(each, values=mapped(facts[each.name], words.CHANGED), otherwise="keep")
        if each.field == "change_field"
        else each
        for each in choices
    ]


def some(column: ColumnFacts) -> str:
    """Name the first values of a column."""
    return ", ".join(column.samples[:3])
