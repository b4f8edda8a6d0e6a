"""Who works where: one place at a time, dated, and known as it was."""

from datetime import date
from typing import Any

import pytest

from juara.accounts import operations as accounts
from juara.core import db
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import ConflictError, DomainError, NotFoundError
from juara.people import operations as people
from juara.people import queries
from juara.people.models import Assignment, Member
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

Stay = tuple[str, date, date]


@pytest.fixture(autouse=True)
def scope(inside: Organization) -> None:
    """Every test here runs inside the organization."""


def march(day: int) -> date:
    return date(2025, 3, day)


def place(member: Member, team: str, **asked: Any) -> bool:
    return people.place(member, team=cast.team(team), moment=cast.NOW, actor=cast.ACTOR, **asked)


def stays(*, batch: int = queries.LATEST) -> list[Stay]:
    names = {id_: each.name for id_, each in queries.teams().items()}
    found = queries.places(ALWAYS, FOREVER, batch=batch)
    return [(names[each.team_id], each.from_day, each.until_day) for each in found]


def lineages() -> list[int]:
    return [each.assignment_id for each in queries.places(ALWAYS, FOREVER)]


def test_somebody_placed_without_days_is_there_since_always() -> None:
    cast.member("Ana", "North")

    assert stays() == [("North", ALWAYS, FOREVER)]


def test_a_transfer_ends_the_old_place_on_the_day_before() -> None:
    ana = cast.member("Ana", "North")

    assert place(ana, "South", from_day=march(5)) is True

    assert stays() == [("North", ALWAYS, march(5)), ("South", march(5), FOREVER)]


def test_a_stay_elsewhere_is_followed_by_the_old_place() -> None:
    ana = cast.member("Ana", "North")

    place(ana, "South", from_day=march(5), until_day=march(9))

    assert stays() == [
        ("North", ALWAYS, march(5)), ("South", march(5), march(9)), ("North", march(9), FOREVER),
    ]  # fmt: skip


def test_what_was_before_a_transfer_keeps_its_identity_and_what_follows_gets_its_own() -> None:
    ana = cast.member("Ana", "North")
    (first,) = lineages()

    place(ana, "South", from_day=march(5), until_day=march(9))

    before, during, after = lineages()
    assert before == first
    assert len({first, during, after}) == 3


def test_leaving_keeps_the_identity_of_the_place() -> None:
    ana = cast.member("Ana", "North")
    before = lineages()

    people.end_assignment(ana, from_day=march(5), moment=cast.NOW, actor=cast.ACTOR)

    assert stays() == [("North", ALWAYS, march(5))]
    assert lineages() == before


def test_somebody_who_left_can_come_back() -> None:
    ana = cast.member("Ana", "North", until_day=march(5))

    place(ana, "North", from_day=march(20))

    assert stays() == [("North", ALWAYS, march(5)), ("North", march(20), FOREVER)]


def test_placing_somebody_where_they_are_changes_nothing() -> None:
    ana = cast.member("Ana", "North")
    before = reading.contents()

    assert place(ana, "North", from_day=march(5), until_day=march(9)) is False
    assert reading.contents() == before


@pytest.mark.parametrize("change", [{"zone": "Asia/Jakarta"}, {"manager": True}])
def test_another_zone_or_manager_is_another_place(change: dict[str, Any]) -> None:
    ana, boss = cast.member("Ana", "North"), cast.member("Boss", "North")
    if "manager" in change:
        change = {"manager": boss}

    assert place(ana, "North", from_day=march(5), **change) is True
    assert [stay for stay in stays() if stay[1] == march(5)] == [("North", march(5), FOREVER)]


def test_places_are_known_as_they_were() -> None:
    ana = cast.member("Ana", "North")
    batch: int = db.one("SELECT max(number) FROM batch")[0]
    cast.team("South")
    place(ana, "South", from_day=march(5))

    assert stays(batch=batch) == [("North", ALWAYS, FOREVER)]
    assert stays(batch=0) == []


