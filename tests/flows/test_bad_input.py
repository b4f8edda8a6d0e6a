"""What is wrong is said in a sentence, what is right goes in, and nothing stored is lost."""

import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from django.test import Client
from django.utils.html import escape

from juara.accounts.models import User
from juara.tenancy import scope
from juara.tenancy.models import Organization
from juara.tenancy.scope import organization_by_slug
from tests.cli.calling import juara, refusal, report
from tests.flows import exports
from tests.ledger import reading

HEADER = "id,owner,amount,closed,status\n"
BEFORE = {"D0": Decimal(1000)}


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    return exports.deals_mapping(tmp_path)


@pytest.fixture(scope="module")
def _before(kept: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Make an organization with a person, and a deal that was there before."""
    juara("organization", "create", "acme", "--name", "Acme")
    folder = tmp_path_factory.mktemp("before")
    people = exports.people(folder, ("ana", "Ana", "North"))
    deals = exports.deals(folder, ("D0", "ana", 1000))
    report("import", people, deals, "--mapping", exports.mapping(folder))


@pytest.fixture(autouse=True)
def acme(_before: None, db: None) -> Organization:
    """The organization; whatever a test does to it is rolled back."""
    return organization_by_slug("acme")


def deals_file(folder: Path, content: str | bytes, name: str = "deals.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def told(path: Path, mapping: Path) -> list[str]:
    """Import a file that goes in, at least in part; return the sentences about it."""
    called = juara("import", path, "--mapping", mapping)
    assert (called.code, called.err) == (0, ""), called
    return called.lines


def refused(path: Path, mapping: Path, acme: Organization) -> str:
    """Import a file that cannot be; return the sentence, having looked that nothing changed."""
    sentence = refusal("import", path, "--mapping", mapping)
    assert stored(acme) == BEFORE
    assert len(report("imports")["imports"]) == 1
    return sentence


def stored(acme: Organization) -> dict[str, Decimal]:
    """Return what every deal is worth that is there."""
    with scope.enter(acme):
        return reading.values("revenue_won")


# What is no table at all.


def test_an_empty_file_is_refused(acme: Organization, tmp_path: Path, mapping: Path) -> None:
    assert refused(deals_file(tmp_path, ""), mapping, acme) == (
        "deals.csv is empty: it has neither header nor rows."
    )


def test_a_file_of_bytes_is_refused(acme: Organization, tmp_path: Path, mapping: Path) -> None:
    assert refused(deals_file(tmp_path, bytes(range(256)) * 16), mapping, acme) == (
        "deals.csv is neither text nor an XLSX workbook. Export it again as CSV or XLSX."
    )


def test_a_header_alone_changes_nothing(acme: Organization, tmp_path: Path, mapping: Path) -> None:
    lines = told(deals_file(tmp_path, HEADER), mapping)

    assert "deals.csv, deals: a header and no rows." in lines
    assert stored(acme) == BEFORE


def test_a_file_without_the_columns_of_the_mapping_is_refused(
    acme: Organization, tmp_path: Path, mapping: Path
) -> None:
    path = deals_file(tmp_path, "id,owner,total,closed,status\n1,ana,3,2025-03-03,won\n")

    called = juara("import", path, "--mapping", mapping)

    assert (called.code, called.out) == (1, "")
    assert called.err.splitlines() == [
        "The mapping names columns that are not there:",
        "  deals.csv has no column 'amount' (file[1].fields.amount); it has id, owner, total, "
        "closed, status",
    ]
    assert stored(acme) == BEFORE


def zip_bomb(path: Path, megabytes: int) -> Path:
    """Write a workbook whose one sheet unpacks to many zeros, of which it stores next to none."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(megabytes):
                sheet.write(bytes(1024 * 1024))
    return path


def test_a_zip_bomb_posing_as_a_workbook_is_not_opened(
    acme: Organization, tmp_path: Path, mapping: Path
) -> None:
    bomb = zip_bomb(tmp_path / "deals.xlsx", 520)
    assert bomb.stat().st_size < 4 * 1024 * 1024

    assert refused(bomb, mapping, acme) == (
        "deals.xlsx was not opened: it unpacks to 520 MiB; 512 MiB are allowed. Where the table "
        "is really that large, save it as CSV."
    )


# What is written in some other way.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_the_encoding_it_is_in(
    acme: Organization, tmp_path: Path, mapping: Path, encoding: str
) -> None:
    rows = HEADER + "".join(f"Zoë{n},ana,{n},2025-03-03,won\n" for n in range(1, 4))

    lines = told(deals_file(tmp_path, rows.encode(encoding)), mapping)

    assert lines[0].startswith(f"deals.csv: text, {encoding}, divided by comma")
    assert stored(acme) == BEFORE | {f"Zoë{n}": Decimal(n) for n in range(1, 4)}


