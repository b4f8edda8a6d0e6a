"""Imports in preparation: left and resumed, changed by one at a time, forgotten in the end."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from juara.connect import drafts, mappings, queries, uploads
from juara.connect.models import ImportDraft, Upload
from juara.core.errors import ConflictError, DomainError, LimitError, NotFoundError
from juara.ledger import imports
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.flows import exports

LATER = cast.NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUARA_HOME", str(tmp_path / "home"))


def start() -> str:
    return drafts.start(moment=cast.NOW, actor="ana", source_key="crm", source_name="CRM")


def kept(name: str = "deals.csv") -> str:
    return uploads.keep([b"id\n1\n"], name=name, moment=cast.NOW, actor="ana").public_id


def test_a_draft_is_found_as_it_was_left(inside: Organization) -> None:
    draft, first, second = start(), kept("people.csv"), kept("deals.csv")
    for upload in (first, second, first):
        drafts.add_file(draft, upload, moment=LATER)
    drafts.change(draft, choices={"step": 3}, mapping="version = 1", moment=LATER)

    found = queries.draft(draft)

    assert [each.name for each in found.files] == ["people.csv", "deals.csv"]
    assert (found.choices, found.mapping) == ({"step": 3}, "version = 1")
    assert (found.source_key, found.source_name) == ("crm", "CRM")
    assert (found.created_at, found.changed_at, found.run) == (cast.NOW, LATER, None)


def test_a_change_leaves_what_it_does_not_name(inside: Organization) -> None:
    draft = start()
    drafts.change(draft, choices={"step": 1}, mapping="a = 1", moment=LATER)
    drafts.change(draft, source_name="Our CRM", moment=LATER)

    found = queries.draft(draft)
    assert (found.source_name, found.choices, found.mapping) == ("Our CRM", {"step": 1}, "a = 1")


def test_a_file_taken_out_is_forgotten(inside: Organization) -> None:
    draft, upload = start(), kept()
    drafts.add_file(draft, upload, moment=LATER)
    drafts.remove_file(draft, upload, moment=LATER)

    assert queries.draft(draft).files == ()
    assert Upload.objects.count() == 0
    with pytest.raises(NotFoundError):
        drafts.remove_file(draft, upload, moment=LATER)


def test_too_much_is_refused_and_nothing_is_changed(inside: Organization) -> None:
    draft = start()
    with pytest.raises(LimitError):
        drafts.change(draft, choices={"x": "y" * 300_000}, moment=LATER)
    with pytest.raises(LimitError):
        drafts.change(draft, mapping="#" * 1_100_000, moment=LATER)
    assert queries.draft(draft).changed_at == cast.NOW


def test_discarding_a_draft_takes_its_files_along(inside: Organization) -> None:
    draft = start()
    drafts.add_file(draft, kept(), moment=LATER)
    other = kept("other.csv")

    drafts.discard(draft)

    assert list(Upload.objects.values_list("public_id", flat=True)) == [other]
    with pytest.raises(NotFoundError):
        queries.draft(draft)


def test_what_nobody_has_changed_for_a_month_is_discarded(inside: Organization) -> None:
    old, young = start(), start()
    drafts.change(young, choices={"step": 2}, moment=cast.NOW + timedelta(days=1))

    drafts.discard_forgotten(moment=cast.NOW + timedelta(days=30, seconds=1))

    assert [each.public_id for each in queries.drafts()] == [young]
    assert old != young


def test_another_organization_knows_nothing_of_a_draft(inside: Organization) -> None:
    draft, upload = start(), kept()
    drafts.add_file(draft, upload, moment=LATER)
    with scope.enter(cast.organization("other")):
        mine = start()
        with pytest.raises(NotFoundError):
            drafts.add_file(mine, upload, moment=LATER)
        with pytest.raises(NotFoundError):
            queries.draft(draft)
        with pytest.raises(NotFoundError):
            drafts.discard(draft)
        assert [each.public_id for each in queries.drafts()] == [mine]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_drafts_costs_the_same_however_many(inside: Organization, count: int) -> None:
    for _ in range(count):
        drafts.add_file(start(), kept(), moment=LATER)
    with CaptureQueriesContext(connection) as made:
        found = queries.drafts()
    assert [each.files for each in found] == [("deals.csv",)] * count
    assert len(made) == 2
    assert ImportDraft.objects.count() == count


# Mappings kept for the next time.


@pytest.fixture
def mapping(inside: Organization, tmp_path: Path) -> str:
    cast.source("crm")
    return exports.mapping(tmp_path).read_text()


def save(text: str, name: str = "Weekly export") -> mappings.MappingFacts:
    return mappings.save(source_key="crm", name=name, text=text, moment=LATER, actor="ana")


def test_a_mapping_saved_again_keeps_what_it_said_before(mapping: str) -> None:
    first = save(mapping)
    same = save(mapping)
    newer = save(mapping + "\n# newer\n", name=" weekly  EXPORT ")

    assert (same, newer.public_id) == (first, first.public_id)
    assert [each.number for each in mappings.versions(first.public_id)] == [2, 1]
    assert mappings.load(first.public_id) == mapping + "\n# newer\n"
    assert mappings.load(first.public_id, version=1) == mapping
    assert [(each.name, each.version) for each in mappings.saved("crm")] == [("Weekly export", 2)]
    assert mappings.saved("other") == ()


def test_a_mapping_that_does_not_hold_or_is_of_another_source_is_not_saved(mapping: str) -> None:
    for text in ("version = 1", mapping.replace('source = "crm"', 'source = "erp"')):
        with pytest.raises(DomainError):
            save(text)
    assert mappings.saved() == ()


def test_an_archived_mapping_is_offered_no_more_until_saved_again(mapping: str) -> None:
    saved = save(mapping)
    mappings.archive(saved.public_id, moment=LATER, actor="ana")
    assert mappings.saved() == ()
    save(mapping)
    assert [each.public_id for each in mappings.saved()] == [saved.public_id]


def test_begun_imports_are_not_changed(mapping: str) -> None:
    draft = start()
    drafts.add_file(draft, kept(), moment=LATER)
    drafts.change(draft, mapping=mapping, moment=LATER)
    imports.begin(draft, moment=LATER, actor="ana")
    with pytest.raises(ConflictError):
        drafts.change(draft, choices={}, moment=LATER)
