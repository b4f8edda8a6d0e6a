"""A page's table as a file: what is in it, who gets it, and that nothing in it calculates."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from python_calamine import CalamineWorkbook

from juara.people.models import Member
from juara.tenancy import scope
from juara.ui.charts import Unit
from juara.web import export
from juara.web.export import Column, Sheet
from tests.web.office import Office
from tests.web.reading import read

SignedIn = Callable[[str], Client]


def csv_of(response: Any) -> list[list[str]]:
    text = response.getvalue().decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def workbook_of(response: Any) -> list[list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.getvalue()))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def _shown(*parts: int) -> datetime:
    """Return a moment as a workbook holds it, without its zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[misc, arg-type]


def test_a_board_is_had_as_csv_with_what_it_is_of_above_it(admin: Client, acme: Office) -> None:
    response = admin.get(acme.path("leaderboards/"), {"export": "csv"})

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == (
        'attachment; filename="leaderboard-revenue_won-acme-2025-03-10.csv"'
    )
    assert response["Cache-Control"] == "no-store"
    rows = csv_of(response)
    above, table = rows[: rows.index([])], rows[rows.index([]) + 1 :]
    assert above == [
        ["Revenue won"],
        ["Organization", "Acme"],
        ["Metric", "Revenue won"],
        ["Where", "Company"],
        ["Period", "March 2025"],
        ["Days", "Mar 1\u2009–\u200931, 2025"],
        ["As of", "2025-03-10 09:00+00:00"],
        ["Total", "$307"],
    ]
    assert table == [
        ["Rank", "Name", "Team", "Revenue won", "To the next place",
         "Places gained since the day before"],
        ["1", "Ana", "Alpha", "120", "", "1"],
        ["2", "Budi", "Alpha", "90", "30", "-1"],
        ["3", "Citra", "Beta", "60", "30", "0"],
        ["4", "Dewi", "Gamma", "30", "30", "0"],
        ["", "Zul", "Gamma", "", "", ""],
        ["", "Unassigned", "", "7.25"],
    ]  # fmt: skip


def test_a_board_is_had_as_a_workbook_with_numbers_and_a_sheet_about_it(
    admin: Client, acme: Office
) -> None:
    response = admin.get(acme.path("leaderboards/"), {"export": "xlsx", "by": "team"})

    table, about = workbook_of(response)
    assert table[:3] == [
        ["Rank", "Team", "Revenue won", "To the next place", "Places gained since the day before"],
        [1.0, "Alpha", 210.0, "", 0.0],
        [2.0, "Beta", 60.0, 150.0, 0.0],
    ]
    assert about[:2] == [["Revenue won", ""], ["Organization", "Acme"]]
    assert dict(map(tuple, about))["As of"] == _shown(2025, 3, 10, 9, 0)


def test_an_export_holds_the_past_and_the_choices_of_the_page(admin: Client, acme: Office) -> None:
    page = read(admin.get(acme.path("leaderboards/"), {"period": "yesterday", "metric": "calls"}))

    links = [each.attributes.get("href", "") for each in page.find("a")]
    addresses = [link for link in links if link and "export=" in link]
    assert len(addresses) == 2
    for address in addresses:
        assert "period=yesterday" in address
        assert "metric=" in address


def test_whoever_may_not_see_the_page_gets_no_file(
    signed_in: SignedIn, acme: Office, globex: Office
) -> None:
    client = signed_in("ana")

    assert client.get(acme.path("leaderboards/"), {"export": "csv"}).status_code == 200
    assert client.get(globex.path("leaderboards/"), {"export": "csv"}).status_code == 404
    assert Client().get(acme.path("leaderboards/"), {"export": "csv"}).status_code == 302


def test_another_kind_of_file_is_the_page(admin: Client, acme: Office) -> None:
    response = admin.get(acme.path("leaderboards/"), {"export": "exe"})

    assert response["Content-Type"] == "text/html; charset=utf-8"


