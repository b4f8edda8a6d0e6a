"""XLSX workbooks: what their cells become, and which of them are not opened at all."""

import struct
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from juara.connect.files import open_rows, sniff
from juara.connect.files.workbook import WorkbookLimits, inspect_workbook
from juara.core.errors import DomainError


def refusal(path: Path) -> DomainError:
    with pytest.raises(DomainError) as caught:
        sniff(path)
    return caught.value


def small_workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Deals")
        sheet.write_row(0, 0, ["id", "amount"])
        sheet.write_row(1, 0, ["D1", 10])
    return path


def with_entry(source: Path, target: Path, name: str, content: bytes) -> Path:
    """Copy a workbook, putting other content into one of its parts."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, content if entry == name else old.read(entry))
        if name not in old.namelist():
            new.writestr(name, content)
    return target


def test_cells_keep_the_type_they_were_stored_with(tmp_path: Path) -> None:
    path = tmp_path / "deals.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        clock = book.add_format({"num_format": "hh:mm:ss"})
        span = book.add_format({"num_format": "[h]:mm:ss"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["text", "number", "yes", "day", "moment", "clock", "span", "empty"])
        sheet.write_row(1, 0, ["D1", 1.5, True])
        sheet.write_datetime(1, 3, datetime.fromisoformat("2017-03-01"), day)
        sheet.write_datetime(1, 4, datetime.fromisoformat("2017-03-01 10:30"), moment)
        sheet.write_datetime(1, 5, time(1, 2, 3), clock)
        sheet.write_number(1, 6, 1.5, span)
    rows = list(open_rows(path, sniff(path)))
    assert rows == [
        (
            2,
            [
                "D1", 1.5, True, date(2017, 3, 1), datetime.fromisoformat("2017-03-01 10:30"),
                time(1, 2, 3), timedelta(days=1, hours=12), "",
            ],
        )
    ]  # fmt: skip


def test_a_formula_gives_the_value_it_was_saved_with(tmp_path: Path) -> None:
    path = tmp_path / "deals.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "amount", "text", "failed"])
        sheet.write_string(1, 0, "=1+1")
        sheet.write_formula(1, 1, "=6*7", None, 42)
        sheet.write_formula(1, 2, '="a"', None, "a")
        sheet.write_formula(1, 3, "=NA()", None, "#N/A")
    form = sniff(path)
    assert list(open_rows(path, form)) == [(2, ["=1+1", 42.0, "a", ""])]
    assert form.notes == ("1 cell holds the error of a formula, such as #N/A; read as empty.",)


def test_rows_are_numbered_as_the_spreadsheet_numbers_them(tmp_path: Path) -> None:
    path = tmp_path / "deals.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(3, 1, ["id", "name"])
        sheet.write_row(4, 1, ["D1", "a"])
        sheet.write_row(7, 1, ["D2", "b", "beyond the header"])
    form = sniff(path)
    assert (form.header, form.header_row) == (("id", "name"), 4)
    assert list(open_rows(path, form)) == [(5, ["D1", "a"]), (8, ["D2", "b"])]


def test_the_first_visible_sheet_with_anything_in_it_is_read_unless_one_is_named(
    tmp_path: Path,
) -> None:
    path = tmp_path / "deals.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Cover")
        hidden = book.add_worksheet("Hidden")
        hidden.write(0, 0, "secret")
        hidden.hide()
        book.add_worksheet("Deals").write_column(0, 0, ["id", "D1"])
        book.add_worksheet("Leads").write_column(0, 0, ["id", "L1"])
    form = sniff(path)
    assert (form.sheet, form.sheets) == ("Deals", ("Cover", "Deals", "Leads"))
    assert form.notes == ("deals.xlsx has 3 sheets; 'Deals' is read.",)
    assert list(open_rows(path, sniff(path, sheet="Leads"))) == [(2, ["L1"])]
    with pytest.raises(DomainError) as caught:
        sniff(path, sheet="Deal")
    assert caught.value.message == (
        "deals.xlsx has no sheet 'Deal'; it has 'Cover', 'Deals', 'Leads'."
    )


def test_an_empty_workbook_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet()
    assert refusal(path).message == "empty.xlsx is empty: none of its sheets holds anything."


def test_a_workbook_under_the_name_of_a_text_file_is_read_as_what_it_is(tmp_path: Path) -> None:
    path = small_workbook(tmp_path / "deals.csv")
    assert sniff(path).kind == "xlsx"


def test_a_zip_bomb_posing_as_a_workbook_is_not_opened(tmp_path: Path) -> None:
    bomb = with_entry(
        small_workbook(tmp_path / "small.xlsx"),
        tmp_path / "bomb.xlsx",
        "xl/worksheets/sheet1.xml",
        b"<worksheet>" + b" " * (600 << 20),
    )
    assert bomb.stat().st_size < 2 << 20
    error = refusal(bomb)
    assert error.code == "file_too_large_unpacked"
    assert error.message == (
        "bomb.xlsx was not opened: it unpacks to 600 MiB; 512 MiB are allowed. Where the table is "
        "really that large, save it as CSV."
    )


def test_a_bomb_that_lies_about_its_size_is_found_by_unpacking(tmp_path: Path) -> None:
    bomb = with_entry(
        small_workbook(tmp_path / "small.xlsx"),
        tmp_path / "bomb.xlsx",
        "xl/worksheets/sheet1.xml",
        b"<worksheet>" + b" " * (20 << 20),
    )
    content = bytearray(bomb.read_bytes())
    entry = zipfile.ZipFile(bomb).getinfo("xl/worksheets/sheet1.xml")
    real, lie = struct.pack("<I", entry.file_size), struct.pack("<I", 1_000)
    assert content.count(real) == 2
    bomb.write_bytes(bytes(content).replace(real, lie))
    limits = WorkbookLimits(unpacked=8 << 20)
    with pytest.raises(DomainError) as caught:
        inspect_workbook(bomb, limits)
    assert "it unpacks to more than the 8 MiB allowed" in caught.value.message


def test_a_part_that_is_not_as_long_as_it_says_is_damage(tmp_path: Path) -> None:
    path = small_workbook(tmp_path / "deals.xlsx")
    content = path.read_bytes()
    entry = zipfile.ZipFile(path).getinfo("xl/workbook.xml")
    real, lie = struct.pack("<I", entry.file_size), struct.pack("<I", entry.file_size - 7)
    path.write_bytes(content.replace(real, lie))
    assert refusal(path).code == "file_damaged"


def test_an_unbelievable_ratio_is_refused(tmp_path: Path) -> None:
    bomb = with_entry(
        small_workbook(tmp_path / "small.xlsx"),
        tmp_path / "bomb.xlsx",
        "xl/worksheets/sheet1.xml",
        b"<worksheet>" + b" " * (30 << 20),
    )
    assert "unpacks to over 400 times its size" in refusal(bomb).message


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = small_workbook(tmp_path / "deals.xlsx")
    with pytest.raises(DomainError) as caught:
        inspect_workbook(path, WorkbookLimits(entries=3))
    assert "parts; 3 are allowed" in caught.value.message


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>',
        b"<row r='1'><c r='XFD1048576'/></row>",
        b'<row r = "1"><c  t="n" r =\n"xfd1048576"/></row>',
        b'<x:row><x:c s="1" r="XFD1048576"></x:c></x:row>',
    ],
)
def test_a_far_off_cell_that_would_reserve_a_whole_sheet_is_refused(
    tmp_path: Path, cell: bytes
) -> None:
    bomb = with_entry(
        small_workbook(tmp_path / "small.xlsx"),
        tmp_path / "sparse.xlsx",
        "xl/worksheets/sheet1.xml",
        b"<worksheet><sheetData>" + b" " * 65_530 + cell + b"</sheetData></worksheet>",
    )
    assert "a sheet reaches to row 1,048,576 and column 16,384" in refusal(bomb).message


def test_a_workbook_with_protected_parts_is_refused(tmp_path: Path) -> None:
    path = small_workbook(tmp_path / "deals.xlsx")
    content = bytearray(path.read_bytes())
    at = content.rfind(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(bytes(content))
    assert refusal(path).code == "file_protected"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("readme.txt", "is a zip archive, not an XLSX workbook"),
        ("content.xml", "is an OpenDocument file, not an XLSX workbook"),
        ("xl/workbook.bin", "is an XLSB workbook, not an XLSX workbook"),
    ],
)
def test_other_archives_are_refused_by_what_they_are(tmp_path: Path, name: str, said: str) -> None:
    path = tmp_path / "deals.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x")
    assert said in refusal(path).message


@pytest.mark.parametrize("cut", [30, 200, -30])
def test_a_workbook_cut_short_is_refused_as_damaged(tmp_path: Path, cut: int) -> None:
    path = small_workbook(tmp_path / "deals.xlsx")
    path.write_bytes(path.read_bytes()[:cut])
    assert refusal(path).code == "file_damaged"


def test_a_method_of_packing_no_workbook_uses_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deals.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("xl/workbook.xml", "x" * 100)
    assert refusal(path).code == "file_damaged"


def test_a_workbook_whose_xml_is_broken_is_refused_as_damaged(tmp_path: Path) -> None:
    broken = with_entry(
        small_workbook(tmp_path / "small.xlsx"),
        tmp_path / "broken.xlsx",
        "xl/workbook.xml",
        b"<workbook><sheets><sheet name=",
    )
    assert refusal(broken).code in ("file_damaged", "file_empty")


def test_packed_bytes_that_are_no_deflate_are_damage(tmp_path: Path) -> None:
    path = small_workbook(tmp_path / "deals.xlsx")
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("xl/workbook.xml")
    content = bytearray(path.read_bytes())
    start = entry.header_offset + 30 + len(entry.filename)
    content[start : start + entry.compress_size] = b"\xff" * entry.compress_size
    with pytest.raises(zlib.error):
        zlib.decompress(bytes(content[start : start + entry.compress_size]), -15)
    path.write_bytes(bytes(content))
    assert refusal(path).code == "file_damaged"
