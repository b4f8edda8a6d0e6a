"""Real exports: what is guessed, unedited, reads them as the mappings written by hand do."""

from pathlib import Path

import pytest

from juara.connect.files import sniff
from juara.connect.mapping import Mapping, load_mapping, parse_mapping
from juara.connect.mapping.write import as_toml
from juara.connect.suggest import Choices, Examined, compose, examine, findings, suggest
from juara.connect.translate import translate
from juara.connect.types import PersonRow, RecordRow
from tests.flows import exports
from tests.flows.exports import DataSet


def guessed(files: DataSet) -> tuple[Choices, list[Examined]]:
    looks = [examine(path, sniff(path)) for path in files.files]
    return suggest(looks, name="Guessed", source="guessed", currency="USD"), looks


def mapping_of(files: DataSet) -> Mapping:
    choices, looks = guessed(files)
    assert [each for each in findings(choices) if each.is_blocking] == []
    table = compose(choices, [look.facts for look in looks])
    return parse_mapping(as_toml(table), name="guessed")


def read(mapping: Mapping, files: tuple[Path, ...]) -> tuple[list[PersonRow], list[RecordRow]]:
    people: list[PersonRow] = []
    records: list[RecordRow] = []
    translation = translate(mapping, files)
    for chunk in translation:
        people += chunk.people
        records += chunk.records
    assert translation.report.bad == 0
    return people, records


def in_order(rows: list[RecordRow]) -> list[RecordRow]:
    return sorted(rows, key=lambda row: (row.kind, row.external_id))


@pytest.fixture(scope="module")
def maven() -> DataSet:
    return exports.data_set(
        "maven", "maven-crm-opportunities",
        "sales_pipeline.csv", "sales_teams.csv", "accounts.csv", "products.csv",
    )  # fmt: skip


@pytest.fixture(scope="module")
def olist() -> DataSet:
    return exports.data_set(
        "olist", "olist-marketing-funnel",
        "olist_marketing_qualified_leads_dataset.csv", "olist_closed_deals_dataset.csv",
    )  # fmt: skip


@pytest.fixture(scope="module")
def enpal() -> DataSet:
    return exports.data_set(
        "enpal", "enpal-pipedrive",
        "users.csv", "activity_types.csv", "stages.csv", "activity.csv", "deal_changes.csv",
    )  # fmt: skip


def test_maven_is_read_exactly_as_by_the_mapping_written_by_hand(maven: DataSet) -> None:
    people, deals = read(mapping_of(maven), maven.files)
    by_hand = read(load_mapping(maven.mapping), maven.files)
    assert len(deals) == 8800
    assert (people, deals) == by_hand


def test_maven_names_the_team_above_its_manager_and_reports_the_misspelt_product(
    maven: DataSet,
) -> None:
    choices, _ = guessed(maven)
    roles = {each.name: each.role for each in choices.files}
    assert roles == {
        "sales_pipeline.csv": "deal",
        "sales_teams.csv": "people",
        "accounts.csv": "reference",
        "products.csv": "reference",
    }
    people = choices.file("sales_teams.csv")
    assert people is not None
    assert [each.name for each in people.of("team")] == ["regional_office", "manager"]
    deals = choices.file("sales_pipeline.csv")
    product = deals.first("product") if deals else None
    assert product is not None
    assert product.reference == "products.csv"
    assert ("nearly", "GTXPro") in [(each.code, each.detail) for each in product.reasons]


def test_maven_with_its_dictionary_leaves_the_dictionary_out() -> None:
    files = exports.data_set(
        "maven", "maven-crm-opportunities", "sales_pipeline.csv", "data_dictionary.csv"
    )
    choices, _ = guessed(files)
    assert {each.name: each.role for each in choices.files}["data_dictionary.csv"] == "ignore"


def test_maven_without_its_people_takes_them_from_the_deals() -> None:
    files = exports.data_set("maven", "maven-crm-opportunities", "sales_pipeline.csv")
    people, deals = read(mapping_of(files), files.files)
    assert len(people) == 30
    assert len(deals) == 8800


def test_olist_credits_the_same_people_on_the_same_days(olist: DataSet) -> None:
    people, records = read(mapping_of(olist), olist.files)
    named_by_hand, by_hand = read(load_mapping(olist.mapping), olist.files)

    def told(rows: list[RecordRow]) -> list[object]:
        return [
            (row.kind, row.external_id, row.amount, row.dates, row.users,
             row.texts.get("status"), row.texts.get("origin"))
            for row in rows
        ]  # fmt: skip

    assert told(in_order(records)) == told(in_order(by_hand))
    assert {each.key for each in people} == {each.key for each in named_by_hand}


def test_enpal_knows_calls_by_the_names_of_their_types(enpal: DataSet) -> None:
    choices, _ = guessed(enpal)
    activity = choices.file("activity.csv")
    kind = activity.first("type") if activity else None
    assert kind is not None
    assert kind.values == {
        "meeting": "meeting", "sc_2": "call", "follow_up": "call", "after_close_call": "call",
    }  # fmt: skip


def test_enpal_changes_become_a_section_for_each_kind_of_change(enpal: DataSet) -> None:
    _, records = read(mapping_of(enpal), enpal.files)
    by_type: dict[str, int] = {}
    for row in records:
        if row.kind == "change":
            by_type[row.texts["type"]] = by_type.get(row.texts["type"], 0) + 1
    assert by_type == {"stage": 8906, "owner": 2500, "add_time": 2000, "lost_reason": 2000}
    assert sum(row.kind == "activity" for row in records) == 4579
