"""What scores would be by a scorecard that nobody has set yet."""

from datetime import date
from decimal import Decimal

import pytest

from juara.core.calendar import Period
from juara.goals import operations as goal_operations
from juara.goals.types import Asking, GoalOwner
from juara.goals.types import Owner as GoalKind
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.people import queries as people
from juara.scorecards import preview, queries
from juara.scorecards.models import ScorecardRule
from juara.scorecards.queries import COMPANY
from juara.scorecards.types import Definition
from juara.tenancy.models import Organization
from tests import cast
from tests.goals import cast as goals
from tests.scorecards import cast as cards

MARCH = Period("month", date(2025, 3, 1), date(2025, 4, 1))

pytestmark = pytest.mark.django_db


@pytest.fixture
def sellers(inside: Organization) -> None:
    """Ana won one deal of 50, Budi two of 20 each; two deals or 100 are asked for."""
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    for name in ("Ana", "Budi"):
        goals.hired(name, "North")
    goals.target("deals_won", "month", "2")
    goals.target("revenue_won", "month", "100")
    cast.deliver(
        cast.deal("1", owner="ana", amount="50", dates={"closed": date(2025, 3, 3)}),
        cast.deal("2", owner="budi", amount="20", dates={"closed": date(2025, 3, 3)}),
        cast.deal("3", owner="budi", amount="20", dates={"closed": date(2025, 3, 4)}),
    )


def wanted(*said: str) -> Definition:
    """Return a definition that names its metrics by public id, as one that is stored does."""
    made = cards.definition(*said)
    ids = {each.key: each.public_id for each in metric_queries.metrics()}
    lines = (type(line)(ids[line.metric], line.grain, line.weight) for line in made.lines)
    return Definition(tuple(lines))


def looked(definition: Definition, owner: queries.Owner) -> list[tuple[str, object, object]]:
    found = preview.preview(definition, owner, period=MARCH, moment=cast.NOW)
    return [(each.name, each.before.points, each.after.points) for each in found.outlooks]


def test_people_of_the_profile_are_shown_before_and_after_and_nothing_is_stored(
    sellers: None,
) -> None:
    owner = queries.owner(profile=goals.profile())

    # Equal weights now: Ana 50 % and 50 %, Budi 100 % and 40 %.
    assert looked(wanted("deals_won month 80", "revenue_won month 20"), owner) == [
        ("Ana", Decimal(50), Decimal(50)),
        ("Budi", Decimal(70), Decimal(88)),
    ]
    assert not ScorecardRule.objects.exists()


def test_a_company_is_previewed_as_itself(sellers: None) -> None:
    goal_operations.set_goal(
        GoalOwner(GoalKind.COMPANY), metric="revenue_won", grain="month",
        asking=Asking(Decimal(45)), from_day=date(2025, 1, 1), moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip

    assert looked(wanted("revenue_won month 100"), COMPANY) == [("", Decimal(200), Decimal(200))]


def test_no_more_than_ten_are_worked_out_and_the_others_counted(sellers: None) -> None:
    for number in range(10):
        goals.hired(f"Rep {number}", "North")

    owner = queries.owner(profile=goals.profile())
    found = preview.preview(wanted("deals_won month 100"), owner, period=MARCH, moment=cast.NOW)

    assert (len(found.outlooks), found.count) == (10, 12)
    assert len(people.members()) == 12
