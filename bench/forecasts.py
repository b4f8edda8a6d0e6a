"""Do forecasts come true? Backtests on the sample company, and on real sales where they are.

Of every month and quarter, at five moments each, everybody's landing is forecast from the days
before, and compared with what came. Beside it stand plainer ways of drawing days, and carrying the
pace so far on in a straight line.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from bench import ground
from juara.connect.mapping import parse_mapping
from juara.core import clock
from juara.core.calendar import ALWAYS, ONE_DAY, Period, period_of, previous
from juara.insights import calc, forecasts
from juara.insights.forecasts import Asked, Whose
from juara.insights.types import Forecast, Question, Real
from juara.ledger import daily, imports
from juara.ledger.daily import DayTotal
from juara.metrics import operations as metric_operations
from juara.metrics import queries as metrics
from juara.metrics.queries import MetricFacts
from juara.people import calendar_operations, calendars
from juara.people import operations as people_operations
from juara.people import queries as people
from juara.people.calendar_types import Pattern
from juara.samples import load
from juara.tenancy import operations as tenancy
from juara.tenancy import scope
from juara.tenancy.models import Organization

_MAPPINGS = Path(__file__).resolve().parents[1] / "mappings"
# The story that is told; until a fixed day, so that the figures can be had again.
_UNTIL = datetime(2026, 1, 5, 9, tzinfo=UTC)
_METRICS = ("calls", "meetings_held", "deals_won", "revenue_won")
# How much of a period is over when it is forecast.
_OVER = (0.03, 0.25, 0.5, 0.75, 0.92)
# Nowhere but in Honolulu is a working day half over by then.
_HOUR = time(22, tzinfo=UTC)
# Targets that are asked about, against the owner's period before.
_TARGETS = (Decimal("0.8"), Decimal("0.9"), Decimal(1), Decimal("1.1"), Decimal("1.25"))
_MAVEN = ("sales_teams.csv", "products.csv", "accounts.csv", "sales_pipeline.csv")

Way = Callable[[Question], Real]


@dataclass(frozen=True, slots=True)
class Case:
    """One forecast that was made, with what came of it."""

    owner: str
    metric: str
    unit: str
    over: float
    question: Question
    forecast: Forecast
    straight: float
    actual: Decimal
    targets: tuple[Decimal, ...]
    chances: tuple[float, ...]

    @property
    def is_inside(self) -> bool:
        return self.forecast.low <= self.actual <= self.forecast.high


def run(seeds: Sequence[int], data: Path | None) -> dict[str, Any]:
    """Return the calibration for each story, and for Maven's deals where `data` holds them."""
    found: dict[str, Any] = {}
    for seed in seeds:
        with ground.database():
            found[f"sample company {seed}"] = _summary(_sample(seed))
    folder = data / "maven-crm-opportunities" if data else None
    if folder and folder.is_dir():
        with ground.database():
            found["maven"] = _summary(_maven(folder))
    elif data:
        found["maven"] = f"not found in {data}"
    return found


def _sample(seed: int) -> list[Case]:
    loaded = load.load(seed=seed, until=_UNTIL, progress=lambda _rows, _expected: None)
    ground.as_owner("VACUUM ANALYZE")
    company = loaded.company
    with scope.enter(Organization.objects.get(slug=company.slug)):
        return list(_cases(company.starts_on, company.ends_on))


def _maven(folder: Path) -> list[Case]:
    made = tenancy.create_organization(slug="maven", name="Maven", moment=ground.NOW)
    with scope.enter(made):
        people_operations.ensure_root(name="Maven")
        metric_operations.install_catalogue(moment=ground.NOW, actor="bench")
        _open_every_day()
    mapping = parse_mapping((_MAPPINGS / "maven.toml").read_text(), name="maven")
    imports.import_files(
        made, mapping, [folder / name for name in _MAVEN], clock=clock.now, actor="bench",
        progress=lambda _what, _share: None,
    )  # fmt: skip
    ground.as_owner("VACUUM ANALYZE")
    with scope.enter(made):
        return list(_cases(date(2017, 3, 1), date(2018, 1, 1), week=7))


