"""Text files as people have them: encodings, delimiters, quotation marks, damage."""

import codecs
import hashlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juara.connect.files import Cell, FileFormat, RowTrouble, delimited, open_rows, sniff, survey
from juara.core.errors import DomainError


def write(folder: Path, content: str | bytes, name: str = "deals.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path) -> tuple[FileFormat, list[tuple[int, list[Cell]]], list[RowTrouble]]:
    form = sniff(path)
    troubles: list[RowTrouble] = []
    rows = [(number, list(cells)) for number, cells in open_rows(path, form, troubles.append)]
    return form, rows, troubles


def refusal(path: Path) -> DomainError:
    with pytest.raises(DomainError) as caught:
        sniff(path)
    return caught.value


@pytest.mark.parametrize(
    ("encoding", "start", "found"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", codecs.BOM_UTF8, "utf-8-sig"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("cp1252", b"", "cp1252"),
    ],
)
def test_a_name_with_accents_survives_every_encoding(
    tmp_path: Path, encoding: str, start: bytes, found: str
) -> None:
    text = "id,name\n1,José Müller\n2,Ana\n3,Bo\n4,Cy\n"
    form, rows, troubles = read(write(tmp_path, start + text.encode(encoding)))
    assert form.encoding == found
    assert form.header == ("id", "name")
    assert rows[0] == (2, ["1", "José Müller"])
    assert troubles == []


def test_a_file_that_is_not_utf_8_says_how_it_was_read(tmp_path: Path) -> None:
    form = sniff(write(tmp_path, "id,name\n1,José\n".encode("cp1252")))
    assert form.notes == (
        "deals.csv is not UTF-8; it was read as Windows-1252 (Western European). Where names look "
        "wrong, save it as UTF-8 and import it again.",
    )


def test_bytes_windows_1252_does_not_have_are_read_as_latin_1(tmp_path: Path) -> None:
    form = sniff(write(tmp_path, b"id,name\n1,Jos\xe9\x81\n"))
    assert form.encoding == "latin-1"


def test_one_damaged_byte_does_not_turn_a_utf_8_file_into_another(tmp_path: Path) -> None:
    content = "id,name\n1,José\n2,Müller\n".encode() + b"3,Ren\xe9\n"
    form, rows, _ = read(write(tmp_path, content))
    assert form.encoding == "utf-8"
    assert "UTF-8 with damaged bytes in it (1)" in form.notes[0]
    assert rows[0] == (2, ["1", "José"])
    assert rows[2] == (4, ["3", "Ren\udce9"])


def test_a_character_on_the_edge_of_a_piece_is_no_damage(tmp_path: Path) -> None:
    padding = "x" * (survey.CHUNK - len("id,name\n1,") - 1)
    form = sniff(write(tmp_path, f"id,name\n1,{padding}é\n2,ü\n"))
    assert form.encoding == "utf-8"
    assert form.notes == ()


@pytest.mark.parametrize(
    ("delimiter", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")]
)
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str, name: str) -> None:
    lines = [["id", "amount", "note"], ["1", "1.5", "a"], ["2", "2.5", "b"]]
    text = "\n".join(delimiter.join(line) for line in lines)
    form, rows, _ = read(write(tmp_path, text))
    assert form.delimiter == delimiter
    assert rows == [(2, ["1", "1.5", "a"]), (3, ["2", "2.5", "b"])]


def test_decimal_commas_do_not_divide_a_file_of_semicolons(tmp_path: Path) -> None:
    form, rows, troubles = read(write(tmp_path, "id;amount\n1;1,50\n2;2,75\n3;1.234,50\n"))
    assert (form.delimiter, form.decimal, form.thousands) == (";", ",", ".")
    assert rows[2] == (4, ["3", "1.234,50"])
    assert troubles == []


def test_a_separator_line_of_a_spreadsheet_is_obeyed_and_not_counted(tmp_path: Path) -> None:
    form, rows, _ = read(write(tmp_path, "sep=;\r\nid;name\r\n1;a,b\r\n"))
    assert form.header == ("id", "name")
    assert rows == [(2, ["1", "a,b"])]


def test_single_quotation_marks_are_found(tmp_path: Path) -> None:
    form, rows, _ = read(write(tmp_path, "'id','name'\n'1','a,b'\n'2','c'\n"))
    assert form.quote == "'"
    assert rows == [(2, ["1", "a,b"]), (3, ["2", "c"])]


def test_a_row_divided_otherwise_is_reported_with_its_number_and_the_rest_goes_in(
    tmp_path: Path,
) -> None:
    _, rows, troubles = read(write(tmp_path, "id,name,stage\n1,a,Won\n2;b;Won\n3,c,Lost\n"))
    assert [number for number, _ in rows] == [2, 4]
    assert troubles == [
        RowTrouble(
            row=3,
            code="row_width",
            message="row 3 has 1 column where the header has 3: it is divided by semicolons where "
            "the file is divided by commas.",
        )
    ]


def test_a_row_with_too_many_columns_names_the_remedy(tmp_path: Path) -> None:
    _, rows, troubles = read(write(tmp_path, "id,name\n1,Smith, John\n2,Ana\n"))
    assert rows == [(3, ["2", "Ana"])]
    assert troubles[0].message == (
        "row 2 has 3 columns where the header has 2: cells with commas inside must stand in "
        'quotation marks (").'
    )


def test_a_row_cut_short_is_reported(tmp_path: Path) -> None:
    _, rows, troubles = read(write(tmp_path, "id,name,stage\n1,a,Won\n2,b"))
    assert len(rows) == 1
    assert troubles[0].message == (
        "row 3 has 2 columns where the header has 3: part of the row is missing."
    )


def test_empty_columns_at_the_end_of_a_row_are_no_mistake(tmp_path: Path) -> None:
    _, rows, troubles = read(write(tmp_path, "id,name\n1,a,,\n2,b\n"))
    assert rows == [(2, ["1", "a"]), (3, ["2", "b"])]
    assert troubles == []


def test_empty_rows_are_passed_over_and_counted(tmp_path: Path) -> None:
    form, rows, troubles = read(write(tmp_path, "\n,\nid,name\n\n1,a\n,\n2,b\n"))
    assert form.header_row == 3
    assert rows == [(5, ["1", "a"]), (7, ["2", "b"])]
    assert troubles == []


def test_a_cell_with_line_ends_is_one_row_as_in_a_spreadsheet(tmp_path: Path) -> None:
    _, rows, troubles = read(write(tmp_path, 'id,note\n1,"a\nb\r\nc"\n2,"say ""hi"""\n'))
    assert rows == [(2, ["1", "a\nb\r\nc"]), (3, ["2", 'say "hi"'])]
    assert troubles == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(tmp_path: Path, end: str) -> None:
    _, rows, _ = read(write(tmp_path, end.join(["id,name", "1,a", "2,b"])))
    assert rows == [(2, ["1", "a"]), (3, ["2", "b"])]


def test_a_quotation_mark_never_closed_loses_its_own_row_and_no_other(tmp_path: Path) -> None:
    lines = ["id,name,stage"] + [f"{n},name {n},Won" for n in range(2, 40)]
    lines[15] = '16,"name 16,Won'
    _, rows, troubles = read(write(tmp_path, "\n".join(lines) + "\n"))
    assert [number for number, _ in rows] == [n for n in range(2, 40) if n != 16]
    assert [(trouble.row, trouble.code) for trouble in troubles] == [(16, "quote_open")]
    assert troubles[0].message.startswith('row 16 opens a quotation mark (") and does not close it')


def test_a_quotation_mark_open_in_the_last_row_is_reported(tmp_path: Path) -> None:
    _, rows, troubles = read(write(tmp_path, 'id,name\n1,a\n2,"b'))
    assert rows == [(2, ["1", "a"])]
    assert [(trouble.row, trouble.code) for trouble in troubles] == [(3, "quote_open")]


def test_a_stray_quotation_mark_that_meets_a_later_one_loses_no_row_between(
    tmp_path: Path,
) -> None:
    text = 'id,name,stage\n1,"a,Won\n2,b,Won\n3,c,Won\n4,"d",Won\n5,e,Won\n'
    _, rows, troubles = read(write(tmp_path, text))
    assert [number for number, _ in rows] == [3, 4, 5, 6]
    assert [(trouble.row, trouble.code) for trouble in troubles] == [(2, "quote_open")]


def test_a_stray_quotation_mark_does_not_swallow_thousands_of_rows(tmp_path: Path) -> None:
    count = delimited.MOST_LINES_IN_A_ROW * 3
    lines = ["id,name"] + [f"{n},a" for n in range(count)]
    lines[10] = '9,"a'
    _, rows, troubles = read(write(tmp_path, "\n".join(lines)))
    assert len(rows) == count - 1
    assert [(trouble.row, trouble.code) for trouble in troubles] == [(11, "quote_open")]


def test_a_cell_too_long_to_be_one_is_reported_and_the_rest_goes_in(tmp_path: Path) -> None:
    _, rows, troubles = read(write(tmp_path, f"id,name\n1,{'x' * 200_000}\n2,b\n"))
    assert rows == [(3, ["2", "b"])]
    assert troubles[0].message == "row 2 has a cell of more than 131,072 characters."


def test_a_line_without_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, b"id,name\n1," + b"x" * (survey.LONGEST_LINE + 1) + b"\n2,b\n"))
    assert error.code == "file_line_too_long"
    assert "line 2 is longer than 16 MiB" in error.message


