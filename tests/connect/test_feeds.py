"""Schedules: what comes by itself, once, from where it may come, and what happens when it fails."""

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from juara.connect import feeds, fetching, mappings, queries
from juara.connect.models import ImportRun, Upload
from juara.core import clock
from juara.core.errors import DomainError, NotFoundError
from juara.core.http import FetchError
from juara.ledger import imports
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.flows import exports
from tests.jobs.running import run_waiting


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder the operator has allowed."""
    folder = tmp_path / "watched"
    folder.mkdir()
    monkeypatch.setenv("JUARA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JUARA_WATCH_FOLDERS", str(folder))
    return folder


@pytest.fixture
def office(committed: None, tmp_path: Path) -> Organization:
    made = cast.organization()
    with scope.enter(made):
        cast.source("crm")
    return made


def saved(tmp_path: Path) -> str:
    text = exports.mapping(tmp_path).read_text()
    found = mappings.save(
        source_key="crm", name="Export", text=text, moment=cast.NOW, actor=cast.ACTOR
    )
    return found.public_id


def create(tmp_path: Path, place: object, **changes: Any) -> str:
    given: dict[str, Any] = {"kind": "folder", "pattern": "*.csv", "every_minutes": 15} | changes
    return feeds.create(
        mapping=saved(tmp_path), place=str(place), moment=cast.NOW, actor=cast.ACTOR, **given
    )


def aged(path: Path, *, seconds: float = 60) -> Path:
    """Let a file have been written a while ago."""
    then = clock.now().timestamp() - seconds
    os.utime(path, (then, then))
    return path


def written(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    aged(path)


def look(organization: Organization, feed: str) -> feeds.FeedFacts:
    """Let a worker look, and do what follows."""
    with scope.enter(organization):
        feeds.check_now(feed)
    run_waiting()
    with scope.enter(organization):
        return feeds.feed(feed)


def imported(organization: Organization) -> list[tuple[str, tuple[str, ...]]]:
    with scope.enter(organization):
        found = ImportRun.objects.order_by("started_at", "id")
        return [(run.state, tuple(sorted(each["name"] for each in run.files))) for run in found]


# From a folder.


def test_what_is_new_in_a_folder_is_imported_once_and_stays_there(
    office: Organization, watched: Path, tmp_path: Path
) -> None:
    deals = aged(exports.deals(watched, ("D1", "ana", 100)))
    with scope.enter(office):
        feed = create(tmp_path, watched)

    first = look(office, feed)
    assert first.outcome == "Something new came, and an import of it has begun."
    assert (first.failure_count, first.last_run_state) == (0, "done")
    assert imported(office) == [("done", ("deals.csv",))]

    assert look(office, feed).outcome == "Nothing new."
    # Another name, another time, the same content.
    written(watched / "deals-copy.csv", deals.read_bytes())
    aged(deals, seconds=30)
    assert look(office, feed).outcome == "Nothing new."
    assert deals.is_file()

    aged(exports.deals(watched, ("D1", "ana", 170), name="deals-2.csv"))
    look(office, feed)
    assert imported(office) == [("done", ("deals.csv",)), ("done", ("deals-2.csv",))]
    with scope.enter(office):
        assert Upload.objects.count() == 2


def test_a_file_that_may_still_be_being_written_waits_for_the_next_time(
    office: Organization, watched: Path, tmp_path: Path
) -> None:
    deals = aged(exports.deals(watched, ("D1", "ana", 100)), seconds=1)
    with scope.enter(office):
        feed = create(tmp_path, watched)
    look(office, feed)
    assert imported(office) == []
    aged(deals, seconds=10)
    look(office, feed)
    assert imported(office) == [("done", ("deals.csv",))]


def test_files_of_other_names_are_left_alone_and_those_looked_up_in_come_along(
    office: Organization, watched: Path, tmp_path: Path
) -> None:
    aged(exports.people(watched, ("ana", "Ana", "North")))
    aged(exports.deals(watched, ("D1", "ana", 100)))
    written(watched / "notes.txt", b"x")
    written(watched / ".deals.csv", b"x")
    with scope.enter(office):
        feed = create(tmp_path, watched)
    look(office, feed)
    assert imported(office) == [("done", ("deals.csv", "people.csv"))]

    aged(exports.deals(watched, ("D2", "ana", 50), name="deals-2.csv"))
    look(office, feed)
    assert imported(office)[1:] == [("done", ("deals-2.csv", "people.csv"))]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(
    office: Organization, watched: Path, tmp_path: Path
) -> None:
    secret = aged(exports.deals(tmp_path, ("D1", "ana", 100), name="secret.csv"))
    (watched / "deals.csv").symlink_to(secret)
    with scope.enter(office):
        feed = create(tmp_path, watched)

    found = look(office, feed)

    assert found.outcome == "deals.csv leads out of the watched folders, so it was left alone."
    assert imported(office) == []


@pytest.mark.parametrize("place", ["/etc", "watched/..", "relative"])
def test_only_folders_the_operator_named_can_be_watched(
    inside: Organization, watched: Path, tmp_path: Path, place: str
) -> None:
    cast.source("crm")
    named = str(tmp_path / place) if place.startswith("watched") else place
    with pytest.raises(FetchError, match="is not in a folder that may be watched"):
        create(tmp_path, named)
    assert feeds.feeds() == ()


def test_where_the_operator_named_none_the_refusal_says_what_to_set(
    inside: Organization, watched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JUARA_WATCH_FOLDERS")
    cast.source("crm")
    with pytest.raises(FetchError) as refusal:
        create(tmp_path, watched)
    assert refusal.value.message == (
        "No folder may be watched yet. The operator names those that may in JUARA_WATCH_FOLDERS."
    )


def test_a_folder_that_went_missing_is_tried_again_with_patience_one_not_allowed_is_not(
    office: Organization, watched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = watched / "inner"
    folder.mkdir()
    with scope.enter(office):
        feed = create(tmp_path, folder)
    folder.rmdir()

    once = look(office, feed)
    twice = look(office, feed)
    assert (once.is_on, once.failure_count, twice.failure_count) == (True, 1, 2)
    assert (
        once.outcome
        == f"There is no folder {folder}, or it cannot be read (No such file or directory)."
    )
    assert once.last_checked_at is not None
    assert twice.last_checked_at is not None
    assert once.next_at - once.last_checked_at == timedelta(minutes=5)
    assert twice.next_at - twice.last_checked_at == timedelta(minutes=10)

    monkeypatch.setenv("JUARA_WATCH_FOLDERS", str(tmp_path / "elsewhere"))
    refused = look(office, feed)
    assert not refused.is_on
    assert "JUARA_WATCH_FOLDERS" in refused.outcome


def test_an_import_that_cannot_begin_is_told_and_brought_again_when_it_can(
    office: Organization, watched: Path, tmp_path: Path
) -> None:
    written(watched / "other.csv", b"x,y\n1,2\n")
    with scope.enter(office):
        feed = create(tmp_path, watched)
    found = look(office, feed)
    assert (found.last_run_state, found.is_on) == ("failed", True)
    assert look(office, feed).outcome == "Nothing new."


# When.


def test_a_schedule_is_due_at_its_time_and_claimed_once(
    inside: Organization, watched: Path, tmp_path: Path
) -> None:
    cast.source("crm")
    feed = create(tmp_path, watched)

    assert feeds.defer_due(moment=cast.NOW - timedelta(seconds=1)) == 0
    assert feeds.defer_due(moment=cast.NOW) == 1
    assert feeds.defer_due(moment=cast.NOW) == 0
    assert feeds.feed(feed).next_at == cast.NOW + timedelta(minutes=15)
    feeds.turn(feed, is_on=False, moment=cast.NOW, actor=cast.ACTOR)
    assert feeds.defer_due(moment=cast.NOW + timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("zone", "after", "expected"),
    [
        ("Asia/Jakarta", "2025-03-10T00:00", "2025-03-10T23:00"),
        ("Asia/Jakarta", "2025-03-10T23:00", "2025-03-11T23:00"),
        ("Pacific/Kiritimati", "2025-03-10T17:00", "2025-03-11T16:00"),
        ("Europe/Berlin", "2025-03-29T06:00", "2025-03-30T04:00"),
    ],
)
def test_daily_means_the_same_local_time_every_day(zone: str, after: str, expected: str) -> None:
    found = feeds.next_time(None, time(6), zone=zone, after=cast.at(after))
    assert found == cast.at(expected)
    assert found.astimezone(ZoneInfo(zone)).time() == time(6)


def test_a_time_the_clocks_skip_comes_an_hour_later(inside: Organization) -> None:
    after = datetime(2025, 3, 29, 12, tzinfo=UTC)
    found = feeds.next_time(None, time(2, 30), zone="Europe/Berlin", after=after)
    assert found == cast.at("2025-03-30T01:30")


@pytest.mark.parametrize(
    "changes",
    [
        {"every_minutes": 4},
        {"every_minutes": 1441},
        {"every_minutes": None},
        {"daily_at": time(6)},
        {"kind": "satellite"},
        {"pattern": "../*"},
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(
    inside: Organization, watched: Path, tmp_path: Path, changes: dict[str, object]
) -> None:
    cast.source("crm")
    with pytest.raises(DomainError):
        create(tmp_path, watched, **changes)
    assert feeds.feeds() == ()


def test_another_organization_knows_nothing_of_a_schedule(
    inside: Organization, watched: Path, tmp_path: Path
) -> None:
    cast.source("crm")
    feed = create(tmp_path, watched)
    with scope.enter(cast.organization("other")):
        with pytest.raises(NotFoundError):
            feeds.feed(feed)
        with pytest.raises(NotFoundError):
            feeds.check_now(feed)
        with pytest.raises(NotFoundError):
            feeds.remove(feed, moment=cast.NOW, actor=cast.ACTOR)
    assert [each.public_id for each in feeds.feeds("crm")] == [feed]


def test_a_source_is_late_when_its_schedule_is(
    inside: Organization, watched: Path, tmp_path: Path
) -> None:
    cast.source("crm")
    create(tmp_path, watched)
    (source,) = queries.source_list()
    assert (source.feed_count, source.next_at) == (1, cast.NOW)
    assert not source.is_late(cast.NOW + timedelta(hours=1))
    assert source.is_late(cast.NOW + timedelta(hours=1, seconds=1))


# From an address.


class Site:
    """A web server that offers one file, and remembers what it was asked."""

    def __init__(self) -> None:
        self.body = b""
        self.status = 200
        self.etag = ""
        self.asked: list[str | None] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.headers["If-None-Match"])
                is_same = bool(site.etag) and self.headers["If-None-Match"] == site.etag
                self.send_response(304 if is_same else site.status)
                self.send_header("ETag", site.etag)
                self.end_headers()
                if not is_same:
                    self.wfile.write(site.body)

            def log_message(self, *_: object) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/export/deals.csv"


@pytest.fixture
def site(watched: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("JUARA_ALLOW_HTTP_FEEDS", "1")
    monkeypatch.setenv("JUARA_ALLOW_PRIVATE_ADDRESSES", "1")
    made = Site()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def test_what_is_new_at_an_address_is_imported_once(
    office: Organization, site: Site, tmp_path: Path
) -> None:
    site.body = exports.deals(tmp_path, ("D1", "ana", 100)).read_bytes()
    site.etag = '"1"'
    with scope.enter(office):
        feed = create(tmp_path, site.address, kind="address")

    look(office, feed)
    assert look(office, feed).outcome == "Nothing new."
    # It says that it is another, but it is not.
    site.etag = '"2"'
    assert look(office, feed).outcome == "Nothing new."
    site.etag, site.body = '"3"', site.body.replace(b"100", b"170")
    look(office, feed)

    assert site.asked == [None, '"1"', '"1"', '"2"']
    assert imported(office) == [("done", ("deals.csv",))] * 2
    with scope.enter(office):
        assert Upload.objects.count() == 2


@pytest.mark.parametrize(
    ("status", "stays_on"), [(503, True), (429, True), (404, False), (401, False)]
)
def test_an_address_that_fails_for_now_is_asked_again_one_that_is_gone_is_not(
    office: Organization, site: Site, tmp_path: Path, status: int, stays_on: bool
) -> None:
    site.status = status
    with scope.enter(office):
        feed = create(tmp_path, site.address, kind="address")
    found = look(office, feed)
    assert (found.is_on, found.failure_count) == (stays_on, 1)
    assert found.outcome == f"127.0.0.1 answered {status}."
    assert imported(office) == []


def test_an_address_without_a_name_gets_the_one_the_schedule_says() -> None:
    assert fetching.file_name("https://x.example/a/deals%202.csv?key=1", "*") == "deals 2.csv"
    assert fetching.file_name("https://x.example/report", "deals.csv") == "deals.csv"
    assert fetching.file_name("https://x.example/", "*") == "file.csv"


def test_a_removed_schedule_leaves_what_it_imported(
    office: Organization, watched: Path, tmp_path: Path
) -> None:
    aged(exports.deals(watched, ("D1", "ana", 100)))
    with scope.enter(office):
        feed = create(tmp_path, watched)
    look(office, feed)
    with scope.enter(office):
        feeds.remove(feed, moment=cast.NOW, actor=cast.ACTOR)
        feeds_left = feeds.feeds()
        (run,) = queries.runs()
        imports.begin_undo(run.public_id, moment=cast.NOW, actor=cast.ACTOR)
    assert feeds_left == ()
    run_waiting()
    assert [state for state, _ in imported(office)] == ["undone"]
