"""Which section reads which file, settled and checked before the first row is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from juara.connect.files import FileFormat, Written, sniff
from juara.connect.mapping import (
    ColumnRule,
    Mapping,
    PeopleSection,
    RecordSection,
    ReferenceSection,
    Section,
)
from juara.connect.mapping.tables import nearest
from juara.connect.translate.report import Remark
from juara.core.errors import DomainError

_PLURALS = {"deal": "deals", "activity": "activities", "lead": "leads", "account": "accounts"}


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One file, or one sheet of one, that is read; and how it is written."""

    path: Path
    form: FileFormat


@dataclass(frozen=True, slots=True)
class Part:
    """One section reading one file. `columns` is where each column it names really stands."""

    source: Source
    section: Section
    columns: dict[str, int]

    @property
    def what(self) -> str:
        if isinstance(self.section, PeopleSection):
            return "people"
        if isinstance(self.section, ReferenceSection):
            return f"reference {self.section.name}"
        kind = self.section.kind.value
        return _PLURALS.get(kind, f"{kind}s")


@dataclass(slots=True)
class Plan:
    """Everything that will be read, in order: references, people, records."""

    parts: list[Part] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def looked_up(self, reference: str) -> tuple[str, ...]:
        """The columns other sections look up in a reference, each once."""
        found = [
            rule.lookup.column
            for part in self.parts
            for rule in _rules(part.section)
            if rule.lookup is not None and rule.lookup.reference == reference
        ]
        return tuple(dict.fromkeys(found))

    def part_of(self, reference: str) -> Part:
        """The first file of a reference, which says how its columns are written."""
        return next(
            part
            for part in self.parts
            if isinstance(part.section, ReferenceSection) and part.section.name == reference
        )


def make_plan(mapping: Mapping, files: Sequence[Path]) -> Plan:
    """Match files and sections, find out how each file is written, and check every column.

    Raises `DomainError` where nothing can be imported: no section matches any file, a column is
    missing, or a file to look things up in was not given. What merely deserves mention (a file
    no section reads, a section without a file) becomes a remark.
    """
    plan = Plan()
    chosen = list({path.resolve(): path for path in files}.values())
    matched: set[Path] = set()
    pairs: list[tuple[Section, Path]] = []
    for section in mapping.sections:
        own = [path for path in chosen if _matches(path, section.match)]
        matched.update(own)
        pairs += [(section, path) for path in own]
        if not own:
            plan.remarks.append(_no_file(section))
    if not any(not isinstance(section, ReferenceSection) for section, _ in pairs):
        raise _nothing_matches(mapping, chosen)
    plan.remarks += [_no_section(path) for path in chosen if path not in matched]
    _check_references(pairs)
    _read_formats(plan, pairs)
    _check_columns(plan)
    return plan


def _matches(path: Path, match: str) -> bool:
    return fnmatchcase(path.name.lower(), match.lower())


def _rules(section: Section) -> tuple[ColumnRule, ...]:
    return () if isinstance(section, ReferenceSection) else section.rules


def _no_file(section: Section) -> Remark:
    return Remark(
        code="section_without_file",
        value=section.match,
        message=f"No file given is called '{section.match}' ({section.place} of the mapping).",
    )


def _no_section(path: Path) -> Remark:
    return Remark(
        code="file_without_section",
        value=path.name,
        message=f"{path.name} is not read: no section of the mapping matches its name.",
    )


def _nothing_matches(mapping: Mapping, files: list[Path]) -> DomainError:
    given = ", ".join(path.name for path in files) or "none"
    wanted = ", ".join(dict.fromkeys(section.match for section in mapping.sections))
    return DomainError(
        "no_file_matches",
        f"The mapping '{mapping.name}' reads nothing from the files given ({given}); it is for "
        f"{wanted}.",
    )


def _check_references(pairs: list[tuple[Section, Path]]) -> None:
    """Refuse to import without a file that values come from: they would all become empty."""
    given = {section.name for section, _ in pairs if isinstance(section, ReferenceSection)}
    missing = {
        rule.lookup.reference: rule.place
        for section, _ in pairs
        for rule in _rules(section)
        if rule.lookup is not None and rule.lookup.reference not in given
    }
    if missing:
        said = "; ".join(f"'{name}', which {place} looks up in" for name, place in missing.items())
        raise DomainError("reference_missing", f"The file of a reference is not given: {said}.")


def _read_formats(plan: Plan, pairs: Iterable[tuple[Section, Path]]) -> None:
    known: dict[tuple[Path, str, Written], Source] = {}
    for section, path in pairs:
        place = (path, section.sheet, section.written)
        source = known.get(place)
        if source is None:
            form = sniff(path, sheet=section.sheet, written=section.written)
            source = Source(path=path, form=form)
            known[place] = source
            plan.sources.append(source)
        plan.parts.append(Part(source=source, section=section, columns={}))


def _check_columns(plan: Plan) -> None:
    """Find every column a section names in its file's header; refuse with all that are missing."""
    missing: list[str] = []
    parts = []
    for part in plan.parts:
        found = {}
        for column, place in _columns_named(plan, part.section):
            name = _find_column(column, part.source.form.header)
            if name is None:
                missing.append(_missing(part.source.form, column, place))
            else:
                found[column] = part.source.form.header.index(name)
        parts.append(replace(part, columns=found))
    if missing:
        lines = "\n".join(f"  {line}" for line in dict.fromkeys(missing))
        raise DomainError(
            "columns_missing",
            f"The mapping names columns that are not there:\n{lines}",
            problems=list(dict.fromkeys(missing)),
        )
    plan.parts = parts


def _columns_named(plan: Plan, section: Section) -> list[tuple[str, str]]:
    """Every column a section needs of its file, with the place that names it."""
    named = [(column, rule.place) for rule in _rules(section) for column in rule.columns_read]
    named += [(each.column, f"{section.place}.where") for each in section.where]
    if isinstance(section, RecordSection) and section.deleted is not None:
        named.append((section.deleted.column, f"{section.place}.deleted"))
    if isinstance(section, ReferenceSection):
        named.append((section.key, f"{section.place}.key"))
        named += [
            (column, f"{section.place}, looked up") for column in plan.looked_up(section.name)
        ]
    return named


def _find_column(wanted: str, header: tuple[str, ...]) -> str | None:
    """Find a column by its name; capitals and spaces do not matter where only one fits."""
    if wanted in header:
        return wanted
    loose = [name for name in header if _loosely(name) == _loosely(wanted)]
    return loose[0] if len(loose) == 1 else None


def _loosely(name: str) -> str:
    return "".join(name.casefold().split())


def _missing(form: FileFormat, column: str, place: str) -> str:
    close = nearest(column, form.header)
    shown = ", ".join(form.header[:12]) + (", …" if len(form.header) > 12 else "")
    return f"{form.name} has no column '{column}' ({place}){close or f'; it has {shown}'}"
