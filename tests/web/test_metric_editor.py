"""Writing a metric in the browser: the form that carries itself, its preview, and saving."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from juara.core import db
from juara.leaderboards import queries as boards
from juara.leaderboards.queries import Asked
from juara.leaderboards.types import Board
from juara.ledger.verify import verify
from juara.metrics import calc, queries
from juara.tenancy import knowledge, scope
from juara.web.metrics import drafts, forms, rules
from juara.web.metrics.drafts import Draft
from tests import cast
from tests.web.office import Office
from tests.web.reading import read

Pairs = list[tuple[str, str]]

LARGE: Pairs = [
    ("aggregation", "sum"), ("kinds", "deal"), ("value", "amount"), ("date", "closed"),
    ("w.join", "all"), ("w-0.field", "status"), ("w-0.was", "status"),
    ("w-0.operator", "equals"), ("w-0.value", "won"),
    ("w-1.field", "amount"), ("w-1.was", "amount"), ("w-1.operator", "greater_or_equal"),
    ("w-1.value", "60"),
    ("credit.role", "owner"), ("credit.field", "owner"),
    ("name", "Large revenue"), ("unit", "currency"), ("decimals", "0"), ("direction", "higher"),
]  # fmt: skip


def post(client: Client, url: str, pairs: Iterable[tuple[str, str]], **more: Any) -> Any:
    return client.post(
        url, urlencode(list(pairs)), content_type="application/x-www-form-urlencoded", **more
    )


def but(pairs: Pairs, **changed: str) -> Pairs:
    """Return pairs with some of another value; a name's dots and dashes are underscores."""
    names = {name: name.replace(".", "_").replace("-", "_") for name, _ in pairs}
    kept = [(name, changed.pop(names[name], value)) for name, value in pairs]
    return [*kept, *changed.items()]


def new(acme: Office) -> str:
    return acme.path("metrics/new/")


def edit(acme: Office, key: str) -> str:
    return acme.path(f"metrics/{acme.metrics[key]}/edit/")


def stored(acme: Office, key: str) -> dict[str, Any]:
    with scope.enter(acme.organization):
        return calc.written(queries.metric(key).definition)


def values(board: Board) -> list[tuple[Any, ...]]:
    return [(row.name, row.value) for row in board.rows]


class TestNew:
    def test_a_metric_is_saved_and_its_history_counted(self, admin: Client, acme: Office) -> None:
        response = post(admin, new(acme), [*LARGE, ("do", "save")])

        with scope.enter(acme.organization):
            made = queries.metric("large_revenue")
            board = boards.board(Asked("large_revenue", "2025-03"), now=cast.NOW)
            assert verify().is_sound
        assert response.headers["Location"] == acme.path(f"metrics/{made.public_id}/")
        assert (made.name, made.unit, made.is_higher_better) == ("Large revenue", "currency", True)
        assert values(board) == [("Budi", 90), ("Ana", 70), ("Citra", 60)]

    def test_what_is_missing_is_said_where_it_is_missing(self, admin: Client, acme: Office) -> None:
        pairs = but(LARGE, name=" ", w_1_value="much", w_0_value="")
        response = post(admin, new(acme), [*pairs, ("do", "save")])

        page = read(response)
        assert response.status_code == 422
        assert page.one(id="w-0_error").text == "Give a value to compare with."
        assert page.one(id="w-1_error").text == "Write a number."
        assert page.one(id="name_error").text == "Give it a name."
        assert page.one("input", id="w-1-plain").attributes["value"] == "much"
        with scope.enter(acme.organization):
            assert len(queries.metrics()) == 18

    def test_a_key_somebody_has_is_refused(self, admin: Client, acme: Office) -> None:
        response = post(admin, new(acme), [*LARGE, ("key", "calls"), ("do", "save")])
        assert read(response).one(id="key_error").text == "Another metric has this key."

    def test_it_may_begin_as_a_ready_one_or_as_a_copy(self, admin: Client, acme: Office) -> None:
        ready = admin.get(new(acme), {"ready": "win_rate"}).context["draft"]
        assert (ready.aggregation, ready.numerator, ready.unit) == ("ratio", "deals_won", "percent")
        copy = admin.get(new(acme), {"from": acme.metrics["sales_cycle"]}).context["draft"]
        assert (copy.name, copy.key, copy.value, copy.direction, copy.unit) == (
            "Copy of Sales cycle", "copy_of_sales_cycle", "time_between", "lower", "duration",
        )  # fmt: skip

    def test_the_unit_and_the_key_follow_until_they_are_chosen(
        self, admin: Client, acme: Office
    ) -> None:
        unchosen = [pair for pair in LARGE if pair[0] != "unit"]
        first = post(admin, new(acme), [*unchosen, ("do", "show")]).context["draft"]
        assert (first.unit, first.key) == ("currency", "large_revenue")
        chosen = replace_pairs(forms.pairs(first), unit="count", key="big", name="Other")
        second = post(admin, new(acme), chosen).context["draft"]
        assert (second.unit, second.key) == ("count", "big")


