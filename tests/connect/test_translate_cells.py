"""From the cells of one file to fields: numbers, dates, words, and what is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from juara.connect.mapping import parse_mapping
from juara.connect.translate import Habits, Problem, translate
from juara.connect.types import RecordKind, RecordRow
from tests.connect.translating import DEALS, HEAD, one_field, remarks, run, write


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
