"""The check: what would come in, what is left out and why, and how the first records would look."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from juara.connect import drafts, queries, uploads
from juara.connect.mapping import parse_mapping
from juara.connect.translate import translate
from juara.connect.types import Dated, PersonRow, RecordRow
from juara.core import clock
from juara.core.errors import DomainError
from juara.ledger import imports
from juara.metrics.words import stored_word
from juara.ui import formats
from juara.web.sources import labels
from juara.web.sources.wizard import Wizard

# What is read while somebody waits for the page; anything larger is read by a worker.
_AT_ONCE_BYTES = 3 << 20
_PREVIEW_BYTES = 256 << 10
_PREVIEWED = 4
PROBLEMS_SHOWN = 50
_OWNERS_SHOWN = 12
KINDS = {
    "deals": "deal", "activities": "activity", "leads": "lead", "accounts": "account",
    "changes": "change", "splits": "split", "snapshots": "snapshot", "people": "people",
}  # fmt: skip


def begin(organization: Any, opened: Wizard, *, moment: datetime) -> None:
    """Read a draft's files for the look of it: small ones now, larger ones by a worker."""
    if sum(each.size for each in opened.draft.files) > _AT_ONCE_BYTES:
        imports.begin_check(opened.id, moment=moment)
        return
    draft = opened.draft
    of = queries.fingerprint(draft.mapping, [each.public_id for each in draft.files])
    paths = [uploads.path(each.public_id) for each in draft.files]
    try:
        reading = imports.check_files(
            organization, parse_mapping(draft.mapping, name=_("The mapping")), paths,
            clock=clock.now, progress=lambda _phase, _share: None,
        )  # fmt: skip
    except DomainError as refusal:
        error = {"text": refusal.message, "data": {}}
        drafts.store_check(opened.id, {"state": "failed", "of": of, "error": error})
        return
    check = {"state": "done", "of": of, "report": imports.stored(reading)}
    drafts.store_check(opened.id, check)


def is_done(opened: Wizard) -> bool:
    check = opened.draft.check
    return check is not None and check.is_current and check.state == "done"


def bad_rows(draft: str) -> Iterator[str]:
    return imports.bad_rows_csv_of_check(draft)


@dataclass(frozen=True, slots=True)
class PartLine:
    """What one file would bring: how many rows of what are good, and how many are not."""

    file: str
    what: str
    good: int
    bad: int
    passed_over: int
    repeated: int
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One row that is left out, where it stands, and how to mend it."""

    file: str
    row: str
    column: str
    value: str
    what: str
    remedy: str
    # The sentence of the report, which says more than our words for its kind.
    detail: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A report in the words of the page. `rows` are the records that would come in."""

    rows: int
    rows_text: str
    bad: int
    bad_text: str
    people: int
    parts: tuple[PartLine, ...]
    problems: tuple[ProblemLine, ...]
    more_problems: int
    kinds: tuple[tuple[str, str], ...]
    duplicates: int
    first_duplicates: tuple[Mapping[str, Any], ...]
    unknown: int
    unknown_first: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]


def shown(opened: Wizard) -> Shown | None:
    """Return the report of a draft's check, once there is one."""
    check = opened.draft.check
    return report(check.report) if is_done(opened) and check is not None else None


def report(body: Mapping[str, Any]) -> Shown | None:
    """Return a stored report for a page; None while the files have not been read."""
    if not body:
        return None
    parts = [each for each in body["parts"] if not each["what"].startswith("reference")]
    problems = [each for part in body["parts"] for each in part["problems"]]
    counts: dict[str, int] = {}
    for part in body["parts"]:
        for code, count in part["problem_counts"].items():
            counts[code] = counts.get(code, 0) + count
    bad, rows = body["bad"], body.get("rows", 0)
    owners = body.get("unknown_owners", [])
    duplicates = body.get("duplicates", {"count": 0, "first": []})
    return Shown(
        rows=rows,
        rows_text=formats.number(rows),
        bad=bad,
        bad_text=formats.number(bad),
        people=body.get("people", {}).get("described", 0),
        parts=tuple(_part(each) for each in _joined(parts)),
        problems=tuple(_problem(each) for each in problems[:PROBLEMS_SHOWN]),
        more_problems=max(sum(counts.values()) - PROBLEMS_SHOWN, 0),
        kinds=tuple(
            (str(labels.PROBLEMS.get(code, code)), formats.number(count))
            for code, count in sorted(counts.items(), key=lambda each: -each[1])
        ),
        duplicates=duplicates["count"],
        first_duplicates=tuple(duplicates["first"][:3]),
        unknown=body.get("unknown_owner_count", len(owners)),
        unknown_first=tuple(
            (each["key"], labels.rows(each["records"])) for each in owners[:_OWNERS_SHOWN]
        ),
        remarks=tuple(
            labels.remark(each)
            for each in body["remarks"]
            if each["code"] not in ("file_without_section", "section_without_file")
        ),
    )


