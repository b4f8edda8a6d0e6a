"""Two organizations with the same names, keys and ids: nothing of one is in the other."""

from collections.abc import Callable
from datetime import date

import pytest

from juara.core import db
from juara.ledger import matching, recounts
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.people import operations as people
from juara.people import queries as people_queries
from juara.people.models import Member
from juara.records import queries as records
from juara.tenancy import knowledge, scope
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading


def build(slug: str, zone: str, currency: str) -> Organization:
    made = cast.organization(slug, zone=zone, currency=currency)
    with scope.enter(made):
        metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
        cast.member("Ana", "North", zone=zone)
        cast.deliver(
            cast.deal("1", owner="ana", amount="10", texts={"currency": "USD"}),
            cast.deal("2", owner="ana", amount="100", texts={"currency": "IDR"}),
            cast.deal("3", owner="ghost", amount="1"),
            cast.call("c", owner="ana", when=cast.at("2025-03-04T20:00")),
        )
    return made


@pytest.fixture
def acme(db: None) -> Organization:
    return build("acme", "UTC", "USD")


@pytest.fixture
def rival(acme: Organization) -> Organization:
    return build("rival", "Asia/Jakarta", "IDR")


def test_each_counts_its_own_rows_in_its_own_zone_and_currency(
    acme: Organization, rival: Organization
) -> None:
    with scope.enter(acme):
        assert reading.totals("revenue_won") == {"Ana": 10, reading.NOBODY: 1}
        assert reading.days("calls") == {"c": date(2025, 3, 4)}
    with scope.enter(rival):
        assert reading.totals("revenue_won") == {"Ana": 100, reading.NOBODY: 1}
        assert reading.days("calls") == {"c": date(2025, 3, 5)}


def _rows() -> None:
    cast.deliver(cast.deal("1", owner="ana", amount="5"), cast.deal("9", owner="ana", amount="5"))


def _delete() -> None:
    cast.deliver(cast.deal("1", is_deleted=True))


def _match() -> None:
    matching.match(source_key="crm", key="ghost", member="Ana", moment=cast.NOW, actor=cast.ACTOR)


def _rule() -> None:
    calls = {"aggregation": "count", "kinds": ["deal"], "date": "closed"}
    metrics.change_rule(
        "calls", definition=calls, from_day=date(2025, 1, 1), moment=cast.NOW, actor=cast.ACTOR
    )
    cast.deliver()


def _transfer() -> None:
    people.place(
        Member.objects.get(name="Ana"), team=cast.team("South"), moment=cast.NOW, actor=cast.ACTOR
    )
    cast.deliver()


def _recount() -> None:
    recounts.recount(moment=cast.NOW)


def _verify() -> None:
    assert verify().is_sound


@pytest.mark.parametrize("work", [_rows, _delete, _match, _rule, _transfer, _recount, _verify])
def test_work_in_one_touches_nothing_of_the_other(
    acme: Organization, rival: Organization, work: Callable[[], None]
) -> None:
    with scope.enter(rival):
        before = reading.contents()
        assert all(before[table] for table in reading.TABLES)
    with scope.enter(acme):
        own = reading.contents()
        work()
        assert (reading.contents() == own) == (work is _verify)

    with scope.enter(rival):
        assert reading.contents() == before
        assert verify().is_sound


def test_damage_in_one_is_not_found_or_mended_in_the_other(
    acme: Organization, rival: Organization
) -> None:
    with scope.enter(acme):
        assert db.execute("UPDATE tally SET total = total + 1") > 0
        damaged = reading.contents(("tally",))
    with scope.enter(rival):
        assert verify().is_sound
        recounts.recount(moment=cast.NOW)
        assert verify().is_sound
    with scope.enter(acme):
        assert reading.contents(("tally",)) == damaged
        assert not verify().is_sound


def test_a_statement_that_forgets_its_organization_meets_only_the_entered_one(
    acme: Organization, rival: Organization
) -> None:
    with scope.enter(rival):
        before = reading.contents(("credit", "record_version"))
    with scope.enter(acme):
        assert db.one("SELECT count(DISTINCT organization_id) FROM credit")[0] == 1
        db.execute("DELETE FROM credit")
        assert db.one("SELECT count(*) FROM credit")[0] == 0
    with scope.enter(rival):
        assert reading.contents(("credit", "record_version")) == before


def test_batches_are_numbered_in_each_by_itself(acme: Organization, rival: Organization) -> None:
    with scope.enter(acme):
        first = knowledge.last_number()
        cast.deliver(cast.deal("7", owner="ana", amount="1"))
        assert knowledge.last_number() == first + 1
    with scope.enter(rival):
        assert knowledge.last_number() == first


def test_working_in_turns_inside_one_transaction_mixes_nothing(
    acme: Organization, rival: Organization
) -> None:
    for number in range(4):
        for organization in (acme, rival):
            with scope.enter(organization):
                cast.deliver(cast.deal(f"t{number}", owner="ana", amount="1"))
    for organization in (acme, rival):
        with scope.enter(organization):
            assert records.record_count() == 8
            assert verify().is_sound
            assert [each.name for each in people_queries.members().values()] == ["Ana"]
