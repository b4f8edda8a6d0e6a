"""Who may set whose goals."""

from datetime import date
from decimal import Decimal

import pytest

from juara.core.errors import NotAllowedError
from juara.goals import access, operations
from juara.goals.access import Reach
from juara.people import queries as people
from juara.people.access import Viewer
from juara.tenancy.models import Organization
from tests import cast

LATER = date(2025, 4, 1)


@pytest.fixture(autouse=True)
def office(inside: Organization) -> None:
    cast.member("Adi", role="admin")
    cast.member("Eka", role="executive")
    cast.member("Reza", "North", role="manager")
    cast.member("Mira", "North", "Alpha", role="manager")
    cast.member("Ana", "North", "Alpha")
    cast.member("Citra", "North", "Beta")
    cast.member("Dewi", "South")


def reach(name: str, *, today: date = cast.TODAY) -> Reach:
    return access.reach(Viewer(people.member(name), None), today=today)


def names(found: Reach) -> tuple[set[str], set[str]]:
    members, teams = people.members(), people.teams()
    return {teams[each].name for each in found.teams}, {
        members[each].name for each in found.members
    }


def test_an_administrator_sets_everybodys() -> None:
    found = reach("Adi")
    assert found
    assert found.sets_company()
    assert found.sets_member(people.member("Dewi").id)
    assert found.sets_team(people.team("South").id)


def test_managers_set_their_teams_and_peoples_but_not_their_own() -> None:
    assert names(reach("Reza")) == ({"North", "Alpha", "Beta"}, {"Mira", "Ana", "Citra"})
    assert names(reach("Mira")) == ({"Alpha"}, {"Ana"})
    assert not reach("Reza").sets_company()


@pytest.mark.parametrize("name", ["Eka", "Ana"])
def test_executives_and_reps_look(name: str) -> None:
    assert not reach(name)


def test_where_managers_set_none_they_look_too_from_that_day_on() -> None:
    operations.set_settings(
        on_track=Decimal("0.99"), behind=Decimal("0.81"), managers_set=False, from_day=LATER,
        moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip

    assert reach("Mira")
    assert not reach("Mira", today=LATER)
    assert reach("Adi", today=LATER)


def test_what_is_not_ones_own_to_set_is_refused() -> None:
    access.require(allowed=True)
    with pytest.raises(NotAllowedError, match="administrator"):
        access.require(allowed=reach("Mira").sets_company())
