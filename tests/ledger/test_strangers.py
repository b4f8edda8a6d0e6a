"""Unknown owners: what lies with them, who they may be, and what matching them does."""

from datetime import date
from decimal import Decimal

import pytest

from juara.core.calendar import Period
from juara.core.errors import NotFoundError
from juara.ledger import matching, strangers
from juara.ledger import queries as ledger
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.people import queries as people
from juara.records.likeness import Likeness
from juara.tenancy.models import Organization
from tests import cast

MARCH = Period("2025-03", date(2025, 3, 1), date(2025, 4, 1))


@pytest.fixture(autouse=True)
def records(inside: Organization) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    cast.member("Darcell Schlecht", "North", key="1", email="darcell@example.com")
    cast.deliver(
        cast.deal("d1", owner="darcell@example.com", amount="100"),
        cast.deal("d2", owner="darcell@example.com", amount="50"),
        cast.deal("d3", owner="Darcel Schlecht", amount="7"),
        cast.call("c1", owner="stranger", when=date(2025, 3, 4)),
        cast.deal("d4", owner="1", amount="1"),
    )


def revenue() -> dict[str, Decimal]:
    names = {each.id: each.name for each in people.members().values()} | {0: ""}
    found = ledger.member_sums(
        [metric_queries.metric("revenue_won").id], from_day=MARCH.from_day,
        until_day=MARCH.until_day,
    )  # fmt: skip
    return {names[each.member_id]: each.sums.total for each in found}


def test_each_says_what_lies_with_them_and_who_they_may_be() -> None:
    found = strangers.strangers(limit=10)
    assert [
        (
            each.key, each.records,
            [(lying.metric.key, lying.value) for lying in each.totals],
            each.suggestion and (each.suggestion.member.name, each.suggestion.why),
        )
        for each in found.shown
    ] == [
        ("darcell@example.com", 2,
         [("revenue_won", Decimal(150)), ("deals_won", Decimal(2)), ("deals_closed", Decimal(2))],
         ("Darcell Schlecht", Likeness.EMAIL)),
        ("Darcel Schlecht", 1,
         [("revenue_won", Decimal(7)), ("deals_won", Decimal(1)), ("deals_closed", Decimal(1))],
         ("Darcell Schlecht", Likeness.SIMILAR_NAME)),
        ("stranger", 1, [("calls", Decimal(1))], None),
    ]  # fmt: skip
    assert (found.count, found.records, found.sure) == (3, 4, 1)


def test_what_is_sure_is_matched_together_and_the_past_credited() -> None:
    assert revenue() == {"Darcell Schlecht": Decimal(1), "": Decimal(157)}
    matching.match_many(strangers.sure_matches(), moment=cast.NOW, actor=cast.ACTOR)
    assert revenue() == {"Darcell Schlecht": Decimal(151), "": Decimal(7)}
    assert verify().is_sound


def test_somebody_new_is_added_with_their_past() -> None:
    made = matching.introduce(
        source_key="crm", key="stranger", name="Lia Tan", email="", moment=cast.NOW,
        actor=cast.ACTOR,
    )  # fmt: skip
    found = ledger.credits_behind(
        [metric_queries.metric("calls").id], member_id=made.id, period=MARCH
    )
    assert [each.external_id for each in found] == ["c1"]
    assert strangers.strangers(limit=10).count == 2
    assert verify().is_sound


def test_a_source_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFoundError, match="no source “other”"):
        matching.match(
            source_key="other", key="x", member="Darcell Schlecht", moment=cast.NOW,
            actor=cast.ACTOR,
        )  # fmt: skip
