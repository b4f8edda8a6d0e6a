"""Rules by day: what a change of rule leaves, what it takes, and what stays known."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from juara.connect.types import RecordRow
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import ConflictError, DomainError, NotFoundError
from juara.leaderboards import queries as boards
from juara.ledger import queries as ledger
from juara.ledger.explain import explain
from juara.ledger.verify import verify
from juara.metrics import calc, queries
from juara.metrics import operations as metrics
from juara.metrics.clauses import DefinitionError
from juara.metrics.types import Counting, Ratio
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

CALLS: dict[str, Any] = {"aggregation": "count", "kinds": ["activity"], "date": "occurred"}
CONNECTED: dict[str, Any] = CALLS | {
    "where": {"all": [{"field": "outcome", "operator": "equals", "value": "connected"}]}
}
MINUTES: dict[str, Any] = CALLS | {"aggregation": "sum", "value": "duration_seconds"}
WON: dict[str, Any] = {"aggregation": "count", "kinds": ["deal"], "date": "closed"}


@pytest.fixture(autouse=True)
def scope(inside: Organization) -> None:
    """Every test here runs inside the organization."""


def call(external_id: str, when: date | datetime, outcome: str = "") -> RecordRow:
    return cast.call(
        external_id, owner="ana", when=when, texts={"outcome": outcome}, duration_seconds=60
    )


def three_calls() -> int | None:
    cast.member("Ana", "North")
    return cast.deliver(
        call("early", date(2025, 3, 4)),
        call("plain", date(2025, 3, 6)),
        call("good", date(2025, 3, 6), "connected"),
    ).batch


def change(key: str, definition: dict[str, Any], from_day: date, **asked: Any) -> bool:
    return metrics.change_rule(
        key, definition=definition, from_day=from_day, moment=asked.get("moment", cast.NOW),
        actor=cast.ACTOR,
    )  # fmt: skip


def test_history_counts_for_a_metric_defined_after_it() -> None:
    three_calls()
    cast.metric("calls", CALLS)
    cast.deliver()

    assert reading.values("calls") == {"early": 1, "plain": 1, "good": 1}
    assert verify().is_sound


def test_nothing_counts_before_a_metrics_first_day() -> None:
    three_calls()
    cast.metric("calls", CALLS, from_day=date(2025, 3, 6))
    cast.deliver()

    assert set(reading.values("calls")) == {"plain", "good"}
    assert verify().is_sound


def test_a_change_from_a_day_on_leaves_the_days_before_under_the_old_rule() -> None:
    cast.metric("calls", CALLS)
    shown = three_calls()
    assert shown is not None

    assert change("calls", CONNECTED, date(2025, 3, 5)) is True
    absorbed = cast.deliver()

    assert (absorbed.credits_made, absorbed.credits_ended) == (0, 1)
    assert set(reading.values("calls")) == {"early", "good"}
    assert set(reading.values("calls", batch=shown)) == {"early", "plain", "good"}
    assert verify().is_sound


def test_a_change_from_today_on_leaves_the_past_as_it_was() -> None:
    cast.metric("calls", CALLS)
    three_calls()

    change("calls", CONNECTED, cast.TODAY)
    absorbed = cast.deliver(call("today", cast.TODAY), call("today-good", cast.TODAY, "connected"))

    assert (absorbed.credits_made, absorbed.credits_ended) == (1, 0)
    assert set(reading.values("calls")) == {"early", "plain", "good", "today-good"}
    assert verify().is_sound


def test_a_rule_holds_from_its_first_day_and_the_old_one_until_the_day_before() -> None:
    cast.metric("calls", CALLS)
    cast.member("Ana", "North")
    change("calls", CONNECTED, date(2025, 3, 5))
    cast.deliver(call("before", date(2025, 3, 4)), call("on", date(2025, 3, 5)))

    assert set(reading.values("calls")) == {"before"}


def test_the_rule_is_chosen_by_the_day_in_the_members_zone() -> None:
    cast.metric("calls", CALLS)
    change("calls", CONNECTED, date(2025, 3, 5))
    cast.member("Ana", "Sea", zone="Pacific/Honolulu")
    cast.member("Tau", "Sea", zone="Pacific/Kiritimati")
    cast.deliver(
        call("hawaii", cast.at("2025-03-05T09:59")),
        cast.call("line", owner="tau", when=cast.at("2025-03-04T09:59")),
        cast.call("islands", owner="tau", when=cast.at("2025-03-04T10:00")),
    )

    # 4 March in Honolulu and on the Line Islands; 5 March there a minute later.
    assert reading.days("calls") == {"hawaii": date(2025, 3, 4), "line": date(2025, 3, 4)}
    assert verify().is_sound


def test_changes_can_follow_each_other_and_each_is_known_as_it_was() -> None:
    cast.metric("calls", CALLS)
    first = three_calls()
    change("calls", CONNECTED, ALWAYS)
    second = cast.deliver().batch
    change("calls", CALLS, date(2025, 3, 6))
    third = cast.deliver().batch
    change("calls", CALLS, ALWAYS)
    cast.deliver()

    assert first
    assert second
    assert third
    assert set(reading.values("calls", batch=first)) == {"early", "plain", "good"}
    assert set(reading.values("calls", batch=second)) == {"good"}
    assert set(reading.values("calls", batch=third)) == {"plain", "good"}
    assert set(reading.values("calls")) == {"early", "plain", "good"}
    assert verify().is_sound


def test_the_same_rule_again_writes_nothing() -> None:
    cast.metric("calls", CALLS)
    three_calls()
    before = reading.contents()

    assert change("calls", CALLS, date(2025, 3, 5)) is False
    assert cast.deliver().batch is None
    assert reading.contents() == before


def test_each_day_counts_by_the_date_field_of_its_own_rule() -> None:
    """A deal made under the old rule and closed under the new one counts on both days."""
    cast.metric("deals", WON | {"date": "created"})
    cast.member("Ana", "North")
    cast.deliver(
        cast.deal(
            "both", owner="ana", dates={"created": date(2025, 3, 1), "closed": date(2025, 3, 7)}
        ),
        cast.deal(
            "new", owner="ana", dates={"created": date(2025, 3, 6), "closed": date(2025, 3, 8)}
        ),
        cast.deal(
            "old", owner="ana", dates={"created": date(2025, 3, 2), "closed": date(2025, 3, 3)}
        ),
    )
    change("deals", WON, date(2025, 3, 5))
    cast.deliver()

    found = sorted((each.day, each.external_id) for each in reading.credits_of("deals"))
    assert found == [
        (date(2025, 3, 1), "both"), (date(2025, 3, 2), "old"),
        (date(2025, 3, 7), "both"), (date(2025, 3, 8), "new"),
    ]  # fmt: skip
    assert verify().differences == ()


def test_a_metric_counted_otherwise_later_still_shows_as_of_then_what_it_showed() -> None:
    cast.metric("calls", MINUTES)
    cast.member("Ana", "North")
    cast.deliver(call("a", date(2025, 3, 4)), call("b", date(2025, 3, 4)))
    then = cast.NOW
    asked = boards.Asked("calls", "2025-03")
    shown = boards.board(asked, now=then)
    assert shown.company == 120

    change("calls", CALLS, ALWAYS, moment=cast.at("2025-03-11T09:00"))
    cast.deliver(moment=cast.at("2025-03-11T09:00"))

    now = cast.at("2025-03-12T09:00")
    past = boards.board(boards.Asked("calls", "2025-03", as_of=then), now=now)
    told = explain("calls", member="Ana", period_key="2025-03", as_of=then, now=now)
    assert (past.company, past.rows[0].value, told.value) == (Decimal(120),) * 3
    assert boards.board(asked, now=now).company == 2


def test_a_board_of_days_before_a_change_is_counted_by_the_rule_of_those_days() -> None:
    cast.metric("calls", MINUTES)
    cast.member("Ana", "North")
    cast.deliver(
        call("a", date(2025, 2, 4)), call("b", date(2025, 2, 4)),
        call("c", date(2025, 3, 4), "connected"), call("d", date(2025, 3, 4)),
    )  # fmt: skip
    change("calls", MINUTES | {"where": CONNECTED["where"]}, date(2025, 3, 1))
    cast.deliver()

    def company(period: str) -> Decimal | None:
        return boards.board(boards.Asked("calls", period), now=cast.NOW).company

    assert (company("2025-02"), company("2025-03")) == (Decimal(120), Decimal(60))
    told = explain("calls", member="Ana", period_key="2025-02", now=cast.NOW)
    assert told.value == 120


def test_a_rule_of_days_to_come_does_not_count_yet() -> None:
    cast.metric("calls", MINUTES)
    cast.member("Ana", "North")
    cast.deliver(call("a", date(2025, 3, 4)), call("b", date(2025, 3, 4)))
    change("calls", MINUTES | {"where": CONNECTED["where"]}, date(2025, 3, 20))
    cast.deliver()

    board = boards.board(boards.Asked("calls", "2025-03"), now=cast.NOW)

    assert (board.company, board.is_additive) == (Decimal(120), True)


@pytest.mark.parametrize("other", ["average", "maximum"])
def test_a_metric_counts_one_way_on_all_days_or_is_another_metric(other: str) -> None:
    cast.metric("calls", MINUTES)
    definition = MINUTES | {"aggregation": other}

    with pytest.raises(DefinitionError, match="counted in another way"):
        change("calls", definition, date(2025, 3, 1))
    assert [rule.definition for rule in queries.rules()] == [calc.parse_definition(MINUTES)]

    assert change("calls", definition, ALWAYS)
    assert [rule.definition for rule in queries.rules()] == [calc.parse_definition(definition)]


def test_a_role_keeps_its_place_from_rule_to_rule() -> None:
    sdr, closer = {"role": "SDR", "field": "users.sdr"}, {"role": "closer", "field": "owner"}
    cast.metric("won", WON | {"credit": [sdr, closer]})

    with pytest.raises(DefinitionError, match="“closer” keeps its place"):
        change("won", WON | {"credit": [closer, sdr]}, date(2025, 3, 1))
    with pytest.raises(DefinitionError, match="“closer” keeps its place"):
        change("won", WON | {"credit": [closer]}, date(2025, 3, 1))

    assert change("won", WON | {"credit": [sdr, closer, {**sdr, "role": "x"}]}, date(2025, 3, 1))
    assert change("won", WON | {"credit": [sdr]}, date(2025, 3, 9))


def test_a_board_as_of_a_moment_before_the_metric_is_empty() -> None:
    cast.member("Ana", "North")
    cast.deliver(call("a", date(2025, 3, 4)), moment=cast.at("2025-03-05T09:00"))
    cast.metric("calls", CALLS)
    cast.deliver()

    asked = boards.Asked("calls", "2025-03", as_of=cast.at("2025-03-06T09:00"))
    board = boards.board(asked, now=cast.NOW)

    assert board.rows == ()
    assert board.company == 0


def test_the_rule_on_a_day_can_be_asked_for() -> None:
    cast.metric("calls", CALLS, from_day=date(2025, 1, 1))
    change("calls", CONNECTED, date(2025, 3, 5))
    metric = queries.metric("calls")

    before = queries.rule_on(metric.id, date(2025, 3, 4))
    after = queries.rule_on(metric.id, date(2025, 3, 5))

    assert queries.rule_on(metric.id, date(2024, 12, 31)) is None
    assert isinstance(before, Counting)
    assert isinstance(after, Counting)
    assert (len(before.where.parts), len(after.where.parts)) == (0, 1)
    assert [(rule.from_day, rule.until_day) for rule in queries.rules(metric_ids=(metric.id,))] == [
        (date(2025, 1, 1), date(2025, 3, 5)), (date(2025, 3, 5), FOREVER),
    ]  # fmt: skip


RATIO = {"aggregation": "ratio", "numerator": "won", "denominator": "calls"}


@pytest.mark.parametrize(
    ("key", "definition", "reason"),
    [
        ("calls", {**RATIO, "numerator": "calls"}, "cannot be divided by itself"),
        ("calls", {**RATIO, "denominator": "rate"}, "“rate” is itself worked out from others"),
        (
            "calls",
            {**RATIO, "numerator": "won", "denominator": "won"},
            "“rate” divides this metric",
        ),
        ("revenue", WON, "a currency metric needs an amount"),
        ("calls", {**CALLS, "value": "name"}, "a count has none"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_changes_nothing(
    key: str, definition: dict[str, Any], reason: str
) -> None:
    cast.metric("calls", CALLS)
    cast.metric("won", WON)
    cast.metric("rate", RATIO)
    cast.metric("revenue", WON | {"aggregation": "sum", "value": "amount"}, unit="currency")
    before = reading.contents()

    with pytest.raises(DefinitionError) as refused:
        change(key, definition, cast.TODAY)

    assert reason in refused.value.message
    assert reading.contents() == before


def test_a_ratio_of_what_is_not_there_is_refused_with_what_there_is() -> None:
    cast.metric("calls", CALLS)

    with pytest.raises(DefinitionError) as refused:
        cast.metric("rate", RATIO)

    assert refused.value.message == "numerator: there is no metric “won”; there are: calls"
    assert [each.key for each in queries.metrics()] == ["calls"]


def test_a_ratio_can_become_another_ratio() -> None:
    cast.metric("calls", CALLS)
    cast.metric("won", WON)
    cast.metric("rate", RATIO)

    change("rate", {**RATIO, "numerator": "calls", "denominator": "won"}, ALWAYS)

    assert queries.metric("rate").definition == Ratio("calls", "won")


def test_a_key_can_be_taken_once() -> None:
    cast.metric("calls", CALLS)
    before = reading.contents()

    with pytest.raises(ConflictError) as refused:
        cast.metric("calls", CONNECTED)

    assert refused.value.code == "metric.key_taken"
    assert reading.contents() == before


@pytest.mark.parametrize("key", ["", "with space", "Ünits", "a/b", "x" * 61])
def test_a_key_must_be_fit_for_an_address(key: str) -> None:
    with pytest.raises(DomainError) as refused:
        cast.metric(key, CALLS, name="Calls")

    assert refused.value.code == "metric.key"
    assert queries.metrics() == ()


def test_a_unit_nobody_knows_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        cast.metric("calls", CALLS, unit="furlong")

    assert refused.value.code == "metric.unit"
    assert queries.metrics() == ()


def test_changing_a_metric_nobody_defined_names_those_there_are() -> None:
    cast.metric("calls", CALLS)

    with pytest.raises(NotFoundError) as refused:
        change("colls", CALLS, cast.TODAY)

    assert refused.value.message == "There is no metric “colls”. There are: calls."


def test_watchers_of_a_ratio_are_told_when_its_parts_move() -> None:
    cast.metric("calls", CALLS)
    cast.metric("won", WON)
    cast.metric("rate", RATIO)
    of = {each.key: each for each in queries.metrics()}

    assert set(queries.topics((of["won"].id,))) == {of["won"].topic, of["rate"].topic}
    assert set(queries.topics(())) == set()


def test_what_an_absorption_touched_is_said() -> None:
    cast.metric("calls", CALLS)
    cast.metric("won", WON)
    cast.member("Ana", "North")
    cast.deliver()

    absorbed = cast.deliver(call("a", date(2025, 3, 4)))

    assert absorbed.metrics_touched == (queries.metric("calls").id,)
    assert ledger.LATEST > (absorbed.batch or 0) > 0
