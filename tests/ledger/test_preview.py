"""A rule before it is saved: what the preview says is what the ledger then does."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from juara.core import db
from juara.core.calendar import ALWAYS, Period, add_months
from juara.core.errors import ConflictError
from juara.ledger import metric_changes, preview, recounts
from juara.ledger.dry_run import TooLongError
from juara.ledger.preview_types import Preview
from juara.ledger.totals import totals
from juara.ledger.verify import verify
from juara.metrics import calc, queries
from juara.metrics import operations as metrics
from juara.metrics.operations import Presentation
from juara.metrics.types import Counting, Ratio
from juara.tenancy import knowledge
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

MARCH = Period("month", date(2025, 3, 1), date(2025, 4, 1))
WON = {"field": "status", "operator": "equals", "value": "won"}
LARGE = {"field": "amount", "operator": "greater_or_equal", "value": 100}
REVENUE: dict[str, Any] = {
    "aggregation": "sum", "kinds": ["deal"], "date": "closed", "value": "amount",
    "where": {"all": [WON]},
}  # fmt: skip
LARGE_ONLY: dict[str, Any] = REVENUE | {"where": {"all": [WON, LARGE]}}


@pytest.fixture(autouse=True)
def deals(inside: Organization) -> None:
    """Three people and eight deals, each with something of its own."""
    cast.member("Ana", "North")
    cast.member("Budi", "North")
    cast.deliver(
        cast.deal("small", owner="ana", amount="40"),
        cast.deal("large", owner="ana", amount="200"),
        cast.deal("april", owner="ana", amount="300", dates={"closed": date(2025, 4, 2)}),
        cast.deal("budi", owner="budi", amount="100"),
        cast.deal("ghost", owner="ghost", amount="500"),
        cast.deal("lost", owner="ana", amount="900", texts={"status": "lost"}),
        cast.deal("euros", owner="ana", amount="150", texts={"currency": "EUR"}),
        cast.deal("priceless", owner="ana"),
        cast.call("call", owner="ana", when=cast.NOW),
    )


def counting(definition: dict[str, Any]) -> Counting:
    found = calc.parse_definition(definition)
    assert isinstance(found, Counting)
    return found


def look(definition: dict[str, Any], **asked: Any) -> Preview:
    return preview.preview(counting(definition), **{"period": MARCH} | asked)


def rows(table: str) -> list[tuple[Any, ...]]:
    return db.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4, 5, 6")


def open_credits() -> set[int]:
    return {row[0] for row in db.rows("SELECT id FROM credit WHERE known_until = %s", [db.OPEN])}


def test_it_counts_the_records_kept_and_those_dropped_by_their_first_failing_step() -> None:
    found = look(LARGE_ONLY | {"where": {"all": [WON, {"all": [LARGE]}]}})

    assert (found.records, found.kept) == (8, 4)
    assert [(each.where, each.records) for each in found.dropped] == [
        ("where.all[0]", 1), ("where.all[1].all[0]", 2), ("date", 0), ("value", 0),
        ("currency", 1),
    ]  # fmt: skip
    assert found.newest is None


def test_a_group_of_alternatives_is_one_step() -> None:
    either = {"any": [{"field": "status", "operator": "equals", "value": "lost"}, LARGE]}
    found = look(REVENUE | {"where": either})

    assert (found.dropped[0].where, found.dropped[0].records) == ("where", 2)


def test_the_samples_are_real_records_with_their_reason() -> None:
    found = look(LARGE_ONLY)

    assert {each.external_id for each in found.kept_samples} == {"large", "april", "budi", "ghost"}
    assert {each.external_id: each.dropped_at for each in found.dropped_samples} == {
        "small": "where.all[1]", "lost": "where.all[0]", "euros": "currency",
        "priceless": "where.all[1]",
    }  # fmt: skip
    assert {each.content["amount"] for each in found.kept_samples} == {
        "200.0000", "300.0000", "100.0000", "500.0000",
    }  # fmt: skip
    only = look(LARGE_ONLY, dropped_at="currency")
    assert [each.external_id for each in only.dropped_samples] == ["euros"]


def test_the_credits_of_a_period_are_those_saving_gives() -> None:
    credited = look(LARGE_ONLY).credited
    assert credited is not None
    assert [(each.name, each.credits, each.value) for each in credited.people] == [
        ("Ana", 1, Decimal(200)), ("Budi", 1, Decimal(100)),
    ]  # fmt: skip
    assert (credited.unassigned.credits, credited.unassigned.value) == (1, Decimal(500))
    assert credited.total == Decimal(800)

    cast.metric("large", LARGE_ONLY, unit="currency")
    cast.deliver()
    every = queries.metrics()
    assert totals(every, from_day=MARCH.from_day, until_day=MARCH.until_day) == {
        "large": Decimal(800)
    }


def test_looking_writes_nothing() -> None:
    before = rows("credit"), rows("tally"), knowledge.last_number()
    look(REVENUE)
    assert (rows("credit"), rows("tally"), knowledge.last_number()) == before


def test_a_history_too_large_for_the_time_is_shown_by_its_newest_records(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(preview, "NEWEST", 3)
    found = look(REVENUE, seconds=0)

    assert (found.newest, found.records) == (3, 3)
    assert found.credited is not None
    assert sum(each.credits for each in found.credited.people) == found.kept


def test_a_ratio_is_previewed_from_its_two_metrics() -> None:
    count = REVENUE | {"aggregation": "count"}
    del count["value"]
    cast.metric("won", count)
    cast.metric("closed", count | {"where": {"all": []}})
    cast.deliver()
    found = preview.preview_parts(Ratio("won", "closed"), period=MARCH, today=cast.TODAY)

    assert [(each.name, each.value) for each in found.people] == [
        ("Budi", Decimal(1)), ("Ana", Decimal("0.8")),
    ]  # fmt: skip
    assert (found.unassigned.value, found.total) == (Decimal(1), Decimal("0.8571"))


class TestComparing:
    @pytest.fixture(autouse=True)
    def revenue(self, deals: None) -> None:
        cast.metric("revenue", REVENUE, unit="currency")
        cast.deliver()

    def compare(self, definition: dict[str, Any], from_day: date, **asked: Any) -> Any:
        return metric_changes.compare(
            "revenue", definition=definition, from_day=from_day, moment=cast.NOW, **asked
        )

    def save(self, definition: dict[str, Any], from_day: date, **asked: Any) -> Any:
        return metric_changes.save(
            "revenue", presentation=Presentation("Revenue", unit="currency"),
            definition=definition, from_day=from_day, moment=cast.NOW, actor=cast.ACTOR, **asked,
        )  # fmt: skip

    def test_it_says_who_gains_and_loses_and_in_which_month(self) -> None:
        found = self.compare(LARGE_ONLY, ALWAYS)

        assert [(each.name, each.before, each.after) for each in found.people] == [
            ("Ana", 540, 500), ("", 500, 500), ("Budi", 100, 100),
        ]  # fmt: skip
        assert [(each.month, each.before, each.after) for each in found.months] == [
            (date(2025, 3, 1), 840, 800), (date(2025, 4, 1), 300, 300),
        ]  # fmt: skip
        assert (found.total.before, found.total.after, found.total.difference) == (1140, 1100, -40)
        assert (found.credits_begin, found.credits_end) == (0, 1)

    def test_it_changes_nothing(self) -> None:
        before = rows("credit"), rows("tally"), rows("metric_version"), knowledge.last_number()
        self.compare(LARGE_ONLY, ALWAYS)
        after = rows("credit"), rows("tally"), rows("metric_version"), knowledge.last_number()
        assert after == before

    @pytest.mark.parametrize("from_day", [ALWAYS, date(2025, 3, 4), cast.TODAY, date(2025, 4, 1)])
    def test_saving_does_what_it_said(self, from_day: date) -> None:
        rule = LARGE_ONLY | {"credit": [{"role": "owner", "field": "creator"}]}
        said = self.compare(rule, from_day)
        before = {
            row[0] for row in db.rows("SELECT id FROM credit WHERE known_until = %s", [db.OPEN])
        }
        saved = self.save(rule, from_day)
        after = {
            row[0] for row in db.rows("SELECT id FROM credit WHERE known_until = %s", [db.OPEN])
        }

        assert (saved.credits_made, saved.credits_ended) == (said.credits_begin, said.credits_end)
        assert (len(after - before), len(before - after)) == (said.credits_begin, said.credits_end)
        for month in said.months:
            assert month.month is not None
            until = add_months(month.month, 1)
            every = totals(queries.metrics(), from_day=month.month, until_day=until)
            assert every["revenue"] == month.after
        assert verify().is_sound

    def test_from_a_day_on_leaves_the_days_before(self) -> None:
        found = self.compare(LARGE_ONLY, date(2025, 3, 4))
        assert found.is_same

    def test_a_rule_that_becomes_a_ratio_is_compared_by_value(self) -> None:
        cast.metric("deals", {"aggregation": "count", "kinds": ["deal"], "date": "closed"})
        cast.metric("won", REVENUE)
        cast.deliver()
        found = self.compare(
            {"aggregation": "ratio", "numerator": "won", "denominator": "deals"}, ALWAYS
        )
        assert (found.total.before, found.total.after) == (Decimal(1140), Decimal("142.5"))
        assert (found.credits_begin, found.credits_end) == (0, 5)

    def test_money_can_become_a_count_together_with_its_unit(self) -> None:
        rule = {"aggregation": "count", "kinds": ["deal"], "date": "closed"}
        plain = Presentation("Deals", unit="count")
        found = self.compare(rule, ALWAYS, presentation=plain)
        assert queries.metric("revenue").unit == "currency"
        saved = metric_changes.save(
            "revenue", presentation=plain, definition=rule, from_day=ALWAYS, moment=cast.NOW,
            actor=cast.ACTOR,
        )  # fmt: skip
        assert (saved.metric.unit, saved.credits_made) == ("count", found.credits_begin)

    def test_it_gives_up_when_it_may_take_no_time(self) -> None:
        with pytest.raises(TooLongError):
            self.compare(LARGE_ONLY, ALWAYS, seconds=0)

    def test_a_rule_somebody_else_changed_meanwhile_is_not_written_over(self) -> None:
        began_from = queries.metric("revenue").definition
        self.save(LARGE_ONLY, ALWAYS)
        with pytest.raises(ConflictError):
            self.save(REVENUE, ALWAYS, expected=began_from)
        assert queries.metric("revenue").definition == counting(LARGE_ONLY)

    def test_an_archived_metric_keeps_what_it_had_and_catches_up_when_it_is_back(self) -> None:
        public_id = queries.metric("revenue").public_id
        metrics.archive("revenue", moment=cast.NOW, actor=cast.ACTOR)
        had = rows("tally")
        cast.deliver(cast.deal("late", owner="budi", amount="70"))
        assert rows("tally") == had
        recounts.recount(moment=cast.NOW)
        assert rows("tally") == had

        metric_changes.bring_back(public_id, moment=cast.NOW, actor=cast.ACTOR)
        assert reading.values("revenue")["late"] == 70
        assert verify().is_sound


def test_saving_only_how_it_is_shown_leaves_the_ledger_alone() -> None:
    cast.metric("revenue", REVENUE, unit="currency")
    cast.deliver()
    had = rows("credit"), knowledge.last_number()
    saved = metric_changes.save(
        "revenue", presentation=Presentation("Omzet", unit="currency", decimals=2),
        definition=REVENUE, from_day=cast.TODAY, moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip

    assert (saved.is_rule_changed, saved.is_presentation_changed) == (False, True)
    assert (saved.metric.name, saved.metric.decimals) == ("Omzet", 2)
    assert (rows("credit"), knowledge.last_number()) == had


def test_installing_a_ready_ratio_brings_the_metrics_it_is_worked_out_from() -> None:
    installed = metric_changes.install(("win_rate",), moment=cast.NOW, actor=cast.ACTOR)
    assert installed == ("deals_won", "deals_closed", "win_rate")
    assert reading.values("deals_won").keys() >= {"small", "large"}
    assert metric_changes.install(("win_rate",), moment=cast.NOW, actor=cast.ACTOR) == ()


def test_creating_counts_the_history_at_once() -> None:
    saved = metric_changes.create(
        key="large", presentation=Presentation("Large", unit="currency"), definition=LARGE_ONLY,
        moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    assert saved.credits_made == 4


def test_a_large_history_is_counted_in_the_background(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metric_changes, "LARGE", 3)
    saved = metric_changes.create(
        key="large", presentation=Presentation("Large", unit="currency"), definition=LARGE_ONLY,
        moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    assert not saved.is_counted
    assert metric_changes.is_being_counted(saved.metric)
    assert rows("credit") == []
    jobs = db.rows(
        "SELECT task_name, lock FROM procrastinate_jobs WHERE task_name = 'ledger.count_metrics'"
    )
    assert len(jobs) == 1

    metric_changes.count_history(moment=cast.NOW)
    assert not metric_changes.is_being_counted(saved.metric)
    assert len(rows("credit")) == 4
    assert verify().is_sound