def test_bytes_that_are_no_text_cost_their_own_row(
    acme: Organization, tmp_path: Path, mapping: Path
) -> None:
    rows = [f"Zoë{n},ana,{n},2025-03-03,won\n".encode() for n in range(1, 6)]
    rows[3] = b"Zo\xff4,ana,4,2025-03-03,won\n"

    lines = told(deals_file(tmp_path, HEADER.encode() + b"".join(rows)), mapping)

    assert lines[0] == "deals.csv: text, utf-8, divided by comma, 5 columns."
    assert any(line.startswith("deals.csv, row 5, id: ") for line in lines)
    assert stored(acme) == BEFORE | {f"Zoë{n}": Decimal(n) for n in (1, 2, 3, 5)}


def test_rows_divided_in_another_way_cost_themselves_only(
    acme: Organization, tmp_path: Path, mapping: Path
) -> None:
    rows = (
        "id;owner;amount;closed;status\n"
        "D1;ana;10;2025-03-03;won\n"
        "D2,ana,20,2025-03-03,won\n"
        "D3;ana;30;2025-03-03;won\n"
    )

    lines = told(deals_file(tmp_path, rows), mapping)

    assert lines[0] == "deals.csv: text, utf-8, divided by semicolon, 5 columns."
    assert (
        "deals.csv, row 3 has 1 column where the header has 5: it is divided by commas where the "
        "file is divided by semicolons."
    ) in lines
    assert stored(acme) == BEFORE | {"D1": Decimal(10), "D3": Decimal(30)}


def test_two_hundred_columns_are_no_trouble(
    acme: Organization, tmp_path: Path, mapping: Path
) -> None:
    extra = [f"x{n}" for n in range(195)]
    wide = exports.table(
        tmp_path / "deals.csv",
        (*exports.DEAL_COLUMNS, *extra),
        [("D1", "ana", 10, "2025-03-03", "won", *["y"] * 195)],
    )

    assert "200 columns." in told(wide, mapping)[0]
    assert stored(acme) == BEFORE | {"D1": Decimal(10)}


# What the rows say.


def test_of_an_id_that_occurs_twice_the_last_row_stands(
    acme: Organization, tmp_path: Path, mapping: Path
) -> None:
    lines = told(
        exports.deals(tmp_path, ("D1", "ana", 1), ("D0", "ana", 5), ("D1", "ana", 7)), mapping
    )

    assert "1 row gave way to a later one with the same id:" in lines
    assert "  D1: deals.csv, row 2, to row 4." in lines
    assert stored(acme) == {"D0": Decimal(5), "D1": Decimal(7)}


def test_what_an_unknown_owner_earned_waits_for_them(
    acme: Organization, tmp_path: Path, mapping: Path
) -> None:
    lines = told(exports.deals(tmp_path, ("D1", "zed", 1), ("D2", "", 2)), mapping)

    assert any(line.startswith("Nobody here is known as zed (1).") for line in lines)
    body = report("standings", "revenue_won", "--period", "2025-03")
    assert (body["unassigned"], body["total"]) == ("3", "1003")
    assert [each["key"] for each in report("owners", "list")["owners"]] == ["zed"]


def test_dates_in_three_formats_are_each_understood(
    acme: Organization, tmp_path: Path, mapping: Path
) -> None:
    rows = exports.deals(
        tmp_path, ("D1", "ana", 1, "2025-03-03", "won"), ("D2", "ana", 2, "13/03/2025", "won"),
        ("D3", "ana", 3, "14 Mar 2025", "won"), ("D4", "ana", 4, "soon", "won"),
    )  # fmt: skip

    lines = told(rows, mapping)

    assert "deals.csv, row 5, closed: 'soon' is not a date; write it like 2017-12-31." in lines
    with scope.enter(acme):
        days = {key: day.isoformat() for key, day in reading.days("revenue_won").items()}
    assert days == {
        "D0": "2025-03-03", "D1": "2025-03-03", "D2": "2025-03-13", "D3": "2025-03-14",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("amounts", "value"),
    [(("1.234,56", "7,5"), "1242.06"), (("1,234.56", "7.5"), "1242.06")],
)
def test_both_ways_of_writing_a_number_mean_the_same(
    acme: Organization, tmp_path: Path, mapping: Path, amounts: tuple[str, str], value: str
) -> None:
    told(exports.deals(tmp_path, *((f"D{i}", "ana", a) for i, a in enumerate(amounts, 1))), mapping)

    assert sum(stored(acme).values()) - 1000 == Decimal(value)


