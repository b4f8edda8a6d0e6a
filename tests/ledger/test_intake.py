"""Lists of people: who is who, where they work from when, and what of their past stays."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from juara.connect.types import PersonRow
from juara.core.calendar import ALWAYS, FOREVER
from juara.ledger import intake
from juara.ledger import operations as ledger
from juara.ledger.intake import PeopleTaken
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.people import queries as people
from juara.people.models import Member
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

pytestmark = pytest.mark.usefixtures("office")

JULY = date(2025, 7, 1)
NEXT_WEEK = cast.at("2025-03-17T09:00")


@pytest.fixture
def office(inside: Organization) -> Organization:
    """An organization that counts deals and revenue."""
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    return inside


def person(key: str, name: str = "", team: str = "", **fields: object) -> PersonRow:
    values = {"row_number": 1, "key": key, "name": name or key.title()}
    return PersonRow(**values | {"team": (team,) if team else ()} | fields)  # type: ignore[arg-type]


def take(*rows: PersonRow, now: datetime = cast.NOW, key: str = "crm") -> PeopleTaken:
    taken = intake.take_people(rows, source_id=cast.source(key).id, moment=now, actor="tests")
    ledger.absorb(moment=now, reason="people")
    return taken


def places(name: str) -> list[tuple[str, date, date]]:
    """Return where somebody works, from when until when."""
    teams, members = people.teams(), people.members()
    return [
        (teams[span.team_id].name, span.from_day, span.until_day)
        for span in people.places(ALWAYS, FOREVER)
        if members[span.member_id].name == name
    ]


def names() -> list[str]:
    return sorted(Member.objects.values_list("name", flat=True))


# Where they work.


def test_somebody_new_without_dates_has_been_there_since_always() -> None:
    assert take(person("ana", team="North")) == PeopleTaken(described=1, changed=1)

    assert places("Ana") == [("North", ALWAYS, FOREVER)]


def test_somebody_known_moves_on_the_day_of_the_list() -> None:
    take(person("ana", team="North"))
    cast.deliver(cast.deal("D1", owner="ana", amount="10"))

    assert take(person("ana", team="South")).changed == 1
    cast.deliver(cast.deal("D2", owner="ana", amount="7", dates={"closed": cast.TODAY}))

    assert places("Ana") == [("North", ALWAYS, cast.TODAY), ("South", cast.TODAY, FOREVER)]
    found = {team: sums.total for (_, team), sums in reading.sums("revenue_won").items()}
    assert found == {"North": Decimal(10), "South": Decimal(7)}
    assert take(person("ana", team="South"), now=NEXT_WEEK).changed == 0


def test_a_list_without_teams_moves_nobody() -> None:
    take(person("ana", team="North", zone="Asia/Jakarta"))

    assert take(person("ana")).changed == 0
    assert places("Ana") == [("North", ALWAYS, FOREVER)]


@pytest.mark.parametrize("order", [1, -1])
def test_stations_follow_each_other_in_whatever_order_they_are_listed(order: int) -> None:
    rows = [
        person("ana", team="North", ends_on=date(2025, 2, 1)),
        person("ana", team="South", starts_on=date(2025, 3, 1), ends_on=JULY),
        person("ana", team="West", starts_on=JULY),
    ][::order]

    assert take(*rows) == PeopleTaken(described=1, changed=1)

    assert places("Ana") == [
        ("North", ALWAYS, date(2025, 2, 1)),
        ("South", date(2025, 3, 1), JULY),
        ("West", JULY, FOREVER),
    ]
    before = reading.contents()
    assert take(*rows, now=NEXT_WEEK).changed == 0
    assert reading.contents() == before


def test_a_leaver_who_returns_undated_is_back_from_that_day() -> None:
    take(person("ana", team="North", ends_on=date(2025, 2, 1)))
    cast.deliver(cast.deal("D1", owner="ana", amount="10"))
    assert reading.totals("revenue_won") == {reading.NOBODY: Decimal(10)}

    take(person("ana", team="South"))

    assert places("Ana") == [
        ("North", ALWAYS, date(2025, 2, 1)),
        ("South", cast.TODAY, FOREVER),
    ]
    assert reading.totals("revenue_won") == {reading.NOBODY: Decimal(10)}
    assert verify().is_sound


def test_an_end_alone_ends_the_place_somebody_has() -> None:
    take(person("ana", team="North"))

    take(person("ana", team="North", ends_on=date(2025, 2, 1)))

    assert places("Ana") == [("North", ALWAYS, date(2025, 2, 1))]


# Who they are.


def test_somebody_who_is_called_something_else_stays_who_they_are() -> None:
    take(person("u1", "Ana Putri", "North"))
    cast.deliver(cast.deal("D1", owner="u1", amount="10"))

    assert take(person("u1", "Ana Wijaya", "North")).changed == 1

    assert names() == ["Ana Wijaya"]
    assert reading.totals("revenue_won") == {"Ana Wijaya": Decimal(10)}
    assert take(person("u1", "Ana Wijaya", "North")).changed == 0


def test_two_keys_of_one_source_with_one_name_are_two_people() -> None:
    take(person("u1", "Budi Santoso", "North"), person("u2", "Budi Santoso", "South"))
    cast.deliver(cast.deal("D1", owner="u1", amount="1"), cast.deal("D2", owner="u2", amount="5"))

    assert names() == ["Budi Santoso", "Budi Santoso"]
    found = {team: sums.total for (_, team), sums in reading.sums("revenue_won").items()}
    assert found == {"North": Decimal(1), "South": Decimal(5)}
    assert take(
        person("u1", "Budi Santoso", "North"), person("u2", "Budi Santoso", "South")
    ) == PeopleTaken(described=2, changed=0)


def test_one_name_in_two_sources_is_one_person() -> None:
    take(person("u1", "Ana", "North"))

    take(person("0051", "Ana"), key="phones")

    assert names() == ["Ana"]
    assert places("Ana") == [("North", ALWAYS, FOREVER)]


def test_an_address_says_who_it_is_whatever_key_and_name_do() -> None:
    take(person("u1", "Ana", "North", email="ana@example.com"))

    take(person("u2", "Ana P.", email="Ana@Example.com"))
    cast.deliver(cast.deal("D1", owner="u2", amount="3"))

    assert names() == ["Ana"]
    assert reading.totals("revenue_won") == {"Ana": Decimal(3)}


def test_a_person_matched_by_hand_is_taken_for_whom_they_were_matched_to() -> None:
    cast.member("Ana", "North", key="a.p")

    take(person("a.p", "Ana Putri", "North"))

    assert names() == ["Ana"]
    assert places("Ana") == [("North", ALWAYS, FOREVER)]
