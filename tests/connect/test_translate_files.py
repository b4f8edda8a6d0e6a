"""Several files in one import: references, people, order, and the report of it all."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from juara.connect.mapping import parse_mapping
from juara.connect.translate import Habits, translate
from juara.connect.types import PersonRow, RecordKind, RecordRow
from tests.connect.translating import DEALS, HEAD, refused, remarks, run, write


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
