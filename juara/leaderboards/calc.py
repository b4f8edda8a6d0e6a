"""Ranking: who stands where, and who got there first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody with a value. `reached_at` is when the value last became what it is."""

    key: int
    name: str
    value: Decimal
    reached_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry in its place: equal values share a rank (1, 2, 2, 4)."""

    entry: Entry
    rank: int
    is_tied: bool
    gap: Decimal | None


def tied_keys(entries: Iterable[Entry]) -> tuple[int, ...]:
    """Return the keys of entries that share their value with another."""
    counts: dict[Decimal, list[int]] = {}
    for entry in entries:
        counts.setdefault(entry.value, []).append(entry.key)
    return tuple(key for keys in counts.values() if len(keys) > 1 for key in keys)


def ranked(entries: Iterable[Entry], *, higher_is_better: bool) -> tuple[Ranked, ...]:
    """Return entries best first. Inside a tie: who reached the value first, then by name."""
    sign = -1 if higher_is_better else 1
    never = datetime.max.replace(tzinfo=UTC)
    ordered = sorted(
        entries,
        key=lambda entry: (
            sign * entry.value,
            entry.reached_at or never,
            entry.name.casefold(),
            entry.key,
        ),
    )
    tied = set(tied_keys(ordered))
    places: list[Ranked] = []
    for index, entry in enumerate(ordered):
        above = places[-1] if places else None
        shares = above is not None and above.entry.value == entry.value
        rank = above.rank if above is not None and shares else index + 1
        gap: Decimal | None = None
        if above is not None:
            gap = above.gap if shares else abs(above.entry.value - entry.value)
        places.append(Ranked(entry, rank, entry.key in tied, gap))
    return tuple(places)


def share_of_best(value: Decimal, best: Decimal, *, higher_is_better: bool) -> float:
    """Return how far a value comes to the leader's, from 0 to 1: the length of its bar.

    Where lower is better the leader, the lowest, has the full bar. Nothing below zero has one.
    """
    if value == best:
        return 1.0 if value > 0 or not higher_is_better else 0.0
    part, whole = (value, best) if higher_is_better else (best, value)
    return float(part / whole) if part > 0 and whole > 0 else 0.0


def movement(now: int | None, before: int | None) -> int | None:
    """Return the places gained (negative: lost); None when there is nothing to compare."""
    return None if now is None or before is None else before - now


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """What was added at one moment."""

    at: datetime
    added: T


def reached_at(
    steps: Sequence[Step[T]],
    *,
    zero: T,
    add: Callable[[T, T], T],
    value_of: Callable[[T], Decimal | None],
) -> datetime | None:
    """Return the last moment at which the running value became its final one.

    Steps of the same moment count together. A value that left its final height and came back
    counts from the return; None when there are no steps.
    """
    totals: dict[datetime, T] = {}
    for step in steps:
        totals[step.at] = add(totals[step.at], step.added) if step.at in totals else step.added
    running, last, value = zero, None, value_of(zero)
    for at in sorted(totals):
        running = add(running, totals[at])
        current = value_of(running)
        if last is None or current != value:
            last, value = at, current
    return last
