"""Files as a CRM exports them, and the mappings that read them."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MAPPINGS = ROOT / "mappings"
# Real data stands beside the project, where it is at all.
DATA = ROOT.parent / "shared" / "data"

_DEALS = """
[[file]]
match = "deals*"
kind = "deal"
id = "id"

[file.fields]
owner = "owner"
amount = "amount"
closed = "closed"
status = "status"
name = { template = "Deal {id}" }
"""
_PEOPLE = """
[[file]]
match = "people*"
people = true
key = "key"
name = "name"
team = ["team"]
starts_on = "from"
ends_on = "until"
"""
DEAL_COLUMNS = ("id", "owner", "amount", "closed", "status")
PEOPLE_COLUMNS = ("key", "name", "team", "from", "until")

Cell = str | int | date

# What `revenue_won` of the catalogue counts, for tests that need no other metric.
REVENUE: dict[str, Any] = {
    "aggregation": "sum",
    "kinds": ["deal"],
    "where": {"all": [{"field": "status", "operator": "equals", "value": "won"}]},
    "date": "closed",
    "credit": [{"role": "owner", "field": "owner"}],
    "value": "amount",
}


def mapping(folder: Path, *, head: str = "", source: str = "crm", name: str = "mapping") -> Path:
    """Write the mapping of deals and people; `head` adds keys to it."""
    return _mapping(folder / f"{name}.toml", source, head, _PEOPLE + _DEALS)


def deals_mapping(folder: Path, *, fields: str = "") -> Path:
    """Write the mapping of deals alone; `fields` adds to what is read of them."""
    return _mapping(folder / "deals.toml", "crm", "", _DEALS + fields)


def _mapping(path: Path, source: str, head: str, sections: str) -> Path:
    path.write_text(f'version = 1\nname = "CRM"\nsource = "{source}"\n{head}\n{sections}')
    return path


def deals(folder: Path, *rows: Sequence[Cell], name: str = "deals.csv") -> Path:
    """Write a file of deals: id, owner, amount, and where they differ day closed and status."""
    return table(folder / name, DEAL_COLUMNS, (_whole_deal(row) for row in rows))


def _whole_deal(row: Sequence[Cell]) -> Sequence[Cell]:
    return (*row, *("2025-03-03", "won")[len(row) - 3 :])


def people(folder: Path, *rows: Sequence[Cell], name: str = "people.csv") -> Path:
    """Write a file of people: key, name, team, and where there are any first and last day."""
    return table(folder / name, PEOPLE_COLUMNS, ((*row, "", "")[:5] for row in rows))


def table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


TEAM = ("ana", "bob", "cyd", "dee", "eve", "fay", "gus")


def staff(folder: Path) -> Path:
    """Write the seven people who own what `many_deals` makes, in two teams."""
    return people(folder, *((key, key.title(), ("North", "South")[i % 2]) for i, key in _numbered))


_numbered = tuple(enumerate(TEAM))


def many_deals(folder: Path, count: int, *, name: str = "deals.csv", raised: int = 0) -> Path:
    """Write deals 1 … count over a year, each amount higher by `raised`."""
    first = date(2025, 1, 1)
    return table(
        folder / name,
        DEAL_COLUMNS,
        (
            (f"D{number}", TEAM[number % 7], amount_of(number) + raised,
             first + timedelta(days=number % 365), "won")
            for number in range(1, count + 1)
        ),
    )  # fmt: skip


def amount_of(number: int) -> int:
    return number * 37 % 5000 + 1


@dataclass(frozen=True)
class DataSet:
    """One set of files nobody here made up, with its mapping."""

    mapping: Path
    files: tuple[Path, ...]

    def __getitem__(self, name: str) -> Path:
        return next(path for path in self.files if path.name == name)

    def rows(self, name: str) -> list[dict[str, str]]:
        """Read a file the plainest way there is."""
        with self[name].open(newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))


def data_set(mapping: str, folder: str, *names: str) -> DataSet:
    """Return the files of a set of real data; skips the test where they are not."""
    files = tuple(DATA / folder / name for name in names)
    if missing := [path.name for path in files if not path.exists()]:
        pytest.skip(f"needs data that is not part of the project: {', '.join(missing)}")
    return DataSet(MAPPINGS / f"{mapping}.toml", files)
