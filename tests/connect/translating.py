"""Translating small files, for the tests of it."""

from pathlib import Path
from typing import Any

import pytest

from juara.connect.mapping import parse_mapping
from juara.connect.translate import Habits, Problem, Report, translate
from juara.connect.types import PersonRow, RecordRow
from juara.core.errors import DomainError

HEAD = 'version = 1\nname = "Test"\nsource = "test"\n'
DEALS = HEAD + '[[file]]\nmatch = "deals.*"\nkind = "deal"\nid = "id"\n'


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def run(
    mapping: str, *files: Path, habits: Habits | None = None, chunk_rows: int = 5_000
) -> tuple[list[RecordRow], list[PersonRow], Report]:
    translation = translate(
        parse_mapping(mapping, name="test.toml"), files, habits=habits, chunk_rows=chunk_rows
    )
    records: list[RecordRow] = []
    people: list[PersonRow] = []
    problems: list[Problem] = []
    for chunk in translation:
        assert not (chunk.people and chunk.records)
        records += chunk.records
        people += chunk.people
        problems += chunk.problems
    assert [problem.sentence for problem in problems] == [
        problem.sentence for problem in translation.report.problems
    ]
    return records, people, translation.report


def refused(mapping: str, *files: Path) -> DomainError:
    with pytest.raises(DomainError) as caught:
        run(mapping, *files)
    return caught.value


def remarks(report: Report) -> list[str]:
    found = [*report.remarks]
    for each in report.files:
        found += each.remarks
    for part in report.parts:
        found += part.remarks
    return [remark.message for remark in found]


def one_field(
    folder: Path, rule: str, cells: list[str], **options: Any
) -> tuple[list[Any], Report]:
    """Read one field of deals from a column of cells; None where the field is absent."""
    name = rule.partition("=")[0].strip()
    text = "\n".join(["id;x", *(f"{n};{cell}" for n, cell in enumerate(cells, start=1))])
    path = write(folder, "deals.csv", text)
    records, _, report = run(f"{DEALS}[file.fields]\n{rule}\n", path, **options)
    values = []
    for record in records:
        every = {
            **record.texts, **record.dates, **record.users, "amount": record.amount,
            "duration_seconds": record.duration_seconds,
        }  # fmt: skip
        values.append(every.get(name))
    return values, report
