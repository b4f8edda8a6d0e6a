"""Targets from a sheet: what each row says, what it would change, and what is wrong with it.

One row a person, metric and period: who (e-mail or name), the metric, the period, the target.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from juara.connect import files
from juara.connect.files import Cell
from juara.core.calendar import Period, parse_period, period_of
from juara.core.errors import DomainError
from juara.core.sentences import Sentence
from juara.goals import queries
from juara.goals.access import Reach
from juara.goals.types import CUSTOM, GRAINS, Change, GoalFacts, GoalOwner, Owner
from juara.metrics import queries as metrics
from juara.metrics.queries import MetricFacts
from juara.people import queries as people
from juara.people.types import MemberFacts
from juara.tenancy import periods

# A thousand people over a year, month by month; more belongs into several files.
MOST_ROWS = 12_000
_MOST_TARGET = Decimal(10) ** 14

# Reads an amount as the reader's language writes it, in the unit of a metric.
Parse = Callable[[str, str], Decimal | None]

_NAMES = {
    "person": ("person", "name", "e-mail", "email", "rep", "owner", "member", "orang", "nama"),
    "metric": ("metric", "measure", "kpi", "metrik"),
    "period": ("period", "month", "when", "periode", "bulan"),
    "target": ("target", "quota", "goal", "amount", "kuota", "sasaran"),
    "length": ("length", "for each", "grain", "lama", "untuk setiap"),
}
_NEEDED = ("person", "metric", "period", "target")
_PLAIN = re.compile(r"\d{1,14}(\.\d{1,4})?")
_LIKE_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})", re.ASCII)

_NO_COLUMN = gettext_noop(
    "The sheet needs the columns Person, Metric, Period and Target. Not found: %(missing)s."
)
_TOO_MANY = gettext_noop("A sheet may have %(most)s rows. Divide this one into several.")
_NOBODY = gettext_noop("There is nobody called “%(given)s”.")
_SEVERAL = gettext_noop("Several people are called “%(given)s”. Write the e-mail address.")
_NO_METRIC = gettext_noop("There is no metric called “%(given)s”.")
_NO_PERIOD = gettext_noop("“%(given)s” is not a period. Write 2026-03, 2026-Q1, 2026-W10 or 2026.")
_NO_TARGET = gettext_noop("“%(given)s” is not a target. Write a number from 0 up.")
_TWICE = gettext_noop("The same target stands in row %(row)s already.")
_NOT_YOURS = gettext_noop("The goals of %(name)s are not yours to set.")


@dataclass(frozen=True, slots=True)
class Said:
    """A row that can be taken: `before` is the target of their own it would take the place of."""

    row: int
    member: MemberFacts
    metric: MetricFacts
    period: Period
    target: Decimal
    before: Decimal | None

    @property
    def is_new(self) -> bool:
        return self.before != self.target

    @property
    def change(self) -> Change:
        return Change(
            owner=GoalOwner(Owner.MEMBER, self.member.public_id),
            metric=self.metric.public_id,
            grain=self.period.unit,
            target=self.target,
            from_day=self.period.from_day,
            until_day=self.period.until_day,
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is refused, numbered as the sheet shows it, and why."""

    row: int
    said: Sentence


@dataclass(frozen=True, slots=True)
class Reading:
    rows: tuple[Said, ...]
    problems: tuple[Problem, ...]

    @property
    def changes(self) -> tuple[Said, ...]:
        return tuple(each for each in self.rows if each.is_new)


class _Refused(Exception):  # noqa: N818 - not an error: a row says why it is passed over
    def __init__(self, text: str, **data: str | int) -> None:
        super().__init__(text)
        self.said = Sentence(text, **data)


def read(path: Path, *, today: date, reach: Reach, parse: Parse) -> Reading:
    """Read a CSV file or workbook. DomainError for what is no such sheet; a bad row is a problem,
    and the others are read. The number of queries does not depend on how many rows there are.
    """
    form = files.sniff(path)
    columns = _columns(form.header)
    reader = _Rows(today=today, reach=reach, parse=parse)
    problems: list[Problem] = []
    stream = files.open_rows(
        path, form, lambda trouble: problems.append(Problem(trouble.row, Sentence(trouble.message)))
    )
    said: list[tuple[int, MemberFacts, MetricFacts, Period, Decimal]] = []
    try:
        for count, (number, cells) in enumerate(stream, start=1):
            if count > MOST_ROWS:
                raise DomainError("target.sheet_too_long", _TOO_MANY, most=MOST_ROWS)
            try:
                found = reader.row({name: cells[at] for name, at in columns.items()})
                reader.meet(number, found[0], found[1], found[2])
                said.append((number, *found))
            except _Refused as refused:
                problems.append(Problem(number, refused.said))
    finally:
        stream.close()
    problems.sort(key=lambda each: each.row)
    return Reading(_against(said), tuple(problems))


