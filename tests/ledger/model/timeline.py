"""What holds from which day until which."""

from dataclasses import dataclass, field
from datetime import date
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Span(NamedTuple, Generic[T]):
    """What holds from a day until a day."""

    first: date
    until: date
    value: T


@dataclass
class Timeline(Generic[T]):
    """What holds when; what is laid later replaces what was there."""

    spans: list[Span[T]] = field(default_factory=list)

    def lay(self, value: T | None, first: date, until: date) -> None:
        if value is not None and self._holds(value, first, until):
            return
        kept = [Span(s.first, min(s.until, first), s.value) for s in self.spans if s.first < first]
        kept += [Span(max(s.first, until), s.until, s.value) for s in self.spans if s.until > until]
        if value is not None:
            kept.append(Span(first, until, value))
        self.spans = sorted(kept, key=lambda span: span.first)

    def on(self, day: date) -> Span[T] | None:
        return next((span for span in self.spans if span.first <= day < span.until), None)

    def _holds(self, value: T, first: date, until: date) -> bool:
        day = first
        while day < until and (here := self.on(day)) and here.value == value:
            day = here.until
        return day >= until
