"""import, imports, undo, resume: what they print, and what they leave."""

from decimal import Decimal
from pathlib import Path

import pytest
from time_machine import TimeMachineFixture

from juara.connect.mapping import load_mapping
from juara.ledger import imports
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.cli.calling import juara, refusal, report
from tests.cli.conftest import rows_in
from tests.flows import exports
from tests.ledger import reading


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    return exports.mapping(tmp_path)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """One person; two deals of theirs, one of a stranger, a repetition, and one that is bad."""
    people = exports.people(tmp_path, ("ana", "Ana", "North"))
    deals = exports.deals(
        tmp_path, ("D1", "ana", 1), ("D2", "ana", 20), ("D1", "ana", 100), ("D3", "zed", 3),
        ("D4", "ana", "lots"),
    )  # fmt: skip
    return people, deals


def test_an_import_reports_what_came_of_every_row(
    acme: Organization, mapping: Path, files: tuple[Path, Path]
) -> None:
    body = report("import", *files, "--mapping", mapping)

    assert (body["is_check"], body["rows"]) == (False, 3)
    assert body["records"] == {"created": 3, "changed": 0, "deleted": 0}
    assert body["people"] == {"described": 1, "changed": 1}
    assert body["unknown_owners"] == [{"key": "zed", "records": 1}]
    assert body["duplicates"] == {
        "count": 1,
        "first": [
            {"id": "D1", "file": "deals.csv", "row": 2, "kept_file": "deals.csv", "kept_row": 4}
        ],
    }
    (problem,) = body["report"]["parts"][1]["problems"]
    assert (problem["row"], problem["column"], problem["value"], problem["code"]) == (
        6, "amount", "lots", "bad_number",
    )  # fmt: skip
    (run,) = report("imports")["imports"]
    assert (run["id"], run["state"], run["source"]) == (body["id"], "done", "crm")
    with scope.enter(acme):
        assert reading.totals("revenue_won") == {"Ana": Decimal(120), reading.NOBODY: Decimal(3)}


def test_an_import_tells_a_person_the_same_in_sentences(
    acme: Organization, mapping: Path, files: tuple[Path, Path]
) -> None:
    called = juara("import", *files, "--mapping", mapping)

    (run,) = report("imports")["imports"]
    assert (called.code, called.err) == (0, "")
    assert called.lines == [
        "people.csv: text, utf-8, divided by comma, 5 columns.",
        "deals.csv: text, utf-8, divided by comma, 5 columns.",
        "people.csv, people: 1 row read, 1 good.",
        "deals.csv, deals: 5 rows read, 4 good, 1 left out.",
        "  1 row with a number that cannot be read.",
        "deals.csv, row 6, amount: 'lots' is not a number; write it like 1234.50.",
        "1 row gave way to a later one with the same id:",
        "  D1: deals.csv, row 2, to row 4.",
        "Nobody here is known as zed (1). Their records stay unassigned until they are matched "
        "(juara owners match) or a file of people names them.",
        "People: 1, of them 1 changed.",
        f"Records: 3 new, 0 changed, 0 deleted. Import {run['id']}.",
    ]


def test_a_check_tells_the_same_and_changes_nothing(
    acme: Organization, mapping: Path, files: tuple[Path, Path]
) -> None:
    checked = report("import", *files, "--mapping", mapping, "--check")
    told = juara("import", *files, "--mapping", mapping, "--check")

    assert (checked["id"], checked["is_check"], checked["records"]) == (None, True, None)
    assert told.lines[-1] == "Checked only: nothing was changed."
    assert [rows_in(name, acme) for name in ("member", "record", "import_run", "source")] == [0] * 4
    imported = report("import", *files, "--mapping", mapping)
    same = checked.keys() - {"id", "is_check", "records"}
    assert {key: checked[key] for key in same} == {key: imported[key] for key in same}