def test_nul_bytes_do_not_stop_the_reading(tmp_path: Path) -> None:
    _, rows, troubles = read(write(tmp_path, b"id,name\n1,a\x00b\n2,c\n3,d\n4,e\n"))
    assert rows[0] == (2, ["1", "a\x00b"])
    assert len(rows) == 4
    assert troubles == []


def test_two_hundred_columns_are_read(tmp_path: Path) -> None:
    header = ",".join(f"c{n}" for n in range(200))
    row = ",".join(str(n) for n in range(200))
    form, rows, _ = read(write(tmp_path, f"{header}\n{row}\n"))
    assert len(form.header) == 200
    assert rows[0][1][199] == "199"


def test_columns_beyond_all_bounds_are_refused(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, ",".join(f"c{n}" for n in range(4_001)) + "\n"))
    assert error.code == "file_too_wide"


def test_names_the_header_has_twice_are_made_different_and_noted(tmp_path: Path) -> None:
    form = sniff(write(tmp_path, "id,name,name,\n1,a,b,c\n"))
    assert form.header == ("id", "name", "name (2)", "column 4")
    assert form.notes == ("The header has 'name' twice; column 3 is called 'name (2)'.",)


def test_an_empty_file_is_refused_in_words(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, "")).message == (
        "deals.csv is empty: it has neither header nor rows."
    )
    assert refusal(write(tmp_path, "\n \n,,\n")).code == "file_empty"


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    form, rows, troubles = read(write(tmp_path, "id;name\n"))
    assert form.header == ("id", "name")
    assert (rows, troubles) == ([], [])


