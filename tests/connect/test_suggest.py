"""What columns are guessed to be, from the headers CRMs write and from what stands in them."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from juara.connect.files import sniff
from juara.connect.mapping import parse_mapping
from juara.connect.mapping.write import as_toml
from juara.connect.suggest import (
    Choices,
    compose,
    examine,
    findings,
    other_currencies,
    suggest,
)
from juara.connect.suggest.choices import ColumnChoice, FileChoice
from juara.connect.suggest.heading import header_row
from juara.connect.translate import translate
from juara.connect.types import RecordKind


def write(folder: Path, name: str, header: Sequence[str], *rows: Sequence[str]) -> Path:
    path = folder / name
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def guess(*paths: Path) -> Choices:
    return suggest([examine(path, sniff(path)) for path in paths], name="CRM", source="crm")


def fields(file: FileChoice) -> dict[str, str]:
    return {each.name: each.field for each in file.columns}


_SELLERS = ("Ana Wijaya", "Budi Santoso", "Ana Wijaya", "Budi Santoso")
_AMOUNTS = ("4200", "2750", "1800", "6100")
_DAYS = ("2026-01-19", "2026-02-02", "2026-02-03", "2026-02-04")

# The header of an export, what each column is, and the words its stages have.
EXPORTS = {
    "salesforce": (
        "report.csv",
        {"Opportunity ID": "id", "Opportunity Name": "name", "Stage": "stage", "Amount": "amount",
         "Close Date": "closed", "Opportunity Owner": "owner", "Account Name": "account",
         "Created Date": "created", "Lead Source": "origin"},
        ("Closed Won", "Closed Lost", "Negotiation/Review", "Closed Won"),
    ),
    "hubspot": (
        "hubspot-crm-exports-all-deals.csv",
        {"Record ID": "id", "Deal Name": "name", "Deal Stage": "stage", "Close Date": "closed",
         "Deal owner": "owner", "Amount": "amount", "Create Date": "created"},
        ("Closed won", "Closed lost", "Appointment scheduled", "Closed won"),
    ),
    "pipedrive": (
        "deals-1.csv",
        {"Deal - ID": "id", "Deal - Title": "name", "Deal - Owner": "owner",
         "Deal - Status": "status", "Deal - Value": "amount", "Deal - Deal created": "created",
         "Deal - Deal closed on": "closed", "Deal - Organization": "account"},
        ("Won", "Lost", "Open", "Won"),
    ),
    "odoo": (
        "crm.lead.csv",
        {"External ID": "id", "Opportunity": "name", "Salesperson": "owner", "Stage": "stage",
         "Expected Revenue": "amount", "Created on": "created", "Closed Date": "closed",
         "Customer": "account"},
        ("Won", "Lost", "Proposition", "Won"),
    ),
    "zoho": (
        "Deals_2026.csv",
        {"Record Id": "id", "Deal Name": "name", "Deal Owner": "owner", "Stage": "stage",
         "Closing Date": "closed", "Amount": "amount", "Created Time": "created",
         "Account Name": "account"},
        ("Closed Won", "Closed Lost", "Qualification", "Closed Won"),
    ),
    "dynamics": (
        "Opportunities.csv",
        {"(Do Not Modify) Opportunity": "id", "Topic": "name", "Potential Customer": "account",
         "Actual Revenue": "amount", "Actual Close Date": "closed", "Status": "status",
         "Owner": "owner", "Created On": "created"},
        ("Won", "Lost", "Open", "Won"),
    ),
    "indonesian": (
        "penjualan.csv",
        {"No Peluang": "id", "Nama Peluang": "name", "Tenaga Penjual": "owner",
         "Tahap": "stage", "Nilai": "amount", "Tanggal Closing": "closed",
         "Tanggal Dibuat": "created", "Nama Pelanggan": "account"},
        ("Menang", "Kalah", "Negosiasi", "Menang"),
    ),
    "german": (
        "Verkaufschancen.csv",
        {"Vorgangsnummer": "id", "Bezeichnung": "name", "Vertriebsmitarbeiter": "owner",
         "Status": "status", "Auftragswert": "amount", "Abschlussdatum": "closed",
         "Erstellt am": "created", "Kunde": "account"},
        ("Gewonnen", "Verloren", "Offen", "Gewonnen"),
    ),
    "portuguese": (
        "negocios.csv",
        {"Código": "id", "Nome do negócio": "name", "Vendedor": "owner", "Etapa": "stage",
         "Valor": "amount", "Data de fechamento": "closed", "Criado em": "created",
         "Cliente": "account"},
        ("Ganho", "Perdido", "Em andamento", "Ganho"),
    ),
}  # fmt: skip


def _cell(field: str, row: int, stages: Sequence[str]) -> str:
    return {
        "id": f"X-{row}", "name": f"Chairs for {row}", "owner": _SELLERS[row],
        "stage": stages[row], "status": stages[row], "amount": _AMOUNTS[row],
        "closed": _DAYS[row], "created": "2026-01-0" + str(row + 1),
        "account": ("Hotel Nusantara", "Kopi Kita")[row % 2], "origin": ("Web", "Fair")[row % 2],
    }[field]  # fmt: skip


@pytest.mark.parametrize("vendor", EXPORTS)
def test_an_export_is_understood_by_its_headers(vendor: str, tmp_path: Path) -> None:
    name, columns, stages = EXPORTS[vendor]
    rows = [[_cell(field, row, stages) for field in columns.values()] for row in range(4)]
    file = guess(write(tmp_path, name, list(columns), *rows)).files[0]
    assert file.role == "deal"
    assert fields(file) == columns
    status = file.first("status") or file.first("stage")
    assert status is not None
    assert [status.values[word] for word in stages] == ["won", "lost", "open", "won"]


def test_a_sales_spreadsheet_without_ids_is_told_apart_by_its_columns_together(
    tmp_path: Path,
) -> None:
    path = write(
        tmp_path, "penjualan.csv", ["Tanggal", "Sales", "Pelanggan", "Omzet"],
        ["2026-01-02", "Ana", "Hotel A", "1000"], ["2026-01-02", "Ana", "Hotel B", "1000"],
        ["2026-01-02", "Budi", "Hotel A", "2500"], ["2026-01-03", "Ana", "Hotel A", "1000"],
    )  # fmt: skip
    choices = guess(path)
    file = choices.files[0]
    assert fields(file) == {
        "Tanggal": "closed", "Sales": "owner", "Pelanggan": "account", "Omzet": "amount",
    }  # fmt: skip
    assert {each.name for each in file.keys} == {"Tanggal", "Sales", "Pelanggan"}
    assert (file.always, file.has_people) == ("won", True)
    assert findings(choices) == ()
    mapping = parse_mapping(as_toml(compose(choices)), name="guessed")
    chunks = list(translate(mapping, [path]))
    assert [row.texts["status"] for chunk in chunks for row in chunk.records] == ["won"] * 4
    assert sorted(each.key for chunk in chunks for each in chunk.people) == ["Ana", "Budi"]


def test_calls_get_their_type_from_the_name_of_the_file(tmp_path: Path) -> None:
    path = write(
        tmp_path, "calls.csv",
        ["Call ID", "Call start time", "Activity assigned to", "Call outcome",
         "Call duration (HH:mm:ss)"],
        ["1", "2026-01-02 10:00", "Ana", "Connected", "00:03:20"],
        ["2", "2026-01-02 11:00", "Budi", "No answer", "00:00:40"],
        ["3", "2026-01-02 12:00", "Ana", "Left voicemail", "00:01:00"],
    )  # fmt: skip
    file = guess(path).files[0]
    assert (file.role, file.always) == ("activity", "call")
    assert list(fields(file).values()) == ["id", "occurred", "owner", "outcome", "duration_seconds"]
    outcome = file.first("outcome")
    assert outcome is not None
    assert outcome.values == {
        "Connected": "connected", "No answer": "no_answer", "Left voicemail": "voicemail",
    }  # fmt: skip


def test_columns_with_names_that_say_nothing_are_known_by_their_values(tmp_path: Path) -> None:
    path = write(
        tmp_path, "export.csv", ["a", "b", "c", "d"],
        ["K1", "Won", "2026-01-02", "1200"], ["K2", "Lost", "2026-01-03", "800"],
        ["K3", "Won", "2026-01-03", "1200"], ["K4", "Negotiation", "2026-01-05", "700"],
    )  # fmt: skip
    file = guess(path).files[0]
    assert file.role == "deal"
    assert fields(file) == {"a": "id", "b": "status", "c": "closed", "d": "amount"}
    assert {each.confidence for each in file.columns} <= {"guess", "likely"}


def test_a_german_report_is_understood_in_spite_of_a_few_bad_cells(tmp_path: Path) -> None:
    """Days with full stops are no numbers, and a repeated number is an id all the same."""
    path = tmp_path / "Verkauf.csv"
    rows = [
        "Angebotsnr;Bearbeiter;Phase;Betrag;Abschlussdatum",
        "A-1;Groß;Gewonnen;1.234,50;03.11.2026",
        "A-2;Möller;Verloren;2.500,00;04.11.2026",
        "A-3;Groß;Gewonnen;12.000,00;13.11.2026",
        "A-2;Möller;Gewonnen;2.600,00;05.11.2026",
        "A-5;Groß;Gewonnen;99,90;31.02.2026",
    ]
    path.write_bytes("\r\n".join(rows).encode("cp1252"))
    assert fields(guess(path).files[0]) == {
        "Angebotsnr": "id", "Bearbeiter": "owner", "Phase": "stage", "Betrag": "amount",
        "Abschlussdatum": "closed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "field"),
    [(("SP", "RJ", "SP", "PE"), "extra"), (("won", "open", "won", "lost"), "status")],
)
def test_a_state_is_a_status_only_if_its_words_are(
    tmp_path: Path, words: tuple[str, ...], field: str
) -> None:
    rows = [[f"K{n}", "Ana", str(n * 10), word] for n, word in enumerate(words)]
    path = write(tmp_path, "deals.csv", ["deal id", "owner", "amount", "state"], *rows)
    assert fields(guess(path).files[0])["state"] == field


def test_amounts_in_another_currency_are_announced(tmp_path: Path) -> None:
    """They are never added to others, so nobody should wonder where they are."""
    path = write(
        tmp_path, "deals.csv", ["deal id", "owner", "amount", "currency"],
        ["1", "Ana", "5", "EUR"], ["2", "Ana", "6", "USD"], ["3", "Ana", "7", "GBP"],
    )  # fmt: skip
    examined = examine(path, sniff(path))
    choices = suggest([examined], name="CRM", source="crm", currency="USD")
    found = other_currencies(choices, [examined.facts], "USD")
    assert [(each.code, each.detail, each.is_blocking) for each in found] == [
        ("other_currency", "EUR, GBP", False)
    ]
    assert other_currencies(choices, [examined.facts], "IDR")[0].detail == "EUR, GBP, USD"


def test_what_is_needed_and_missing_is_said(tmp_path: Path) -> None:
    path = write(
        tmp_path, "deals.csv", ["Deal ID", "Stage"], ["1", "Open"], ["2", "Open"], ["3", "New"]
    )
    codes = [each.code for each in findings(guess(path))]
    assert codes == ["no_owner", "no_closed", "no_amount", "nothing_won"]


def test_a_title_above_the_table_is_stepped_over(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text("Sales report Q1,,\n\nid,owner,amount\n1,Ana,5\n2,Budi,6\n")
    assert header_row(path, sniff(path)) == 3


def test_a_plain_table_keeps_its_first_row_as_header(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", ["id", "owner", "amount"], ["1", "Ana", "5"])
    assert header_row(path, sniff(path)) == 0


def test_a_thousand_columns_are_kept_as_extras_within_the_room_for_choices(
    tmp_path: Path,
) -> None:
    header = ["id", "owner", "amount", "closed", *(f"field {n}" for n in range(996))]
    rows = [[str(n), "Ana", "5", "2026-01-02", *["x"] * 996] for n in range(3)]
    choices = guess(write(tmp_path, "deals.csv", header, *rows))
    assert fields(choices.files[0])["field 995"] == "extra"
    assert len(json.dumps(choices.as_json())) < 200_000


def test_choices_survive_being_kept_as_json(tmp_path: Path) -> None:
    path = write(tmp_path, "deals.csv", ["id", "stage"], ["1", "Won"], ["2", "Lost"], ["3", "Won"])
    choices = guess(path)
    assert Choices.from_json(json.loads(json.dumps(choices.as_json()))) == choices


@pytest.mark.parametrize(
    "name", ['a "quoted" name', "a.b", "line\nbreak", "ключ", "=cmd|' /C calc'!A0", "<b>x</b>"]
)
def test_any_header_survives_being_written_as_a_mapping_file(name: str) -> None:
    section = {"match": "x.csv", "kind": "deal", "id": name, "fields": {"owner": {"column": name}}}
    table = {"version": 1, "name": name, "source": "crm", "file": [section]}
    assert parse_mapping(as_toml(table), name="x").records[0].id.columns == (name,)


def test_histories_and_splits_become_records_that_name_their_deal() -> None:
    columns = ("id", "parent", "owner", "occurred", "change_field", "old_value", "change_value")
    history = FileChoice(
        "history.csv", "change",
        columns=tuple(ColumnChoice(f"c {each}", each, is_key=each == "id") for each in columns),
    )  # fmt: skip
    shares = FileChoice(
        "shares.csv", "split",
        columns=tuple(
            ColumnChoice(f"c {each}", each, is_key=each == "id")
            for each in ("id", "parent", "owner", "percent")
        ),
    )  # fmt: skip

    table = compose(Choices("n", "s", files=(history, shares)))
    mapping = parse_mapping(as_toml(table), name="guessed")
    changed, split = mapping.records

    assert changed.kind is RecordKind.CHANGE
    assert {"parent", "old_value", "new_value", "type"} <= changed.fields.keys()
    assert split.kind is RecordKind.SPLIT
    assert split.fields["parent"].columns == ("c parent",)
    assert split.attributes["percent"].type == "number"
