"""What happened to a record between two moments, told from what was known of it at each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from juara.metrics import calc
from juara.metrics.clauses import PARENT, field_type
from juara.metrics.types import Counting, Rule
from juara.records.history import FieldChange, Version, changes

# What can have happened. To the record: it is new, was corrected, named somebody else, was
# deleted or came back; of values typed in: made or withdrawn. To whom it counts for: its owner was
# matched, to another, no longer; the person was given a place, has none any more, moved; the team
# moved. To how it counts: the rule, the person's calendar day, the exchange rate, the record it
# belongs to.
KINDS = (
    "new", "corrected", "reassigned", "deleted", "undeleted", "entered", "withdrawn",
    "matched", "rematched", "unmatched", "placed", "left", "moved", "team_moved",
    "rule", "zone", "rate", "parent", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that happened: of `KINDS`, with the fields, people or teams it is about.

    People and teams are ids, 0 for nobody; `key` is whom the record named.
    """

    kind: str
    changes: tuple[FieldChange, ...] = ()
    member_before: int = 0
    member_after: int = 0
    team_before: int = 0
    team_after: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class KnownCredit:
    """A credit known at one of the moments or both, with its team as known at each."""

    id: int
    member_id: int
    assignment_id: int
    team_before: int
    team_after: int
    day: date
    value: Decimal
    share: int
    owner_key: str
    reason: str
    rate_id: int | None
    was: bool
    has: bool


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that was known of a record and its credits in one metric, then and later.

    `has_moved` says that it was part of the number at one of the two moments only.
    """

    before: Version | None
    after: Version | None
    credits_before: tuple[KnownCredit, ...]
    credits_after: tuple[KnownCredit, ...]
    rules_before: tuple[Rule, ...]
    rules_after: tuple[Rule, ...]
    is_entry: bool
    has_moved: bool


def causes(story: Story) -> tuple[Cause, ...]:
    """Return what happened, the record's own changes first; never nothing."""
    if whole := _of_existence(story):
        return (whole,)
    found = [*_of_content(story), *_of_people(story)]
    if _is_ruled_anew(story) and not (found and _is_worth_the_same(story)):
        found.append(Cause("rule"))
    if not found and _is_converted_anew(story):
        found.append(Cause("rate"))
    if not found and any(PARENT in name for name in _fields(story)):
        found.append(Cause("parent"))
    return tuple(found) or (Cause("other"),)


def _of_existence(story: Story) -> Cause | None:
    """Tell whether the record came, went or came back, which says everything."""
    before, after = story.before, story.after
    if before is None or after is None:
        return Cause("entered" if story.is_entry else "new")
    if before.is_deleted and not after.is_deleted:
        return Cause("undeleted")
    if after.is_deleted and not before.is_deleted:
        return Cause("withdrawn" if story.is_entry else "deleted")
    return None


def _of_content(story: Story) -> Iterator[Cause]:
    """Tell what was corrected in the record, of what its rules read."""
    if story.before is None or story.after is None:
        return
    read = _fields(story)
    found = [each for each in changes(story.before, story.after) if each.field in read]
    people = tuple(each for each in found if field_type(each.field) == "user")
    corrected = tuple(each for each in found if each not in people)
    if corrected:
        yield Cause("corrected", corrected)
    if people:
        first, last = _first(story.credits_before), _first(story.credits_after)
        yield Cause(
            "reassigned", people,
            member_before=first.member_id if first else 0,
            member_after=last.member_id if last else 0,
        )  # fmt: skip


def _of_people(story: Story) -> Iterator[Cause]:
    """Tell what changed about the one whom the record names, before and after the same."""
    first, last = _first(story.credits_before), _first(story.credits_after)
    if first is None or last is None or first.owner_key != last.owner_key:
        return
    who = Cause(
        "other", member_before=first.member_id, member_after=last.member_id, key=first.owner_key
    )
    team_before, team_after = first.team_before, last.team_after
    if first.member_id != last.member_id:
        yield replace(who, kind=_of_match(first, last))
    elif team_before != team_after:
        yield replace(who, kind="moved", team_before=team_before, team_after=team_after)
    elif first.day != last.day:
        if first.member_id and not _is_dated_anew(story):
            yield replace(who, kind="zone")
    elif story.has_moved:
        yield Cause("team_moved", team_before=team_before, team_after=team_after)


def _of_match(first: KnownCredit, last: KnownCredit) -> str:
    """Tell why the same key of a source is somebody else's: matched anew, or placed anew."""
    if not first.member_id:
        return "matched" if first.reason == "owner_unknown" else "placed"
    if not last.member_id:
        return "unmatched" if last.reason == "owner_unknown" else "left"
    return "rematched"


def _first(credits_: tuple[KnownCredit, ...]) -> KnownCredit | None:
    return credits_[0] if credits_ else None


def _is_dated_anew(story: Story) -> bool:
    """Say whether a date that a rule reads was corrected."""
    if story.before is None or story.after is None:
        return True
    read = _fields(story)
    return any(
        each.field in read and field_type(each.field) == "date"
        for each in changes(story.before, story.after)
    )


def _is_ruled_anew(story: Story) -> bool:
    return story.rules_before != story.rules_after


def _is_worth_the_same(story: Story) -> bool:
    """Say whether both moments credit the record alike, whoever it counts for."""
    before, after = (
        sorted((each.value, each.share, each.day) for each in credits_)
        for credits_ in (story.credits_before, story.credits_after)
    )
    return before == after


def _is_converted_anew(story: Story) -> bool:
    """Say whether the record is the same and its amount came to something else by its rate."""
    first, last = _first(story.credits_before), _first(story.credits_after)
    if first is None or last is None:
        return any(each.rate_id for each in (first, last) if each)
    return bool(first.rate_id or last.rate_id) and first.value != last.value


def _fields(story: Story) -> set[str]:
    """Return every field a rule of then or of later reads: it is named in its definition.

    A value that happens to be called like a field does no harm: it is told, too, that it changed.
    """
    if story.is_entry:
        return {"amount", "occurred", "owner", "type", "currency"}
    found: set[str] = set()
    for rule in (*story.rules_before, *story.rules_after):
        if isinstance(rule.definition, Counting):
            found |= {text for text in _texts(calc.written(rule.definition)) if field_type(text)}
    return found | ({"currency"} if "amount" in found else set())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
