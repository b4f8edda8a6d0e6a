"""The ways of counting beyond a plain sum in the editor: said, previewed on real rows, saved."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from juara.connect.types import RecordKind, RecordRow
from juara.metrics import calc, queries
from juara.metrics import operations as metrics
from juara.tenancy import scope
from tests import cast
from tests.web.office import Office
from tests.web.reading import read
from tests.web.test_metric_editor import Pairs, edit, new, post, stored

SHOWN: Pairs = [("name", "New one"), ("unit", "count"), ("decimals", "0"),
                ("direction", "higher")]  # fmt: skip
OWNED: Pairs = [("credit.role", "owner"), ("credit.field", "owner"), ("w.join", "all")]


def change(external_id: str, new_value: str, day: int, owner: str = "ana") -> RecordRow:
    return RecordRow(
        row_number=1, kind=RecordKind.CHANGE, external_id=external_id,
        texts={"type": "stage", "new_value": new_value, "parent": "1"},
        dates={"occurred": date(2025, 3, day)}, users={"owner": owner},
    )  # fmt: skip


def split(owner: str, percent: int, parent: str) -> RecordRow:
    return RecordRow(
        row_number=1, kind=RecordKind.SPLIT, external_id=f"{parent}-{owner}",
        texts={"parent": parent}, users={"owner": owner}, attributes={"percent": Decimal(percent)},
    )  # fmt: skip


def deliver(acme: Office, *rows: RecordRow) -> None:
    with scope.enter(acme.organization):
        cast.deliver(*rows)


def previewed(client: Client, acme: Office, pairs: Pairs) -> Any:
    asked = [*pairs, ("preview_period", "2025-03")]
    return post(client, acme.path("metrics/preview/"), asked).context["preview"]


class TestChanges:
    PROPOSALS: Pairs = [
        ("aggregation", "count"), ("kinds", "change"), ("date", "occurred"), *OWNED,
        ("w-0.field", "stage"), ("w-0.was", "stage"), ("w-0.operator", "changed_to"),
        ("w-0.value", "Proposal"), *SHOWN,
    ]  # fmt: skip

    def test_what_something_changed_to_is_picked_from_what_changes_say(
        self, admin: Client, acme: Office
    ) -> None:
        deliver(acme, change("a", "Proposal", 3), change("b", "Demo", 4), change("c", "Demo", 5))
        response = post(admin, new(acme), [*self.PROPOSALS, ("do", "show")])
        page = read(response)

        assert page.one("select", id="w-0-field").text.startswith("stage type")
        assert page.one("select", id="w-0-operator").text.startswith("changed to changed from")
        assert [each.attributes["value"] for each in page.find("input", name="w-0.value")] == [
            "Demo", "Proposal",
        ]  # fmt: skip
        assert str(response.context["sentence"]) == (
            "Count changes where stage changed to Proposal, on the day of occurred,"
            " credited to owner"
        )

    def test_only_the_first_may_count(self, admin: Client, acme: Office) -> None:
        deliver(
            acme, change("a", "Proposal", 3), change("b", "Demo", 4), change("c", "Proposal", 5)
        )
        first = [*self.PROPOSALS, ("occurrence", "first")]
        assert previewed(admin, acme, self.PROPOSALS).total == "2"
        assert previewed(admin, acme, first).total == "1"

        post(admin, new(acme), [*first, ("owner_at", "event"), ("do", "save")])
        body = stored(acme, "new_one")
        assert (body["occurrence"], body["owner_at"]) == ("first", "event")

    def test_only_changes_are_asked_what_they_changed_to(self, admin: Client, acme: Office) -> None:
        pairs = [(name, "deal" if name == "kinds" else value) for name, value in self.PROPOSALS]
        page = read(post(admin, new(acme), [*pairs, ("do", "show")]))
        assert "changed to" not in page.one("select", id="w-0-operator").text
        assert page.find("input", id="occurrence") == []


class TestBalance:
    OPEN: Pairs = [
        ("aggregation", "latest"), ("kinds", "deal"), ("value", "amount"), ("date", "created"),
        ("stands", "until"), ("ends_date", "closed"), ("e.join", "all"), ("e-0.field", "status"),
        ("e-0.was", "status"), ("e-0.operator", "not_equals"), ("e-0.value", "open"),
        *OWNED, *SHOWN,
    ]  # fmt: skip

    def test_what_stands_at_the_end_of_the_period_is_shown(
        self, admin: Client, acme: Office
    ) -> None:
        dates = {"created": date(2025, 2, 1), "closed": date(2025, 9, 1)}
        deliver(
            acme, cast.deal("o", owner="ana", amount="40", texts={"status": "open"}, dates=dates)
        )
        response = post(admin, new(acme), [*self.OPEN, ("do", "show")])

        assert str(response.context["sentence"]) == (
            "The open amount of deals, from created until closed where status is not open,"
            " credited to owner"
        )
        assert [each[:2] for each in previewed(admin, acme, self.OPEN).people] == [("Ana", "40")]
        assert post(admin, new(acme), [*self.OPEN, ("do", "add:e")]).context["focus"] == "e-1"

    def test_without_a_value_it_counts_what_stands(self, admin: Client, acme: Office) -> None:
        pairs = [(name, "" if name == "value" else value) for name, value in self.OPEN]
        post(admin, new(acme), [*pairs, ("do", "save")])
        assert "value" not in stored(acme, "new_one")


class TestShares:
    SPLIT: Pairs = [
        ("aggregation", "sum"), ("kinds", "deal"), ("value", "amount"), ("date", "closed"),
        ("split", "records"), *OWNED, *SHOWN,
    ]  # fmt: skip

    def test_a_deal_is_shared_by_its_splits(self, admin: Client, acme: Office) -> None:
        one = cast.deal("shared", owner="ana", amount="1000.01", texts={"name": "Shared"})
        deliver(acme, one, split("ana", 60, "shared"), split("budi", 40, "shared"))
        only = [("w-0.field", "name"), ("w-0.operator", "equals"), ("w-0.value", "Shared")]

        found = previewed(admin, acme, [*but_decimals(self.SPLIT, "2"), *only])

        assert [each[:2] for each in found.people] == [("Ana", "600.01"), ("Budi", "400.00")]

    def test_fields_share_it_with_rows_to_add_and_remove(self, admin: Client, acme: Office) -> None:
        pairs = [(name, "fields" if name == "split" else value) for name, value in self.SPLIT]
        draft = post(admin, new(acme), [*pairs, ("do", "show")]).context["draft"]
        assert [each.field for each in draft.shares] == ["owner", ""]

        page = read(post(admin, new(acme), [*pairs, ("share.field", "owner"),
                                            ("share.percent", ""), ("do", "save")]))  # fmt: skip
        assert "Choose the field that holds the percentage." in page.texts("field-error")
        assert "open" in page.one("details", id="sharing").attributes

    def test_what_is_not_used_is_folded_away(self, admin: Client, acme: Office) -> None:
        page = read(admin.get(new(acme)))
        assert "open" not in page.one("details", id="sharing").attributes


def but_decimals(pairs: Pairs, decimals: str) -> Pairs:
    return [(name, decimals if name == "decimals" else value) for name, value in pairs]


class TestFormula:
    def asked(self, expression: str) -> Pairs:
        return [("aggregation", "formula"), ("expression", expression), *SHOWN]

    def test_it_is_shown_for_people_and_in_total(self, admin: Client, acme: Office) -> None:
        found = previewed(admin, acme, self.asked("revenue_won / deals_won"))
        board = {name: value for name, value, _count in found.people}
        assert (board["Budi"], board["Citra"]) == ("90", "60")
        assert found.reads_records is False

    def test_it_is_judged_while_it_is_written(self, admin: Client, acme: Office) -> None:
        page = read(post(admin, new(acme), [*self.asked("cals / workdays"), ("do", "show")]))
        assert page.one(id="expression_error").text == (
            "There is no metric “cals”; did you mean “calls”?"
        )
        fine = post(admin, new(acme), [*self.asked("calls / workdays"), ("do", "show")])
        assert read(fine).find(id="expression_error") == []
        assert str(fine.context["sentence"]) == "Calls ÷ working days"

    def test_metrics_are_put_in_without_script(self, admin: Client, acme: Office) -> None:
        asked = [*self.asked("calls /"), ("do", "put:workdays")]
        assert post(admin, new(acme), asked).context["draft"].expression == "calls / workdays"

    def test_one_in_a_circle_is_refused_and_nothing_is_saved(
        self, admin: Client, acme: Office
    ) -> None:
        post(admin, new(acme), [*self.asked("calls * 2"), ("do", "save")])
        with scope.enter(acme.organization):
            acme.metrics["new_one"] = queries.metric("new_one").public_id
            cast.metric("other", {"aggregation": "formula", "expression": "new_one + 1"})
        response = post(
            admin, edit(acme, "new_one"),
            [*self.asked("other * 2"), ("effective", "always"), ("do", "confirm")],
        )  # fmt: skip
        assert response.status_code == 422
        assert "worked out from itself, through “other”" in (
            read(response).one(id="expression_error").text
        )
        assert stored(acme, "new_one")["expression"] == "calls * 2"


class TestDistinct:
    def test_different_accounts_are_counted_once(self, admin: Client, acme: Office) -> None:
        calls = [
            cast.call(f"t{n}", owner="ana", when=date(2025, 3, 4), texts={"account": account})
            for n, account in enumerate(("Acme", "ACME", "Bolt"))
        ]
        deliver(acme, *calls)
        pairs = [("aggregation", "distinct"), ("kinds", "activity"), ("value", "account"),
                 ("date", "occurred"), *OWNED, *SHOWN]  # fmt: skip
        response = post(admin, new(acme), [*pairs, ("do", "show")])
        assert str(response.context["sentence"]) == (
            "Count the different accounts of activities, on the day of occurred, credited to owner"
        )
        people = {name: value for name, value, _ in previewed(admin, acme, pairs).people}
        assert people["Ana"] == "2"

    def test_it_is_no_money(self, admin: Client, acme: Office) -> None:
        money = [(name, "currency" if name == "unit" else value) for name, value in SHOWN]
        pairs = [("aggregation", "distinct"), ("kinds", "deal"), ("value", "account"), *OWNED]
        pairs += money
        page = read(post(admin, new(acme), [*pairs, ("do", "save")]))
        assert page.one(id="unit_error").text.startswith("A count is no money")


def test_the_sum_of_a_text_is_refused_with_how_many_records_hold_one(
    admin: Client, acme: Office
) -> None:
    deliver(acme, cast.deal("s", owner="ana", attributes={"size": "large"}))
    pairs = [("aggregation", "sum"), ("kinds", "deal"), ("value", "attributes.size"),
             ("date", "closed"), *OWNED, *SHOWN]  # fmt: skip
    for action, status in (("show", 200), ("save", 422)):
        response = post(admin, new(acme), [*pairs, ("do", action)])
        assert response.status_code == status
        assert (
            read(response)
            .one(id="value_error")
            .text.startswith("“size” is a text in every record that has it (1)")
        )


def test_another_way_of_counting_is_offered_for_all_time_only(admin: Client, acme: Office) -> None:
    draft = [("aggregation", "count"), ("kinds", "deal"), ("date", "closed"), *OWNED,
             ("name", "Revenue won"), ("unit", "count"), ("decimals", "0")]  # fmt: skip
    page = read(post(admin, edit(acme, "revenue_won"), [*draft, ("do", "save")]))
    assert [each.attributes["value"] for each in page.find("input", name="effective")] == ["always"]

    post(admin, edit(acme, "revenue_won"), [*draft, ("do", "confirm"), ("effective", "today")])
    with scope.enter(acme.organization):
        rules = queries.rules(metric_ids=(queries.metric("revenue_won").id,))
    assert [calc.written(rule.definition)["aggregation"] for rule in rules] == ["count"]


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_ready_metric_opens_in_the_editor(admin: Client, acme: Office, language: str) -> None:
    admin.post("/language/setlang/", {"language": language, "next": "/"})
    for key in ("accounts_touched", "open_pipeline", "largest_deal", "proposals", "calls_per_day"):
        page = read(admin.get(edit(acme, key)))
        assert page.one(of="rule-echo").text
        assert page.texts("field-error") == []


def test_a_relative_day_is_chosen_by_its_distance(admin: Client, acme: Office) -> None:
    pairs = [("aggregation", "count"), ("kinds", "deal"), ("date", "closed"), *OWNED, *SHOWN,
             ("w-0.field", "closed"), ("w-0.was", "closed"), ("w-0.operator", "greater_or_equal"),
             ("w-0.value", "30"), ("w-0.anchor", "-today")]  # fmt: skip
    page = read(post(admin, new(acme), [*pairs, ("do", "show")]))
    assert "closed is on or after 30 days ago" in page.one(of="rule-echo").text
    post(admin, new(acme), [*pairs, ("do", "save")])
    assert stored(acme, "new_one")["where"]["all"][0]["value"] == {"today": -30}


def test_an_archived_metric_is_not_offered_to_a_formula(admin: Client, acme: Office) -> None:
    with scope.enter(acme.organization):
        metrics.archive("emails", moment=cast.NOW, actor=cast.ACTOR)
    page = read(post(admin, new(acme), [("aggregation", "formula"), ("do", "show")]))
    offered = [each.attributes.get("data-put") for each in page.find("button", name="do")]
    assert "calls" in offered
    assert "emails" not in offered
