"""842 deals won by two people each: both are credited, and the company counts each deal once."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from juara.connect.models import Source
from juara.records import queries as records
from juara.tenancy import scope
from juara.tenancy.scope import organization_by_slug
from tests.cli.calling import juara, report
from tests.flows import exports
from tests.flows.exports import MAPPINGS, DataSet
from tests.ledger import reading

DEALS = "olist_closed_deals_dataset.csv"
LEADS = "olist_marketing_qualified_leads_dataset.csv"
YEARS = "2017-01-01..2018-12-31"


@pytest.fixture(scope="module")
def olist() -> DataSet:
    return exports.data_set("olist", "olist-marketing-funnel", LEADS, DEALS)


@pytest.fixture(scope="module", autouse=True)
def imported(olist: DataSet, kept: None) -> dict[str, Any]:
    """What the import said. The metrics come after it: they credit what is there."""
    juara("organization", "create", "olist", "--currency", "BRL", "--zone", "America/Sao_Paulo")
    said = report("import", *olist.files, "--mapping", olist.mapping)
    applied = report("metrics", "apply", MAPPINGS / "olist-metrics.toml")
    assert applied["changed"] == ["deals_signed", "declared_revenue", "leads_dated"]
    return said


def credited(role: int) -> dict[str, tuple[str, int]]:
    """Return for each deal whom it names in a role, and the member credited."""
    with scope.enter(organization_by_slug("olist")):
        return {
            each.external_id: (each.owner_key, each.member_id)
            for each in reading.credits_of("deals_signed", YEARS, role=role)
        }


def known(keys: list[str]) -> dict[str, int]:
    """Return the members who go by these keys."""
    with scope.enter(organization_by_slug("olist")):
        people = records.known_people(Source.objects.get(key="olist").id)
        return {key: people[key].member_id for key in keys}


def test_every_lead_and_every_deal_goes_in(imported: dict[str, Any]) -> None:
    assert imported["records"] == {"created": 8_842, "changed": 0, "deleted": 0}
    assert (imported["report"]["bad"], imported["unknown_owners"]) == (0, [])
    assert imported["people"] == {"described": 41, "changed": 41}


@pytest.mark.parametrize(("role", "column"), [(0, "sr_id"), (1, "sdr_id")])
def test_each_deal_credits_both_its_people(olist: DataSet, role: int, column: str) -> None:
    rows = olist.rows(DEALS)
    members = known([row[column] for row in rows])

    assert credited(role) == {row["mql_id"]: (row[column], members[row[column]]) for row in rows}
    assert len(rows) == 842


@pytest.mark.parametrize(("role", "column"), [("closer", "sr_id"), ("sdr", "sdr_id")])
def test_the_standings_of_a_role_are_the_deals_that_name_people_in_it(
    olist: DataSet, role: str, column: str
) -> None:
    counts = Counter(row[column] for row in olist.rows(DEALS))

    body = report("standings", "deals_signed", "--period", YEARS, "--role", role)

    assert (body["role"], body["total"], body["unassigned"]) == (role, "842", "0")
    assert [int(row["value"]) for row in body["rows"]] == sorted(counts.values(), reverse=True)
    best, count = counts.most_common(1)[0]
    assert (body["rows"][0]["name"][-6:], body["rows"][0]["value"]) == (best[:6], str(count))


def test_the_company_counts_each_deal_once_and_the_top_rep_closed_133() -> None:
    body = report("standings", "deals_signed", "--period", YEARS)

    assert (body["total"], body["rows"][0]["value"]) == ("842", "133")
    assert sum(Decimal(row["value"]) for row in body["rows"]) == 842


def test_money_is_that_of_the_file_in_both_roles(olist: DataSet) -> None:
    declared = sum(Decimal(row["declared_monthly_revenue"]) for row in olist.rows(DEALS))

    for role in ("closer", "sdr"):
        body = report("standings", "declared_revenue", "--period", YEARS, "--role", role)
        assert Decimal(body["total"]) == declared


def test_leads_count_by_day_though_they_name_nobody(olist: DataSet) -> None:
    body = report("standings", "leads_dated", "--period", YEARS)

    assert (body["rows"], body["unassigned"], body["total"]) == ([], "8000", "8000")
    january = [row for row in olist.rows(LEADS) if row["first_contact_date"] < "2018-02"]
    until = report("standings", "leads_dated", "--period", "2017-01-01..2018-01-31")
    assert until["total"] == str(len(january))


def test_verify_finds_nothing() -> None:
    assert report("verify")["differences"] == []
