"""The tree as a page shows it, closing teams, and adding them."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from juara.core import db
from juara.core.calendar import FOREVER
from juara.core.errors import ConflictError, DomainError, NotFoundError
from juara.people import operations as people
from juara.people import queries, tree
from juara.people.models import Member, Team
from juara.people.structure import structure
from juara.people.types import TeamFacts
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading


@pytest.fixture(autouse=True)
def scope(inside: Organization) -> None:
    """Every test here runs inside the organization."""


def march(day: int) -> date:
    return date(2025, 3, day)


def facts(team: Team) -> TeamFacts:
    return queries.team_of_id(team.public_id)


def close(team: Team, from_day: date) -> str:
    return tree.close_team(facts(team), from_day=from_day, moment=cast.NOW, actor=cast.ACTOR)


def add(name: str, under: Team) -> TeamFacts:
    return tree.add_team(name, under=facts(under), moment=cast.NOW, actor=cast.ACTOR)


def shown(day: date) -> list[tuple[str, int, int, int]]:
    """Return each team's name, level, people there and people at or below it."""
    return [(row.team.name, row.level, row.people, row.people_below) for row in structure(day).rows]


def test_the_tree_is_in_order_with_everybody_counted_upwards() -> None:
    cast.member("Ana", "North", "Beta")
    cast.member("Budi", "North", "alpha")
    cast.member("Citra", "North", from_day=march(5))

    assert shown(march(4)) == [
        ("Company", 1, 0, 2),
        ("North", 2, 0, 2),
        ("alpha", 3, 1, 1),
        ("Beta", 3, 1, 1),
    ]
    assert shown(march(5))[1] == ("North", 2, 1, 3)
    assert [(row.position, row.siblings) for row in structure(march(4)).rows][2:] == [
        (1, 2),
        (2, 2),
    ]