def _open_every_day() -> None:
    """Let the week have seven working days: Maven sells as much on Sundays as on Tuesdays."""
    default = next(each for each in calendars.calendars() if each.is_default)
    calendar_operations.change_calendar(
        default.public_id, name=default.name, pattern=Pattern(weights=(Fraction(1),) * 7),
        from_day=ALWAYS, today=ground.NOW.date(), moment=ground.NOW, actor="bench",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    """A metric of an owner, day by day from first to last."""

    kind: str
    whose: Whose
    metric: MetricFacts
    days: tuple[DayTotal, ...]

    def total(self, from_day: date, until_day: date) -> Decimal:
        return sum(
            (each.total for each in self.days if from_day <= each.day < until_day),
            Decimal(0),
        )


def _cases(first: date, until: date, *, week: int = 5) -> Iterator[Case]:
    """Yield every forecast that could be made between two days, with what came of it.

    `week` has so many working days.
    """
    lines = _lines(first, until)
    for period in _periods(first, until):
        length = (period.until_day - period.from_day).days
        for over in _OVER:
            day = period.from_day + ONE_DAY * int(length * over)
            yield from _at(lines, period, over, day, week=week)


def _periods(first: date, until: date) -> Iterator[Period]:
    for unit in ("month", "quarter"):
        period = period_of(unit, first)
        while period.until_day <= until:
            if period.from_day >= first:
                yield period
            period = period_of(unit, period.until_day)


def _lines(first: date, until: date) -> list[_Line]:
    wanted = [each for each in metrics.metrics() if each.key in _METRICS]
    places = people.places(first, until)
    members, teams = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
    for place in places:
        members[place.member_id].add(place.assignment_id)
        teams[place.team_id].add(place.assignment_id)
    everything = {0: {place.assignment_id for place in places} | {daily.NOBODYS}}
    found = []
    for kind, groups in (("person", members), ("team", teams), ("company", everything)):
        read = daily.series(wanted, groups, from_day=first, until_day=until)
        found += [
            _Line(kind, _whose(kind, number), metric, series.days)
            for metric in wanted
            for number in groups
            if (series := read.get((metric.id, number)))
        ]
    return found


def _whose(kind: str, number: int) -> Whose:
    if kind == "company":
        return Whose(has_unassigned=True)
    return Whose(number) if kind == "person" else Whose(team_ids=frozenset({number}))


def _at(
    lines: Sequence[_Line], period: Period, over: float, day: date, *, week: int
) -> Iterator[Case]:
    """Forecast everything at the end of a day, from what was there by then."""
    asked = [
        Asked(at, each.metric, period, each.whose, each.total(period.from_day, day + ONE_DAY))
        for at, each in enumerate(lines)
    ]
    put = forecasts.questions(asked, moment=datetime.combine(day, _HOUR))
    before = previous(period)
    for (at, question), found in zip(put.items(), calc.forecasts(tuple(put.values())), strict=True):
        if not isinstance(found, Forecast) or not found.days_used:
            continue
        line = lines[int(str(at))]
        targets = _targets(line, before)
        yield Case(
            line.kind, line.metric.key, period.unit, over, question, found,
            _straight(line, period, day, week=week),
            line.total(period.from_day, period.until_day), targets,
            tuple(_chance(question, target) for target in targets),
        )  # fmt: skip


def _targets(line: _Line, before: Period) -> tuple[Decimal, ...]:
    last = line.total(before.from_day, before.until_day)
    return tuple(last * share for share in _TARGETS) if last > 0 else ()


def _chance(question: Question, target: Decimal) -> float:
    found = calc.forecast(Question(question.history, question.value, question.left, target))
    assert isinstance(found, Forecast)
    return float(found.probability or 0)


def _straight(line: _Line, period: Period, day: date, *, week: int) -> float:
    """Carry what there is by the end of a day on through the working days of the period."""
    length = (period.until_day - period.from_day).days
    days = (period.from_day + ONE_DAY * at for at in range(length))
    work = [each for each in days if each.weekday() < week]
    over = sum(each <= day for each in work)
    so_far = float(line.total(period.from_day, day + ONE_DAY))
    return so_far * len(work) / over if over else so_far


# Plainer ways, to see what each step beyond them brings.


def _days(question: Question) -> Real:
    return _drawn(question, np.random.default_rng(1), block=1)


def _weeks(question: Question) -> Real:
    return _drawn(question, np.random.default_rng(1), block=5)


def _bayes(question: Question) -> Real:
    return _drawn(question, np.random.default_rng(1), block=1, is_bayesian=True)


_WAYS: dict[str, Way] = {
    "days drawn alike": _days,
    "weeks drawn alike": _weeks,
    "Bayesian bootstrap of days": _bayes,
}


def _drawn(
    question: Question, random: np.random.Generator, *, block: int, is_bayesian: bool = False
) -> Real:
    """Return landings from 60 days, drawn one by one or in blocks, each as likely as any other."""
    past = question.history
    count = min(len(past), 60) // block
    totals = past.totals[-count * block :].reshape(count, block).sum(axis=1) / 10_000
    weights = past.weights[-count * block :].reshape(count, block).sum(axis=1)
    many = np.floor(float(question.left) / weights.mean() + random.random(400)).astype(np.int64)
    shares = random.dirichlet(np.ones(count), 400) if is_bayesian else np.ones(count) / count
    landed = random.multinomial(many, shares) @ totals + float(question.value)
    return np.asarray(landed, dtype=np.float64)


# What came of it.


def _summary(cases: Sequence[Case]) -> dict[str, Any]:
    def share(of: Iterable[Case]) -> str:
        kept = list(of)
        inside = sum(each.is_inside for each in kept)
        return f"{100 * inside / len(kept):.0f} % of {len(kept):,}" if kept else "none"

    def by(name: str) -> dict[str, str]:
        values = sorted({getattr(each, name) for each in cases})
        return {
            str(value): share(each for each in cases if getattr(each, name) == value)
            for value in values
        }

    return {
        "came to lie inside the interval": share(cases),
        **{f"by {name}": by(name) for name in ("owner", "unit", "metric", "over")},
        "below the interval": f"{_outside(cases, -1):.1f} %",
        "above the interval": f"{_outside(cases, 1):.1f} %",
        "said, and came true": _reliability(cases),
        "error of the middle over that of the straight line": _against_straight(cases),
        "score of the probability, of yes and no by the straight line": _brier(cases),
        "inside, drawn otherwise": {name: _inside(cases, way) for name, way in _WAYS.items()},
    }


def _outside(cases: Sequence[Case], side: int) -> float:
    missed = sum(
        each.actual < each.forecast.low if side < 0 else each.actual > each.forecast.high
        for each in cases
    )
    return 100 * missed / len(cases)


def _reliability(cases: Sequence[Case]) -> dict[str, str]:
    """Return by tenths what share of the targets was reached that were said to be."""
    said = [
        (chance, each.actual >= target)
        for each in cases
        for target, chance in zip(each.targets, each.chances, strict=True)
    ]
    edges = [(tenth / 10, (tenth + 1) / 10) for tenth in range(10)]
    return {
        f"{low:.0%} to {high:.0%}": _came([each for each in said if low <= each[0] < high])
        for low, high in (*edges[:-1], (0.9, 1.1), (0.75, 0.85))
    }


def _came(said: Sequence[tuple[float, bool]]) -> str:
    if not said:
        return "none"
    chances, came = zip(*said, strict=True)
    return f"said {np.mean(chances):.0%}, came {np.mean(came):.0%} of {len(said):,}"


def _against_straight(cases: Sequence[Case]) -> dict[str, float]:
    """Return by how much is over of the period how far each is off, one over the other."""
    found = {}
    for over in _OVER:
        kept = [each for each in cases if each.over == over]
        ours, straight = (
            sum(abs(landed - float(each.actual)) / _size(each) for each, landed in pairs)
            for pairs in (
                [(each, float(each.forecast.middle)) for each in kept],
                [(each, each.straight) for each in kept],
            )
        )
        found[str(over)] = ours / straight
    return found


def _size(case: Case) -> float:
    """Return what an owner does in ten days, so that the large do not drown the small."""
    past = case.question.history.totals
    return max(float(past.mean()) / 1000, 1e-9)


def _brier(cases: Sequence[Case]) -> dict[str, float]:
    ours, straight = [], []
    for each in cases:
        for target, chance in zip(each.targets, each.chances, strict=True):
            came = each.actual >= target
            ours.append((chance - came) ** 2)
            straight.append(((each.straight >= float(target)) - float(came)) ** 2)
    return {"forecast": float(np.mean(ours)), "straight line": float(np.mean(straight))}


def _inside(cases: Sequence[Case], way: Way) -> str:
    inside = 0
    for each in cases:
        low, high = np.quantile(way(each.question), (0.1, 0.9), method="closest_observation")
        inside += low - 1e-9 <= float(each.actual) <= high + 1e-9
    return f"{100 * inside / len(cases):.0f} %"