def _columns(header: Sequence[str]) -> dict[str, int]:
    names = [" ".join(each.casefold().split()) for each in header]
    found = {
        key: next(at for at, name in enumerate(names) if name in known)
        for key, known in _NAMES.items()
        if any(name in known for name in names)
    }
    missing = [key.capitalize() for key in _NEEDED if key not in found]
    if missing:
        raise DomainError("target.sheet_columns", _NO_COLUMN, missing=", ".join(missing))
    return found


def _against(
    said: Sequence[tuple[int, MemberFacts, MetricFacts, Period, Decimal]],
) -> tuple[Said, ...]:
    """Put rows beside what holds now, where it holds over the whole of their period."""
    if not said:
        return ()
    held: dict[tuple[int, int, str], list[GoalFacts]] = {}
    first = min(each[3].from_day for each in said)
    last = max(each[3].until_day for each in said)
    for goal in queries.goals(first, last):
        if goal.member_id is not None and goal.days is None:
            held.setdefault((goal.member_id, goal.metric_id, goal.grain), []).append(goal)

    def before(member: MemberFacts, metric: MetricFacts, period: Period) -> Decimal | None:
        for goal in held.get((member.id, metric.id, period.unit), ()):
            if goal.from_day <= period.from_day and period.until_day <= goal.until_day:
                return goal.target
        return None

    return tuple(
        Said(row, member, metric, period, target, before(member, metric, period))
        for row, member, metric, period, target in said
    )


class _Rows:
    """Reads rows one after the other against people and metrics that were read once."""

    def __init__(self, *, today: date, reach: Reach, parse: Parse) -> None:
        self.today, self.reach, self.parse = today, reach, parse
        self.rules = periods.rules()
        self.people = _people()
        self.metrics = _metrics()
        self._met: dict[tuple[int, int, Period], int] = {}

    def meet(self, row: int, member: MemberFacts, metric: MetricFacts, period: Period) -> None:
        """Refuse a row that says again what an earlier one says."""
        first = self._met.setdefault((member.id, metric.id, period), row)
        if first != row:
            raise _Refused(_TWICE, row=first)

    def row(self, cells: Mapping[str, Cell]) -> tuple[MemberFacts, MetricFacts, Period, Decimal]:
        member = self._member(_text(cells["person"]))
        text = _text(cells["metric"])
        metric = self.metrics.get(text.casefold())
        if metric is None:
            raise _Refused(_NO_METRIC, given=text)
        period = self._period(cells["period"], _text(cells.get("length", "")))
        return member, metric, period, self._target(cells["target"], metric.unit)

    def _member(self, text: str) -> MemberFacts:
        found = self.people.get(text.casefold(), ())
        if len(found) != 1:
            raise _Refused(_SEVERAL if found else _NOBODY, given=text)
        if not self.reach.sets_member(found[0].id):
            raise _Refused(_NOT_YOURS, name=found[0].name)
        return found[0]

    def _period(self, cell: Cell, length: str) -> Period:
        grain = _LENGTHS.get(length.casefold(), length.casefold())
        if isinstance(cell, datetime):
            cell = cell.date()
        try:
            if isinstance(cell, date):
                # A workbook turns what is typed as a month into its first day.
                kind = grain or ("month" if cell.day == 1 else "day")
                found = period_of(kind, cell, rules=self.rules)
            else:
                text = _LIKE_MONTH.sub(lambda at: f"{at[1]}-{int(at[2]):02}", _text(cell), count=1)
                found = parse_period(text, today=self.today, rules=self.rules)
                if grain:
                    found = period_of(grain, found.from_day, rules=self.rules)
        except DomainError as error:
            raise _Refused(_NO_PERIOD, given=_text(cell)) from error
        if found.unit == CUSTOM or found.unit not in GRAINS:
            raise _Refused(_NO_PERIOD, given=_text(cell))
        return found

    def _target(self, cell: Cell, unit: str) -> Decimal:
        found: Decimal | None
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            # As stored: a percent is a share already, a bare duration is hours, as when typed.
            found = _decimal(str(cell))
            if found is not None and unit == "duration":
                found *= 3600
        else:
            text = _text(cell)
            found = self.parse(text, unit)
            if found is None and _PLAIN.fullmatch(text):
                found = _decimal(text)
        if found is None or not found.is_finite() or not 0 <= found < _MOST_TARGET:
            raise _Refused(_NO_TARGET, given=_text(cell))
        return found.quantize(Decimal("0.0001"))


_LENGTHS = {
    "hari": "day",
    "minggu": "week",
    "bulan": "month",
    "kuartal": "quarter",
    "tahun": "year",
}


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())


def _people() -> dict[str, list[MemberFacts]]:
    found: dict[str, list[MemberFacts]] = {}
    for each in people.members().values():
        for text in {each.name.casefold(), each.email.casefold()} - {""}:
            found.setdefault(text, []).append(each)
    return found


def _metrics() -> dict[str, MetricFacts]:
    """Return metrics by their key, and by their name in English and in the reader's language."""
    found: dict[str, MetricFacts] = {}
    for each in metrics.metrics():
        for text in (each.key, each.name, _(each.name)):
            found.setdefault(text.casefold(), each)
    return found
