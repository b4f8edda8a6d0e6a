"""The history of changes of 1,995 deals, and activities with ids that occur twice."""

from collections import Counter
from typing import Any

import pytest

from juara.core import db, scope
from juara.tenancy import scope as tenancy
from juara.tenancy.scope import organization_by_slug
from tests.cli.calling import juara, report
from tests.flows import exports
from tests.flows.exports import DataSet


@pytest.fixture(scope="module")
def enpal() -> DataSet:
    return exports.data_set(
        "enpal", "enpal-pipedrive",
        "users.csv", "activity_types.csv", "stages.csv", "activity.csv", "deal_changes.csv",
    )  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def imported(enpal: DataSet, kept: None) -> dict[str, Any]:
    """What the import said."""
    juara("organization", "create", "enpal")
    return report("import", *enpal.files, "--mapping", enpal.mapping)


def counted(column: str, kind: str) -> dict[str, int]:
    with tenancy.enter(organization_by_slug("enpal")):
        found = db.rows(
            f"SELECT {column}, count(*) FROM record_version"
            " WHERE organization_id = %s AND kind = %s GROUP BY 1",
            [scope.current().organization_id, kind],
        )
    return dict(found)


def test_every_change_is_a_record_of_its_own(enpal: DataSet) -> None:
    fields = Counter(row["changed_field_key"] for row in enpal.rows("deal_changes.csv"))

    assert counted("type", "change") == {
        "stage": fields["stage_id"], "owner": fields["user_id"], "created": fields["add_time"],
        "lost_reason": fields["lost_reason"],
    }  # fmt: skip
    assert (fields["stage_id"], fields["user_id"], fields.total()) == (8_906, 2_500, 15_406)


def test_a_change_of_stage_carries_the_stage_by_its_name(enpal: DataSet) -> None:
    names = {row["stage_id"]: row["stage_name"] for row in enpal.rows("stages.csv")}
    stages = Counter(
        names[row["new_value"]]
        for row in enpal.rows("deal_changes.csv")
        if row["changed_field_key"] == "stage_id"
    )

    found = counted("stage", "change")

    assert found.pop("") == 15_406 - 8_906
    assert found == stages


def test_activities_whose_ids_occur_twice_are_named_and_the_last_stands(
    enpal: DataSet, imported: dict[str, Any]
) -> None:
    rows = [row["activity_id"] for row in enpal.rows("activity.csv")]
    # Rows are numbered as a spreadsheet shows them, under the header.
    places: dict[str, list[int]] = {}
    for row, activity in enumerate(rows, 2):
        places.setdefault(activity, []).append(row)

    assert imported["duplicates"]["count"] == 11
    assert {
        (each["id"], each["row"], each["kept_row"]) for each in imported["duplicates"]["first"]
    } == {(activity, *found) for activity, found in places.items() if len(found) == 2}
    assert counted("kind", "activity") == {"activity": len(rows) - 11}


def test_calls_are_those_of_the_file(enpal: DataSet) -> None:
    last = {row["activity_id"]: row for row in enpal.rows("activity.csv")}
    calls = [row for row in last.values() if row["type"] != "meeting"]

    body = report("standings", "calls", "--period", "2024-01-01..2026-12-31")

    assert body["total"] == str(len(calls))
    owners = {row["id"] for row in enpal.rows("users.csv")}
    strangers = [row for row in calls if row["assigned_to_user"] not in owners]
    assert body["unassigned"] == str(len(strangers))


def test_verify_finds_nothing() -> None:
    found = report("verify")

    assert (found["differences"], found["records"]) == ([], 15_406 + 4_579 - 11)
