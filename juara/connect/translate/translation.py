"""From files and a mapping to rows of ours, a chunk at a time, with a report of what was wrong."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from juara.connect.files import Cell, RowStream, RowTrouble, open_rows
from juara.connect.mapping import (
    ColumnRule,
    Mapping,
    PeopleSection,
    RecordSection,
    ReferenceSection,
)
from juara.connect.translate.cells import CellError, as_text, cleaned
from juara.connect.translate.columns import Ground, Noticed
from juara.connect.translate.fields import Readers
from juara.connect.translate.people import PeopleSeen
from juara.connect.translate.plan import Part, Plan, Source, make_plan
from juara.connect.translate.references import Reference, References
from juara.connect.translate.remarks import RemarkCounts
from juara.connect.translate.report import FileReport, PartReport, Problem, Remark, Report
from juara.connect.translate.rows import CellProblem, PersonReader, RecordReader, compile_condition
from juara.connect.translate.styles import FileStyles, Habits
from juara.connect.types import PersonRow, RecordRow

CHUNK_ROWS = 5_000

Numbered = tuple[int, list[Cell]]


@dataclass(slots=True)
class Chunk:
    """Some thousand rows of one section: people or records, and what was wrong among them.

    `progress` is the share of all bytes read so far, from 0 to 1.
    """

    file: str
    what: str
    people: list[PersonRow] = field(default_factory=list)
    records: list[RecordRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    progress: float = 0.0


def translate(
    mapping: Mapping,
    files: Sequence[Path],
    *,
    habits: Habits | None = None,
    chunk_rows: int = CHUNK_ROWS,
) -> "Translation":
    """Prepare to translate files: everything is checked, no row is delivered yet.

    `habits` is how the organization writes dates and numbers, for what the files leave open.
    Raises `DomainError` for a file that is no table, a mapping that fits none of the files, or
    columns that are missing.
    """
    plan = make_plan(mapping, files)
    return Translation(mapping, plan, habits=habits or Habits(), chunk_rows=chunk_rows)


class Translation:
    """An import on its way: iterate it once for its chunks; its report grows meanwhile.

    People come first, then records in the order of the mapping's sections. Row numbers grow
    throughout; `report.locate` turns one back into a file and a row. Memory does not grow with
    the number of rows.
    """

    def __init__(self, mapping: Mapping, plan: Plan, *, habits: Habits, chunk_rows: int) -> None:
        self._mapping = mapping
        self._plan = plan
        self._chunk_rows = chunk_rows
        self._references = References()
        self._people = PeopleSeen()
        self._next_number = 0
        self._bytes_done = 0
        self._bytes = sum(part.source.form.size for part in plan.parts)
        self._told: set[Path] = set()
        self._styles: dict[Source, FileStyles] = {}
        self.report = Report(mapping=mapping.name, remarks=list(plan.remarks))
        for source in plan.sources:
            notes = [Remark(code="format", message=note) for note in source.form.notes]
            told = FileReport(form=source.form, remarks=notes)
            self.report.files.append(told)
            self._styles[source] = FileStyles(source.path, source.form, habits, notes.append)

    def __iter__(self) -> Iterator[Chunk]:
        """Yield the chunks. The scratch space of references lives only while this runs."""
        if self.report.parts:
            raise RuntimeError("a translation is read once; make another for the same files")
        with ExitStack() as stack:
            scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="juara-")))
            stack.callback(self._references.close)
            for part in self._plan.parts:
                if isinstance(part.section, ReferenceSection):
                    yield from self._load_reference(part, part.section, scratch)
            for part in self._plan.parts:
                if not isinstance(part.section, ReferenceSection):
                    yield from self._translate(part)

    # The parts of one import, one after the other.

    def _load_reference(
        self, part: Part, section: ReferenceSection, scratch: Path
    ) -> Iterator[Chunk]:
        reference = self._references.find(section.name)
        if reference is None:
            reference = Reference(section.name, self._plan.looked_up(section.name), scratch)
            self._references.add(reference)
        told = self._begin(part)
        key, takes = part.columns[section.key], compile_condition(section.where, part.columns)
        wanted = [part.columns[column] for column in reference.columns]
        already = reference.repeated
        for chunk, batch in self._batches(part, told):
            for number, cells in batch:
                try:
                    name = cleaned(as_text(cells[key]), _ignore)
                    values = tuple(cleaned(as_text(cells[index]), _ignore) for index in wanted)
                except CellError as error:
                    found = CellProblem(section.key, "", error.code, error.message)
                    self._refuse(told, chunk, number, [found], cells)
                    continue
                if name and (takes is None or takes(cells)):
                    reference.add(name, values)
                    told.good += 1
                else:
                    told.passed_over += 1
            yield chunk
        reference.complete()
        told.repeated = reference.repeated - already
        told.good -= told.repeated

    def _translate(self, part: Part) -> Iterator[Chunk]:
        told = self._begin(part)
        noticed, counts, currency = Noticed(), RemarkCounts(), ""
        if isinstance(part.section, PeopleSection):
            yield from self._people_of(part, part.section, told, noticed, counts)
        elif isinstance(part.section, RecordSection):
            yield from self._records_of(part, part.section, told, noticed, counts)
            currency = "" if "currency" in part.section.fields else self._mapping.currency
        self._next_number += told.last_row
        told.remarks += counts.remarks(self._references, currency=currency)

    def _records_of(
        self, part: Part, section: RecordSection, told: PartReport, noticed: Noticed,
        counts: RemarkCounts,
    ) -> Iterator[Chunk]:  # fmt: skip
        ground, readers = self._ground(part, noticed), self._readers(part, noticed)
        reader = RecordReader(section, ground, readers, self._mapping.currency)
        base, found = self._next_number, noticed.found
        for chunk, batch in self._batches(part, told):
            records = chunk.records
            for number, cells in batch:
                try:
                    record = reader.read(base + number, cells)
                except CellError:
                    self._refuse(told, chunk, number, reader.problems(cells), cells)
                    found.clear()
                    continue
                if found:
                    counts.add(found)
                    found.clear()
                if record is None:
                    told.passed_over += 1
                else:
                    records.append(record)
            told.good += len(records)
            if told.rows_read <= self._chunk_rows:
                reader.tune(told.rows_read)
            yield chunk

    def _people_of(
        self, part: Part, section: PeopleSection, told: PartReport, noticed: Noticed,
        counts: RemarkCounts,
    ) -> Iterator[Chunk]:  # fmt: skip
        reader = PersonReader(section, self._ground(part, noticed), self._readers(part, noticed))
        # In a file of deals a row without, say, an SDR is no mistake.
        is_aside = any(
            each.source == part.source and not isinstance(each.section, PeopleSection)
            for each in self._plan.parts
        )
        base, found = self._next_number, noticed.found
        for chunk, batch in self._batches(part, told):
            for number, cells in batch:
                found.clear()
                try:
                    person = reader.read(base + number, cells)
                except CellError as error:
                    if is_aside and error.code == "missing_key":
                        told.passed_over += 1
                    else:
                        self._refuse(told, chunk, number, reader.problems(cells), cells)
                    continue
                if person is None:
                    told.passed_over += 1
                elif self._people.is_new(person, found):
                    chunk.people.append(person)
                else:
                    told.repeated += 1
                counts.add(found)
            told.good += len(chunk.people)
            yield chunk
        found.clear()

    # What they share.

    def _begin(self, part: Part) -> PartReport:
        told = PartReport(
            file=part.source.form.name,
            what=part.what,
            place=part.section.place,
            first_number=self._next_number,
        )
        self.report.parts.append(told)
        return told

    def _batches(self, part: Part, told: PartReport) -> Iterator[tuple[Chunk, list[Numbered]]]:
        """Yield the rows of a part in batches, each with the chunk they are to fill."""
        troubles: list[RowTrouble] = []
        form = part.source.form
        # Several sections may read one file; what is wrong with the file itself is told once.
        is_first = part.source.path not in self._told
        self._told.add(part.source.path)
        stream = open_rows(part.source.path, form, troubles.append)
        try:
            rows = iter(stream)
            while batch := list(islice(rows, self._chunk_rows)):
                yield self._chunk(part, told, stream, batch, troubles, is_first=is_first), batch
            if troubles:
                yield self._chunk(part, told, stream, [], troubles, is_first=is_first), []
        finally:
            stream.close()
        self._bytes_done += form.size

    def _chunk(
        self, part: Part, told: PartReport, stream: RowStream, batch: list[Numbered],
        troubles: list[RowTrouble], *, is_first: bool,
    ) -> Chunk:  # fmt: skip
        done = min(stream.position(), part.source.form.size) + self._bytes_done
        chunk = Chunk(file=told.file, what=told.what, progress=done / max(self._bytes, 1))
        told.rows_read += len(batch) + len(troubles)
        told.bad += len(troubles)
        last = [batch[-1][0]] if batch else []
        told.last_row = max([told.last_row, *last, *(trouble.row for trouble in troubles)])
        for trouble in troubles if is_first else ():
            problem = Problem(told.file, trouble.row, "", "", trouble.code, trouble.message)
            told.add(problem)
            chunk.problems.append(problem)
        troubles.clear()
        return chunk

    def _refuse(
        self, told: PartReport, chunk: Chunk, number: int, found: list[CellProblem],
        cells: list[Cell],
    ) -> None:  # fmt: skip
        told.bad += 1
        for each in found:
            problem = Problem(
                told.file, number, each.column, each.value, each.code, each.message + ".",
                tuple(cells),
            )  # fmt: skip
            told.add(problem)
            chunk.problems.append(problem)

    def _ground(self, part: Part, noticed: Noticed) -> Ground:
        return Ground(
            header=part.columns,
            is_typed=part.source.form.kind == "xlsx",
            references=self._references,
            noticed=noticed,
        )

    def _readers(self, part: Part, noticed: Noticed) -> Readers:
        def decimal(rule: ColumnRule) -> str:
            if rule.decimal != "auto" or not rule.columns_read:
                return "." if rule.decimal == "auto" else rule.decimal
            styles, index = self._written(part, rule)
            return styles.decimal(index)

        def date_order(rule: ColumnRule) -> str:
            if rule.dates != "auto" or not rule.columns_read:
                return "ymd" if rule.dates == "auto" else rule.dates
            styles, index = self._written(part, rule)
            return styles.date_order(index)

        return Readers(
            zone=ZoneInfo(self._mapping.zone),
            decimal=decimal,
            date_order=date_order,
            noticed=noticed,
        )

    def _written(self, part: Part, rule: ColumnRule) -> tuple[FileStyles, int]:
        """Where the text a rule reads was written: in this file, or in the reference's."""
        if rule.lookup is None:
            return self._styles[part.source], part.columns[rule.columns_read[0]]
        other = self._plan.part_of(rule.lookup.reference)
        return self._styles[other.source], other.columns[rule.lookup.column]


def _ignore(_code: str, _value: str) -> None:
    return
