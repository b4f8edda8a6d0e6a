"""The state of an import in preparation: what was guessed, what was chosen, what is wrong.

Kept as the choices of its draft, so that every step can be left and taken up again, by somebody
else too. `revision` grows with every change: whoever changes an older one is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from juara.connect import drafts, queries, uploads
from juara.connect.files.shapes import CURRENCY_CODES
from juara.connect.mapping.write import as_toml
from juara.connect.queries import DraftFacts
from juara.connect.suggest import (
    Choices,
    FileChoice,
    FileFacts,
    Finding,
    compose,
    findings,
    other_currencies,
    suggest,
)
from juara.connect.suggest.choices import Told
from juara.connect.suggest.compose import slug
from juara.core import scope, zones
from juara.core.errors import ConflictError, DomainError
from juara.web.sources import looking
from juara.web.sources.labels import file_problem
from juara.web.sources.looking import Look

_SOURCE_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Again:
    """What a newer file has otherwise than the one before it.

    `is_recognised`: nobody said which source it is of; its columns did.
    """

    missing: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    is_recognised: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"missing": self.missing, "new": self.new, "is_recognised": self.is_recognised}


@dataclass(frozen=True, slots=True)
class Wizard:
    """An import in preparation, ready to be shown.

    `looks` are the files that can be read, `broken` the others with what is wrong. A draft that
    came with a mapping of its own (`is_given`) has nothing to choose.
    """

    draft: DraftFacts
    choices: Choices
    revision: int = 0
    looks: Mapping[str, Look] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()
    installed: tuple[str, ...] = ()
    again: Again | None = None
    is_given: bool = False

    @property
    def id(self) -> str:
        return self.draft.public_id

    @property
    def facts(self) -> tuple[FileFacts, ...]:
        return tuple(look.facts for look in self.looks.values())

    @property
    def findings(self) -> tuple[Finding, ...]:
        if self.is_given:
            return ()
        return (*findings(self.choices), *self.other_currencies)

    @property
    def other_currencies(self) -> tuple[Finding, ...]:
        return other_currencies(self.choices, self.facts, scope.current().currency)

    @property
    def is_ready(self) -> bool:
        """Whether a check could be made of it."""
        is_chosen = not any(each.is_blocking for each in self.findings)
        return bool(self.looks) and is_chosen and bool(self.draft.mapping)

    def look_of(self, file: FileChoice) -> Look | None:
        return self.looks.get(file.name)


def opened(public_id: str, *, moment: datetime) -> Wizard:
    """Return a draft as the wizard knows it; guesses anew where its files have changed."""
    draft = queries.draft(public_id)
    state = draft.choices
    wizard = Wizard(
        draft=draft,
        choices=_choices(draft),
        revision=state.get("revision", 0),
        settled=frozenset(state.get("settled", ())),
        installed=tuple(state.get("installed", ())),
        again=_again(state.get("again")),
        is_given=bool(state.get("is_given")),
    )
    wizard = _looked(wizard)
    if wizard.is_given or {each.name for each in wizard.choices.files} == set(wizard.looks):
        return wizard
    return _guessed(wizard, moment=moment)


def _again(body: Mapping[str, Any] | None) -> Again | None:
    if not body:
        return None
    return Again(tuple(body["missing"]), tuple(body["new"]), body["is_recognised"])


def _choices(draft: DraftFacts) -> Choices:
    if kept := draft.choices.get("choices"):
        return Choices.from_json(kept)
    current = scope.current()
    return Choices(
        name=draft.source_name, source=draft.source_key, zone=current.zone,
        currency=current.currency,
    )  # fmt: skip


def _looked(wizard: Wizard) -> Wizard:
    looks, broken = {}, {}
    for file in wizard.draft.files:
        chosen = wizard.choices.file(file.name)
        told = chosen.told if chosen else Told()
        try:
            looks[file.name] = looking.look(
                uploads.path(file.public_id), sha256=file.sha256, told=told
            )
        except DomainError as refusal:
            broken[file.name] = file_problem(refusal)
    return replace(wizard, looks=looks, broken=broken)


def _guessed(wizard: Wizard, *, moment: datetime) -> Wizard:
    """Guess what the files hold, keeping what a person has settled; and store it."""
    if not wizard.looks:
        return wizard
    before = wizard.choices
    is_named = wizard.again is not None or before.name not in ("", _name_of(before.files))
    wizard = _with_headers(wizard)
    kept = {each.name: each for each in wizard.choices.files}
    told = {name: each.told for name, each in kept.items()}
    paths = {file.name: uploads.path(file.public_id) for file in wizard.draft.files}
    found = suggest(
        [looking.examined(paths[name], told.get(name, Told())) for name in wizard.looks],
        name=before.name,
        source=before.source,
        zone=wizard.choices.zone,
        currency=wizard.choices.currency,
        told=told,
        settled={name: each.role for name, each in kept.items() if name in wizard.settled},
    )
    files = tuple(
        kept[each.name] if each.name in wizard.settled and each.name in kept else each
        for each in found.files
    )
    choices = replace(found, files=files, missing=wizard.choices.missing)
    if not is_named:
        choices = _named(choices, _name_of(files))
    return store(replace(wizard, choices=choices), moment=moment)


def _with_headers(wizard: Wizard) -> Wizard:
    """Step over the title that stands above a table, for files seen for the first time."""
    known = {each.name for each in wizard.choices.files}
    looks, files = dict(wizard.looks), list(wizard.choices.files)
    for upload in wizard.draft.files:
        found = looks.get(upload.name)
        if found is None or upload.name in known:
            continue
        path = uploads.path(upload.public_id)
        row = looking.guessed_header(path, found.form)
        if row:
            told = Told(header_row=row)
            looks[upload.name] = looking.look(path, sha256=upload.sha256, told=told)
            files.append(FileChoice(upload.name, told=told))
    choices = replace(wizard.choices, files=tuple(files))
    return replace(wizard, looks=looks, choices=choices)


def _name_of(files: Sequence[FileChoice]) -> str:
    """Call a source after the file that counts most, until somebody gives it a better name."""
    if not files:
        return ""
    first = files[0].name.rpartition(".")[0]
    return " ".join(first.replace("_", " ").replace("-", " ").split()).capitalize() or _("Files")


def _named(choices: Choices, name: str) -> Choices:
    """Give a source a name, and a key after it that no other source has."""
    if name == choices.name:
        return choices
    key = slug(name, longest=_SOURCE_LENGTH, apart="-", otherwise="source")
    key = key if key == choices.source else free_key(key)
    return replace(choices, name=name, source=key)


def free_key(wanted: str) -> str:
    """Return the key, followed by a number where a source has it already."""
    taken = {each.key for each in queries.source_list()}
    found, number = wanted, 2
    while found in taken:
        found = f"{wanted}-{number}"
        number += 1
    return found


def store(wizard: Wizard, *, moment: datetime) -> Wizard:
    """Keep the choices, and the mapping they make, with the draft."""
    choices, revision = wizard.choices, wizard.revision + 1
    mapping = wizard.draft.mapping if wizard.is_given else _mapping(wizard)
    state = {
        "choices": choices.as_json(),
        "revision": revision,
        "settled": sorted(wizard.settled),
        "installed": list(wizard.installed),
        "is_given": wizard.is_given,
    }
    if wizard.again:
        state["again"] = wizard.again.as_json()
    drafts.change(
        wizard.id, moment=moment, source_key=choices.source, source_name=choices.name,
        choices=state, mapping=mapping,
    )  # fmt: skip
    draft = queries.draft(wizard.id)
    return replace(wizard, draft=draft, revision=revision)


def _mapping(wizard: Wizard) -> str:
    if any(each.is_blocking for each in findings(wizard.choices)):
        return ""
    return as_toml(compose(wizard.choices, wizard.facts))


def refuse_older(wizard: Wizard, revision: str) -> None:
    """Raise ConflictError where somebody else has changed the choices since they were shown."""
    if revision and revision != str(wizard.revision):
        raise ConflictError(
            "draft.changed",
            _("Somebody else has changed this import meanwhile. You see it as it is now."),
        )


def retold(wizard: Wizard, name: str, told: Told, *, moment: datetime) -> Wizard:
    """Read a file in another way; what its columns are is guessed anew."""
    upload = next(each for each in wizard.draft.files if each.name == name)
    found = looking.look(uploads.path(upload.public_id), sha256=upload.sha256, told=told)
    before = wizard.choices.file(name)
    old = wizard.looks.get(name)
    choices = wizard.choices
    if before is None:
        changed = FileChoice(name, told=told)
        choices = replace(choices, files=(*choices.files, changed))
    else:
        choices = choices.having(replace(before, told=told))
    wizard = replace(wizard, choices=choices, looks={**wizard.looks, name: found})
    if before is not None and old is not None and old.form.header == found.form.header:
        return store(wizard, moment=moment)
    return _guessed(replace(wizard, settled=wizard.settled - {name}), moment=moment)


def with_role(wizard: Wizard, name: str, role: str, *, moment: datetime) -> Wizard:
    """Let a file be something else; its columns are guessed anew for that."""
    file = wizard.choices.file(name)
    if file is None:
        return wizard
    paths = {each.name: uploads.path(each.public_id) for each in wizard.draft.files}
    others = {each.name: each.role for each in wizard.choices.files}
    found = suggest(
        [
            looking.examined(paths[each.name], each.told)
            for each in wizard.choices.files
            if each.name in wizard.looks
        ],
        name=wizard.choices.name,
        source=wizard.choices.source,
        told={each.name: each.told for each in wizard.choices.files},
        settled=others | {name: role},
    )
    changed = found.file(name)
    choices = wizard.choices.having(changed) if changed else wizard.choices
    return store(replace(wizard, choices=choices, settled=wizard.settled | {name}), moment=moment)


def with_file(wizard: Wizard, changed: FileChoice, *, moment: datetime) -> Wizard:
    """Store what a person said about a file; it is no longer guessed."""
    settled = wizard.settled | {changed.name}
    choices = wizard.choices.having(changed)
    return store(replace(wizard, choices=choices, settled=settled), moment=moment)


def with_whole(
    wizard: Wizard, *, name: str, zone: str, currency: str, missing: str, moment: datetime
) -> Wizard:
    """Store what holds for all files; what is no zone, currency or choice changes nothing."""
    choices = wizard.choices
    wanted = " ".join(name.split())[:120]
    if wanted:
        is_new = wizard.again is None
        choices = _named(choices, wanted) if is_new else replace(choices, name=wanted)
    if zone in zones.names():
        choices = replace(choices, zone=zone)
    code = currency.strip().upper()
    if code in CURRENCY_CODES:
        choices = replace(choices, currency=code)
    if missing in ("keep", "delete"):
        choices = replace(choices, missing="delete" if missing == "delete" else "keep")
    if choices == wizard.choices:
        return wizard
    return store(replace(wizard, choices=choices), moment=moment)


def started_over(wizard: Wizard, *, moment: datetime) -> Wizard:
    """Make the files a source of their own after all, guessed from the beginning."""
    blank = Choices(name="", source="", zone=wizard.choices.zone, currency=wizard.choices.currency)
    fresh = replace(wizard, choices=blank, settled=frozenset(), again=None, is_given=False)
    return _guessed(_looked(fresh), moment=moment)


def installed(wizard: Wizard, names: Iterable[str], *, moment: datetime) -> Wizard:
    """Note which metrics were set up together with this import."""
    return store(replace(wizard, installed=tuple(names)), moment=moment)
