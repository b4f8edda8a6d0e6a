"""Imports from the browser to the board, with a worker: done, undone, repeated, on a schedule."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from juara.connect import feeds, mappings, queries
from juara.core import clock
from juara.leaderboards import queries as boards
from juara.leaderboards.queries import Asked
from juara.people import access
from juara.tenancy import scope
from tests.flows import exports
from tests.jobs.running import run_waiting
from tests.web import importing
from tests.web.importing import Empty, page_text
from tests.web.test_sources import DEALS


@pytest.fixture
def acme(committed: None) -> Empty:
    return importing.empty()


def board(acme: Empty, metric: str, period: str) -> Any:
    with scope.enter(acme.organization):
        viewer = access.viewer_of_user(acme.user.id, today=boards.today(clock.now()))
        return boards.board(Asked(metric=metric, period=period), now=clock.now(), viewer=viewer)


def imported(acme: Empty, *files: tuple[str, bytes]) -> str:
    draft = acme.send(*files)
    assert acme.draft(draft, "check").status_code == 200
    run = acme.begin(draft)
    run_waiting()
    return run


def runs(acme: Empty) -> list[tuple[str, str, int, int]]:
    with scope.enter(acme.organization):
        return [
            (each.source_key, each.state, each.created, each.changed) for each in queries.runs()
        ]


def test_maven_is_live_on_the_board_without_a_single_correction(acme: Empty) -> None:
    files = exports.data_set(
        "maven", "maven-crm-opportunities",
        "sales_pipeline.csv", "sales_teams.csv", "accounts.csv", "products.csv",
    )  # fmt: skip
    draft = acme.send_paths(*files.files)
    check = page_text(acme.draft(draft, "check"))
    assert "8,800 deals" in check
    assert "35 people" in check
    assert "“GTXPro” (1,480)" in check
    assert "Import 8,800 rows" in check
    run = acme.begin(draft)
    assert "Waiting for its turn" in page_text(acme.get(f"run/{run}/"))
    run_waiting()
    report = acme.get(f"run/{run}/")
    assert "There were no metrics yet, so those that fit were set up" in page_text(report)
    assert "Calls" not in page_text(report)
    assert "?metric=revenue_won&amp;period=2017" in report.content.decode()
    assert board(acme, "revenue_won", "2017").company == Decimal(10_005_534)
    assert board(acme, "deals_won", "2017").company == 4238
    first = board(acme, "revenue_won", "2017").rows[0]
    assert (first.name, first.value) == ("Darcel Schlecht", Decimal(1_153_214))


def test_an_import_is_undone_after_asking(acme: Empty) -> None:
    run = imported(acme, ("deals.csv", DEALS))
    assert board(acme, "revenue_won", "2025").company == 100
    page = acme.get(f"run/{run}/").content.decode()
    assert "Undo this import? Its records are put back" in page
    acme.post(f"run/{run}/undo/")
    run_waiting()
    assert "The import was undone" in page_text(acme.get(f"run/{run}/"))
    assert board(acme, "revenue_won", "2025").company in (0, None)


def test_an_import_that_waits_can_be_stopped(acme: Empty) -> None:
    draft = acme.send(("deals.csv", DEALS))
    acme.draft(draft, "check")
    run = acme.begin(draft)
    acme.post(f"run/{run}/cancel/")
    run_waiting()
    page = page_text(acme.get(f"run/{run}/"))
    assert "The import was stopped" in page
    assert "Prepare it again" in page
    assert "All that is needed is there." in page_text(acme.draft(draft, "meaning"))


def test_an_import_that_stands_is_not_prepared_again(acme: Empty) -> None:
    draft = acme.send(("deals.csv", DEALS))
    acme.draft(draft, "check")
    acme.begin(draft)
    answer = acme.draft(draft, "meaning")
    assert (answer.status_code, "/sources/run/" in answer["Location"]) == (302, True)


def test_rows_left_out_and_unknown_owners_are_named_on_the_report(acme: Empty) -> None:
    people = b"name,email,team\nAna,ana@example.com,North\nBo,bo@example.com,South\n"
    bad = DEALS + b"5,Ana,Won,soon,10\n"
    run = imported(acme, ("deals.csv", bad), ("people.csv", people))
    report = acme.get(f"run/{run}/")
    assert "1 row was left out" in page_text(report)
    assert "1 owner is not known" in page_text(report)
    assert "/o/acme/health/" in report.content.decode()
    rows = acme.get(f"run/{run}/rows.csv").content.decode()
    assert "soon" in rows


def test_a_newer_file_goes_straight_to_the_check(acme: Empty) -> None:
    imported(acme, ("deals-march.csv", DEALS))
    newer = (
        DEALS.replace(b"90\n", b"95\n")
        .replace(b"amount\n", b"amount,region\n")
        .replace(b"70\n", b"70,N\n")
    )
    newer = b"".join(
        line if line.count(b",") == 5 else line.rstrip(b"\n") + b",\n"
        for line in newer.splitlines(keepends=True)
    )
    answer = acme.post(
        "source/deals-march/import/",
        {"files": [SimpleUploadedFile("deals-april.csv", newer)]},
    )
    assert answer["Location"].endswith("/check/")
    check = page_text(acme.client.get(answer["Location"]))
    assert "New: deals-april.csv: region." in check
    assert "Import 4 rows" in check
    acme.begin(answer["Location"].split("/")[-3])
    run_waiting()
    # The deal that changed its amount, and the one that has a region now.
    assert runs(acme)[0] == ("deals-march", "done", 0, 2)


def test_a_column_that_is_needed_and_gone_is_pointed_out(acme: Empty) -> None:
    imported(acme, ("deals.csv", DEALS))
    renamed = DEALS.replace(b"id,owner", b"number_of_it,owner")
    answer = acme.post(
        "source/deals/import/", {"files": [SimpleUploadedFile("deals.csv", renamed)]}
    )
    page = page_text(acme.client.get(answer["Location"]))
    assert "No longer there: deals.csv: id." in page
    assert "no column tells the rows apart" in page


def test_the_same_export_sent_again_is_recognised_and_counts_once(acme: Empty) -> None:
    imported(acme, ("deals.csv", DEALS))
    draft = acme.send(("deals (1).csv", DEALS))
    assert "These files look like those of “Deals”" in page_text(acme.draft(draft, "meaning"))
    acme.draft(draft, "check")
    acme.begin(draft)
    run_waiting()
    assert {key for key, *_ in runs(acme)} == {"deals"}
    assert board(acme, "revenue_won", "2025").company == 100


def test_files_that_only_look_alike_can_be_a_source_of_their_own(acme: Empty) -> None:
    imported(acme, ("deals.csv", DEALS))
    draft = acme.send(("deals.csv", DEALS))
    acme.post(f"import/{draft}/whole/", {"own": "1"})
    with scope.enter(acme.organization):
        assert queries.draft(draft).source_key == "deals-2"


def test_a_saved_mapping_is_repeated_from_a_folder(acme: Empty, tmp_path: Any) -> None:
    run = imported(acme, ("deals-2025-03.csv", DEALS))
    answer = acme.post(f"run/{run}/keep/", {"name": "Monthly deals", "next": "schedule"})
    with scope.enter(acme.organization):
        saved = mappings.saved()[0]
        assert 'match = "deals-*.csv"' in mappings.load(saved.public_id)
    assert answer["Location"] == acme.path(f"schedules/new/?mapping={saved.public_id}")
    form = {
        "mapping": saved.public_id, "kind": "address", "place": "ftp://example.com/x",
        "pattern": "*", "every": "60",
    }  # fmt: skip
    refused = acme.post("schedules/new/", form)
    assert refused.status_code == 422
    assert acme.post("schedules/new/", form | {"place": ""}).status_code == 422
    accepted = acme.post("schedules/new/", form | {"place": "https://example.com/deals.csv"})
    assert accepted.status_code == 302
    with scope.enter(acme.organization):
        feed = feeds.feeds()[0]
    assert "every hour" in page_text(acme.get("schedules/"))
    acme.post(f"schedules/{feed.public_id}/turn/", {"on": "0"})
    with scope.enter(acme.organization):
        assert not feeds.feed(feed.public_id).is_on
    acme.post(f"schedules/{feed.public_id}/remove/")
    assert "Let the next file come by itself" in page_text(acme.get("schedules/"))


def test_what_another_organization_has_is_not_there(acme: Empty) -> None:
    run = imported(acme, ("deals.csv", DEALS))
    draft = acme.send(("deals.csv", DEALS))
    other = importing.empty("globex")
    for path in (f"run/{run}/", f"run/{run}/rows.csv", f"import/{draft}/files/",
                 f"import/{draft}/check/", f"import/{draft}/mapping.toml"):  # fmt: skip
        assert acme.get(path).status_code == 200
        assert other.get(path).status_code == 404
    for action in ("undo", "cancel", "retry", "keep"):
        assert other.post(f"run/{run}/{action}/").status_code == 404
    for action in ("begin", "discard"):
        assert other.post(f"import/{draft}/{action}/").status_code == 404
    assert runs(acme) == [("deals", "done", 4, 0)]


def test_a_source_shows_its_imports_a_page_at_a_time(acme: Empty) -> None:
    imported(acme, ("deals.csv", DEALS))
    page = page_text(acme.get("source/deals/"))
    assert "Last delivered" in page
    assert "Done 4" in page
    assert acme.get("source/none/").status_code == 404


def test_a_schedule_takes_the_next_number_of_the_file_it_was_made_of(acme: Empty) -> None:
    run = imported(acme, ("deals_2.csv", DEALS))
    answer = acme.post(f"run/{run}/keep/", {"name": "Deals", "next": "schedule"})
    form = acme.client.get(answer["Location"]).context["form"]
    assert form.initial["pattern"] == "deals_*.csv"


def test_a_schedule_whose_last_import_failed_says_so(
    acme: Empty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing new in the folder is no good news while the last file did not get in."""
    run = imported(acme, ("deals.csv", DEALS))
    acme.post(f"run/{run}/keep/", {"name": "Deals"})
    monkeypatch.setenv("JUARA_WATCH_FOLDERS", str(tmp_path))
    (tmp_path / "other.csv").write_bytes(DEALS)
    # Nobody is writing it any more.
    os.utime(tmp_path / "other.csv", (0, 0))
    with scope.enter(acme.organization):
        (saved,) = mappings.saved()
    acme.post(
        "schedules/new/",
        {"mapping": saved.public_id, "kind": "folder", "place": str(tmp_path), "pattern": "*",
         "every": "60", "at": "06:00"},
    )  # fmt: skip
    with scope.enter(acme.organization):
        (feed,) = feeds.feeds()
    acme.post(f"schedules/{feed.public_id}/look/")
    run_waiting()
    page = page_text(acme.get("schedules/"))
    assert "The last import did not work" in page
    assert "Failing" in page
