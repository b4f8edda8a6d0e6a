"""What records really hold: free fields with their sorts, values with their counts."""

from datetime import date
from decimal import Decimal

import pytest

from juara.records import operations as records
from juara.records import values
from juara.records.models import SourceUser
from juara.records.values import FoundField, FoundValue
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast


@pytest.fixture(autouse=True)
def deals(inside: Organization) -> None:
    cast.deliver(
        cast.deal("1", owner="ana",
                  attributes={"Region": "West", "Seats": Decimal(3), "Hot": True}),
        cast.deal("2", owner="ana", attributes={"Region": "West", "Due": "2025-03-01"},
                  users={"sdr": "budi"}),
        cast.deal("3", owner="citra", texts={"status": "lost"}, attributes={"Region": "East"}),
        cast.deal("4", owner="citra", is_deleted=True, attributes={"Gone": "x"}),
        cast.call("5", owner="ana", when=date(2025, 3, 1), attributes={"Line": "2"}),
    )  # fmt: skip


def test_free_fields_are_found_with_the_sort_of_what_they_hold() -> None:
    assert values.found_fields(["deal"]) == (
        FoundField("attributes.Due", "date", 1),
        FoundField("attributes.Hot", "boolean", 1),
        FoundField("attributes.Region", "text", 3),
        FoundField("attributes.Seats", "number", 1),
        FoundField("users.sdr", "user", 1),
    )


def test_only_the_kinds_asked_for_are_looked_at() -> None:
    assert [each.name for each in values.found_fields(["activity"])] == ["attributes.Line"]
    assert values.counted_kinds() == {"deal": 3, "activity": 1}


def test_of_a_kind_with_more_than_are_counted_only_that_is_known() -> None:
    assert values.counted_kinds(most=2) == {"deal": 3, "activity": 1}
    assert values.counted_kinds(most=1) == {"deal": 2, "activity": 1}


def test_only_the_newest_of_all_kinds_together_are_looked_at() -> None:
    def found(newest: int) -> dict[str, int]:
        every = values.values_of(["owner"], ["deal", "activity"], newest=newest)["owner"].values
        return {each.value: each.records for each in every}

    assert found(1) == {"ana": 1}
    assert found(2) == {"ana": 1, "citra": 1}
    assert [each.name for each in values.found_fields(["deal", "activity"], newest=2)] == [
        "attributes.Line", "attributes.Region",
    ]  # fmt: skip


def test_values_come_with_their_counts_the_most_frequent_first() -> None:
    found = values.values_of(["status", "attributes.Region", "amount", "closed"], ["deal"])
    assert {name: each.values for name, each in found.items()} == {
        "status": (FoundValue("won", 2), FoundValue("lost", 1)),
        "attributes.Region": (FoundValue("West", 2), FoundValue("East", 1)),
    }


def test_people_are_found_by_key_and_by_name() -> None:
    cast.member("Ana", "North")
    known = SourceUser.objects.get(key="ana")
    records.describe_user(known.id, name="Ana Putri", email="")
    found = values.values_of(["owner"], ["deal"], search={"owner": "putri"})
    assert found["owner"].values == (FoundValue("ana", 2, "Ana Putri"),)
    assert values.values_of(["users.sdr"], ["deal"])["users.sdr"].values[0].value == "budi"


def test_a_search_keeps_to_what_contains_it() -> None:
    found = values.values_of(["attributes.Region"], ["deal"], search={"attributes.Region": "EAS"})
    assert found["attributes.Region"].values == (FoundValue("East", 1),)


def test_more_than_two_hundred_values_are_cut() -> None:
    cast.deliver(*(cast.deal(f"n{n}", texts={"product": f"P{n:03}"}) for n in range(201)))
    found = values.values_of(["product"], ["deal"])["product"]
    assert (len(found.values), found.is_cut) == (200, True)


def test_another_organizations_values_are_never_among_them() -> None:
    other = cast.organization("globex")
    with scope.enter(other):
        cast.deliver(cast.deal("x", owner="x", texts={"status": "secret"}))
    assert "secret" not in str(values.values_of(["status"], ["deal"]))