def test_an_export_speaks_the_viewers_language(admin: Client, acme: Office) -> None:
    response = admin.get(
        acme.path("leaderboards/"), {"export": "csv"}, headers={"accept-language": "id"}
    )

    rows = csv_of(response)
    assert rows[1] == ["Organisasi", "Acme"]
    assert rows[rows.index([]) + 1][1:3] == ["Nama", "Tim"]


def _sheet(rows: list[export.Row], **given: Any) -> Sheet:
    columns = (Column("Name"), Column("Value", Unit("currency", "EUR", 2)), Column("Day"),
               Column("Time", Unit("duration")), Column("At"))  # fmt: skip
    return Sheet("a list", "A list: [all]", columns, export.at_once(rows), **given)


def _request(acme: Office) -> Any:
    request = RequestFactory().get("/")
    request.organization = acme.organization  # type: ignore[attr-defined]
    return request


_AT = datetime(2025, 3, 10, 23, 30, tzinfo=UTC)
_ROW = ("Ana", Decimal("1234567.8900"), date(2025, 2, 28), 5400, _AT)


def test_numbers_days_and_moments_are_what_they_are(acme: Office) -> None:
    with scope.enter(acme.organization), timezone.override("Asia/Jakarta"):
        plain = export.respond(_request(acme), _sheet([_ROW], is_plain=True), "csv")
        book = export.respond(_request(acme), _sheet([_ROW], facts=[("As of", _AT)]), "xlsx")

    assert csv_of(plain)[1] == [
        "Ana", "1234567.89", "2025-02-28", "5400", "2025-03-11 06:30+07:00",
    ]  # fmt: skip
    table, about = workbook_of(book)
    name, value, day, time, at = table[1]
    assert (name, value, day) == ("Ana", 1234567.89, date(2025, 2, 28))
    # A workbook counts time in days, and knows no zones: the viewer's is written.
    assert str(time) in ("1:30:00", "01:30:00")
    assert at == _shown(2025, 3, 11, 6, 30)
    assert about[2] == ["As of", _shown(2025, 3, 11, 6, 30)]


@pytest.mark.parametrize("risky", ["=1+1", "+62 812", "-x", "@sum", "\tx", "\r=1"])
@pytest.mark.parametrize("kind", export.KINDS)
def test_nothing_in_a_file_is_a_formula(acme: Office, kind: str, risky: str) -> None:
    with scope.enter(acme.organization):
        sheet = Sheet("n", risky, (Column(risky),), export.at_once([[risky]]), [("As of", risky)])
        response = export.respond(_request(acme), sheet, kind)

    if kind == "csv":
        cells = [cell for row in csv_of(response) for cell in row]
    else:
        cells = [str(cell) for page in workbook_of(response) for row in page for cell in row]
    found = [cell for cell in cells if risky.strip() in cell]
    assert len(found) == 4
    assert all(cell.startswith("'") for cell in found)


def test_a_long_list_is_read_bit_by_bit_in_a_scope_of_each_step(acme: Office) -> None:
    asked: list[int] = []

    def read_some(offset: int) -> list[export.Row]:
        asked.append(offset)
        count = Member.objects.count()  # refuses outside a scope
        return [[f"{offset + at} of {count}"] for at in range(2 if offset < 4 else 0)]

    sheet = Sheet("n", "N", (Column("Name"),), read_some, is_plain=True)
    with scope.enter(acme.organization):
        response = export.respond(_request(acme), sheet, "csv")
    assert asked == []

    rows = csv_of(response)

    assert asked == [0, 2, 4]
    assert [row[0].split(" ")[0] for row in rows[1:]] == ["0", "1", "2", "3"]


def test_the_sheet_of_a_workbook_has_a_name_that_is_allowed(acme: Office) -> None:
    with scope.enter(acme.organization):
        response = export.respond(_request(acme), _sheet([_ROW]), "xlsx")

    names = CalamineWorkbook.from_filelike(io.BytesIO(response.getvalue())).sheet_names
    assert names == ["A list   all", "About this file"]
