"""Squads and job profiles."""

from datetime import date

import pytest

from juara.core import db
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import ConflictError, DomainError, NotFoundError
from juara.people import operations as people
from juara.people import profiles, queries, squads
from juara.people.models import Member, SquadMember
from juara.people.types import SquadFacts
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading


@pytest.fixture(autouse=True)
def company(inside: Organization) -> None:
    for name in ("Ana", "Budi"):
        cast.member(name, "North")


def march(day: int) -> date:
    return date(2025, 3, day)


def made(name: str = "Rockets") -> SquadFacts:
    return squads.create_squad(name, moment=cast.NOW, actor=cast.ACTOR)


def join(squad: SquadFacts, *names: str, from_day: date, until_day: date = FOREVER) -> int:
    return squads.join_squad(
        squad,
        [queries.member(name) for name in names],
        from_day=from_day,
        until_day=until_day,
        moment=cast.NOW,
        actor=cast.ACTOR,
    )


def leave(squad: SquadFacts, name: str, from_day: date) -> int:
    return squads.leave_squad(
        squad, [queries.member(name)], from_day=from_day, moment=cast.NOW, actor=cast.ACTOR
    )


def spans(
    squad: SquadFacts, from_day: date = ALWAYS, until_day: date = FOREVER, batch: int = db.OPEN - 1
) -> list[tuple[str, date, date]]:
    names = {id_: each.name for id_, each in queries.members().items()}
    found = queries.squad_members(squad.id, from_day, until_day, batch=batch)
    return [(names[each.member_id], each.from_day, each.until_day) for each in found]


def test_people_belong_to_a_squad_from_a_day_until_they_leave() -> None:
    squad = made()

    assert join(squad, "Ana", "Budi", from_day=march(3)) == 2
    assert leave(squad, "Budi", march(10)) == 1

    assert spans(squad) == [("Ana", march(3), FOREVER), ("Budi", march(3), march(10))]
    assert spans(squad, march(10), march(11)) == [("Ana", march(3), FOREVER)]
    assert queries.squad_sizes(march(9)) == {squad.id: 2}
    assert queries.squad_sizes(march(10)) == {squad.id: 1}


def test_joining_again_while_there_changes_nothing() -> None:
    squad = made()
    join(squad, "Ana", from_day=march(3))
    before = reading.contents((*reading.TABLES, "squad_member"))

    assert join(squad, "Ana", from_day=march(5)) == 0
    assert reading.contents((*reading.TABLES, "squad_member")) == before


def test_somebody_may_be_in_several_squads_but_in_each_once() -> None:
    one, other = made("One"), made("Other")
    join(one, "Ana", from_day=march(3))
    join(other, "Ana", from_day=march(3))

    ana = queries.member("Ana")
    assert [each.name for each in queries.squads_of(ana.id, march(3))] == ["One", "Other"]
    with pytest.raises(Exception, match="squad_member_one_at_a_time"), db.transaction():
        SquadMember(squad_id=one.id, member_id=ana.id, known_from=99).save(force_insert=True)


def test_a_squad_is_known_as_it_was() -> None:
    squad = made()
    join(squad, "Ana", from_day=march(3))
    known: int = db.one("SELECT max(number) FROM batch")[0]
    leave(squad, "Ana", march(5))

    assert spans(squad, batch=known) == [("Ana", march(3), FOREVER)]
    assert spans(squad) == [("Ana", march(3), march(5))]


def test_an_archived_squad_takes_nobody_new_and_can_be_restored() -> None:
    squad = made()
    join(squad, "Ana", from_day=march(3))
    squads.archive_squad(squad, moment=cast.NOW, actor=cast.ACTOR)
    archived = queries.squad_of_id(squad.public_id)

    assert archived.is_archived
    with pytest.raises(ConflictError) as refused:
        join(archived, "Budi", from_day=march(3))
    assert refused.value.code == "squad.archived"
    assert [name for name, *_ in spans(squad)] == ["Ana"]

    squads.restore_squad(archived, moment=cast.NOW, actor=cast.ACTOR)
    assert join(queries.squad_of_id(squad.public_id), "Budi", from_day=march(3)) == 1


def test_squads_are_told_apart_by_name() -> None:
    made("Rockets")
    other = made("Stars")

    for attempt in (
        lambda: made(" rockets "),
        lambda: squads.rename_squad(other, "ROCKETS", moment=cast.NOW, actor=cast.ACTOR),
    ):
        with pytest.raises(ConflictError) as refused:
            attempt()
        assert refused.value.code == "squad.name_taken"
    assert [each.name for each in queries.squads()] == ["Rockets", "Stars"]


@pytest.mark.parametrize("name", ["", " ", "x" * 81])
def test_a_squad_and_a_profile_need_a_name_of_sensible_length(name: str) -> None:
    with pytest.raises(DomainError):
        made(name)
    with pytest.raises(DomainError):
        profiles.add_profile(name, moment=cast.NOW, actor=cast.ACTOR)
    assert (queries.squads(), queries.profile_uses(cast.TODAY)) == ((), ())


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    squad = made()

    with pytest.raises(DomainError):
        join(squad, "Ana", from_day=march(5), until_day=march(5))

    assert spans(squad) == []


def test_a_profile_says_how_many_hold_it_on_a_day() -> None:
    closer = people.ensure_profile("Closer", moment=cast.NOW, actor=cast.ACTOR)
    people.ensure_profile("Hunter", moment=cast.NOW, actor=cast.ACTOR)
    people.place(
        Member.objects.get(name="Ana"), team=cast.team("North"), profile=closer,
        from_day=march(5), moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip

    def uses(day: date) -> list[tuple[str, int]]:
        return [(use.name, use.people) for use in queries.profile_uses(day)]

    assert uses(march(4)) == [("Closer", 0), ("Hunter", 0)]
    assert uses(march(5)) == [("Closer", 1), ("Hunter", 0)]


def test_an_archived_profile_is_offered_no_more_and_keeps_its_name() -> None:
    key = profiles.add_profile("Closer", moment=cast.NOW, actor=cast.ACTOR)
    profiles.archive_profile(queries.profile_of_id(key), moment=cast.NOW, actor=cast.ACTOR)

    assert queries.profiles() == {}
    with pytest.raises(ConflictError) as refused:
        profiles.add_profile("closer", moment=cast.NOW, actor=cast.ACTOR)
    assert refused.value.code == "profile.name_archived"

    profiles.restore_profile(queries.profile_of_id(key), moment=cast.NOW, actor=cast.ACTOR)
    assert [each.name for each in queries.profiles().values()] == ["Closer"]


def test_a_list_that_names_an_archived_profile_restores_it() -> None:
    key = profiles.add_profile("Closer", moment=cast.NOW, actor=cast.ACTOR)
    profiles.archive_profile(queries.profile_of_id(key), moment=cast.NOW, actor=cast.ACTOR)

    found = people.ensure_profile("CLOSER", moment=cast.NOW, actor=cast.ACTOR)

    assert (found.public_id, queries.profile_of_id(key).is_archived) == (key, False)


def test_what_is_nowhere_is_not_found() -> None:
    for ask in (queries.squad_of_id, queries.profile_of_id, queries.member_of_id):
        with pytest.raises(NotFoundError):
            ask("000000000000")
