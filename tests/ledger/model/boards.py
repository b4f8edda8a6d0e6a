"""What credits come to: by person, by team, by branch, for the company, and for nobody."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from juara.core.calendar import ALWAYS
from tests.ledger.model.crediting import NOBODY, WHOLE, Credit
from tests.ledger.model.plans import PLANS, WORKED, Values
from tests.ledger.model.world import ONE_DAY, World


@dataclass(frozen=True)
class Shown:
    """A board: who stands on it with what, and its totals."""

    rows: dict[str, Decimal]
    company: Decimal | None
    unassigned: Decimal | None


@dataclass(frozen=True)
class Range:
    """Days asked for, and the day it is: what is still to come has no people in it yet."""

    first: date
    until: date
    today: date

    @property
    def last(self) -> date:
        return self.until - ONE_DAY

    def days(self) -> list[date]:
        count = (min(self.until, self.today + ONE_DAY) - self.first).days
        return [self.first + ONE_DAY * number for number in range(max(count, 0))]


def parts_of(metric: str) -> tuple[str, ...]:
    return WORKED[metric].parts if metric in WORKED else (metric,)


def earned_in(found: Iterable[Credit], metric: str, asked: Range, *, role: int = 0) -> list[Credit]:
    """Return a metric's credits that a range is made of: of a balance all until its end."""
    first = ALWAYS if PLANS[metric][0].aggregation == "latest" else asked.first
    return [
        each for each in found
        if each.metric == metric and each.role == role and first <= each.day < asked.until
    ]  # fmt: skip


def value_of(metric: str, found: list[Credit]) -> Decimal | None:
    """Return what credits of one metric come to; None is no value."""
    plan = PLANS[metric][0]
    values = [each.value for each in found]
    shares = sum(each.share for each in found)
    match plan.aggregation:
        case "count":
            return Decimal(shares) / WHOLE
        case "minimum":
            return min(values, default=None)
        case "maximum":
            return max(values, default=None)
        case "distinct":
            return Decimal(len({each.item for each in found}))
        case "average":
            is_average = True
        case _:
            is_average = plan.is_average
    total = sum(values, Decimal(0))
    if not is_average:
        return total
    return _rounded(Fraction(total) * WHOLE / shares) if shares else None


def board(
    world: World, found: list[Credit], metric: str, asked: Range, *, by: str, root: str
) -> Shown:
    earned = {part: earned_in(found, part, asked) for part in parts_of(metric)}
    crews = _crews(world, asked, by, root)

    def key(credit: Credit, part: str) -> str:
        if by != "branch":
            return credit.member if by == "member" else credit.team
        day = asked.last if PLANS[part][0].aggregation == "latest" else credit.day
        return world.branch(credit.team, day, root)

    groups: dict[str, dict[str, list[Credit]]] = {}
    for part, behind in earned.items():
        for each in behind:
            if each.member != NOBODY:
                groups.setdefault(key(each, part), {}).setdefault(part, []).append(each)
    rows = {
        name: value for name, parts in groups.items()
        if (value := _worked(metric, parts, crews.get(name, set()), world, asked)) is not None
    }  # fmt: skip
    everybody = set().union(*crews.values()) if crews else set()
    nobody = [e for e in earned.get(metric, []) if e.member == NOBODY]
    plan = PLANS[metric][0] if metric in PLANS else None
    ways = ("count", "sum", "latest")
    is_additive = plan is not None and plan.aggregation in ways and not plan.is_average
    return Shown(
        rows,
        _worked(metric, earned, everybody, world, asked),
        value_of(metric, nobody) if is_additive else None,
    )


def _worked(
    metric: str, earned: dict[str, list[Credit]], crew: set[str], world: World, asked: Range
) -> Decimal | None:
    values = {part: value_of(part, earned.get(part, [])) for part in parts_of(metric)}
    if metric not in WORKED:
        return values[metric]
    exact: Values = {
        part: None if value is None else Fraction(value) for part, value in values.items()
    }
    people, workdays = _circumstances(world, crew, asked)
    found = WORKED[metric].work(exact, people, workdays)
    return None if found is None else _rounded(found)


def _rounded(exact: Fraction) -> Decimal:
    """Round half-even to the places numbers are kept with."""
    return Decimal(round(exact * WHOLE)) / WHOLE


def _crews(world: World, asked: Range, by: str, root: str) -> dict[str, set[str]]:
    """Return who works in each row's team, or is the row's person, on any day of a range."""
    crews: dict[str, set[str]] = {}
    key: dict[str, Callable[[str, str, date], str]] = {
        "member": lambda member, _team, _day: member,
        "team": lambda _member, team, _day: team,
        "branch": lambda _member, team, day: world.branch(team, day, root),
    }
    for member, stays in world.places.items():
        for day in asked.days():
            if stay := stays.on(day):
                crews.setdefault(key[by](member, stay.value.team, day), set()).add(member)
    return crews


def _circumstances(world: World, crew: set[str], asked: Range) -> tuple[int, Fraction | None]:
    """Return how many people there are, and how many working days they had on average."""
    days = asked.days()
    worked = [
        sum(
            (world.working.weight(member, day) for day in days if world.places[member].on(day)),
            Fraction(0),
        )
        for member in sorted(crew)
    ]
    return len(worked), sum(worked, Fraction(0)) / len(worked) if worked else None
