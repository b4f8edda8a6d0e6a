"""How many people a number is of, and how many working days they had: what formulas may name.

Everybody who is placed anywhere in the range is somebody; working days are those of the range on
which they are there, by their own calendars, without absence. Of several people the working days
are the mean, so that people × working days are person-days at every level.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from juara.core.db import LATEST
from juara.metrics.measures import Circumstances, Measure
from juara.people import calendars
from juara.people import queries as people


@dataclass(frozen=True, slots=True)
class Given:
    """The working days of everybody in a range, where anything asked for names them."""

    days: Mapping[int, Fraction] = field(default_factory=dict)
    is_asked: bool = False

    def of(self, member_ids: Collection[int]) -> Circumstances:
        """Return what holds for a number of these people together."""
        if not self.is_asked:
            return Circumstances()
        there = [self.days[each] for each in member_ids if each in self.days]
        mean = sum(there, Fraction(0)) / len(there) if there else None
        return Circumstances(Fraction(len(there)), mean)

    @property
    def company(self) -> Circumstances:
        return self.of(self.days)


NOT_ASKED = Given()


def read(
    measured: Iterable[Measure],
    from_day: date,
    until_day: date,
    *,
    batch: int = LATEST,
    members: Sequence[int] | None = None,
) -> Given:
    """Return what formulas among the measures may need of a range, cut where it is still to come.

    No query where none of them names people or working days. `members` keeps to these.
    """
    if not any(each.names_people or each.names_workdays for each in measured):
        return NOT_ASKED
    if until_day <= from_day:
        # All of it is still to come: nobody is there yet.
        return Given({}, True)
    if members is None:
        members = [place.member_id for place in people.places(from_day, until_day, batch=batch)]
    wanted = tuple(dict.fromkeys(members))
    return Given(calendars.workdays(wanted, from_day, until_day, batch=batch), True)
