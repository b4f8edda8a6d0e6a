"""Who reports to whom, and who stands in: on exactly these days."""

from datetime import date

import pytest

from juara.core import db
from juara.core.calendar import FOREVER
from juara.core.errors import ConflictError, DomainError
from juara.people import access, acting, calc, queries
from juara.people import operations as people
from juara.people.models import ActingManager, Member, Team
from juara.people.structure import structure
from juara.people.types import MemberFacts, PlaceSpan
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading


def march(day: int) -> date:
    return date(2025, 3, day)


@pytest.fixture(autouse=True)
def company(inside: Organization) -> None:
    cast.member("Mira", "East", role="manager")
    for name, *path in (("Ana", "East", "Alpha"), ("Bea", "East", "Beta"), ("Wim", "West")):
        cast.member(name, *path)
    cast.member("Omar", "West", role="manager")


def who(name: str) -> MemberFacts:
    return queries.member(name)


def name_acting(
    manager: str, stand_in: str | None, from_day: date, until_day: date = FOREVER
) -> bool:
    return acting.name_acting(
        who(manager),
        None if stand_in is None else who(stand_in),
        from_day=from_day,
        until_day=until_day,
        moment=cast.NOW,
        actor=cast.ACTOR,
    )


def opened(name: str, today: date) -> str:
    opens = access._opens(who(name), today)
    assert opens is not None
    return " ".join(sorted(each.name for each in queries.members().values() if each.id in opens))


@pytest.mark.parametrize("name", ["Ana", "Omar"])
def test_whoever_stands_in_opens_the_managers_people_on_exactly_those_days(name: str) -> None:
    own = opened(name, march(4))
    name_acting("Mira", name, march(5), march(8))

    assert opened(name, march(4)) == own
    assert opened(name, march(5)) == " ".join(sorted({*own.split(), "Ana", "Bea"}))
    assert opened(name, march(7)) == opened(name, march(5))
    assert opened(name, march(8)) == own


def test_the_records_of_the_manager_stay_their_own() -> None:
    name_acting("Mira", "Ana", march(5), march(8))

    assert "Mira" not in opened("Ana", march(5))
    assert opened("Mira", march(5)) == "Ana Bea Mira"


def test_who_manages_the_manager_too_loses_nothing_by_standing_in() -> None:
    cast.member("Boss", role="manager")
    name_acting("Mira", "Boss", march(5), march(8))

    assert opened("Boss", march(5)) == "Ana Bea Boss Mira Omar Wim"


def test_one_person_stands_in_at_a_time_and_the_last_word_holds() -> None:
    name_acting("Mira", "Ana", march(5), march(10))
    name_acting("Mira", "Omar", march(8), march(12))

    assert (opened("Ana", march(7)), opened("Ana", march(8))) == ("Ana Bea", "Ana")
    assert opened("Omar", march(8)) == "Ana Bea Omar Wim"
    with pytest.raises(Exception, match="acting_manager_one_at_a_time"), db.transaction():
        ActingManager(
            manager_id=who("Mira").id, acting_id=who("Bea").id, known_from=99
        ).save(force_insert=True)  # fmt: skip


def test_standing_in_can_be_ended() -> None:
    name_acting("Mira", "Ana", march(5), march(20))

    assert name_acting("Mira", None, march(9)) is True
    assert (opened("Ana", march(8)), opened("Ana", march(9))) == ("Ana Bea", "Ana")


def test_standing_in_for_somebody_who_manages_no_more_opens_nothing() -> None:
    name_acting("Mira", "Ana", march(5), march(20))
    people.set_role(Member.objects.get(name="Mira"), "rep", moment=cast.NOW, actor=cast.ACTOR)

    assert opened("Ana", march(6)) == "Ana"


def test_what_was_known_of_standing_in_can_still_be_asked() -> None:
    name_acting("Mira", "Ana", march(5), march(20))
    known: int = db.one("SELECT max(number) FROM batch")[0]
    name_acting("Mira", None, march(9))

    def spans(batch: int) -> list[tuple[date, date]]:
        found = queries.acting_of(who("Mira").id, batch=batch)
        return [(each.from_day, each.until_day) for each in found]

    assert spans(known) == [(march(5), march(20))]
    assert spans(known + 1) == [(march(5), march(9))]


@pytest.mark.parametrize(
    ("manager", "stand_in", "until", "code"),
    [
        ("Mira", "Mira", FOREVER, "acting.self"),
        ("Ana", "Bea", FOREVER, "acting.no_manager"),
        ("Mira", "Ana", march(5), "place.span"),
    ],
)
def test_what_makes_no_sense_is_refused(
    manager: str, stand_in: str, until: date, code: str
) -> None:
    before = reading.contents((*reading.TABLES, "acting_manager"))

    with pytest.raises(DomainError) as refused:
        name_acting(manager, stand_in, march(5), until)

    assert refused.value.code == code
    assert isinstance(refused.value, ConflictError) is (code != "place.span")
    assert reading.contents((*reading.TABLES, "acting_manager")) == before


def test_the_tree_says_who_stands_in_that_day() -> None:
    name_acting("Mira", "Ana", march(5), march(8))

    def stand_in(day: date) -> str:
        return structure(day).rows[1].leaders[0].acting

    assert (stand_in(march(4)), stand_in(march(5)), stand_in(march(8))) == ("", "Ana", "")


def test_a_manager_opens_who_names_them_though_they_are_elsewhere() -> None:
    wim, mira = Member.objects.get(name="Wim"), Member.objects.get(name="Mira")
    people.place(
        wim, team=Team.objects.get(name="West"), manager=mira, zone="UTC", from_day=march(5),
        moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip

    assert (opened("Mira", march(4)), opened("Mira", march(5))) == (
        "Ana Bea Mira",
        "Ana Bea Mira Wim",
    )


def place(member: int, team: int, manager: int | None = None) -> PlaceSpan:
    return PlaceSpan(1, member, team, march(1), FOREVER, None, manager)


PARENTS = {2: 1, 3: 2}


@pytest.mark.parametrize(
    ("where", "managers", "expected"),
    [
        (place(9, 3, 7), {3: [5]}, 7),
        (place(9, 3), {3: [5, 6]}, 5),
        (place(9, 3), {1: [4]}, 4),
        (place(5, 3), {3: [5, 6], 2: [8]}, 8),
        (place(5, 3), {3: [5]}, None),
        (place(9, 3), {}, None),
    ],
)
def test_who_somebody_reports_to_is_named_or_the_nearest_manager_above(
    where: PlaceSpan, managers: dict[int, list[int]], expected: int | None
) -> None:
    assert calc.manager_of(where, managers=managers, parents=PARENTS) == expected
