"""What weeks and fiscal years go by, from which day on, and which periods follow from it.

Two things can be chosen and each can change on a day: the weekday weeks begin on, and the fiscal
year. A period that such a day falls into is cut there, so that every day lies in exactly one
period of each unit. Nothing here knows keys that depend on today; see `periods`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, TypeVar

from juara.core.calendar.days import ALWAYS, MONDAY, ONE_DAY, add_months

# A fiscal year of calendar months, or of quarters of 13 weeks in this order.
MONTHS = "months"
PATTERNS = (MONTHS, "4-4-5", "4-5-4", "5-4-4")
# Which of its weekday ends a year of weeks: the last in its month, or the nearest to its end.
CLOSES = ("nearest", "last")
NAMED_AFTER = ("end", "begin")
SATURDAY = 5

# How many twelfths of a year a fiscal unit is long.
_TWELFTHS = {"fiscal-year": 12, "fiscal-quarter": 3, "fiscal-month": 1}
FISCAL_UNITS = tuple(_TWELFTHS)

Rule = TypeVar("Rule")


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """How an organization's year is laid out.

    It begins in `start_month`, 1 to 12. By `pattern` it consists of calendar months or of 52 or 53
    weeks; then it ends on `last_weekday` (0 Monday … 6 Sunday), the last one in the month before
    the start month or the one nearest to that month's end, as `close` says. The 53rd week lies
    in the last period. Its number is that of the calendar year it begins or ends in, as
    `named_after` says; a few days by which a year of weeks is off do not change its number.
    """

    start_month: int = 1
    pattern: str = MONTHS
    last_weekday: int = SATURDAY
    close: str = "nearest"
    named_after: str = "end"

    @property
    def is_weeks(self) -> bool:
        return self.pattern != MONTHS

    @property
    def is_calendar(self) -> bool:
        """Whether fiscal units are just those of the calendar."""
        return self.start_month == 1 and not self.is_weeks

    def essence(self) -> "FiscalYear":
        """Return this with everything that makes no difference at its default."""
        years = FiscalYear() if self.start_month == 1 else self
        weeks = self if self.is_weeks else FiscalYear()
        return FiscalYear(
            self.start_month, self.pattern, weeks.last_weekday, weeks.close, years.named_after
        )

    def year_of(self, day: date) -> int:
        """Return the number of the fiscal year a day lies in."""
        nominal = day.year if day.month >= self.start_month else day.year - 1
        # A year of weeks can begin some days before or after its month does.
        if day < self._begin(nominal):
            nominal -= 1
        elif day >= self._begin(nominal + 1):
            nominal += 1
        return nominal + self._ahead

    def weeks_in(self, year: int) -> int:
        """Return how many whole weeks a fiscal year has."""
        nominal = year - self._ahead
        return (self._begin(nominal + 1) - self._begin(nominal)).days // 7

    def twelfths(self, year: int) -> list[date]:
        """Return the first day of each of the twelve periods of a year, and of the next year."""
        nominal = year - self._ahead
        first, end = self._begin(nominal), self._begin(nominal + 1)
        if not self.is_weeks:
            return [add_months(first, count) for count in range(13)]
        lengths = [int(weeks) for weeks in self.pattern.split("-")] * 4
        begins = [first + timedelta(weeks=sum(lengths[:count])) for count in range(12)]
        return [*begins, end]

    @property
    def _ahead(self) -> int:
        """How much the number of a year is ahead of the calendar year it begins in."""
        return int(self.named_after == "end" and self.start_month != 1)

    def _begin(self, nominal: int) -> date:
        """Return the first day of the year that begins in the start month of a calendar year."""
        first = date(nominal, self.start_month, 1)
        if not self.is_weeks:
            return first
        end = first - ONE_DAY
        back = (end.weekday() - self.last_weekday) % 7
        is_next_nearer = self.close == "nearest" and back > 7 - back
        return first + timedelta(days=7 - back if is_next_nearer else -back)


@dataclass(frozen=True, slots=True)
class Named:
    """A range of days and the name it has, of a period of some unit."""

    name: str
    from_day: date
    until_day: date


@dataclass(frozen=True, slots=True)
class PeriodRules:
    """Which weekday weeks begin on, and the fiscal year, each from a day on.

    The first of each holds since always, whatever day it gives; the days ascend.
    """

    weeks: tuple[tuple[date, int], ...] = ((ALWAYS, MONDAY),)
    fiscal: tuple[tuple[date, FiscalYear], ...] = ((ALWAYS, FiscalYear()),)

    @classmethod
    def always(cls, *, week_start: int = MONDAY, fiscal: FiscalYear | None = None) -> "PeriodRules":
        """Return rules that never change."""
        return cls(((ALWAYS, week_start),), ((ALWAYS, fiscal or FiscalYear()),))

    def week_start_on(self, day: date) -> int:
        """Return the weekday that weeks begin on, 0 for Monday to 6 for Sunday."""
        return _on(self.weeks, day)

    def fiscal_on(self, day: date) -> FiscalYear:
        return _on(self.fiscal, day)

    def with_week_start(self, week_start: int, *, from_day: date) -> "PeriodRules":
        """Return these with weeks that begin on another weekday from a day on, for good."""
        return PeriodRules(_followed(self.weeks, week_start, from_day), self.fiscal)

    def with_fiscal(self, fiscal: FiscalYear, *, from_day: date) -> "PeriodRules":
        """Return these with another fiscal year from a day on, for good."""
        return PeriodRules(self.weeks, _followed(self.fiscal, fiscal, from_day))

    def around(self, unit: str, day: date) -> Named:
        """Return the week or fiscal unit a day lies in, cut where the rules change."""
        for segment in self._segments(unit):
            if segment.from_day <= day < segment.until_day:
                whole = segment.around(day)
                cut = segment.cut(whole)
                is_plain = self.first_day(unit, whole.name) == cut.from_day
                name = whole.name if is_plain else f"{whole.name}@{cut.from_day}"
                return Named(name, cut.from_day, cut.until_day)
        raise ValueError(f"{day} lies in no {unit}")

    def first_day(self, unit: str, name: str, *, at: date | None = None) -> date | None:
        """Return the first day of the period with a name, None where no day is left for it.

        A change of rules can leave two of a name. Then a whole one bears it rather than one that
        was cut, the later of two whole ones, the longer of two that were cut; in the names of the
        others their first day follows: ``FY2025@2025-07-01``. Given as `at`, it finds that one.
        ValueError for what is no name.
        """
        found = []
        for segment in self._segments(unit):
            whole = segment.named(name)
            cut = segment.cut(whole)
            if cut.from_day < cut.until_day and at in (None, cut.from_day):
                length = timedelta.max if cut == whole else cut.until_day - cut.from_day
                found.append((length, cut.from_day))
        return max(found)[1] if found else None

    def _segments(self, unit: str) -> Iterator["_Segment"]:
        if unit == "week":
            for from_day, until_day, start in _spans(self.weeks):
                yield _Segment(
                    from_day, until_day, partial(_week_of, start), partial(_week_named, start)
                )
        else:
            essences = tuple((from_day, year.essence()) for from_day, year in self.fiscal)
            for from_day, until_day, year in _spans(essences):
                yield _Segment(
                    from_day, until_day,
                    partial(_fiscal_of, year, unit), partial(_fiscal_named, year, unit),
                )  # fmt: skip


PLAIN = PeriodRules()


@dataclass(frozen=True, slots=True)
class _Segment:
    """A run of days on which one rule holds, and how it lays periods out."""

    from_day: date
    until_day: date
    around: Callable[[date], Named]
    named: Callable[[str], Named]

    def cut(self, whole: Named) -> Named:
        return Named(
            whole.name,
            max(whole.from_day, self.from_day),
            min(whole.until_day, self.until_day),
        )


def _on(dated: Sequence[tuple[date, Rule]], day: date) -> Rule:
    return next((rule for from_day, rule in reversed(dated) if from_day <= day), dated[0][1])


def _followed(
    dated: tuple[tuple[date, Rule], ...], rule: Rule, from_day: date
) -> tuple[tuple[date, Rule], ...]:
    if from_day <= dated[0][0]:
        return ((ALWAYS, rule),)
    kept = tuple(each for each in dated if each[0] < from_day)
    return kept if kept[-1][1] == rule else (*kept, (from_day, rule))


def _spans(dated: Sequence[tuple[date, Rule]]) -> Iterator[tuple[date, date, Rule]]:
    """Give each rule its half-open run of days; neighbours that say the same are one."""
    from_day, rule = date.min, dated[0][1]
    for change_day, changed in dated[1:]:
        if changed != rule:
            yield from_day, change_day, rule
            from_day, rule = change_day, changed
    yield from_day, date.max, rule


def _week_of(start: int, day: date) -> Named:
    first = day - timedelta(days=(day.weekday() - start) % 7)
    thursday = first + timedelta(days=(3 - first.weekday()) % 7)
    return Named(week_name(thursday), first, first + timedelta(days=7))


def _week_named(start: int, name: str) -> Named:
    year, week = name.split("-W")
    return _week_of(start, date.fromisocalendar(int(year), int(week), 4))


def week_name(thursday: date) -> str:
    """Return the name of the ISO week whose Thursday lies in a week, whatever its first day."""
    year, week, _ = thursday.isocalendar()
    return f"{year}-W{week:02d}"


def _fiscal_of(fiscal: FiscalYear, unit: str, day: date) -> Named:
    year = fiscal.year_of(day)
    begins = fiscal.twelfths(year)
    size = _TWELFTHS[unit]
    number = sum(begin <= day for begin in begins[:12:size])
    return _fiscal_part(begins, year, size, number)


def _fiscal_named(fiscal: FiscalYear, unit: str, name: str) -> Named:
    year, _, part = name.removeprefix("FY").partition("-")
    number = int(part[1:]) if part else 1
    size = _TWELFTHS[unit]
    if not 1 <= number <= 12 // size:
        raise ValueError(name)
    return _fiscal_part(fiscal.twelfths(int(year)), int(year), size, number)


def _fiscal_part(begins: Sequence[date], year: int, size: int, number: int) -> Named:
    part = {12: "", 3: f"-Q{number}", 1: f"-P{number:02d}"}[size]
    return Named(f"FY{year:04d}{part}", begins[(number - 1) * size], begins[number * size])


def stored(rules: PeriodRules) -> dict[str, Any]:
    """Return rules as plain values that JSON can keep; `read_stored` makes them rules again."""
    return {
        "weeks": [[day.isoformat(), start] for day, start in rules.weeks],
        "fiscal": [
            [day.isoformat(), year.start_month, year.pattern, year.last_weekday, year.close,
             year.named_after]
            for day, year in rules.fiscal
        ],
    }  # fmt: skip


def read_stored(kept: Mapping[str, Any]) -> PeriodRules:
    """Return the rules that `stored` wrote; nothing kept means the plain ones."""
    if not kept:
        return PLAIN
    return PeriodRules(
        tuple((date.fromisoformat(day), start) for day, start in kept["weeks"]),
        tuple((date.fromisoformat(day), FiscalYear(*year)) for day, *year in kept["fiscal"]),
    )