def test_a_team_shows_who_manages_it_that_day() -> None:
    cast.member("Zoe", "North", role="manager", until_day=march(5))
    cast.member("Bo", "North", role="manager", from_day=march(3))

    def leaders(day: date) -> list[str]:
        return [each.name for each in structure(day).rows[1].leaders]

    assert (leaders(march(2)), leaders(march(4)), leaders(march(5))) == (
        ["Zoe"],
        ["Bo", "Zoe"],
        ["Bo"],
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_tree_costs_five_queries_however_large(
    django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        cast.member(f"Boss {number}", f"Team {number}", role="manager")

    with django_assert_num_queries(5):
        found = structure(cast.TODAY)
    assert len(found.rows) == count + 1


def test_twenty_levels_and_three_hundred_teams_stand() -> None:
    deep = cast.team(*[f"Level {number}" for number in range(19)])
    for number in range(281):
        add(f"Outlet {number}", deep)

    found = structure(cast.TODAY)

    assert len(found.rows) == 301
    assert max(row.level for row in found.rows) == 21
    assert len(found.path(found.rows[-1].team.public_id)) == 20


def test_a_team_is_added_below_another_since_that_one_stands() -> None:
    made = add("  North   East ", cast.team("North"))

    assert structure(date(1999, 1, 1)).path(made.public_id) == ("North", "North East")


def test_two_teams_of_one_name_cannot_hang_in_one_place() -> None:
    north = cast.team("North")
    add("Alpha", north)
    before = reading.contents()

    with pytest.raises(ConflictError) as refused:
        add("ALPHA", north)

    assert refused.value.code == "team.name_taken"
    assert reading.contents() == before
    assert add("Alpha", cast.team("South")).name == "Alpha"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_team_needs_a_name_of_sensible_length(name: str) -> None:
    north = cast.team("North")

    with pytest.raises(DomainError) as refused:
        add(name, north)

    assert refused.value.code == "team.name"
    assert [row.team.name for row in structure(cast.TODAY).rows] == ["Company", "North"]


def test_a_renamed_team_is_called_so_and_keeps_its_place() -> None:
    north = cast.team("North")
    cast.team("South")

    assert tree.rename_team(facts(north), "Nord", moment=cast.NOW, actor=cast.ACTOR) is True
    assert tree.rename_team(facts(north), "Nord", moment=cast.NOW, actor=cast.ACTOR) is False
    with pytest.raises(ConflictError):
        tree.rename_team(facts(north), "south", moment=cast.NOW, actor=cast.ACTOR)

    assert [row.team.name for row in structure(cast.TODAY).rows] == ["Company", "Nord", "South"]


def test_a_closed_team_ends_on_that_day_and_stays_before_it() -> None:
    north = cast.team("North")
    cast.member("Ana", "North", until_day=march(5))

    assert close(north, march(5)) == "closed"

    assert [row.team.name for row in structure(march(4)).rows] == ["Company", "North"]
    after = structure(march(5))
    assert ([row.team.name for row in after.rows], [team.name for team in after.closed]) == (
        ["Company"],
        ["North"],
    )


def test_a_team_never_used_is_deleted() -> None:
    cast.team("North")
    made = add("Mistake", cast.team("North"))

    assert close(Team.objects.get(id=made.id), march(5)) == "deleted"

    with pytest.raises(NotFoundError):
        queries.team_of_id(made.public_id)
    assert db.one("SELECT count(*) FROM team_parent WHERE team_id = %s", [made.id])[0] == 0


def test_a_team_somebody_was_once_placed_in_is_closed_not_deleted() -> None:
    north = cast.team("North")
    ana = cast.member("Ana", "North")
    people.place(ana, team=cast.team("South"), moment=cast.NOW, actor=cast.ACTOR)

    assert close(north, march(5)) == "closed"


@pytest.mark.parametrize(
    ("until", "code"), [(FOREVER, "team.has_people"), (march(6), "team.has_people")]
)
def test_a_team_is_not_closed_while_anybody_works_there(until: date, code: str) -> None:
    north = cast.team("North")
    cast.member("Ana", "North", until_day=until)
    before = reading.contents()

    with pytest.raises(ConflictError) as refused:
        close(north, march(5))

    assert refused.value.code == code
    assert reading.contents() == before


def test_a_team_is_not_closed_before_the_teams_below_it() -> None:
    north = cast.team("North")
    alpha = cast.team("North", "Alpha")
    before = reading.contents()

    with pytest.raises(ConflictError) as refused:
        close(north, march(5))

    assert (refused.value.code, refused.value.data["below"]) == ("team.has_teams", "Alpha")
    assert reading.contents() == before
    close(alpha, march(5))
    assert close(north, march(5)) in ("closed", "deleted")


def test_the_company_is_never_closed() -> None:
    root = people.ensure_root(name="Company")

    with pytest.raises(ConflictError) as refused:
        close(root, march(5))

    assert refused.value.code == "team.root"


@pytest.fixture
def closed() -> Team:
    """North, where Ana worked, is closed from 5 March on."""
    north = cast.team("North")
    cast.member("Ana", "North", until_day=march(5))
    close(north, march(5))
    return north


def test_nobody_is_placed_in_a_closed_team(closed: Team) -> None:
    budi = cast.member("Budi", "South")
    before = reading.contents()

    with pytest.raises(ConflictError) as refused:
        people.place(
            budi, team=closed, from_day=march(1), moment=cast.NOW, actor=cast.ACTOR
        )  # fmt: skip

    assert (refused.value.code, refused.value.data["day"]) == ("team.closed", march(5))
    assert reading.contents() == before
    assert people.place(
        budi, team=closed, from_day=march(1), until_day=march(5), moment=cast.NOW, actor=cast.ACTOR
    )


def test_no_team_is_hung_under_a_closed_one(closed: Team) -> None:
    south = cast.team("South")
    before = reading.contents()

    with pytest.raises(ConflictError) as refused:
        people.move_team(
            south, under=closed, from_day=march(1), moment=cast.NOW, actor=cast.ACTOR
        )  # fmt: skip

    assert refused.value.code == "team.closed"
    assert reading.contents() == before
    with pytest.raises(ConflictError):
        add("New", closed)


def test_a_closed_team_is_opened_again_by_moving_it(closed: Team) -> None:
    south = cast.team("South")

    people.move_team(closed, under=south, from_day=march(9), moment=cast.NOW, actor=cast.ACTOR)

    assert structure(march(9)).path(closed.public_id) == ("South", "North")
    assert structure(march(8)).row(closed.public_id) is None


def test_a_list_that_names_a_closed_team_opens_it_where_it_ended(closed: Team) -> None:
    assert people.ensure_team(["North"], moment=cast.NOW).id == closed.id

    assert structure(march(5)).path(closed.public_id) == ("North",)
    assert people.place(
        Member.objects.get(name="Ana"), team=closed, moment=cast.NOW, actor=cast.ACTOR
    )
