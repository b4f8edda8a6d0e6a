"""The stream of a television: what it shows, and nothing else."""

from datetime import UTC, datetime

import pytest

from juara.screens import operations as screens
from juara.tenancy import scope
from tests import cast
from tests.live.server import Server, listening
from tests.web import office
from tests.web.office import Office


@pytest.fixture
def path(acme: Office) -> str:
    """The stream of a screen that shows calls."""
    with scope.enter(acme.organization):
        made = screens.create_screen(
            name="Calls", metric_key="calls", moment=cast.NOW, actor=cast.ACTOR
        )
    return f"/tv/acme/{made.token}/live/"


def topic(of: Office, metric: str) -> str:
    return f"metric:{of.metrics[metric]}"


def phone(of: Office, external_id: str) -> None:
    with scope.enter(of.organization):
        when = datetime(2025, 3, 8, 10, 0, tzinfo=UTC)
        cast.deliver(cast.call(external_id, owner="ana", when=when))


def win(of: Office, external_id: str) -> None:
    with scope.enter(of.organization):
        cast.deliver(cast.deal(external_id, owner="ana", amount="5"))


def test_it_says_only_what_the_screen_shows_and_how_fresh_it_is(
    server: Server, acme: Office, path: str
) -> None:
    with listening(server, path) as stream:
        assert stream.first_versions(2) == {topic(acme, "calls"): 1, "freshness": 1}

        win(acme, "unseen")
        phone(acme, "seen")
        heard = [*stream.hear_until("freshness", 3), stream.hear()]

    assert {message.topic for message in heard} == {topic(acme, "calls"), "freshness"}
    assert max(m.version for m in heard if m.topic == topic(acme, "calls")) == 2


def test_a_screen_of_another_organization_hears_nothing(
    server: Server, acme: Office, path: str
) -> None:
    globex = office.opened("globex", "Globex")
    with (
        listening(server, path) as mine,
        listening(server, f"/tv/globex/{globex.token}/live/") as theirs,
    ):
        mine.first_versions(2)
        theirs.first_versions(2)
        win(globex, "theirs")
        theirs.hear_until(topic(globex, "revenue_won"), 2)
        phone(acme, "mine")

        assert mine.hear().topic in (topic(acme, "calls"), "freshness")


@pytest.mark.parametrize("rest", ["", "part/", "live/"])
def test_a_wrong_or_foreign_key_opens_nothing(server: Server, acme: Office, rest: str) -> None:
    globex = office.opened("globex", "Globex")
    wrong = [
        f"/tv/acme/{globex.token}/", f"/tv/globex/{acme.token}/", f"/tv/nowhere/{acme.token}/",
        "/tv/acme/x/", f"/tv/acme/{acme.screen_id}/", "/tv/acme/%00/",
    ]  # fmt: skip

    assert [server.get(each + rest).status for each in wrong] == [404] * 5 + [400]


@pytest.mark.parametrize("rest", ["", "part/"])
def test_a_revoked_screen_finds_nothing(server: Server, acme: Office, rest: str) -> None:
    address = f"/tv/acme/{acme.token}/"
    assert server.get(address + rest).status == 200
    with listening(server, address + "live/") as stream:
        assert stream.status == 200

    with scope.enter(acme.organization):
        screens.revoke_screen(acme.screen_id, moment=cast.NOW, actor=cast.ACTOR)

    assert [server.get(address + each).status for each in (rest, "live/")] == [404, 404]


def test_assets_come_straight_from_disk_and_protected(server: Server) -> None:
    for name in ("app.css", "app.js", "theme.js", "tv.css", "tv.js"):
        answer = server.get(f"/static/ui/{name}")
        assert answer.status == 200
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["content-type"].split(";")[0] in ("text/css", "text/javascript")
    for outside in ("/static/../config/settings.py", "/static/%2e%2e/config/settings.py"):
        assert server.get(outside).status == 404
