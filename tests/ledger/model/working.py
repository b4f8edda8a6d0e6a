"""Who works when: by the standard week or by a shorter one, less days off and absences."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tests.ledger.model.timeline import Timeline

_WHOLE = Fraction(1)
# Monday to Sunday, of those who work by the shorter calendar.
SHORT = (*(_WHOLE,) * 4, Fraction(1, 2), Fraction(0), Fraction(0))
STANDARD = (*(_WHOLE,) * 5, Fraction(0), Fraction(0))


@dataclass
class Working:
    # Who works by the shorter calendar when, and on which days that one is different.
    short: dict[str, Timeline[bool]] = field(default_factory=dict)
    different: Timeline[Fraction] = field(default_factory=Timeline)
    # By the id of the absence: who, when, and which part of the day.
    away: dict[str, tuple[str, date, date, Fraction]] = field(default_factory=dict)

    def choose(self, member: str, is_short: bool, first: date, until: date) -> None:
        self.short.setdefault(member, Timeline()).lay(is_short or None, first, until)

    def weight(self, member: str, day: date) -> Fraction:
        """Return how much of a working day a member has on a day."""
        is_short = member in self.short and self.short[member].on(day) is not None
        whole = (SHORT if is_short else STANDARD)[day.weekday()]
        if is_short and (other := self.different.on(day)):
            whole = other.value
        parts = [
            part for who, first, until, part in self.away.values()
            if who == member and first <= day < until
        ]  # fmt: skip
        return whole * max(_WHOLE - sum(parts, Fraction(0)), Fraction(0))
