"""The stream of a page: topic and version, soon, and nothing of anybody else's."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from juara.accounts.models import User
from juara.core import db
from juara.events import operations as events
from juara.events import queries
from juara.live.hub import COALESCE_SECONDS
from juara.tenancy import scope
from tests import cast
from tests.live.server import (
    SOON,
    Server,
    Stream,
    eventually,
    listening,
    session_of,
    superuser,
)
from tests.web import office
from tests.web.office import Office


@pytest.fixture
def stream(server: Server, acme: Office, cookie: str) -> Iterator[Stream]:
    """Acme's stream, past the versions it says on connecting."""
    with listening(server, "/o/acme/live/", cookie=cookie) as opened:
        opened.first_versions(len(versions(acme)))
        yield opened


def versions(of: Office) -> dict[str, int]:
    with scope.enter(of.organization):
        return queries.topic_versions()


def topic(of: Office, metric: str = "revenue_won") -> str:
    return f"metric:{of.metrics[metric]}"


def win(of: Office, external_id: str, amount: str = "5", owner: str = "ana") -> None:
    with scope.enter(of.organization):
        cast.deliver(cast.deal(external_id, owner=owner, amount=amount))


def bump(of: Office, name: str) -> None:
    """Move one topic on, as a small batch does."""
    with scope.enter(of.organization):
        events.bump_topics([name])


def test_it_says_every_version_on_connecting(server: Server, acme: Office, cookie: str) -> None:
    expected = versions(acme)
    assert expected[topic(acme)] == 1

    with listening(server, "/o/acme/live/", cookie=cookie) as stream:
        assert stream.first_versions(len(expected)) == expected


def test_it_is_a_stream_that_nothing_on_the_way_keeps_back(stream: Stream) -> None:
    assert (stream.status, stream.headers["content-type"]) == (200, "text/event-stream")
    assert stream.headers["cache-control"] == "no-store"
    assert stream.headers["x-accel-buffering"] == "no"


def test_rows_counted_elsewhere_are_heard_of_soon(stream: Stream, acme: Office) -> None:
    win(acme, "new")

    stream.hear_until(topic(acme), 2, within=SOON)


def test_it_says_topic_and_version_and_nothing_else(stream: Stream, acme: Office) -> None:
    win(acme, "secret deal", amount="987654")
    heard = stream.hear_until(topic(acme), 2)

    assert {tuple(message.data) for message in heard} == {("topic", "version")}
    assert {message.name for message in heard} == {"topic"}


def test_every_topic_that_rests_on_the_row_moves(stream: Stream, acme: Office) -> None:
    win(acme, "new")
    moved = {"revenue_won", "deals_won", "deals_closed", "average_deal_size", "largest_deal",
             "win_rate"}  # fmt: skip
    heard = {stream.hear().topic for _ in range(len(moved) + 1)}

    assert heard == {topic(acme, metric) for metric in moved} | {"freshness"}


def test_what_changes_nothing_says_nothing(stream: Stream, acme: Office) -> None:
    with scope.enter(acme.organization):
        cast.deliver(cast.deal("1", owner="ana", amount="70"))  # as it is known
    bump(acme, "after")

    assert stream.hear().topic == "after"


def test_what_is_rolled_back_is_not_heard_of(stream: Stream, acme: Office) -> None:
    def fail() -> None:
        with scope.enter(acme.organization):
            events.bump_topics(["undone"])
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    bump(acme, "after")

    assert stream.hear().topic == "after"


def test_many_small_batches_are_a_few_messages_and_the_last_is_right(
    stream: Stream, acme: Office
) -> None:
    began = time.monotonic()
    for _ in range(20):
        bump(acme, "busy")
    heard = stream.hear_until("busy", 20)

    # At once for the first, then at most one a coalescing step.
    assert len(heard) <= (time.monotonic() - began) / COALESCE_SECONDS + 2
    assert len(heard) < 20
    assert [message.version for message in heard] == sorted({m.version for m in heard})


def test_another_organizations_change_is_not_heard(server: Server, acme: Office) -> None:
    globex = office.opened("globex", "Globex")
    with (
        listening(server, "/o/acme/live/", cookie=session_of(acme.users["adi"])) as mine,
        listening(server, "/o/globex/live/", cookie=session_of(globex.users["adi"])) as theirs,
    ):
        known = mine.first_versions(len(versions(acme)))
        theirs.first_versions(len(versions(globex)))
        win(globex, "theirs")
        theirs.hear_until(topic(globex), 2)
        bump(acme, "mine")

        assert mine.hear().topic == "mine"
        assert topic(globex) not in known