def replace_pairs(pairs: Pairs, **changed: str) -> Pairs:
    return [(name, changed.get(name, value)) for name, value in pairs]


class TestTheForm:
    def acted(self, client: Client, acme: Office, pairs: Pairs, action: str) -> Draft:
        found: Draft = post(client, new(acme), [*pairs, ("do", action)]).context["draft"]
        return found

    def test_buttons_add_conditions_and_groups_without_script(
        self, admin: Client, acme: Office
    ) -> None:
        draft = self.acted(admin, acme, LARGE, "group:w")
        draft = self.acted(admin, acme, forms.pairs(draft), "add:w-2")
        draft = self.acted(admin, acme, forms.pairs(draft), "group:w-2")
        assert [path for path, _ in drafts.parts_of(draft.where)] == [
            "w-0", "w-1", "w-2", "w-2-0", "w-2-1", "w-2-2", "w-2-2-0",
        ]  # fmt: skip
        draft = self.acted(admin, acme, forms.pairs(draft), "up:w-1")
        assert [part.field for part in drafts.clauses_of(draft.where)][:2] == ["amount", "status"]
        draft = self.acted(admin, acme, forms.pairs(draft), "remove:w-2")
        assert len(draft.where.parts) == 2

    def test_groups_go_four_deep(self, admin: Client, acme: Office) -> None:
        draft = self.acted(admin, acme, [], "show")
        path = "w"
        for _step in range(5):
            draft = self.acted(admin, acme, forms.pairs(draft), f"group:{path}")
            path = f"{path}-{0 if path == 'w' else 1}"
        deepest = max(where.count("-") for where, _ in drafts.parts_of(draft.where))
        assert deepest == 5  # four groups in each other, and the condition in the last

    @pytest.mark.parametrize("action", ["add:x", "remove:w-9", "up:w-0-0", "uncredit:7", "add:w-ö"])
    def test_a_button_for_what_is_not_there_does_nothing(
        self, admin: Client, acme: Office, action: str
    ) -> None:
        before = self.acted(admin, acme, LARGE, "show")
        assert self.acted(admin, acme, LARGE, action) == before

    def test_another_field_forgets_the_value_of_the_one_before(
        self, admin: Client, acme: Office
    ) -> None:
        pairs = replace_names(LARGE, {"w-0.field": "amount"})
        clause = drafts.clauses_of(self.acted(admin, acme, pairs, "show").where)[0]
        assert (clause.field, clause.operator, clause.values) == ("amount", "equals", ())

    def test_the_values_offered_are_those_records_have(self, admin: Client, acme: Office) -> None:
        with scope.enter(acme.organization):
            cast.deliver(cast.deal("9", texts={"status": "lost"}))
        page = read(post(admin, new(acme), [*LARGE, ("do", "show")]))
        offered = page.one("select", id="w-0-value").text
        assert "won (6)" in offered
        assert "lost (1)" in offered

    def test_a_stored_value_no_record_has_stays_chosen(self, admin: Client, acme: Office) -> None:
        page = read(admin.get(edit(acme, "connected_calls")))
        chosen = [each.attributes["value"] for each in page.find("option", selected="")]
        assert "connected" in chosen
        assert page.one("input", id="w-0-value-0", checked="").attributes["value"] == "call"

    def test_htmx_gets_the_form_alone(self, admin: Client, acme: Office) -> None:
        response = post(admin, new(acme), LARGE, headers={"HX-Request": "true"})
        assert response.content.decode().startswith("<form")

    @pytest.mark.parametrize("parts", [1, 3])
    def test_the_editor_costs_the_same_queries_for_one_condition_as_for_three(
        self, admin: Client, acme: Office, django_assert_num_queries: DjangoAssertNumQueries,
        parts: int,
    ) -> None:  # fmt: skip
        pairs = [pair for pair in LARGE if not pair[0].startswith("w-")]
        for index, field in enumerate(("status", "type", "stage")[:parts]):
            pairs += [(f"w-{index}.field", field), (f"w-{index}.operator", "in")]
            pairs += [(f"w-{index}.value", "x")]
        with django_assert_num_queries(18):
            post(admin, new(acme), pairs, headers={"HX-Request": "true"})


