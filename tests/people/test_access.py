"""Whose records somebody may open: their own, their team's, everybody's."""

from datetime import date

import pytest

from juara.accounts import operations as accounts
from juara.core.errors import NotAllowedError, NotFoundError
from juara.people import access, queries
from juara.people import operations as people
from juara.people.access import Viewer
from juara.people.models import Member
from juara.tenancy.models import Organization
from tests import cast


@pytest.fixture(autouse=True)
def company(inside: Organization) -> None:
    for name, *path in (
        ("Boss",), ("Eve", "East"), ("Ana", "East", "Alpha"), ("Aldo", "East", "Alpha"),
        ("Bea", "East", "Beta"), ("Wim", "West"),
    ):  # fmt: skip
        cast.member(name, *path)


def viewer(name: str, role: str, today: date = cast.TODAY) -> Viewer:
    member = queries.member(name)
    user = accounts.create_user(
        email=f"{name}@example.com".lower(), password="long enough, surely", moment=cast.NOW
    )
    row = Member.objects.get(id=member.id)
    people.give_seat(row, user, moment=cast.NOW, actor=cast.ACTOR)
    people.set_role(row, role, moment=cast.NOW, actor=cast.ACTOR)
    return access.viewer_of_user(user.id, today=today)


def opened(found: Viewer) -> str:
    return " ".join(
        sorted(each.name for each in queries.members().values() if found.may_open(each.id))
    )


@pytest.mark.parametrize(
    ("name", "role", "names"),
    [
        ("Ana", "rep", "Ana"),
        ("Eve", "rep", "Eve"),
        ("Ana", "manager", "Aldo Ana"),
        ("Eve", "manager", "Aldo Ana Bea Eve"),
        ("Boss", "manager", "Aldo Ana Bea Boss Eve Wim"),
        ("Ana", "executive", "Aldo Ana Bea Boss Eve Wim"),
        ("Ana", "admin", "Aldo Ana Bea Boss Eve Wim"),
    ],
)
def test_what_somebody_opens_follows_from_role_and_place(name: str, role: str, names: str) -> None:
    assert opened(viewer(name, role)) == names


def test_a_manager_opens_the_team_of_today() -> None:
    people.move_team(
        cast.team("East", "Alpha"), under=cast.team("West"), from_day=date(2025, 3, 12),
        moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip

    found = viewer("Wim", "manager")
    later = access.viewer_of_user(found.member.user_id or 0, today=date(2025, 3, 12))

    assert opened(found) == "Wim"
    assert opened(later) == "Aldo Ana Wim"


def test_a_manager_who_has_left_opens_only_their_own() -> None:
    found = viewer("Eve", "manager")
    people.end_assignment(
        Member.objects.get(name="Eve"), from_day=cast.TODAY, moment=cast.NOW, actor=cast.ACTOR
    )

    assert opened(access.viewer_of_user(found.member.user_id or 0, today=cast.TODAY)) == "Eve"


def test_somebody_without_a_seat_here_finds_no_organization() -> None:
    with pytest.raises(NotFoundError):
        access.viewer_of_user(12345, today=cast.TODAY)


def test_only_an_administrator_administers() -> None:
    access.require_admin(viewer("Ana", "admin"))
    with pytest.raises(NotAllowedError):
        access.require_admin(viewer("Boss", "executive"))


def test_opening_somebody_elses_records_is_refused() -> None:
    ana, bea = queries.member("Ana").id, queries.member("Bea").id
    found = viewer("Ana", "rep")

    access.require_open(found, ana)
    with pytest.raises(NotAllowedError):
        access.require_open(found, bea)
