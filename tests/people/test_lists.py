"""The list of people: who is on it, in which order, and what each row says."""

from datetime import UTC, date, datetime, timedelta

import pytest

from juara.core.calendar import FOREVER
from juara.people import invitations, lists, pictures
from juara.people import operations as people
from juara.people.lists import Asked, Listed, Tree
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.people.test_pictures import picture
from tests.web.office import seated


def listed(asked: Asked | None = None, *, number: int = 1, now: datetime = cast.NOW) -> lists.Page:
    tree = Tree.on(cast.TODAY)
    return lists.page(asked or Asked(), number=number, today=cast.TODAY, now=now, tree=tree)


def names(asked: Asked | None = None) -> list[str]:
    return [row.name for row in listed(asked).rows]


def row(name: str, now: datetime = cast.NOW) -> Listed:
    return next(each for each in listed(now=now).rows if each.name == name)


@pytest.fixture
def company(inside: Organization) -> Organization:
    """Ana and Budi in Alpha, Mira manages North, Zul has left, Nia begins in June."""
    cast.member("Ana", "North", "Alpha", email="ana@example.com")
    budi = cast.member("Budi_1", "North", "Alpha", email="budi@example.com")
    mira = cast.member("Mira", "North", email="mira@example.com", role="manager")
    cast.member("Zul", "South", until_day=date(2025, 3, 1))
    cast.member("Nia", "South", from_day=date(2025, 6, 1))
    people.ensure_member(name="Omar", moment=cast.NOW, actor=cast.ACTOR)
    people.place(
        budi, team=cast.team("North", "Alpha"), manager=mira,
        profile=people.ensure_profile("Closer", moment=cast.NOW, actor=cast.ACTOR),
        zone="Asia/Jakarta", from_day=date(2025, 2, 1), moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    return inside


def test_a_row_says_who_where_and_for_whom(company: Organization) -> None:
    budi = row("Budi_1")

    assert (budi.team, budi.profile, budi.zone, budi.from_day) == (
        "North > Alpha", "Closer", "Asia/Jakarta", date(2025, 2, 1),
    )  # fmt: skip
    assert (budi.manager, budi.named_manager) == ("Mira", "mira@example.com")
    # Ana reports to whoever manages the next team above; nobody is named for her.
    assert (row("Ana").manager, row("Ana").named_manager) == ("Mira", "")
    assert row("Ana").from_day is None


def test_a_row_says_whether_somebody_is_here(company: Organization) -> None:
    assert [(each.name, each.place, each.from_day) for each in listed().rows] == [
        ("Ana", "here", None),
        ("Budi_1", "here", date(2025, 2, 1)),
        ("Mira", "here", None),
        ("Nia", "later", date(2025, 6, 1)),
        ("Omar", "nowhere", None),
        ("Zul", "left", date(2025, 3, 1)),
    ]


def test_a_row_says_how_somebody_comes_in(company: Organization) -> None:
    member = people.ensure_member(name="Ana", email="ana@example.com", moment=cast.NOW, actor="t")
    mira = people.ensure_member(name="Mira", email="mira@example.com", moment=cast.NOW, actor="t")
    seated(mira, "acme")
    invitations.invite([member.public_id], moment=cast.NOW, actor=cast.ACTOR)

    assert (row("Ana").seat, row("Mira").seat, row("Omar").seat) == ("invited", "active", "none")
    assert row("Ana", cast.NOW + timedelta(days=7)).seat == "expired"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(text="  BUDI "), ["Budi_1"]),
        (Asked(text="_1"), ["Budi_1"]),
        (Asked(text="%"), []),
        (Asked(text="\\"), []),
        (Asked(text="mira@"), ["Mira"]),
        (Asked(role="manager"), ["Mira"]),
        (Asked(place="left"), ["Zul"]),
        (Asked(place="nowhere"), ["Omar"]),
        (Asked(place="later"), ["Nia"]),
        (Asked(place="here", text="a@"), ["Ana", "Mira"]),
        (Asked(seat="active"), []),
        (Asked(team_id=-1), []),
    ],
)
def test_filters_find(company: Organization, asked: Asked, found: list[str]) -> None:
    assert names(asked) == found


def test_a_team_is_found_with_all_below_it(company: Organization) -> None:
    assert names(Asked(team_id=cast.team("North").id)) == ["Ana", "Budi_1", "Mira"]
    assert names(Asked(team_id=cast.team("North", "Alpha").id)) == ["Ana", "Budi_1"]


def test_the_list_is_sorted_as_asked(company: Organization) -> None:
    assert names(Asked(is_descending=True)) == ["Zul", "Omar", "Nia", "Mira", "Budi_1", "Ana"]
    assert names(Asked(order="team"))[:3] == ["Ana", "Budi_1", "Mira"]
    assert names(Asked(order="role", is_descending=True))[0] == "Mira"


def test_a_page_holds_fifty_and_the_last_one_is_the_end(inside: Organization) -> None:
    for number in range(51):
        cast.member(f"Rep {number:02}", "North")

    first, last, beyond = listed(), listed(number=2), listed(number=99)

    assert (len(first.rows), first.page_count, first.count, first.total) == (50, 2, 51, 51)
    assert [each.name for each in last.rows] == ["Rep 50"]
    assert (beyond.number, beyond.rows) == (2, last.rows)


def test_nobody_of_another_organization_is_on_the_list(company: Organization) -> None:
    with scope.enter(cast.organization("globex")):
        theo = cast.member("Theo", "North", email="theo@example.com")
        pictures.set_picture(theo.public_id, picture(), moment=cast.NOW, actor=cast.ACTOR)
        assert names() == ["Theo"]

    assert "Theo" not in names()
    assert pictures.fingerprints() == {}


def test_a_team_called_like_the_company_is_told_from_it(inside: Organization) -> None:
    cast.member("Ana")
    cast.member("Budi", "Company")
    cast.member("Citra", "Company", "Alpha")

    assert [each.team for each in listed().rows] == [
        "Company", "Company > Company", "Company > Company > Alpha",
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_every_length(
    inside: Organization, django_assert_num_queries: object, count: int
) -> None:
    mira = cast.member("Mira", "North", role="manager")
    for number in range(count):
        made = cast.member(f"Rep {number}", "North", f"Team {number}")
        people.place(
            made, team=cast.team("North"), manager=mira, until_day=FOREVER,
            from_day=date(2025, 1, 1), moment=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip
    with django_assert_num_queries(5):  # type: ignore[operator]
        listed(now=datetime(2025, 3, 10, tzinfo=UTC))
