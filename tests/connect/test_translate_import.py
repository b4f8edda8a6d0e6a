"""From files and a mapping to rows and a report: one test for each rule."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from juara.connect.mapping import parse_mapping
from juara.connect.translate import Habits, Problem, Report, translate
from juara.connect.types import PersonRow, RecordKind, RecordRow
from juara.core.errors import DomainError

HEAD = 'version = 1\nname = "Test"\nsource = "test"\n'
DEALS = HEAD + '[[file]]\nmatch = "deals.*"\nkind = "deal"\nid = "id"\n'


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def run(
    mapping: str, *files: Path, habits: Habits | None = None, chunk_rows: int = 5_000
) -> tuple[list[RecordRow], list[PersonRow], Report]:
    translation = translate(
        parse_mapping(mapping, name="test.toml"), files, habits=habits, chunk_rows=chunk_rows
    )
    records: list[RecordRow] = []
    people: list[PersonRow] = []
    problems: list[Problem] = []
    for chunk in translation:
        assert not (chunk.people and chunk.records)
        records += chunk.records
        people += chunk.people
        problems += chunk.problems
    assert [problem.sentence for problem in problems] == [
        problem.sentence for problem in translation.report.problems
    ]
    return records, people, translation.report


def refused(mapping: str, *files: Path) -> DomainError:
    with pytest.raises(DomainError) as caught:
        run(mapping, *files)
    return caught.value


def remarks(report: Report) -> list[str]:
    found = [*report.remarks]
    for each in report.files:
        found += each.remarks
    for part in report.parts:
        found += part.remarks
    return [remark.message for remark in found]


def one_field(
    folder: Path, rule: str, cells: list[str], **options: Any
) -> tuple[list[Any], Report]:
    """Read one field of deals from a column of cells; None where the field is absent."""
    name = rule.partition("=")[0].strip()
    text = "\n".join(["id;x", *(f"{n};{cell}" for n, cell in enumerate(cells, start=1))])
    path = write(folder, "deals.csv", text)
    records, _, report = run(f"{DEALS}[file.fields]\n{rule}\n", path, **options)
    values = []
    for record in records:
        every = {
            **record.texts, **record.dates, **record.users, "amount": record.amount,
            "duration_seconds": record.duration_seconds,
        }  # fmt: skip
        values.append(every.get(name))
    return values, report


def test_a_row_becomes_a_record_with_every_field_where_it_belongs(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "deals.csv",
        "id,agent,sdr,product,stage,value,engaged,closed,seconds,size,vip,since,region\n"
        "D1,anna,bo,GTX Pro,Won,1054.50,2016-10-20,2017-03-01 10:30:00,90,12.5,yes,2015-01-01,N\n"
        "D2,,,,,,,,,,,,\n",
    )
    mapping = (
        HEAD + 'currency = "USD"\nzone = "Asia/Jakarta"\n'
        '[[file]]\nmatch = "deals.csv"\nkind = "deal"\nid = "id"\n'
        "[file.fields]\n"
        'owner = "agent"\nproduct = "product"\namount = "value"\ncreated = "engaged"\n'
        'closed = "closed"\nduration_seconds = "seconds"\n'
        'status = { column = "stage", values = { Won = "won" }, otherwise = "open" }\n'
        '[file.users]\nsdr = "sdr"\n'
        "[file.attributes]\n"
        'size = { column = "size", type = "number" }\nvip = { column = "vip", type = "boolean" }\n'
        'since = { column = "since", type = "date" }\nregion = "region"\n'
    )
    records, people, report = run(mapping, path)
    assert people == []
    assert records == [
        RecordRow(
            row_number=2,
            kind=RecordKind.DEAL,
            external_id="D1",
            texts={"product": "GTX Pro", "status": "won", "currency": "USD"},
            amount=Decimal("1054.50"),
            duration_seconds=90,
            dates={
                "created": date(2016, 10, 20),
                "closed": datetime(2017, 3, 1, 3, 30, tzinfo=UTC),
            },
            users={"owner": "anna", "sdr": "bo"},
            attributes={
                "size": Decimal("12.5"),
                "vip": True,
                "since": "2015-01-01",
                "region": "N",
            },
        ),
        RecordRow(row_number=3, kind=RecordKind.DEAL, external_id="D2"),
    ]
    assert (report.good, report.bad) == (2, 0)


def test_a_bad_row_is_reported_with_its_number_and_all_others_go_in(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "deals.csv",
        "id,value,closed\nD1,10,2017-03-01\nD2,ten,2017-31-31\n,30,2017-03-01\nD4,40,2017-03-02\n",
    )
    records, _, report = run(DEALS + '[file.fields]\namount = "value"\nclosed = "closed"\n', path)
    assert [record.external_id for record in records] == ["D1", "D4"]
    assert [problem.sentence for problem in report.problems] == [
        "deals.csv, row 3, value: 'ten' is not a number; write it like 1234.50.",
        "deals.csv, row 3, closed: '2017-31-31' is not a date; write it like 2017-12-31.",
        "deals.csv, row 4, id: there is no id, which tells the records apart.",
    ]
    assert report.problems[0] == Problem(
        file="deals.csv",
        row=3,
        column="value",
        value="ten",
        code="bad_number",
        message="'ten' is not a number; write it like 1234.50.",
    )
    part = report.parts[0]
    assert (part.rows_read, part.good, part.bad) == (4, 2, 2)
    assert part.problem_counts == {"bad_number": 1, "bad_date": 1, "missing_id": 1}


def test_a_row_divided_otherwise_is_a_problem_of_the_report(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id,a,b\nD1,1,2\nD2;1;2\nD3,1,2\n")
    records, _, report = run(DEALS, path)
    assert [(record.row_number, record.external_id) for record in records] == [(2, "D1"), (4, "D3")]
    assert [problem.sentence for problem in report.problems] == [
        "deals.csv, row 3 has 1 column where the header has 3: it is divided by semicolons "
        "where the file is divided by commas."
    ]
    assert report.bad == 1


def test_problems_beyond_the_first_thousand_are_counted(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id,value\n" + "D,x\n" * 2_500)
    translation = translate(
        parse_mapping(DEALS + '[file.fields]\namount = "value"\n', name="t"), [path]
    )
    told = [problem for chunk in translation for problem in chunk.problems]
    report = translation.report
    assert len(told) == 2_500
    assert len(report.problems) == 1_000
    assert report.parts[0].problem_counts == {"bad_number": 2_500}
    assert report.sentences(most_problems=2)[-1] == "… and 2,498 more problems."


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1,234", "2,50"], [Decimal("1.234"), Decimal("2.50")]),
        (["1,234", "2,345.5"], [Decimal(1234), Decimal("2345.5")]),
        (["1.234", "1.234.567"], [Decimal(1234), Decimal(1234567)]),
        (["1.234,56", "7"], [Decimal("1234.56"), Decimal(7)]),
        (["1,234.56", "7"], [Decimal("1234.56"), Decimal(7)]),
    ],
)
def test_the_column_decides_the_decimal_mark_of_a_cell_that_cannot(
    tmp_path: Path, cells: list[str], values: list[Decimal]
) -> None:
    found, report = one_field(tmp_path, 'amount = "x"', cells)
    assert found == values
    assert remarks(report) == []


def test_proof_far_down_the_file_decides_the_first_rows_too(tmp_path: Path) -> None:
    found, report = one_field(tmp_path, 'amount = "x"', ["1,234"] * 7_000 + ["0,5"])
    assert found[0] == Decimal("1.234")
    assert remarks(report) == []


def test_two_columns_of_one_file_may_be_written_differently(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id;a;b\n1;1.234,5;1,234.5\n")
    records, _, _ = run(
        DEALS
        + '[file.fields]\namount = "a"\n[file.attributes]\nb = { column = "b", type = "number" }',
        path,
    )
    assert records[0].amount == Decimal("1234.5")
    assert records[0].attributes == {"b": Decimal("1234.5")}


@pytest.mark.parametrize(
    ("habit", "value", "read_as"),
    [(".", Decimal(1234), "thousands"), (",", Decimal("1.234"), "decimals")],
)
def test_numbers_nothing_decides_are_read_as_the_organization_writes_and_remarked(
    tmp_path: Path, habit: str, value: Decimal, read_as: str
) -> None:
    found, report = one_field(
        tmp_path, 'amount = "x"', ["1,234", "2,345", "9"], habits=Habits(decimal=habit)
    )
    assert found[0] == value
    assert remarks(report) == [
        f"x: 2 rows such as '1,234' can be read two ways; read as {read_as}, as the organization "
        "writes numbers. Say decimal in the mapping if that is wrong."
    ]


def test_a_decimal_mark_that_is_said_needs_no_proof(tmp_path: Path) -> None:
    found, report = one_field(tmp_path, 'amount = { column = "x", decimal = "," }', ["1,234"])
    assert found == [Decimal("1.234")]
    assert remarks(report) == []


def test_the_minority_that_is_written_otherwise_is_refused_and_remarked(tmp_path: Path) -> None:
    found, report = one_field(tmp_path, 'amount = "x"', ["1,5", "2,5", "1,234.5"])
    assert found == [Decimal("1.5"), Decimal("2.5")]
    assert report.parts[0].problem_counts == {"bad_number": 1}
    assert remarks(report) == [
        "x: the decimal mark is ',' in 2 rows and '.' in 1 row; read as ','."
    ]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["2017-03-09", "2017-12-31"], [date(2017, 3, 9), date(2017, 12, 31)]),
        (["09/03/2017", "31/12/2017"], [date(2017, 3, 9), date(2017, 12, 31)]),
        (["03/09/2017", "12/31/2017"], [date(2017, 3, 9), date(2017, 12, 31)]),
        (["2017-03-09", "31/12/2017"], [date(2017, 3, 9), date(2017, 12, 31)]),
    ],
)
def test_dates_in_three_formats_are_read_by_what_the_column_proves(
    tmp_path: Path, cells: list[str], values: list[date]
) -> None:
    found, report = one_field(tmp_path, 'closed = "x"', cells, habits=Habits(dates="mdy"))
    assert found == values
    assert remarks(report) == []


def test_dates_nothing_decides_are_read_as_the_organization_writes_and_remarked(
    tmp_path: Path,
) -> None:
    found, report = one_field(tmp_path, 'closed = "x"', ["03/04/2017", "05/05/2017"])
    assert found == [date(2017, 4, 3), date(2017, 5, 5)]
    assert remarks(report) == [
        "x: nothing shows whether the day or the month comes first (1 row such as '03/04/2017'); "
        "read as day/month/year, as the organization writes dates. Say dates in the mapping if "
        "that is wrong."
    ]
    found, _ = one_field(tmp_path, 'closed = "x"', ["03/04/2017"], habits=Habits(dates="mdy"))
    assert found == [date(2017, 3, 4)]


def test_an_order_of_dates_that_is_said_needs_no_proof(tmp_path: Path) -> None:
    found, report = one_field(tmp_path, 'closed = { column = "x", dates = "mdy" }', ["03/04/2017"])
    assert found == [date(2017, 3, 4)]
    assert remarks(report) == []


def test_dates_of_both_orders_follow_the_majority_and_the_impossible_ones_are_refused(
    tmp_path: Path,
) -> None:
    found, report = one_field(tmp_path, 'closed = "x"', ["31/12/2017", "30/12/2017", "12/31/2017"])
    assert found == [date(2017, 12, 31), date(2017, 12, 30)]
    assert report.parts[0].problem_counts == {"bad_date": 1}
    assert remarks(report) == [
        "x: the order of dates is day/month/year in 2 rows and month/day/year in 1 row; read as "
        "day/month/year."
    ]


def test_values_replace_what_the_source_calls_things(tmp_path: Path) -> None:
    rule = 'status = { column = "x", values = { Won = "won", Lost = "lost" }'
    found, _ = one_field(tmp_path, rule + ', otherwise = "open" }', ["Won", "LOST", " won ", "New"])
    assert found == ["won", "lost", "won", "open"]


def test_a_value_the_mapping_does_not_list_is_refused(tmp_path: Path) -> None:
    rule = 'status = { column = "x", values = { Won = "won" } }'
    found, report = one_field(tmp_path, rule, ["Won", "Nearly"])
    assert found == ["won"]
    assert [problem.sentence for problem in report.problems] == [
        "deals.csv, row 3, x: 'Nearly' is not among the values of file[1].fields.status (Won); "
        "add it there, or say otherwise."
    ]


def test_a_status_that_is_none_of_ours_is_refused(tmp_path: Path) -> None:
    found, report = one_field(tmp_path, 'status = "x"', ["Open", "won", "stuck"])
    assert found == ["open", "won"]
    assert report.parts[0].problem_counts == {"unknown_choice": 1}


def test_values_may_keep_the_others(tmp_path: Path) -> None:
    rule = 'type = { column = "x", values = { a = "call" }, keep_others = true }'
    assert one_field(tmp_path, rule, ["a", "demo"])[0] == ["call", "demo"]


def test_what_stands_for_nothing_is_nothing_and_a_default_takes_its_place(tmp_path: Path) -> None:
    rule = 'stage = { column = "x", empty = ["NULL", "-"] }'
    assert one_field(tmp_path, rule, ["null", "-", "", "  ", "a"])[0] == [
        None, None, None, None, "a",
    ]  # fmt: skip
    rule = 'stage = { column = "x", empty = ["-"], default = "none" }'
    assert one_field(tmp_path, rule, ["-", "", "a"])[0] == ["none", "none", "a"]


def test_a_column_that_is_expected_tells_how_often_it_is_empty(tmp_path: Path) -> None:
    rule = 'account = { column = "x", expected = true }'
    found, report = one_field(tmp_path, rule, ["a", "", " ", "b"])
    assert found == ["a", None, None, "b"]
    assert remarks(report) == ["x is empty in 2 rows."]


def test_remarks_count_the_rows_that_went_in_and_not_those_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id,x,y\n1,,5\n2,,bad\n3,,bad\n4,,6\n")
    mapping = DEALS + '[file.fields]\naccount = { column = "x", expected = true }\namount = "y"\n'
    _, _, report = run(mapping, path)
    assert (report.good, report.bad) == (2, 2)
    assert remarks(report) == ["x is empty in 2 rows."]


def test_control_characters_are_taken_out_and_counted(tmp_path: Path) -> None:
    found, report = one_field(tmp_path, 'name = "x"', ["a\x00b", "c\x07", "d", "e", "f"])
    assert found == ["ab", "c", "d", "e", "f"]
    assert remarks(report) == ["x: control characters were taken out in 2 rows."]


def test_text_is_trimmed_and_composed(tmp_path: Path) -> None:
    found, _ = one_field(tmp_path, 'owner = "x"', ["  Jose\u0301\u00a0", "José"])
    assert found == ["José", "José"]


def test_bytes_that_are_no_text_refuse_their_row_only(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes("id,x\n1,José\n2,Zoë\n".encode() + b"3,Ren\xe9\n")
    records, _, report = run(DEALS + '[file.fields]\nname = "x"\n', path)
    assert [record.external_id for record in records] == ["1", "2"]
    assert [problem.sentence for problem in report.problems] == [
        "deals.csv, row 4, x: 'Ren�' has bytes that are no UTF-8; export the file as UTF-8."
    ]


def test_text_beyond_the_limits_is_refused_with_its_length(tmp_path: Path) -> None:
    found, report = one_field(tmp_path, 'name = "x"', ["a" * 10_000, "a" * 10_001])
    assert found == ["a" * 10_000]
    assert "has 10,001 characters; at most 10,000 are kept" in report.problems[0].message
    assert len(report.problems[0].value) == 60
    found, report = one_field(tmp_path, 'owner = "x"', ["a" * 255, "a" * 256])
    assert found == ["a" * 255]
    assert report.parts[0].problem_counts == {"text_too_long": 1}


def test_a_formula_is_data_and_never_worked_out(tmp_path: Path) -> None:
    found, _ = one_field(tmp_path, 'name = "x"', ["=1+1", "@SUM(A1)", "+49 30", "-5"])
    assert found == ["=1+1", "@SUM(A1)", "+49 30", "-5"]
    assert one_field(tmp_path, 'amount = "x"', ["-5"])[0] == [Decimal(-5)]


def test_decimals_that_are_rounded_are_counted(tmp_path: Path) -> None:
    found, report = one_field(tmp_path, 'amount = "x"', ["1.23456", "1.5", "2.00005"])
    assert found == [Decimal("1.2346"), Decimal("1.5"), Decimal("2.0000")]
    assert remarks(report) == ["x: more than 4 decimals were rounded to 4 in 2 rows."]


def test_amounts_that_name_another_currency_do_not_pass_unseen(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id;x\n1;€5\n2;5 EUR\n3;$5\n4;USD 5\n")
    mapping = DEALS.replace("[[file]]", 'currency = "USD"\n[[file]]', 1)
    records, _, report = run(mapping + '[file.fields]\namount = "x"\n', path)
    assert {record.texts["currency"] for record in records} == {"USD"}
    assert remarks(report) == [
        "x: '€' stands beside the amount in 1 row; taken as USD, which the mapping says.",
        "x: 'EUR' stands beside the amount in 1 row; taken as USD, which the mapping says.",
    ]


def test_the_currency_of_a_row_comes_before_that_of_the_mapping(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id,x,c\n1,5,eur\n2,5,\n3,,\n4,5,DOLLAR\n")
    mapping = DEALS.replace("[[file]]", 'currency = "USD"\n[[file]]', 1)
    records, _, report = run(mapping + '[file.fields]\namount = "x"\ncurrency = "c"\n', path)
    assert [record.texts.get("currency") for record in records] == ["EUR", "USD", None]
    assert report.problems[0].message.startswith("'DOLLAR' is not a currency code such as USD")


def test_a_template_and_joined_columns_leave_out_what_is_empty(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id,a,b\n1,abcdefgh,x\n2,,x\n3,,\n")
    mapping = DEALS + '[file.fields]\nname = { template = "SR {a:.6} ({b})" }\nstage = ["a", "b"]\n'
    records, _, _ = run(mapping, path)
    assert [record.texts for record in records] == [
        {"name": "SR abcdef (x)", "stage": "abcdefgh x"},
        {"name": "SR  (x)", "stage": "x"},
        {},
    ]


def test_an_id_of_several_columns_needs_all_of_them(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id,at\nD1,2017\nD2,\n")
    records, _, report = run(DEALS.replace('id = "id"', 'id = ["id", "at"]'), path)
    assert [record.external_id for record in records] == ["D1|2017"]
    assert report.problems[0].sentence == (
        "deals.csv, row 3, id, at: not all of id, at are there, which together tell the records "
        "apart."
    )


def test_date_and_time_in_two_columns_are_joined(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id,d,t\n1,31/12/2017,14:05\n2,01/12/2017,\n")
    records, _, _ = run(DEALS + '[file.fields]\nclosed = ["d", "t"]\n', path)
    assert [record.dates["closed"] for record in records] == [
        datetime(2017, 12, 31, 14, 5, tzinfo=UTC),
        date(2017, 12, 1),
    ]


def test_rows_the_mapping_does_not_take_are_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id,t,r\n1,deal,N\n2,Deal ,TEST\n3,lead,N\n4,won,S\n")
    mapping = DEALS + 'where = { t = ["deal", "won"], r = { not = "test" } }\n'
    records, _, report = run(mapping, path)
    assert [record.external_id for record in records] == ["1", "4"]
    assert (report.parts[0].rows_read, report.parts[0].passed_over) == (4, 2)


def test_deleted_rows_are_marked(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id,gone\n1,false\n2,TRUE\n3,\n")
    records, _, _ = run(DEALS + '[file.deleted]\ncolumn = "gone"\n', path)
    assert [record.is_deleted for record in records] == [False, True, False]


def test_a_value_that_is_not_in_the_reference_goes_in_and_is_told_with_the_closest(
    tmp_path: Path,
) -> None:
    deals = write(tmp_path, "deals.csv", "id,p\n1,GTX Pro\n2,GTXPro\n3,GTXPro\n4,GTX Prow\n5,Q\n")
    products = write(tmp_path, "products.csv", "name\nGTX Pro\nMG Special\n")
    mapping = (
        DEALS
        + '[file.fields]\nproduct = { column = "p", in = "products" }\n'
        + '[[file]]\nmatch = "products.csv"\nreference = "products"\nkey = "name"\n'
    )
    records, _, report = run(mapping, deals, products)
    assert [record.texts["product"] for record in records] == [
        "GTX Pro", "GTXPro", "GTXPro", "GTX Prow", "Q",
    ]  # fmt: skip
    assert remarks(report) == [
        "p: 'GTXPro' (2 rows) is not among the 2 of products; closest: 'GTX Pro'.",
        "p: 'GTX Prow' (1 row) is not among the 2 of products; closest: 'GTX Pro'.",
        "p: 'Q' (1 row) is not among the 2 of products.",
    ]
    assert [part.what for part in report.parts] == ["reference products", "deals"]


def test_a_lookup_takes_the_value_of_another_file_and_reads_it_in_that_files_style(
    tmp_path: Path,
) -> None:
    deals = write(tmp_path, "deals.csv", "id,lead\n1,L1\n2,L2\n3,L9\n4,L3\n")
    leads = write(tmp_path, "leads.csv", "id;first\nL1;03/04/2017\nL2;31/12/2017\nL3;\n")
    mapping = (
        DEALS
        + '[file.fields]\ncreated = { column = "lead", lookup = "leads.first" }\n'
        + '[[file]]\nmatch = "leads.csv"\nreference = "leads"\nkey = "id"\n'
    )
    records, _, report = run(mapping, deals, leads, habits=Habits(dates="mdy"))
    assert [record.dates.get("created") for record in records] == [
        date(2017, 4, 3), date(2017, 12, 31), None, None,
    ]  # fmt: skip
    assert remarks(report) == ["lead: 'L9' (1 row) is not among the 3 of leads."]


def test_many_unknown_values_are_told_in_part_and_counted(tmp_path: Path) -> None:
    deals = write(
        tmp_path, "deals.csv", "id,p\n" + "".join(f"{n},unknown {n}\n" for n in range(100))
    )
    products = write(tmp_path, "products.csv", "name\nGTX\n")
    mapping = (
        DEALS
        + '[file.fields]\nproduct = { column = "p", in = "products" }\n'
        + '[[file]]\nmatch = "products.csv"\nreference = "products"\nkey = "name"\n'
    )
    found = remarks(run(mapping, deals, products)[2])
    assert len(found) == 21
    assert found[-1] == "p: 80 more values (80 rows) are not among products."


def test_keys_a_reference_has_twice_count_once(tmp_path: Path) -> None:
    deals = write(tmp_path, "deals.csv", "id,p\n1,a\n")
    prices = write(tmp_path, "prices.csv", "name,price\na,first\na,second\n,none\n")
    mapping = (
        DEALS
        + '[file.fields]\nname = { column = "p", lookup = "prices.price" }\n'
        + '[[file]]\nmatch = "prices.csv"\nreference = "prices"\nkey = "name"\n'
    )
    records, _, report = run(mapping, deals, prices)
    assert records[0].texts["name"] == "first"
    part = report.parts[0]
    assert (part.rows_read, part.good, part.repeated, part.passed_over) == (3, 1, 1, 1)


PEOPLE = HEAD + '[[file]]\nmatch = "people.csv"\npeople = true\nkey = "login"\n'


def test_a_person_has_everything_a_row_says(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "people.csv",
        "login,full,mail,region,team,role,zone,from,to\n"
        "anna,Anna Snelling,anna@example.org,East,Inside,Manager,Asia/Jakarta,01/02/2016,"
        "31/12/2016\n"
        "bo,,,,,,,,\n",
    )
    mapping = (
        PEOPLE + 'name = "full"\nemail = "mail"\nteam = ["region", "team"]\nrole = "role"\n'
        'zone = "zone"\nstarts_on = "from"\nends_on = "to"\n'
    )
    _, people, _ = run(mapping, path)
    assert people == [
        PersonRow(
            row_number=2,
            key="anna",
            name="Anna Snelling",
            email="anna@example.org",
            team=("East", "Inside"),
            role="manager",
            zone="Asia/Jakarta",
            starts_on=date(2016, 2, 1),
            ends_on=date(2016, 12, 31),
        ),
        PersonRow(row_number=3, key="bo", name="bo"),
    ]


def test_a_person_that_cannot_be_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "people.csv",
        "login,role,zone,from,to\n"
        ",rep,,,\na,boss,,,\nb,,Mars/City,,\nc,,,2017-01-02,2017-01-02\nd,rep,,,\n",
    )
    mapping = PEOPLE + 'role = "role"\nzone = "zone"\nstarts_on = "from"\nends_on = "to"\n'
    _, people, report = run(mapping, path)
    assert [person.key for person in people] == ["d"]
    assert [(problem.row, problem.column, problem.code) for problem in report.problems] == [
        (2, "login", "missing_key"),
        (3, "role", "unknown_choice"),
        (4, "zone", "unknown_choice"),
        (5, "ends_on", "ends_before_start"),
    ]


def test_a_wrong_email_is_left_away_and_the_person_kept(tmp_path: Path) -> None:
    path = write(tmp_path, "people.csv", "login,mail\na,n/a\nb,b@example.org\nc,x y@z\n")
    _, people, report = run(PEOPLE + 'email = "mail"\n', path)
    assert [person.email for person in people] == ["", "b@example.org", ""]
    assert remarks(report) == [
        "mail: 'n/a' and the like are no e-mail addresses and were left empty in 2 rows."
    ]


def test_each_person_of_a_file_of_deals_is_delivered_once_and_before_the_deals(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, "deals.csv", "id,sr,sdr\n1,anna,bo\n2,anna,\n3,cy,anna\n")
    mapping = (
        DEALS
        + '[file.fields]\nowner = "sr"\n'
        + '[[file]]\nmatch = "deals.csv"\npeople = true\nkey = "sr"\nteam = [{ value = "SR" }]\n'
        + '[[file]]\nmatch = "deals.csv"\npeople = true\nkey = "sdr"\nteam = [{ value = "SDR" }]\n'
    )
    translation = translate(parse_mapping(mapping, name="t"), [path])
    chunks = list(translation)
    assert [chunk.what for chunk in chunks] == ["people", "people", "deals"]
    people = [person for chunk in chunks for person in chunk.people]
    assert [(person.key, person.team) for person in people] == [
        ("anna", ("SR",)), ("cy", ("SR",)), ("bo", ("SDR",)),
    ]  # fmt: skip
    report = translation.report
    assert [(part.good, part.repeated, part.passed_over) for part in report.parts] == [
        (2, 1, 0), (1, 1, 1), (3, 0, 0),
    ]  # fmt: skip
    assert remarks(report) == [
        "1 person is described in more than one way, such as 'anna'; the first is kept. Give "
        "starts_on where people change teams."
    ]


def test_dated_rows_are_the_stations_of_one_person(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "people.csv",
        "login,team,from,to\nanna,East,2016-01-01,2017-01-01\nanna,West,2017-01-01,\n"
        "anna,West,2017-01-01,\n",
    )
    mapping = PEOPLE + 'team = "team"\nstarts_on = "from"\nends_on = "to"\n'
    _, people, report = run(mapping, path)
    assert [(person.team, person.starts_on) for person in people] == [
        (("East",), date(2016, 1, 1)),
        (("West",), date(2017, 1, 1)),
    ]
    assert report.parts[0].repeated == 1


def test_row_numbers_grow_over_all_files_and_can_be_found_again(tmp_path: Path) -> None:
    people = write(tmp_path, "people.csv", "login\nanna\nbo\n")
    first = write(tmp_path, "deals.1.csv", "id,a\nD1,\nD2,\nbroken\n")
    second = write(tmp_path, "deals.2.csv", "id,a\n\nD3,\nD4,\n")
    mapping = PEOPLE + DEALS.removeprefix(HEAD)
    records, persons, report = run(mapping, people, first, second, chunk_rows=1)
    numbers = [person.row_number for person in persons] + [record.row_number for record in records]
    assert numbers == sorted(set(numbers))
    assert [report.locate(number) for number in numbers] == [
        ("people.csv", 2), ("people.csv", 3), ("deals.1.csv", 2), ("deals.1.csv", 3),
        ("deals.2.csv", 3), ("deals.2.csv", 4),
    ]  # fmt: skip


def test_chunks_are_as_long_as_asked_and_progress_ends_at_one(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id\n" + "".join(f"D{n}\n" for n in range(25)))
    translation = translate(parse_mapping(DEALS, name="t"), [path], chunk_rows=10)
    chunks = list(translation)
    assert [len(chunk.records) for chunk in chunks] == [10, 10, 5]
    assert chunks[-1].progress == 1.0
    assert translation.report.good == 25


def test_a_file_no_section_reads_and_a_section_without_a_file_are_said(tmp_path: Path) -> None:
    deals = write(tmp_path, "Deals.CSV", "id\n1\n")
    other = write(tmp_path, "notes.csv", "a\n1\n")
    mapping = (
        DEALS
        + '[file.fields]\nproduct = { column = "id", in = "products" }\n'
        + '[[file]]\nmatch = "products*"\nreference = "products"\nkey = "name"\n'
    )
    records, _, report = run(mapping, deals, other)
    assert len(records) == 1
    assert remarks(report) == [
        "No file given is called 'products*' (file[2] of the mapping).",
        "notes.csv is not read: no section of the mapping matches its name.",
    ]


def test_a_mapping_that_fits_none_of_the_files_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "notes.csv", "a\n1\n")
    assert refused(DEALS, path).message == (
        "The mapping 'Test' reads nothing from the files given (notes.csv); it is for deals.*."
    )


def test_a_lookup_whose_file_is_not_given_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id,lead\n1,L1\n")
    mapping = (
        DEALS
        + '[file.fields]\ncreated = { column = "lead", lookup = "leads.first" }\n'
        + '[[file]]\nmatch = "leads.csv"\nreference = "leads"\nkey = "id"\n'
    )
    assert refused(mapping, path).message == (
        "The file of a reference is not given: 'leads', which file[1].fields.created looks up in."
    )


def test_all_columns_that_are_missing_are_said_with_the_nearest(tmp_path: Path) -> None:
    deals = write(tmp_path, "deals.csv", "id,close_value,agent\n1,5,a\n")
    leads = write(tmp_path, "leads.csv", "mql,start\n1,2\n")
    mapping = (
        DEALS
        + '[file.fields]\namount = "close_valu"\nowner = "zzz"\n'
        + 'created = { column = "id", lookup = "leads.first" }\n'
        + '[file.deleted]\ncolumn = "gone"\n'
        + '[[file]]\nmatch = "leads.csv"\nreference = "leads"\nkey = "mql_id"\n'
    )
    error = refused(mapping, deals, leads)
    assert error.code == "columns_missing"
    assert error.data["problems"] == [
        "leads.csv has no column 'mql_id' (file[2].key); did you mean 'mql'?",
        "leads.csv has no column 'first' (file[2], looked up); it has mql, start",
        "deals.csv has no column 'close_valu' (file[1].fields.amount); did you mean 'close_value'?",
        "deals.csv has no column 'zzz' (file[1].fields.owner); it has id, close_value, agent",
        "deals.csv has no column 'gone' (file[1].deleted); it has id, close_value, agent",
    ]


def test_capitals_and_spaces_in_a_header_do_not_matter_where_only_one_column_fits(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, "deals.csv", "ID,Close Value\n1,5\n")
    records, _, _ = run(DEALS + '[file.fields]\namount = "closevalue"\n', path)
    assert records[0].amount == Decimal(5)


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    assert refused(DEALS, write(tmp_path, "deals.csv", "")).code == "file_empty"


def test_a_header_alone_imports_nothing_and_says_so(tmp_path: Path) -> None:
    records, _, report = run(DEALS, write(tmp_path, "deals.csv", "id,name\n"))
    assert records == []
    assert report.sentences() == [
        "deals.csv: text, utf-8, divided by comma, 2 columns.",
        "deals.csv, deals: a header and no rows.",
    ]


def test_two_hundred_columns_are_no_trouble(tmp_path: Path) -> None:
    header = ",".join(["id", *(f"c{n}" for n in range(199))])
    row = ",".join(["D1", *(str(n) for n in range(199))])
    path = write(tmp_path, "deals.csv", f"{header}\n{row}\n")
    records, _, _ = run(DEALS + '[file.fields]\namount = "c198"\n', path)
    assert records[0].amount == Decimal(198)


def test_a_workbooks_cells_are_read_by_their_type(tmp_path: Path) -> None:
    path = tmp_path / "deals.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        span = book.add_format({"num_format": "[h]:mm:ss"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "amount", "closed", "created", "talk", "vip", "name"])
        sheet.write_row(1, 0, [807438, 10.5, None, 42803.5])
        sheet.write_datetime(1, 2, datetime.fromisoformat("2017-03-01"), day)
        sheet.write_number(1, 4, 90 / 86_400, span)
        sheet.write_boolean(1, 5, True)
        sheet.write_number(1, 6, 1)
        sheet.write_row(2, 0, ["D2", "1.234,50", "31/12/2017", "", "1:01:05", 1])
        sheet.write_string(2, 6, "=1+1")
        sheet.write_row(3, 0, ["D3", "x", "", "", "", 0, ""])
    mapping = (
        DEALS + 'where = { id = { not = "D9" } }\n'
        '[file.fields]\namount = "amount"\nclosed = "closed"\ncreated = "created"\n'
        'duration_seconds = "talk"\nname = "name"\n'
        '[file.attributes]\nvip = { column = "vip", type = "boolean" }\n'
    )
    records, _, report = run(mapping, path)
    assert records == [
        RecordRow(
            row_number=2,
            kind=RecordKind.DEAL,
            external_id="807438",
            texts={"name": "1"},
            amount=Decimal("10.5"),
            duration_seconds=90,
            dates={"closed": date(2017, 3, 1), "created": datetime(2017, 3, 9, 12, tzinfo=UTC)},
            attributes={"vip": True},
        ),
        RecordRow(
            row_number=3,
            kind=RecordKind.DEAL,
            external_id="D2",
            texts={"name": "=1+1"},
            amount=Decimal("1234.50"),
            duration_seconds=3665,
            dates={"closed": date(2017, 12, 31)},
            attributes={"vip": True},
        ),
    ]
    assert [(problem.row, problem.column) for problem in report.problems] == [(4, "amount")]


def test_a_sheet_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "deals.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Leads").write_column(0, 0, ["id", "L1"])
        book.add_worksheet("Deals").write_column(0, 0, ["id", "D1"])
    records, _, _ = run(DEALS + 'sheet = "Deals"\n', path)
    assert [record.external_id for record in records] == ["D1"]


def test_what_is_wrong_with_a_file_itself_is_listed_once_and_counted_by_each_section(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, "deals.csv", "id,sr\n1,anna\nbroken\n")
    mapping = DEALS + '[[file]]\nmatch = "deals.csv"\npeople = true\nkey = "sr"\n'
    _, _, report = run(mapping, path)
    assert [part.bad for part in report.parts] == [1, 1]
    assert len(report.problems) == 1


def test_the_report_is_plain_data_for_programs(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id,x\n1,5\n2,bad\n")
    _, _, report = run(DEALS + '[file.fields]\namount = "x"\n', path)
    found = json.loads(json.dumps(report.as_json()))
    assert sorted(found) == ["bad", "files", "good", "mapping", "parts", "remarks"]
    assert (found["good"], found["bad"]) == (1, 1)
    assert found["files"][0]["columns"] == ["id", "x"]
    assert found["parts"][0]["problem_counts"] == {"bad_number": 1}
    assert found["parts"][0]["problems"][0]["row"] == 3


def test_the_report_says_everything_in_sentences(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id,x\n1,5\n2,bad\n3,\n")
    rule = '[file.fields]\namount = { column = "x", expected = true }\n'
    _, _, report = run(DEALS + rule, path)
    assert report.sentences() == [
        "deals.csv: text, utf-8, divided by comma, 2 columns.",
        "deals.csv, deals: 3 rows read, 2 good, 1 left out.",
        "  1 row with a number that cannot be read.",
        "  x is empty in 1 row.",
        "deals.csv, row 3, x: 'bad' is not a number; write it like 1234.50.",
    ]


def test_a_fixed_value_that_cannot_be_read_is_a_mistake_of_the_mapping(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", "id\n1\n")
    error = refused(DEALS + '[file.fields]\nclosed = { value = "soon" }\n', path)
    assert (error.code, error.message) == (
        "mapping_invalid",
        "file[1].fields.closed: 'soon' is not a date; write it like 2017-12-31.",
    )
