"""From rows to credits to tallies, one behaviour at a time."""

from datetime import date
from decimal import Decimal

import pytest

from juara.core.calendar import parse_period
from juara.ledger import queries
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.metrics.types import Sums
from juara.tenancy.models import Organization
from tests import cast

MARCH = parse_period("2025-03", today=cast.TODAY)


@pytest.fixture
def catalogue(inside: Organization) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


def sums(key: str, batch: int = queries.LATEST) -> dict[int, Sums]:
    metric = metric_queries.metric(key)
    found: dict[int, Sums] = {}
    for row in queries.member_sums(
        [metric.id], from_day=MARCH.from_day, until_day=MARCH.until_day, batch=batch
    ):
        found[row.member_id] = found.get(row.member_id, Sums()) + row.sums
    return found


def test_a_won_deal_credits_its_owner_on_its_day(catalogue: None) -> None:
    ana = cast.member("Ana", "North")
    absorbed = cast.deliver(cast.deal("D1", owner="ana", amount="1250.50"))

    assert absorbed.landed.created == 1
    assert sums("revenue_won") == {
        ana.id: Sums(1, 10_000, Decimal("1250.5"), Decimal("1250.5"), Decimal("1250.5"))
    }
    assert sums("deals_won") == {ana.id: Sums(1, 10_000, Decimal(1), Decimal(1), Decimal(1))}
    assert verify().differences == ()


def test_the_same_rows_again_write_nothing(catalogue: None) -> None:
    cast.member("Ana", "North")
    cast.deliver(cast.deal("D1", owner="ana", amount="100"))

    again = cast.deliver(cast.deal("D1", owner="ana", amount="100"))

    assert (again.batch, again.credits_made, again.credits_ended) == (None, 0, 0)


def test_a_corrected_amount_supersedes_the_credit(catalogue: None) -> None:
    ana = cast.member("Ana", "North")
    first = cast.deliver(cast.deal("D1", owner="ana", amount="100"))
    second = cast.deliver(cast.deal("D1", owner="ana", amount="70"))

    assert first.batch is not None
    assert second.batch is not None
    assert sums("revenue_won")[ana.id].total == 70
    assert sums("revenue_won", batch=first.batch)[ana.id].total == 100
    assert verify().is_sound


def test_a_deleted_record_loses_its_credit_and_gets_it_back_undeleted(catalogue: None) -> None:
    ana = cast.member("Ana", "North")
    cast.deliver(cast.deal("D1", owner="ana", amount="100"))

    cast.deliver(cast.deal("D1", is_deleted=True))
    assert sums("revenue_won") == {}
    assert verify().is_sound

    cast.deliver(cast.deal("D1", owner="ana", amount="100"))
    assert sums("revenue_won")[ana.id].total == 100
    assert verify().is_sound


def test_an_unknown_owner_is_kept_and_credited_once_matched(catalogue: None) -> None:
    cast.deliver(cast.deal("D1", owner="stranger", amount="100"))
    assert sums("revenue_won") == {0: Sums(1, 10_000, Decimal(100), Decimal(100), Decimal(100))}
    (unknown,) = queries.unassigned(metric_queries.metric("revenue_won").id, period=MARCH)
    assert (unknown.reason, unknown.owner_key) == ("owner_unknown", "stranger")

    budi = cast.member("Budi", "North", key="stranger")
    cast.deliver()

    assert sums("revenue_won") == {
        budi.id: Sums(1, 10_000, Decimal(100), Decimal(100), Decimal(100))
    }
    assert verify().is_sound


def test_credit_stays_with_the_old_team_after_a_transfer(catalogue: None) -> None:
    ana = cast.member("Ana", "North")
    cast.deliver(
        cast.deal("D1", owner="ana", amount="100", dates={"closed": date(2025, 3, 4)}),
        cast.deal("D2", owner="ana", amount="30", dates={"closed": date(2025, 3, 6)}),
    )
    from juara.people import operations as people

    south = cast.team("South")
    people.place(ana, team=south, from_day=date(2025, 3, 5), moment=cast.NOW, actor=cast.ACTOR)
    cast.deliver()

    metric = metric_queries.metric("revenue_won")
    rows = queries.member_sums([metric.id], from_day=MARCH.from_day, until_day=MARCH.until_day)
    by_team = {row.team_id: row.sums.total for row in rows}
    assert by_team == {cast.team("North").id: 100, south.id: 30}
    assert verify().is_sound