def replace_names(pairs: Pairs, changed: dict[str, str]) -> Pairs:
    return [(name, changed.get(name, value)) for name, value in pairs]


DEEP: dict[str, Any] = {
    "aggregation": "average", "kinds": ["deal", "lead"], "date": "created",
    "value": "attributes.Unseen",
    "where": {"all": [
        {"any": [{"field": "status", "operator": "in", "value": ["won", "never seen"]},
                 {"not": {"field": "attributes.Hot", "operator": "equals", "value": True}},
                 {"not": {"any": [
                     {"field": "attributes.A", "operator": "between", "value": [1, 2.5]},
                     {"field": "created", "operator": "less", "value": "2025-01-31"}]}}]},
        {"field": "attributes.Due", "operator": "greater", "value": "not a day"},
        {"field": "attributes.N", "operator": "in", "value": [1, 2]},
        {"all": [{"any": [{"all": [{"any": [{"all": [
            {"field": "users.sdr", "operator": "is_empty"}]}]}]}]}]},
    ]},
    "credit": [{"role": "closer", "field": "owner"}, {"role": "sdr", "field": "users.unseen"}],
}  # fmt: skip


class TestEdit:
    def test_nothing_of_a_stored_rule_is_lost_by_opening_and_saving_it(
        self, admin: Client, acme: Office
    ) -> None:
        with scope.enter(acme.organization):
            cast.metric("deep", DEEP)
            acme.metrics["deep"] = queries.metric("deep").public_id
        draft = admin.get(edit(acme, "deep")).context["draft"]
        assert rules.built(draft, is_strict=True).definition == calc.parse_definition(DEEP)

        post(admin, edit(acme, "deep"), [*replace_pairs(forms.pairs(draft), name="Deeper"),
                                         ("do", "save")])  # fmt: skip
        assert stored(acme, "deep") == calc.written(calc.parse_definition(DEEP))
        with scope.enter(acme.organization):
            assert queries.metric("deep").name == "Deeper"

    def test_a_new_name_is_saved_at_once_and_a_new_rule_is_shown_first(
        self, admin: Client, acme: Office
    ) -> None:
        draft = admin.get(edit(acme, "revenue_won")).context["draft"]
        named = replace_pairs(forms.pairs(draft), name="Omzet")
        assert post(admin, edit(acme, "revenue_won"), [*named, ("do", "save")]).status_code == 302

        before = stored(acme, "revenue_won")
        changed = [*LARGE, ("do", "save"), ("effective", "always")]
        response = post(admin, edit(acme, "revenue_won"), changed)
        comparison = response.context["comparison"]
        assert response.status_code == 200
        assert [(each.name, each.before, each.after) for each in comparison.people] == [
            ("Ana", 120, 70), ("Dewi", 30, 0), ("", Decimal("7.25"), 0), ("Budi", 90, 90),
            ("Citra", 60, 60),
        ]  # fmt: skip
        assert (comparison.credits_begin, comparison.credits_end) == (0, 3)
        assert "0 credits begin and 3 end" in read(response).one(of="review-result").text
        assert stored(acme, "revenue_won") == before

    def test_confirming_does_what_was_shown(self, admin: Client, acme: Office) -> None:
        changed = [*LARGE, ("do", "confirm"), ("effective", "always")]
        with scope.enter(acme.organization):
            batch = knowledge.last_number()
        response = post(admin, edit(acme, "revenue_won"), changed, follow=True)

        assert "0 credits begin, 3 end" in read(response).one(of="toasts").text
        with scope.enter(acme.organization):
            board = boards.board(Asked("revenue_won", "2025-03"), now=cast.NOW)
            ended = db.one("SELECT count(*) FROM credit WHERE known_until = %s", [batch + 1])
            assert verify().is_sound
        assert values(board) == [("Budi", 90), ("Ana", 70), ("Citra", 60)]
        assert ended[0] == 3

    def test_by_default_the_past_stays_as_it_was(self, admin: Client, acme: Office) -> None:
        # The deal of 10 March, today, is 50: only that one leaves.
        response = post(admin, edit(acme, "revenue_won"), [*LARGE, ("do", "save")])
        found = response.context["comparison"]
        assert (found.from_day, found.total.difference) == (cast.TODAY, -50)
        post(admin, edit(acme, "revenue_won"), [*LARGE, ("do", "confirm")])
        with scope.enter(acme.organization):
            board = boards.board(Asked("revenue_won", "2025-03"), now=cast.NOW)
        assert {row.name: row.value for row in board.rows}["Ana"] == 70
        assert board.company == Decimal("257.25")

    @pytest.mark.parametrize(
        ("day", "words"),
        [
            ("", "Choose the day."),
            ("2025-03-11", "That day is still to come. Choose today or a past day."),
        ],
    )
    def test_a_day_that_cannot_be_is_refused(
        self, admin: Client, acme: Office, day: str, words: str
    ) -> None:
        before = stored(acme, "revenue_won")
        asked = [*LARGE, ("effective", "day"), ("effective_day", day), ("do", "confirm")]
        response = post(admin, edit(acme, "revenue_won"), asked)
        assert response.status_code == 422
        assert read(response).one(id="day_error").text == words
        assert stored(acme, "revenue_won") == before

    def test_a_past_day_changes_from_that_day(self, admin: Client, acme: Office) -> None:
        asked = [*LARGE, ("effective", "day"), ("effective_day", "2025-03-06"), ("do", "confirm")]
        post(admin, edit(acme, "revenue_won"), asked)
        with scope.enter(acme.organization):
            rules_now = queries.rules(metric_ids=(queries.metric("revenue_won").id,))
        assert [rule.from_day for rule in rules_now][1:] == [date(2025, 3, 6)]

    def test_somebody_elses_change_meanwhile_is_not_written_over(
        self, admin: Client, acme: Office
    ) -> None:
        began = admin.get(edit(acme, "revenue_won")).context["began"]
        post(admin, edit(acme, "revenue_won"), [*LARGE, ("do", "confirm")])
        mine = but(LARGE, w_1_value="80")
        response = post(
            admin, edit(acme, "revenue_won"), [*mine, ("began", began), ("do", "confirm")]
        )
        assert response.status_code == 409
        assert "meanwhile" in read(response).one(of="banner").text

    def test_a_metric_that_is_divided_cannot_become_a_ratio(
        self, admin: Client, acme: Office
    ) -> None:
        ratio = [("aggregation", "ratio"), ("numerator", "calls"), ("denominator", "emails"),
                 ("name", "Deals won"), ("unit", "percent")]  # fmt: skip
        response = post(admin, edit(acme, "deals_won"), [*ratio, ("do", "confirm")])
        assert response.status_code == 422
        assert "divides this metric" in read(response).one(id="ratio_error").text


