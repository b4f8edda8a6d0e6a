"""rates: what it prints, and what it leaves."""

from decimal import Decimal
from pathlib import Path

import pytest

from juara.metrics import rates
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests.cli.calling import juara, refusal, report


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "rates.csv"
    made.write_text(
        "date,currency,rate\n2025-03-03,EUR,1.1\n2025-03-10,EUR,1.2\nsoon,EUR,1\n2025-03-03,GBP,1.3\n"
    )
    return made


def known(organization: Organization, currency: str = "EUR") -> list[Decimal]:
    with scope.enter(organization):
        return [each.rate for each in rates.rates(currency)]


def test_rates_of_a_file_go_in_and_bad_rows_are_told(acme: Organization, file: Path) -> None:
    body = report("rates", file, "--source", "Bank", "--currency", "eur")

    assert body == {
        "kind": "rates",
        "is_check": False,
        "currency": "USD",
        "rates": [{"currency": "EUR", "read": 2, "changed": 2}],
        "problems": [
            {"row": 4, "message": "“soon” is not a day. Write it like 2025-03-10."},
        ],
    }
    assert known(acme) == [Decimal("1.2"), Decimal("1.1")]
    assert known(acme, "GBP") == []
    again = report("rates", file, "--source", "Bank", "--currency", "EUR")
    assert again["rates"] == [{"currency": "EUR", "read": 2, "changed": 0}]


def test_a_check_tells_the_same_and_changes_nothing(acme: Organization, file: Path) -> None:
    called = juara("rates", file, "--source", "Bank", "--check")

    assert called.lines == [
        "Row 4: “soon” is not a day. Write it like 2025-03-10.",
        "3 rates read: EUR, GBP.",
        "Checked only: nothing was changed.",
    ]
    assert known(acme) == []


def test_a_file_without_rates_is_refused(acme: Organization, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name,team\nAna,North\n")

    said = refusal("rates", tmp_path / "people.csv", "--source", "Bank")

    assert said.startswith("These are no exchange rates.")
    assert known(acme) == []
