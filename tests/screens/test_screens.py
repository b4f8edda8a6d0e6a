"""Office TVs: made, let in by their address, turned away."""

from datetime import timedelta

import pytest

from juara.core.errors import DomainError, NotFoundError
from juara.metrics import operations as metrics
from juara.screens import operations, queries
from juara.screens.models import Screen
from juara.screens.types import NewScreen
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast


@pytest.fixture(autouse=True)
def board(inside: Organization) -> None:
    cast.team("North")
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


def create(name: str = "Lobby", **changes: str) -> NewScreen:
    return operations.create_screen(
        **{"name": name, "metric_key": "calls"} | changes, moment=cast.NOW, actor=cast.ACTOR
    )


def test_the_secret_is_handed_out_once_and_only_its_hash_kept() -> None:
    made = create()

    assert len(made.token) == 24
    assert made.token not in str(Screen.objects.values())
    assert create("Hall").token != made.token


def test_its_address_opens_it() -> None:
    made = create("  Lobby ", metric_key="deals_won", period="2025-Q1", by="team", team="North")

    seen = operations.screen_seen(made.token, moment=cast.NOW)

    assert (seen.public_id, seen.name) == (made.screen.public_id, "Lobby")
    assert (seen.metric_key, seen.period, seen.by) == ("deals_won", "2025-Q1", "team")
    assert seen.team_public_id == cast.team("North").public_id


@pytest.mark.parametrize("token", ["", "x", "0" * 24, "' OR 1=1 --", "é"])
def test_a_wrong_address_opens_nothing(token: str) -> None:
    create()

    with pytest.raises(NotFoundError, match="This screen is not connected"):
        operations.screen_seen(token, moment=cast.NOW)


def test_a_revoked_screen_is_turned_away_in_the_same_words() -> None:
    made = create()
    operations.revoke_screen(made.screen.public_id, moment=cast.NOW, actor=cast.ACTOR)

    with pytest.raises(NotFoundError, match="This screen is not connected"):
        operations.screen_seen(made.token, moment=cast.NOW)
    assert queries.screens() == ()


def test_revoking_one_leaves_the_others() -> None:
    gone, stays = create("Gone"), create("Stays")
    operations.revoke_screen(gone.screen.public_id, moment=cast.NOW, actor=cast.ACTOR)

    assert [screen.name for screen in queries.screens()] == ["Stays"]
    assert operations.screen_seen(stays.token, moment=cast.NOW).name == "Stays"


def test_revoking_twice_or_nothing_is_not_found_and_keeps_the_first_moment() -> None:
    made = create()
    operations.revoke_screen(made.screen.public_id, moment=cast.NOW, actor=cast.ACTOR)

    for public_id in (made.screen.public_id, "nothing"):
        with pytest.raises(NotFoundError):
            operations.revoke_screen(
                public_id, moment=cast.NOW + timedelta(days=1), actor=cast.ACTOR
            )
    assert Screen.objects.get().revoked_at == cast.NOW


def test_another_organization_can_neither_open_nor_revoke_it(organization: Organization) -> None:
    made = create()

    with scope.enter(cast.organization("globex")):
        with pytest.raises(NotFoundError):
            operations.screen_seen(made.token, moment=cast.NOW)
        with pytest.raises(NotFoundError):
            operations.revoke_screen(made.screen.public_id, moment=cast.NOW, actor=cast.ACTOR)
        assert queries.screens() == ()
    assert operations.screen_seen(made.token, moment=cast.NOW).name == "Lobby"


@pytest.mark.parametrize(("seconds", "noted"), [(0, 0), (59, 0), (60, 0), (61, 61), (3600, 3600)])
def test_being_alive_is_noted_about_once_a_minute(seconds: int, noted: int) -> None:
    made = create()
    operations.screen_seen(made.token, moment=cast.NOW)
    operations.screen_seen(made.token, moment=cast.NOW + timedelta(seconds=seconds))

    assert queries.screens()[0].last_seen_at == cast.NOW + timedelta(seconds=noted)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "  "}, "Give the screen a name"),
        ({"by": "planet"}, "A board is by member, team, branch."),
        ({"metric_key": "none"}, "There is no metric “none”."),
        ({"team": "Atlantis"}, "There is no team “Atlantis”."),
        ({"period": "soon"}, "“soon” is not a period."),
    ],
)
def test_a_screen_that_could_show_nothing_is_not_made(changes: dict[str, str], words: str) -> None:
    with pytest.raises(DomainError, match=words):
        create(**changes)

    assert queries.screens() == ()


def test_screens_come_in_the_order_they_were_made() -> None:
    for day, name in ((2, "Second"), (1, "First"), (3, "Third")):
        operations.create_screen(
            name=name, metric_key="calls", moment=cast.NOW + timedelta(days=day), actor=cast.ACTOR
        )

    assert [screen.name for screen in queries.screens()] == ["First", "Second", "Third"]