def test_one_column_needs_no_delimiter(tmp_path: Path) -> None:
    form, rows, _ = read(write(tmp_path, "product\nGTX Pro\nMG Special\n"))
    assert form.header == ("product",)
    assert rows == [(2, ["GTX Pro"]), (3, ["MG Special"])]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 and more", "is not a table but a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "is not a table but a picture"),
        (b"\x1f\x8b\x08\x00", "a gzip archive; unpack it first"),
        (b"<html><table>", "is a web page, whatever its name says"),
        (b"  <?xml version='1.0'?>", "is an XML document"),
        (b'[{"id": 1}]', "is a JSON document"),
        (bytes(range(256)) * 8, "is neither text nor an XLSX workbook"),
        (b"\x00" * 500, "is neither text nor an XLSX workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "is an old Excel file (.xls)"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "is protected with a password",
        ),
    ],
)
def test_what_is_no_table_is_refused_by_what_it_is(
    tmp_path: Path, content: bytes, said: str
) -> None:
    assert said in refusal(write(tmp_path, content)).message


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv").message == (
        "none.csv cannot be read: No such file or directory."
    )
    assert refusal(tmp_path).code == "file_unreadable"


def test_the_fingerprint_is_that_of_the_content(tmp_path: Path) -> None:
    content = b"id,name\n1,a\n"
    form = sniff(write(tmp_path, content))
    assert form.fingerprint == hashlib.sha256(content).hexdigest()
    assert form.size == len(content)


def test_a_header_with_a_quotation_mark_left_open_is_refused(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, 'id,"name,stage\n1,a,Won\n2,b,Won\n'))
    assert error.code == "file_header_damaged"


def test_text_under_the_name_of_a_workbook_is_read_and_noted(tmp_path: Path) -> None:
    form = sniff(write(tmp_path, "id,name\n1,a\n", "deals.xlsx"))
    assert form.kind == "csv"
    assert form.notes == ("deals.xlsx is not a workbook but text divided like a CSV file.",)


def test_a_formula_in_a_text_cell_stays_text(tmp_path: Path) -> None:
    _, rows, _ = read(write(tmp_path, "id,name\n1,=1+1\n2,@SUM(A1)\n3,+49 30\n4,-5\n"))
    assert [cells[1] for _, cells in rows] == ["=1+1", "@SUM(A1)", "+49 30", "-5"]


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["2017-12-31", "2017-01-02"], "ymd"),
        (["31/12/2017", "01/02/2017"], "dmy"),
        (["12/31/2017", "01/02/2017"], "mdy"),
        (["01/02/2017", "03/04/2017"], "ambiguous"),
        (["31.12.2017", "01.02.2017"], "dmy"),
        (["a", "b"], ""),
    ],
)
def test_the_order_of_dates_is_found_from_the_sample(
    tmp_path: Path, values: list[str], order: str
) -> None:
    assert sniff(write(tmp_path, "\n".join(["day", *values]))).date_order == order


def test_the_position_grows_with_the_rows_read(tmp_path: Path) -> None:
    path = write(tmp_path, "id,name\n" + "1,a\n" * 100_000)
    stream = open_rows(path, sniff(path))
    first = stream.position()
    assert sum(1 for _ in stream) == 100_000
    assert first < path.stat().st_size


@given(content=st.binary(max_size=200) | st.text(alphabet="ab,;\t|\"'\r\n\x00 é1", max_size=120))
def test_any_bytes_are_a_table_or_a_refusal_and_every_row_fits_the_header(
    tmp_path_factory: pytest.TempPathFactory, content: bytes | str
) -> None:
    path = write(tmp_path_factory.getbasetemp(), content, "any.csv")
    with suppress(DomainError):
        form, rows, troubles = read(path)
        assert all(len(cells) == len(form.header) for _, cells in rows)
        numbers = [number for number, _ in rows] + [trouble.row for trouble in troubles]
        assert len(set(numbers)) == len(numbers)
        assert all(number > form.header_row for number in numbers)
