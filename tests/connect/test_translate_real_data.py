"""The ready mappings against data nobody here made up, where it stands beside the project."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from juara.connect.mapping import load_mapping
from juara.connect.translate import Report, translate
from juara.connect.types import PersonRow, RecordRow

MAPPINGS = Path(__file__).parents[2] / "mappings"
DATA = Path(__file__).parents[2].parent / "shared" / "data"


def run(mapping: str, folder: str, *names: str) -> tuple[list[RecordRow], list[PersonRow], Report]:
    files = [DATA / folder / name for name in names]
    missing = [str(path) for path in files if not path.exists()]
    if missing:
        pytest.skip(f"needs data that is not part of the project: {', '.join(missing)}")
    translation = translate(load_mapping(MAPPINGS / f"{mapping}.toml"), files)
    chunks = list(translation)
    records = [record for chunk in chunks for record in chunk.records]
    people = [person for chunk in chunks for person in chunk.people]
    return records, people, translation.report


def messages(report: Report) -> list[str]:
    return [remark.message for part in report.parts for remark in part.remarks]


def test_the_maven_set_goes_in_whole_and_the_second_spelling_is_noticed() -> None:
    records, people, report = run(
        "maven",
        "maven-crm-opportunities",
        "sales_teams.csv",
        "products.csv",
        "accounts.csv",
        "sales_pipeline.csv",
    )
    assert (report.good, report.bad) == (8_835, 0)
    assert len(people) == 35
    assert people[0].team == ("Central", "Dustin Brinkmann")
    assert len({person.team for person in people}) == 6
    assert len(records) == 8_800
    status = Counter(record.texts["status"] for record in records)
    assert status == {"won": 4_238, "lost": 2_473, "open": 2_089}
    won = [record.amount for record in records if record.texts["status"] == "won"]
    assert sum(amount for amount in won if amount is not None) == Decimal(10_005_534)
    assert {record.texts.get("currency") for record in records if record.amount} == {"USD"}
    owners = {record.users["owner"] for record in records}
    assert len({person.key for person in people} - owners) == 5
    assert owners <= {person.key for person in people}
    closed = [record.dates["closed"] for record in records if "closed" in record.dates]
    assert (min(closed), max(closed)) == (date(2017, 3, 1), date(2017, 12, 31))
    assert messages(report) == [
        "product: 'GTXPro' (1,480 rows) is not among the 7 of products; closest: 'GTX Pro'.",
        "account is empty in 1,425 rows.",
    ]


def test_the_olist_set_gives_every_deal_two_people_and_a_beginning() -> None:
    records, people, report = run(
        "olist",
        "olist-marketing-funnel",
        "olist_marketing_qualified_leads_dataset.csv",
        "olist_closed_deals_dataset.csv",
    )
    assert report.bad == 0
    assert Counter(record.kind.value for record in records) == {"lead": 8_000, "deal": 842}
    deals = [record for record in records if record.kind.value == "deal"]
    assert all(record.users.keys() == {"owner", "sdr"} for record in deals)
    assert all("created" in record.dates and "closed" in record.dates for record in deals)
    assert len({record.users["sdr"] for record in deals}) == 32
    top = Counter(record.users["owner"] for record in deals).most_common(1)
    assert top == [("4ef15afb4b2723d8f3d81e51ec7afefe", 133)]
    assert deals[0].dates == {
        "created": date(2018, 2, 21),
        "closed": datetime(2018, 2, 26, 19, 58, 54, tzinfo=UTC),
    }
    # 13 of the 32 SDRs are among the 22 sales reps too, and stay in the team named first.
    assert Counter(person.team for person in people) == {
        ("Sales representatives",): 22,
        ("Sales development",): 19,
    }
    assert people[0].name == "SR 4ef15a"
    assert messages(report) == [
        "13 people are described in more than one way, such as "
        "'a8387c01a09e99ce014107505b92388c'; the first is kept. Give starts_on where people "
        "change teams.",
        "origin is empty in 60 rows.",
    ]


def test_the_enpal_set_gives_activities_and_the_history_of_deals() -> None:
    records, people, report = run(
        "enpal",
        "enpal-pipedrive",
        "users.csv",
        "activity_types.csv",
        "stages.csv",
        "activity.csv",
        "deal_changes.csv",
    )
    assert report.bad == 0
    assert len(people) == 1_787
    activities = [record for record in records if record.kind.value == "activity"]
    assert Counter(record.texts["type"] for record in activities) == {
        "call": 3_434,
        "meeting": 1_145,
    }
    ids = Counter(record.external_id for record in activities)
    assert sum(1 for count in ids.values() if count > 1) == 11
    changes = [record for record in records if record.kind.value == "change"]
    assert Counter(record.texts["type"] for record in changes) == {
        "stage": 8_906,
        "owner": 2_500,
        "created": 2_000,
        "lost_reason": 2_000,
    }
    assert len({record.external_id for record in changes}) == 15_406
    assert len({record.attributes["deal"] for record in changes}) == 1_995
    assert {record.users["owner"] for record in activities} <= {person.key for person in people}
