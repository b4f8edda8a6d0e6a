"""The examples in docs/guide/scores.md come out as they are printed."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pytest

from juara.scorecards import calc
from juara.scorecards.calc import Measured
from juara.scorecards.types import Mode, Score, Step
from tests.flows.exports import ROOT

PAGE = ROOT / "docs" / "guide" / "scores.md"
NO_VALUE = "–"
LINES = ["line", "weight", "target", "value", "rule", "reached", "counts", "points"]

_RULE = re.compile(r"(cap|start) ([\d.]+) %")
_CARD = re.compile(r"^(Scorecard|Pace index): (?:cap ([\d.]+) %|no cap)\.$", re.MULTILINE)
_SCORE = re.compile(r"^Score: \*\*([\d.]+)\*\*", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """A section of the page that shows a table."""

    title: str
    text: str

    @property
    def table(self) -> list[list[str]]:
        rows = [line for line in self.text.splitlines() if line.startswith("|")]
        cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
        return [cells[0], *cells[2:]]


def examples() -> list[Example]:
    sections = re.split(r"^#{2,3} ", PAGE.read_text(), flags=re.MULTILINE)[1:]
    found = [Example(*section.split("\n", 1)) for section in sections]
    return [each for each in found if "\n|" in each.text]


def number(text: str) -> Decimal | None:
    return None if text == NO_VALUE else Decimal(text.replace(",", ""))


def share(text: str) -> Decimal:
    return Decimal(text) / 100


def measured(row: list[str]) -> Measured:
    _line, weight, target, value, rule, *_found = row
    said = {name: share(amount) for name, amount in _RULE.findall(rule)}
    left = _RULE.sub("", rule)
    assert left in ("", "lower is better", "not scored without a value"), rule
    return Measured(
        Decimal(weight), number(value), number(target), is_higher_better="lower" not in left,
        cap=said.get("cap"), start=said.get("start"), skips="not scored" in left,
    )  # fmt: skip


def percent(amount: Decimal | None) -> str:
    return "" if amount is None else f"{plain(amount * 100)} %"


def plain(amount: Decimal) -> str:
    rounded = amount.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
    return format(rounded, "f") if rounded else "0"


def printed(step: Step) -> list[str]:
    reached = "not scored" if step.unscored else percent(step.attainment)
    return [reached, percent(step.counted), plain(step.points)]


WEIGHTED = [each for each in examples() if each.table[0] == LINES]
OTHERS = [each for each in examples() if each.table[0] != LINES]


def score_of(example: Example) -> Score:
    kind, cap = _CARD.findall(example.text)[0]
    way = calc.pace_index if kind == "Pace index" else calc.weighted
    rows = [measured(row) for row in example.table[1:]]
    return way(rows, cap=share(cap) if cap else None)


def test_every_way_to_score_has_an_example() -> None:
    assert [each.title for each in OTHERS] == ["Places among four"]
    assert {score_of(each).mode for each in WEIGHTED} == {Mode.WEIGHTED, Mode.PACE_INDEX}
    assert [_SCORE.findall(each.text)[0] for each in WEIGHTED[:2]] == ["210", "170"]


@pytest.mark.parametrize("example", WEIGHTED, ids=[each.title for each in WEIGHTED])
def test_a_worked_example_comes_out_as_printed(example: Example) -> None:
    score = score_of(example)

    assert [printed(step) for step in score.steps] == [row[5:] for row in example.table[1:]]
    assert score.points is not None
    assert [plain(score.points)] == _SCORE.findall(example.text)


def test_the_places_come_out_as_printed() -> None:
    heads, *rows = OTHERS[0].table
    weights = [Decimal(head.rpartition(" ")[2]) for head in (heads[1], heads[3])]

    def lines(row: list[str]) -> list[Measured]:
        pairs = [cell.split(" of ") for cell in (row[1], row[3])]
        return [
            Measured(weight, number(value), number(target))
            for weight, (value, target) in zip(weights, pairs, strict=True)
        ]

    found = calc.rank_points({row[0]: lines(row) for row in rows})

    for row in rows:
        score = found[row[0]]
        assert score.points is not None
        places = [str(step.rank) for step in score.steps]
        assert [*places, plain(score.points)] == [row[2], row[4], row[5]]