def _joined(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Make one of the parts that bring the same from the same file: owners and SDRs are people."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for each in parts:
        before = found.get((each["file"], each["what"]))
        if before is None:
            found[each["file"], each["what"]] = dict(each)
            continue
        for count in ("good", "bad", "passed_over", "repeated"):
            before[count] += each[count]
        before["remarks"] = [*before["remarks"], *each["remarks"]]
    return list(found.values())


def _part(body: Mapping[str, Any]) -> PartLine:
    return PartLine(
        file=body["file"],
        what=labels.records(KINDS.get(body["what"], ""), body["good"]),
        good=body["good"],
        bad=body["bad"],
        passed_over=body["passed_over"],
        repeated=body["repeated"],
        remarks=_remarks(body["remarks"]),
    )


def _remarks(stored: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Say what is worth knowing; what stands in no other file is gathered into one sentence."""
    strangers: dict[str, list[Mapping[str, Any]]] = {}
    said = []
    for each in stored:
        if each["code"] == "not_in_reference":
            strangers.setdefault(each["column"], []).append(each)
        else:
            said.append(labels.remark(dict(each)))
    return (*(_strange(column, found) for column, found in strangers.items()), *said)


def _strange(column: str, found: Sequence[Mapping[str, Any]]) -> str:
    values = ", ".join(f"“{each['value']}” ({formats.number(each['count'])})" for each in found[:5])
    return ngettext(
        "%(column)s has a value that the other file does not list: %(values)s. The rows go in; put "
        "it right in the source if it is a slip.",
        "%(column)s has values that the other file does not list: %(values)s. The rows go in; put "
        "them right in the source if they are slips.",
        len(found),
    ) % {"column": column, "values": values}


def _problem(body: Mapping[str, Any]) -> ProblemLine:
    code = body["code"]
    return ProblemLine(
        file=body["file"],
        row=formats.number(body["row"]),
        column=body["column"],
        value=body["value"],
        what=str(labels.PROBLEMS.get(code, code)),
        remedy=str(labels.REMEDIES.get(code, "")),
        detail=body["message"],
    )


# --- The first records ---


@dataclass(frozen=True, slots=True)
class Preview:
    """The first records of one kind: the names of their fields, and the rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def preview(opened: Wizard) -> tuple[Preview, ...]:
    """Translate the beginning of each file; nothing where that cannot be done."""
    mapping = parse_mapping(opened.draft.mapping, name=_("The mapping"))
    with tempfile.TemporaryDirectory(prefix="juara-") as folder:
        paths = [
            _beginning(uploads.path(each.public_id), Path(folder)) for each in opened.draft.files
        ]
        records: dict[str, list[RecordRow]] = {}
        people: list[PersonRow] = []
        try:
            for chunk in translate(mapping, paths, chunk_rows=200):
                people += chunk.people[: _PREVIEWED - len(people)]
                for record in chunk.records:
                    kept = records.setdefault(record.kind.value, [])
                    if len(kept) < _PREVIEWED:
                        kept.append(record)
        except DomainError:
            return ()
    found = [_of_records(kind, rows) for kind, rows in records.items()]
    return (*found, *([_of_people(people)] if people else []))


def _beginning(path: Path, folder: Path) -> Path:
    """Return a large text file's beginning, cut after a line; a small file as it is."""
    if path.stat().st_size <= _PREVIEW_BYTES or path.suffix.lower() == ".xlsx":
        return path
    with path.open("rb") as source:
        head = source.read(_PREVIEW_BYTES)
    place = folder / path.name
    cut = head.rfind(b"\n") + 1
    if head.startswith(b"PK") or not cut:
        shutil.copyfile(path, place)
    else:
        place.write_bytes(head[:cut])
    return place


_PREVIEW_TEXTS = ("type", "stage", "status", "outcome", "account", "product", "origin")


def _of_records(kind: str, rows: Sequence[RecordRow]) -> Preview:
    fields = ["id", "name", "owner", *_PREVIEW_TEXTS, "amount", "duration_seconds", "created",
              "occurred", "closed"]  # fmt: skip
    values = [[_value(row, field) for field in fields] for row in rows]
    used = [at for at, field in enumerate(fields) if any(line[at] for line in values)]
    return Preview(
        title=str(labels.ROLES[kind][0]),
        columns=tuple(_short(fields[at]) for at in used),
        rows=tuple(tuple(line[at] or formats.NO_VALUE for at in used) for line in values),
    )


def _short(field: str) -> str:
    return {"id": _("Id"), "owner": _("Owner"), "account": _("Account")}.get(
        field, str(labels.FIELDS[field])
    )


def _value(row: RecordRow, field: str) -> str:
    if field == "id":
        return row.external_id
    if field == "owner":
        return row.users.get("owner", "")
    if field == "amount":
        return "" if row.amount is None else formats.number(row.amount, decimals=2)
    if field == "duration_seconds":
        return "" if row.duration_seconds is None else formats.duration(row.duration_seconds)
    if field in ("created", "occurred", "closed"):
        return _dated(row.dates.get(field))
    return stored_word(field, row.texts.get(field, ""))


def _dated(value: Dated | None) -> str:
    if value is None:
        return ""
    return formats.moment(value) if isinstance(value, datetime) else formats.day(value)


def _of_people(people: Sequence[PersonRow]) -> Preview:
    columns = (_("Key"), _("Name"), _("E-mail"), _("Team"))
    rows = tuple(
        (each.key, each.name, each.email or formats.NO_VALUE,
         " › ".join(each.team) or formats.NO_VALUE)
        for each in people
    )  # fmt: skip
    return Preview(str(labels.ROLES["people"][0]), columns, rows)