def test_only_places_that_touch_the_days_are_returned() -> None:
    ana = cast.member("Ana", "North")
    place(ana, "South", from_day=march(5))

    teams = {id_: each.name for id_, each in queries.teams().items()}
    found = [teams[each.team_id] for each in queries.places(march(5), march(6))]
    assert found == ["South"]
    assert len(queries.places(march(4), march(6))) == 2


@pytest.mark.parametrize("until", [march(4), march(5)])
def test_leaving_before_joining_is_refused(until: date) -> None:
    ana = cast.member("Ana", "North")
    before = reading.contents()

    with pytest.raises(DomainError) as refused:
        place(ana, "North", from_day=march(5), until_day=until)

    assert refused.value.code == "assignment.span"
    assert reading.contents() == before


@pytest.mark.parametrize("zone", ["Mars/Base", "../passwd", "Europe", "UTC+7", "\0", "localtime"])
def test_a_zone_nobody_knows_is_refused(zone: str) -> None:
    ana = cast.member("Ana", "North")
    before = reading.contents()

    with pytest.raises(DomainError) as refused:
        place(ana, "North", zone=zone)

    assert refused.value.code == "zone.unknown"
    assert reading.contents() == before


def test_one_place_at_a_time_is_held_by_the_database_too() -> None:
    ana = cast.member("Ana", "North")

    with pytest.raises(Exception, match="assignment_one_at_a_time"), db.transaction():
        Assignment(
            assignment_id=1, member=ana, team=cast.team("South"), zone="UTC", known_from=99
        ).save(force_insert=True)


def test_every_change_leaves_an_audit_entry() -> None:
    ana = cast.member("Ana", "North")
    place(ana, "South", from_day=march(5))
    people.end_assignment(ana, from_day=march(9), moment=cast.NOW, actor="boss@example.com")

    found = db.rows("SELECT actor, action, subject FROM audit_entry ORDER BY id")
    assert [row for row in found if row[1].startswith("member.")] == [
        ("tests", "member.added", "Ana"),
        ("tests", "member.placed", "Ana"),
        ("tests", "member.placed", "Ana"),
        ("boss@example.com", "member.placed", "Ana"),
    ]


def ensure(name: str, email: str = "") -> Member:
    return people.ensure_member(name=name, email=email, moment=cast.NOW, actor=cast.ACTOR)


def test_an_address_says_who_somebody_is_whatever_their_name() -> None:
    ana = ensure("Ana", "Ana@Example.com")

    assert ensure("Ana Maria", "ana@example.COM").id == ana.id
    assert ensure("Ana", "ana2@example.com").id != ana.id


def test_without_an_address_the_name_says_it() -> None:
    ana = ensure("Ana")

    assert ensure("ANA").id == ana.id
    assert ensure("Ana", "ana@example.com").id != ana.id


def test_a_member_is_found_by_name_address_or_public_id() -> None:
    ana = ensure("Ana", "ana@example.com")

    assert {queries.member(text).id for text in ("ana", "ANA@example.com", ana.public_id)} == {
        ana.id
    }


def test_a_member_who_cannot_be_told_is_refused() -> None:
    ensure("Ana")
    ensure("Ana", "ana@example.com")

    with pytest.raises(NotFoundError, match="Several people are called “Ana”"):
        queries.member("Ana")
    with pytest.raises(NotFoundError, match="There is nobody called “Budi”"):
        queries.member("Budi")


def test_a_role_nobody_knows_is_refused() -> None:
    ana = ensure("Ana")

    with pytest.raises(DomainError) as refused:
        people.set_role(ana, "king", moment=cast.NOW, actor=cast.ACTOR)

    assert refused.value.code == "member.role"
    assert queries.members()[ana.id].role == "rep"


def test_a_user_is_one_member_only() -> None:
    user = accounts.create_user(
        email="ana@example.com", password="a long password, long", moment=cast.NOW
    )
    ana, budi = ensure("Ana"), ensure("Budi")
    people.give_seat(ana, user, moment=cast.NOW, actor=cast.ACTOR)

    with pytest.raises(ConflictError) as refused:
        people.give_seat(budi, user, moment=cast.NOW, actor=cast.ACTOR)

    assert refused.value.code == "member.user_taken"
    assert queries.member_of_user(user.id) == queries.members()[ana.id]
