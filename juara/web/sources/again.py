"""A newer file of a source: what was chosen before is taken over, and what differs is said."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from juara.connect import drafts, mappings, queries, uploads
from juara.connect.mapping.write import as_toml
from juara.connect.queries import DraftFacts
from juara.connect.suggest import Choices, FileChoice
from juara.connect.suggest.choices import EXTRA, LEAVE_OUT, ColumnChoice, Told
from juara.core.errors import DomainError
from juara.web.sources import looking, wizard
from juara.web.sources.looking import Look
from juara.web.sources.wizard import Again, Wizard

_NUMBERS = re.compile(r"\d[\d._ -]*\d(?=[^\d])|\(\d\)|(?<=[-_ ])\d(?=\.[^.]*$)")
_RUNS_LOOKED_AT = 20
_SOURCES_LOOKED_AT = 30
_ALIKE = 0.4


def expected(source_key: str) -> tuple[str, ...]:
    """Return the names of the files the last import of a source had."""
    return next((run.files for run in queries.runs(source_key=source_key, limit=1)), ())


def prepared(
    draft: str, source_key: str, *, moment: datetime, is_recognised: bool = False
) -> Wizard:
    """Give a draft with newer files the choices of the last import, or the saved mapping.

    Each new file takes the place of the old one whose columns are most like its own.
    """
    before = _last_choices(source_key)
    if before is None:
        return _given(draft, source_key, moment=moment)
    found = queries.draft(draft)
    looks = _looks(found, before)
    choices, again = _matched(before, looks)
    settled = frozenset(each.name for each in choices.files)
    start = Wizard(
        draft=found, choices=choices, looks=looks, settled=settled,
        again=replace(again, is_recognised=is_recognised),
    )  # fmt: skip
    wizard.store(start, moment=moment)
    return wizard.opened(draft, moment=moment)


def recognised(draft: str) -> str:
    """Return the source whose last files the files of a new draft are just like, or nothing.

    The same export sent once more would otherwise become a source of its own, and every deal in
    it count twice.
    """
    found = queries.draft(draft)
    if found.choices or found.source_key:
        return ""
    looks = _looks(found, None)
    if not looks:
        return ""
    for source in queries.source_list()[:_SOURCES_LOOKED_AT]:
        before = _last_choices(source.key)
        if before is not None and _is_like(before, looks):
            return source.key
    return ""


def _is_like(before: Choices, looks: Mapping[str, Look]) -> bool:
    """Whether every file of records there was before has one with the same columns now."""
    headers = [frozenset(look.form.header) for look in looks.values()]
    records = [each for each in before.files if each.is_records]
    return bool(records) and all(
        frozenset(column.name for column in each.columns) in headers for each in records
    )


def _looks(draft: DraftFacts, before: Choices | None) -> dict[str, Look]:
    """Look at the files of a draft that can be read."""
    looks: dict[str, Look] = {}
    for file in draft.files:
        told = _told(before, file.name) if before else Told()
        try:
            path = uploads.path(file.public_id)
            looks[file.name] = looking.look(path, sha256=file.sha256, told=told)
        except DomainError:
            continue
    return looks


def _told(before: Choices, name: str) -> Told:
    same = before.file(name)
    return same.told if same else Told()


def lasting(text: str) -> str:
    """Return a mapping for the next files too: what a name has of a date or a number may vary."""
    table = tomllib.loads(text)
    names = {section["match"] for section in table.get("file", ())}
    patterns = {name: _NUMBERS.sub("*", name) for name in names}
    # Two files that differ in their numbers only must go on being two.
    if len(set(patterns.values())) < len(names):
        return text
    for section in table.get("file", ()):
        section["match"] = patterns[section["match"]]
    return as_toml(table)


def pattern(text: str) -> str:
    """Return the names of files a mapping is for; any, where it is for several."""
    names = {section["match"] for section in tomllib.loads(text).get("file", ())}
    return names.pop() if len(names) == 1 else "*"


def _last_choices(source_key: str) -> Choices | None:
    """What was chosen for the last import of a source that was made in the browser."""
    for run in queries.runs(source_key=source_key, limit=_RUNS_LOOKED_AT):
        detail = queries.run(run.public_id)
        if detail.draft is None:
            continue
        state = queries.draft(detail.draft).choices
        if state.get("choices") and not state.get("is_given"):
            return Choices.from_json(state["choices"])
    return None


def _given(draft: str, source_key: str, *, moment: datetime) -> Wizard:
    """Import with a mapping that was saved, or that the last import used: nothing to choose."""
    text = next((mappings.load(each.public_id) for each in mappings.saved(source_key)), "")
    if not text:
        last = next(iter(queries.runs(source_key=source_key, limit=1)), None)
        text = queries.run(last.public_id).mapping if last else ""
    if text:
        state = {"is_given": True, "revision": 1}
        drafts.change(draft, moment=moment, mapping=text, choices=state)
    return wizard.opened(draft, moment=moment)


def _matched(before: Choices, looks: Mapping[str, Look]) -> tuple[Choices, Again]:
    """Let each new file be what the old file most like it was."""
    free = list(before.files)
    renamed: dict[str, str] = {}
    files: list[FileChoice] = []
    missing: list[str] = []
    new: list[str] = []
    for name, look in looks.items():
        old = _most_alike(name, look.form.header, free)
        if old is None:
            continue
        free.remove(old)
        renamed[old.name] = name
        lost = set(_needed(old)) - set(look.form.header)
        added = set(look.form.header) - {each.name for each in old.columns}
        missing += [f"{name}: {column}" for column in sorted(lost)]
        new += [f"{name}: {column}" for column in sorted(added)] if old.columns else []
        files.append(_fitted(old, name, look.form.header))
    files = [_renamed(each, renamed) for each in files]
    return replace(before, files=tuple(files)), Again(tuple(missing), tuple(new))


def _most_alike(name: str, header: Iterable[str], files: list[FileChoice]) -> FileChoice | None:
    said = set(header)
    best, score = None, 0.0
    for file in files:
        columns = {each.name for each in file.columns}
        share = len(said & columns) / max(len(said | columns), 1)
        share += 0.5 if file.name == name else 0.0
        if share > score:
            best, score = file, share
    return best if score >= _ALIKE else None


def _needed(file: FileChoice) -> list[str]:
    return [
        each.name for each in file.columns if each.field not in (EXTRA, LEAVE_OUT) or each.is_key
    ]


def _fitted(old: FileChoice, name: str, header: Iterable[str]) -> FileChoice:
    """Return the old choice with the columns the new file has; new ones are kept as extras.

    Their order is the old one: of team levels it says which is above which.
    """
    rest = EXTRA if old.is_records else LEAVE_OUT
    said = tuple(header)
    known = {each.name for each in old.columns}
    columns = tuple(each for each in old.columns if each.name in said)
    fresh = tuple(ColumnChoice(each, rest) for each in said if each not in known)
    return replace(old, name=name, columns=(*columns, *fresh))


def _renamed(file: FileChoice, renamed: Mapping[str, str]) -> FileChoice:
    """Follow references to files that are called otherwise now; drop those to files not given."""
    columns = tuple(
        replace(each, reference=renamed.get(each.reference, "")) if each.reference else each
        for each in file.columns
    )
    borrowed = tuple(
        (field, ours, renamed[other], theirs)
        for field, ours, other, theirs in file.borrowed
        if other in renamed
    )
    return replace(file, columns=columns, borrowed=borrowed)