def test_every_reader_of_an_organization_hears(server: Server, acme: Office) -> None:
    with ExitStack() as stack:
        streams = [
            stack.enter_context(
                listening(server, "/o/acme/live/", cookie=session_of(acme.users[name]))
            )
            for name in ("ana", "mira", "eka")
        ]
        for each in streams:
            each.first_versions(len(versions(acme)))
        win(acme, "new")

        for each in streams:
            each.hear_until(topic(acme), 2)


def test_a_stream_is_not_for_the_anonymous_or_for_others(server: Server, acme: Office) -> None:
    globex = office.opened("globex", "Globex")
    cookies = ["", "x" * 32, session_of(globex.users["adi"])]

    assert [server.get("/o/acme/live/", cookie=each).status for each in cookies] == [404] * 3
    assert server.get("/o/nowhere/live/", cookie=cookies[2]).status == 404


def test_a_session_turned_off_opens_no_stream(server: Server, acme: Office, cookie: str) -> None:
    User.objects.filter(pk=acme.users["adi"].pk).update(is_active=False)

    assert server.get("/o/acme/live/", cookie=cookie).status == 404


def backends(owner_url: str, like: str) -> list[int]:
    with superuser(owner_url) as connection:
        found = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename = 'juara_app' AND query LIKE %s",
            [like],
        ).fetchall()
    return [row[0] for row in found]


def end(owner_url: str, pids: list[int]) -> None:
    with superuser(owner_url) as connection:
        for pid in pids:
            connection.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_it_goes_on_when_the_database_ends_its_listener(
    stream: Stream, acme: Office, owner_url: str
) -> None:
    eventually(lambda: len(backends(owner_url, "LISTEN%")) == 1, what="one listener")
    end(owner_url, backends(owner_url, "LISTEN%"))
    win(acme, "meanwhile")

    stream.hear_until(topic(acme), 2, within=SOON)
    win(acme, "afterwards")
    stream.hear_until(topic(acme), 3, within=SOON)


def test_stream_and_pages_go_on_when_the_database_ends_every_connection(
    server: Server, stream: Stream, acme: Office, cookie: str, owner_url: str
) -> None:
    mine = db.one("SELECT pg_backend_pid()")[0]
    # Several connections wait in the pool.
    with ThreadPoolExecutor(4) as people:
        list(people.map(lambda _: server.get("/o/acme/", cookie=cookie), range(4)))
    ended = [pid for pid in backends(owner_url, "%") if pid != mine]
    end(owner_url, ended)
    win(acme, "meanwhile")

    stream.hear_until(topic(acme), 2, within=SOON)
    assert len(ended) >= 3
    # No page finds out by itself, one dead connection after the other.
    address = "/o/acme/leaderboards/"
    # A new connection may be tried for again after a second or two, on a busy machine later.
    pages = [server.get(address, cookie=cookie, within=3 * SOON).status for _ in range(4)]
    assert pages == [200] * 4


def test_a_restart_of_the_web_ends_it_and_the_next_says_what_was_missed(
    server: Server, stream: Stream, acme: Office, cookie: str
) -> None:
    server.stop()
    try:
        assert stream.has_ended()
        win(acme, "meanwhile")
    finally:
        server.start()

    with listening(server, "/o/acme/live/", cookie=cookie) as again:
        assert again.first_versions(len(versions(acme)))[topic(acme)] == 2
        win(acme, "afterwards")
        again.hear_until(topic(acme), 3)


def test_streams_hold_no_connection_of_the_pool(
    server: Server, acme: Office, cookie: str, owner_url: str
) -> None:
    """Thirty streams beside a pool of twelve, and pages for a dozen people at once."""
    with ExitStack() as stack:
        streams = [
            stack.enter_context(listening(server, "/o/acme/live/", cookie=cookie))
            for _ in range(30)
        ]
        for each in streams:
            each.first_versions(len(versions(acme)))

        with ThreadPoolExecutor(12) as people:
            pages = people.map(
                lambda _: server.get("/o/acme/leaderboards/", cookie=cookie).status, range(12)
            )
            assert list(pages) == [200] * 12
        assert len(backends(owner_url, "%")) <= 12 + 3  # the pool, the hub's two, and this test's
        win(acme, "new")
        for each in streams:
            each.hear_until(topic(acme), 2)


def test_the_listener_rests_when_nobody_watches(
    server: Server, acme: Office, cookie: str, owner_url: str
) -> None:
    with listening(server, "/o/acme/live/", cookie=cookie) as stream:
        stream.hear()
        eventually(lambda: len(backends(owner_url, "LISTEN%")) == 1, what="one listener")

    eventually(lambda: backends(owner_url, "LISTEN%") == [], seconds=12, what="no listener")