def test_imports_are_listed_newest_first(
    acme: Organization, mapping: Path, tmp_path: Path, time_machine: TimeMachineFixture
) -> None:
    assert juara("imports").lines == ["Nothing was imported yet."]
    deals = exports.deals(tmp_path, ("D1", "ana", 1))
    first = report("import", deals, "--mapping", mapping)["id"]
    time_machine.move_to(cast.at("2025-03-10T09:05"), tick=False)
    second = report("import", deals, "--mapping", mapping)["id"]

    assert [
        (each["id"], each["started_at"], each["rows"], each["created"])
        for each in report("imports")["imports"]
    ] == [
        (second, "2025-03-10T09:05:00+00:00", 1, 0),
        (first, "2025-03-10T09:00:00+00:00", 1, 1),
    ]
    assert juara("imports").lines == [
        "id            started (UTC)     source  state  rows  new  changed  deleted",
        f"{second}  2025-03-10 09:05  crm     done      1    0        0        0",
        f"{first}  2025-03-10 09:00  crm     done      1    1        0        0",
    ]


def test_an_import_is_undone_by_its_id(acme: Organization, mapping: Path, tmp_path: Path) -> None:
    deals = exports.deals(tmp_path, ("D1", "ana", 1), ("D2", "ana", 2))
    run = report("import", deals, "--mapping", mapping)["id"]

    assert report("undo", run) == {"kind": "undone", "id": run, "records": 2}

    assert report("imports")["imports"][0]["state"] == "undone"
    assert report("verify")["is_sound"]
    assert refusal("undo", run) == (
        f"There is no finished import “{run}”. `juara imports` lists them."
    )


def interrupted(acme: Organization, mapping: Path, *files: Path) -> None:
    """Leave an import read and not yet landed, as a process killed then does."""
    imports.read_files(
        acme, load_mapping(mapping), files, clock=lambda: cast.NOW, actor="tests",
        progress=lambda _what, _share: None,
    )  # fmt: skip


def test_an_interrupted_import_is_finished_on_request(
    acme: Organization, mapping: Path, tmp_path: Path
) -> None:
    interrupted(acme, mapping, exports.deals(tmp_path, ("D1", "ana", 1)))
    assert report("imports")["imports"][0]["state"] == "landing"
    waiting = report("standings", "revenue_won", "--period", "2025-03")
    assert (waiting["total"], waiting["freshness"]["rows_waiting"]) == ("0", 1)
    assert "1 row of an import still to be counted." in (
        juara("standings", "revenue_won", "--period", "2025-03").lines
    )

    assert report("resume") == {"kind": "resumed", "finished": 1}

    assert report("imports")["imports"][0]["state"] == "done"
    assert report("standings", "revenue_won", "--period", "2025-03")["total"] == "1"
    assert juara("resume").lines == ["Nothing was interrupted."]


def test_the_next_import_finishes_an_interrupted_one_first(
    acme: Organization, mapping: Path, tmp_path: Path
) -> None:
    interrupted(acme, mapping, exports.deals(tmp_path, ("D1", "ana", 1)))

    newer = exports.deals(tmp_path, ("D2", "ana", 5), name="deals-2.csv")
    body = report("import", newer, "--mapping", mapping)

    assert body["records"] == {"created": 1, "changed": 0, "deleted": 0}
    assert {each["state"] for each in report("imports")["imports"]} == {"done"}
    assert report("standings", "revenue_won", "--period", "2025-03")["total"] == "6"


def test_a_mapping_with_a_mistake_is_refused_before_anything_is_read(
    acme: Organization, tmp_path: Path
) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('version = 1\nname = "CRM"\nsource = "crm"\n[[file]]\nmatch = "*"\n')
    called = juara("import", exports.deals(tmp_path), "--mapping", mapping)

    assert (called.code, called.out) == (1, "")
    assert "Traceback" not in called.err
    assert "file[1]" in called.err
    assert rows_in("import_run", acme) == 0


def test_a_file_that_is_not_there_is_a_command_written_wrongly(
    acme: Organization, mapping: Path, tmp_path: Path
) -> None:
    for path in (tmp_path / "nothing.csv", tmp_path):
        called = juara("import", path, "--mapping", mapping)
        assert (called.code, called.out) == (2, "")
        assert "Invalid value for 'files'" in called.err