def test_both_ways_in_one_column_are_never_guessed_at(
    acme: Organization, tmp_path: Path, mapping: Path
) -> None:
    rows = exports.deals(
        tmp_path, ("D1", "ana", "1,234.56"), ("D2", "ana", "8.5"), ("D3", "ana", "1.234,56")
    )

    lines = told(rows, mapping)

    assert (
        "deals.csv, row 4, amount: '1.234,56' does not agree with '.' as the decimal mark of this "
        "column; write it like the others, or say decimal in the mapping."
    ) in lines
    assert stored(acme) == BEFORE | {"D1": Decimal("1234.56"), "D2": Decimal("8.5")}


# Formulas, and worse.

FORMULA = '=HYPERLINK("http://example.com","x")'
SCRIPT = "<script>alert(1)</script>"
ESCAPE = "[red]\x1b[2Jgone[/red]"


def test_a_formula_in_a_text_file_is_text_and_no_number(acme: Organization, tmp_path: Path) -> None:
    mapping = exports.deals_mapping(tmp_path, fields='account = "account"\n')
    rows = exports.table(
        tmp_path / "deals.csv",
        (*exports.DEAL_COLUMNS, "account"),
        [
            ("D1", "ana", 1, "2025-03-03", "won", FORMULA),
            ("D2", "ana", 2, "2025-03-03", "won", SCRIPT),
            ("D3", "ana", 3, "2025-03-03", "won", ESCAPE),
            ("D4", "ana", "=1+1", "2025-03-03", "won", ""),
            ("D5", "ana", 5, "2025-03-03", ESCAPE, ""),
        ],
    )

    lines = told(rows, mapping)

    assert "deals.csv, row 5, amount: '=1+1' is not a number; write it like 1234.50." in lines
    assert "\x1b" not in "".join(lines)
    assert stored(acme) == BEFORE | {"D1": Decimal(1), "D2": Decimal(2), "D3": Decimal(3)}
    with scope.enter(acme):
        accounts = {each.external_id: each.account for each in reading.credits_of("revenue_won")}
    assert (accounts["D1"], accounts["D2"]) == (FORMULA, SCRIPT)
    assert accounts["D3"] == "[red][2Jgone[/red]"
    shown = juara("explain", "revenue_won", "--member", "Ana", "--period", "2025-03").out
    assert FORMULA in shown
    assert SCRIPT in shown
    assert "[red][2Jgone[/red]" in shown


def test_names_of_a_file_are_shown_on_a_page_and_run_nowhere(
    acme: Organization, tmp_path: Path
) -> None:
    people = exports.people(tmp_path, ("ana", SCRIPT, "North"))
    juara("import", people, "--mapping", exports.mapping(tmp_path))
    juara(
        "user", "create", "boss@example.com", "--role", "admin", "--password-stdin",
        stdin="correct horse battery",
    )  # fmt: skip
    client = Client()
    client.force_login(User.objects.get())

    page = client.get("/o/acme/leaderboards/?metric=revenue_won&period=2025-03")

    assert page.status_code == 200
    assert SCRIPT.encode() not in page.content
    assert escape(SCRIPT).encode() in page.content


def test_of_a_formula_in_a_workbook_the_saved_value_is_taken(
    acme: Organization, tmp_path: Path, mapping: Path
) -> None:
    path = tmp_path / "deals.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Deals")
        sheet.write_row(0, 0, exports.DEAL_COLUMNS)
        sheet.write_row(1, 0, ("D1", "ana", 0, "2025-03-03", "won"))
        sheet.write_formula(1, 2, "=20+22", None, 42)
        sheet.write_row(2, 0, ("D2", "ana", 7, "2025-03-03", "won"))
        sheet.write_string(2, 1, "=ana")

    lines = told(path, mapping)

    assert lines[0].startswith("deals.xlsx: XLSX workbook, sheet 'Deals'")
    assert stored(acme) == BEFORE | {"D1": Decimal(42), "D2": Decimal(7)}
    assert [each["key"] for each in report("owners", "list")["owners"]] == ["=ana"]


def test_of_a_thousand_rows_the_bad_ones_stay_out_and_each_is_named(
    acme: Organization, tmp_path: Path, mapping: Path
) -> None:
    rows = exports.deals(
        tmp_path,
        *((f"D{n}", "ana", "much" if n % 100 == 0 else n) for n in range(1, 1001)),
    )

    body = report("import", rows, "--mapping", mapping)

    assert (body["report"]["good"], body["report"]["bad"]) == (990, 10)
    problems = body["report"]["parts"][0]["problems"]
    assert [(each["row"], each["column"], each["value"]) for each in problems] == [
        (n + 1, "amount", "much") for n in range(100, 1001, 100)
    ]
    assert len(stored(acme)) == 991
    assert report("verify")["is_sound"]
