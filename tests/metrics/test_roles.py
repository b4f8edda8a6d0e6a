"""Whom a record credits: the owner, the creator, any named user, or several roles at once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from juara.core.errors import DomainError
from juara.leaderboards import queries as boards
from juara.leaderboards.types import Board
from juara.ledger.explain import explain
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.metrics import queries
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

SOLD: dict[str, Any] = {
    "aggregation": "sum", "kinds": ["deal"], "date": "closed", "value": "amount",
}  # fmt: skip
TWO_ROLES = SOLD | {
    "credit": [{"role": "closer", "field": "owner"}, {"role": "sdr", "field": "users.sdr"}]
}


@pytest.fixture(autouse=True)
def people(inside: Organization) -> None:
    cast.member("Ana", "Closing")
    cast.member("Budi", "Finding")
    cast.member("Citra", "Finding")


def board(metric: str, **asked: Any) -> Board:
    return boards.board(boards.Asked(metric, "2025-03", **asked), now=cast.NOW)


def by_name(found: Board) -> dict[str, Decimal | None]:
    return {row.name: row.value for row in found.rows}


@pytest.mark.parametrize(
    ("field", "holder"), [("owner", "Ana"), ("creator", "Budi"), ("users.sdr", "Citra")]
)
def test_a_record_credits_the_user_its_rule_names(field: str, holder: str) -> None:
    cast.metric("sold", SOLD | {"credit": [{"role": "who", "field": field}]})
    cast.deliver(
        cast.deal("D", owner="ana", amount="100", users={"creator": "budi", "sdr": "citra"})
    )

    assert reading.holders("sold") == {"D": holder}
    assert verify().is_sound


def test_each_role_is_credited_fully() -> None:
    cast.metric("sold", TWO_ROLES)
    cast.deliver(
        cast.deal("1", owner="ana", amount="100", users={"sdr": "budi"}),
        cast.deal("2", owner="ana", amount="30", users={"sdr": "citra"}),
    )

    assert reading.totals("sold", role=0) == {"Ana": 130}
    assert reading.totals("sold", role=1) == {"Budi": 100, "Citra": 30}
    assert verify().is_sound


def test_the_company_counts_by_the_leading_role_once() -> None:
    cast.metric("sold", TWO_ROLES)
    cast.deliver(cast.deal("1", owner="ana", amount="100", users={"sdr": "budi"}))

    assert board("sold").company == 100
    assert by_name(board("sold")) == {"Ana": 100}
    assert by_name(board("sold", by="team")) == {"Closing": 100}


def test_a_board_of_another_role_ranks_its_own_people() -> None:
    cast.metric("sold", TWO_ROLES)
    cast.deliver(
        cast.deal("1", owner="ana", amount="100", users={"sdr": "budi"}),
        cast.deal("2", owner="ana", amount="30", users={"sdr": "citra"}),
    )

    finders = board("sold", role="sdr")

    assert by_name(finders) == {"Budi": 100, "Citra": 30}
    assert by_name(board("sold", role="sdr", by="team")) == {"Finding": 130}
    assert by_name(board("sold", role="closer")) == {"Ana": 130}


def test_one_person_in_two_roles_is_credited_in_each_and_counted_once_by_the_company() -> None:
    cast.metric("sold", TWO_ROLES)
    cast.deliver(cast.deal("1", owner="ana", amount="100", users={"sdr": "ana"}))

    assert by_name(board("sold")) == {"Ana": 100}
    assert by_name(board("sold", role="sdr")) == {"Ana": 100}
    assert board("sold").company == 100
    assert verify().is_sound


def test_a_record_without_somebody_in_a_role_is_unassigned_in_that_role_only() -> None:
    cast.metric("sold", TWO_ROLES)
    cast.deliver(
        cast.deal("no-sdr", owner="ana", amount="100"),
        cast.deal("no-closer", amount="30", users={"sdr": "budi"}),
    )

    assert reading.reasons("sold", role=0) == {("owner_empty", ""): 30}
    assert reading.reasons("sold", role=1) == {("owner_empty", ""): 100}
    assert (board("sold").company, board("sold").unassigned) == (Decimal(130), Decimal(30))
    assert board("sold", role="sdr").unassigned == 100


def test_a_role_nobody_credits_is_refused_with_those_there_are() -> None:
    cast.metric("sold", TWO_ROLES)

    with pytest.raises(DomainError) as refused:
        board("sold", role="manager")

    assert refused.value.code == "board.role"
    assert refused.value.message == "“sold” credits closer, sdr, not “manager”."


def test_a_user_who_changes_in_one_role_leaves_the_other_alone() -> None:
    cast.metric("sold", TWO_ROLES)
    cast.deliver(cast.deal("1", owner="ana", amount="100", users={"sdr": "budi"}))

    absorbed = cast.deliver(cast.deal("1", owner="ana", amount="100", users={"sdr": "citra"}))

    assert (absorbed.credits_made, absorbed.credits_ended) == (1, 1)
    assert reading.totals("sold", role=0) == {"Ana": 100}
    assert reading.totals("sold", role=1) == {"Citra": 100}
    assert verify().is_sound


def test_a_role_can_be_explained_by_itself() -> None:
    cast.metric("sold", TWO_ROLES)
    cast.deliver(
        cast.deal("1", owner="ana", amount="100", users={"sdr": "budi"}),
        cast.deal("2", owner="budi", amount="7"),
    )

    def told(role: str) -> tuple[Decimal | None, list[str]]:
        found = explain("sold", member="Budi", period_key="2025-03", role=role, now=cast.NOW)
        return found.value, [each.external_id for each in found.parts[0].credits]

    assert told("sdr") == (Decimal(100), ["1"])
    assert told("closer") == (Decimal(7), ["2"])
    assert told("") == (Decimal(7), ["2"])


def test_a_metric_says_its_roles_leading_one_first() -> None:
    cast.metric("sold", TWO_ROLES)
    cast.metric("count", SOLD | {"aggregation": "average"})
    cast.metric("rate", {"aggregation": "ratio", "numerator": "sold", "denominator": "count"})

    assert queries.metric("sold").roles == ("closer", "sdr")
    assert queries.metric("count").roles == ("owner",)
    assert queries.metric("rate").roles == ()


def test_a_role_added_later_counts_from_its_day() -> None:
    cast.metric("sold", SOLD | {"credit": TWO_ROLES["credit"][:1]})
    cast.deliver(
        cast.deal("old", owner="ana", amount="1", users={"sdr": "budi"},
                  dates={"closed": date(2025, 3, 4)}),
        cast.deal("new", owner="ana", amount="2", users={"sdr": "budi"},
                  dates={"closed": date(2025, 3, 5)}),
    )  # fmt: skip
    metrics.change_rule(
        "sold", definition=TWO_ROLES, from_day=date(2025, 3, 5), moment=cast.NOW, actor=cast.ACTOR
    )
    cast.deliver()

    assert reading.totals("sold", role=0) == {"Ana": 3}
    assert reading.totals("sold", role=1) == {"Budi": 2}
    assert verify().is_sound