class TestPreview:
    def test_it_shows_what_counts_what_does_not_and_why(self, admin: Client, acme: Office) -> None:
        asked = [*LARGE, ("preview_period", "2025-03")]
        page = read(post(admin, acme.path("metrics/preview/"), asked))
        assert page.one(of="kept-words").text == "3 of 6 records count"
        assert page.texts("drops-count") == ["0", "−3", "0", "0", "0"]
        assert page.one(of="credited-total").text == "Everybody $220"
        assert page.texts("sample-reason") == ["fails: amount is at least 60"] * 3

    def test_what_is_unfinished_is_left_out_and_said(self, admin: Client, acme: Office) -> None:
        asked = [*but(LARGE, w_1_value=""), ("preview_period", "2025-03")]
        found = post(admin, acme.path("metrics/preview/"), asked).context["preview"]
        assert (found.kept, found.has_unfinished) == ("6", True)

    def test_a_ratio_is_shown_from_its_metrics(self, admin: Client, acme: Office) -> None:
        asked = [("aggregation", "ratio"), ("numerator", "deals_won"),
                 ("denominator", "deals_closed"), ("unit", "percent")]  # fmt: skip
        found = post(admin, acme.path("metrics/preview/"), asked).context["preview"]
        assert (found.reads_records, found.total) == (False, "100%")

    @pytest.mark.parametrize(
        "pairs",
        [
            [("aggregation", "ratio"), ("numerator", "nothing"), ("denominator", "calls")],
            [("aggregation", "mystery")],
            [("aggregation", "sum"), ("kinds", "deal"), ("value", "closed")],
            [("kinds", "mystery"), ("w.join", "odd"), ("w-0.field", "'; --")],
            [("kinds", "deal"), ("w-0.field", "amount"), ("w-0.operator", "equals"),
             ("w-0.value", "1e999")],
            [("kinds", "deal"), ("preview_period", "never"), ("dropped_at", "x'x")],
        ],
    )  # fmt: skip
    def test_nonsense_is_answered_in_words(self, admin: Client, acme: Office, pairs: Pairs) -> None:
        assert post(admin, acme.path("metrics/preview/"), pairs).status_code == 200
        assert post(admin, new(acme), [*pairs, ("do", "show")]).status_code == 200
        assert post(admin, new(acme), [*pairs, ("do", "save")]).status_code == 422
