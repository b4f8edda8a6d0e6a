"""The team tree: dated, without loops, each team somewhere below the company."""

from datetime import date

import pytest

from juara.core import db
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import ConflictError, NotFoundError
from juara.people import calc, queries
from juara.people import operations as people
from juara.people.models import Team, TeamParent
from juara.people.types import ParentSpan
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading


@pytest.fixture(autouse=True)
def scope(inside: Organization) -> None:
    """Every test here runs inside the organization."""


def march(day: int) -> date:
    return date(2025, 3, day)


def move(team: Team, under: Team, from_day: date) -> bool:
    return people.move_team(team, under=under, from_day=from_day, moment=cast.NOW, actor=cast.ACTOR)


def line(team: Team, day: date) -> list[str]:
    names = {id_: each.name for id_, each in queries.teams().items()}
    return [
        names[each] for each in calc.line_of(calc.parents_on(queries.parent_spans(), day), team.id)
    ]


def test_a_team_is_found_or_made_along_its_path() -> None:
    alpha = cast.team("East", "Alpha")

    assert line(alpha, march(1)) == ["Alpha", "East", "Company"]
    assert cast.team("east", "ALPHA").id == alpha.id
    assert cast.team("West", "Alpha").id != alpha.id
    assert len(queries.teams()) == 5


def test_the_company_is_made_once_and_has_no_parent() -> None:
    root = people.ensure_root(name="Company")

    assert people.ensure_root(name="Other").id == root.id
    assert queries.root_team().name == "Company"
    assert line(root, march(1)) == ["Company"]


def test_a_moved_team_is_under_the_new_parent_from_that_day() -> None:
    alpha, west = cast.team("East", "Alpha"), cast.team("West")

    assert move(alpha, west, march(5)) is True

    assert line(alpha, march(4)) == ["Alpha", "East", "Company"]
    assert line(alpha, march(5)) == ["Alpha", "West", "Company"]


def test_moving_a_team_where_it_is_changes_nothing() -> None:
    east, alpha = cast.team("East"), cast.team("East", "Alpha")
    before = reading.contents()

    assert move(alpha, east, march(5)) is False
    assert reading.contents() == before


def test_the_tree_is_known_as_it_was() -> None:
    alpha, west = cast.team("East", "Alpha"), cast.team("West")
    batch: int = db.one("SELECT max(number) FROM batch")[0]
    move(alpha, west, march(5))

    def parent(known: int) -> str:
        spans = queries.parent_spans(batch=known)
        return queries.teams()[calc.parents_on(spans, march(9))[alpha.id]].name

    assert (parent(batch), parent(batch + 1)) == ("East", "West")


@pytest.mark.parametrize("below", [("East",), ("East", "Alpha"), ("East", "Alpha", "One")])
def test_a_team_cannot_hang_under_itself_or_what_is_below_it(below: tuple[str, ...]) -> None:
    east = cast.team("East")
    cast.team("East", "Alpha", "One")
    before = reading.contents()

    with pytest.raises(ConflictError) as refused:
        move(east, cast.team(*below), march(5))

    assert refused.value.code == "team.loop"
    assert reading.contents() == before


def test_a_move_is_refused_when_a_later_one_would_make_it_a_loop() -> None:
    east, west = cast.team("East"), cast.team("West")
    move(west, east, march(20))
    before = reading.contents()

    with pytest.raises(ConflictError):
        move(east, west, march(5))

    assert reading.contents() == before
    assert line(east, march(25)) == ["East", "Company"]


def test_the_company_itself_cannot_be_moved() -> None:
    east, root = cast.team("East"), people.ensure_root(name="Company")
    before = reading.contents()

    with pytest.raises(ConflictError):
        move(root, east, march(5))

    assert reading.contents() == before


def test_a_team_is_found_by_name_or_public_id() -> None:
    alpha = cast.team("East", "Alpha")

    assert queries.team("alpha").id == alpha.id
    assert queries.team(alpha.public_id).name == "Alpha"


@pytest.mark.parametrize(
    ("name", "message"),
    [("Nowhere", "There is no team"), ("Alpha", "There are several teams called")],
)
def test_a_team_that_cannot_be_told_is_refused(name: str, message: str) -> None:
    cast.team("East", "Alpha")
    cast.team("West", "Alpha")

    with pytest.raises(NotFoundError) as refused:
        queries.team(name)

    assert refused.value.message.startswith(message)


def test_a_team_has_one_parent_at_a_time_in_the_database_too() -> None:
    alpha, west = cast.team("East", "Alpha"), cast.team("West")

    with pytest.raises(Exception, match="team_parent_one_at_a_time"), db.transaction():
        TeamParent(team=alpha, parent=west, known_from=99).save(force_insert=True)


def spans(*rows: tuple[int, int, int, int]) -> list[ParentSpan]:
    return [ParentSpan(team, parent, march(a), march(b)) for team, parent, a, b in rows]


def test_parents_are_those_of_the_day() -> None:
    found = spans((2, 1, 1, 5), (2, 3, 5, 9))

    assert calc.parents_on(found, march(4)) == {2: 1}
    assert calc.parents_on(found, march(5)) == {2: 3}
    assert calc.parents_on(found, march(9)) == {}


def test_a_line_goes_up_to_the_top_and_a_loop_ends_it() -> None:
    assert calc.line_of({3: 2, 2: 1}, 3) == (3, 2, 1)
    assert calc.line_of({}, 3) == (3,)
    assert calc.line_of({3: 2, 2: 3}, 3) == (3, 2)


def test_a_subtree_is_a_team_and_all_below_it() -> None:
    parents = {2: 1, 3: 2, 4: 2, 5: 1}

    assert calc.subtree_of(parents, 2, [1, 2, 3, 4, 5]) == {2, 3, 4}
    assert calc.subtree_of(parents, 1, [1, 2, 3, 4, 5, 6]) == {1, 2, 3, 4, 5}


def test_the_tree_changes_on_the_edges_inside_a_range() -> None:
    found = [ParentSpan(2, 1, ALWAYS, march(5)), ParentSpan(2, 3, march(5), FOREVER)]

    assert calc.boundaries(found, march(1), march(9)) == [march(5)]
    assert calc.boundaries(found, march(5), march(9)) == []
    assert calc.boundaries(found, march(1), march(5)) == []
