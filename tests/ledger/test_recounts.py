"""A recount in steps: one metric at a time, whatever comes between, and never half."""

import pytest

from juara.core import db
from juara.core.calendar import ALWAYS
from juara.core.errors import NotFoundError
from juara.ledger import recount_jobs, recounts
from juara.ledger.recounts import RecountFacts
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.ops.resume import resume_everywhere
from juara.people import operations as people
from juara.tenancy import knowledge, scope
from juara.tenancy.models import Organization
from tests import cast
from tests.jobs.running import run_waiting
from tests.ledger import reading

COUNT = {
    "aggregation": "count", "kinds": ["deal"], "date": "closed", "where": {"all": []},
    "credit": [{"role": "owner", "field": "owner"}],
}  # fmt: skip


@pytest.fixture
def acme(committed: None) -> Organization:
    """Two metrics that count deals, each total of both wrong by one."""
    made = cast.organization()
    with scope.enter(made):
        cast.metric("deals", COUNT)
        cast.metric("all", COUNT)
        cast.member("Ana", "North")
        cast.deliver(*(cast.deal(str(n), owner="ana") for n in range(4)))
    with scope.enter(made), db.ledger_role():
        db.execute("UPDATE tally SET credits = credits + 1, shares = shares + 10000")
    return made


def begun(organization: Organization, metric: str = "", *, in_background: bool = False) -> str:
    with scope.enter(organization):
        return recounts.begin(
            metric=metric, in_background=in_background, moment=cast.NOW, actor="adi"
        )


def gone_on(organization: Organization, run: str, between: object = lambda _: None) -> RecountFacts:
    return recounts.go_on(
        organization, run, clock=lambda: cast.NOW, between=between,  # type: ignore[arg-type]
    )  # fmt: skip


def wrong(organization: Organization) -> list[str]:
    with scope.enter(organization):
        return sorted({each.metric_key for each in verify().differences})


def test_each_step_mends_one_metric_and_the_others_keep_their_numbers(acme: Organization) -> None:
    seen = []

    def between(facts: RecountFacts) -> None:
        seen.append((facts.done, facts.steps, wrong(acme)))

    found = gone_on(acme, begun(acme), between)

    assert seen == [(0, 2, ["all", "deals"]), (1, 2, ["all"])]
    assert (found.state, found.done, found.found.tallies) == ("done", 2, 4)
    assert wrong(acme) == []


def test_what_arrives_and_changes_between_two_steps_is_counted_in_all(acme: Organization) -> None:
    def between(facts: RecountFacts) -> None:
        if facts.done == 1:
            with scope.enter(acme):
                people.place(
                    cast.member("Budi", "South"), team=cast.team("North"), moment=cast.NOW,
                    actor=cast.ACTOR,
                )  # fmt: skip
                metrics.change_rule(
                    "deals", definition=COUNT | {"date": "created"}, from_day=ALWAYS,
                    moment=cast.NOW, actor=cast.ACTOR,
                )  # fmt: skip
            with scope.enter(acme):
                cast.deliver(cast.deal("late", owner="budi"))

    gone_on(acme, begun(acme), between)

    assert wrong(acme) == []
    with scope.enter(acme):
        assert reading.values("all")["late"] == 1
        assert reading.values("deals") == {}


def test_a_recount_of_what_is_right_is_nothing_new(acme: Organization) -> None:
    gone_on(acme, begun(acme))
    with scope.enter(acme):
        number, tables = knowledge.last_number(), reading.contents(("credit", "tally"))

    found = gone_on(acme, begun(acme))

    with scope.enter(acme):
        assert knowledge.last_number() == number
        assert reading.contents(("credit", "tally")) == tables
    assert (found.found.credits_made, found.found.credits_ended) == (0, 0)


def test_an_archived_metric_keeps_its_credits_and_gets_its_totals_back(acme: Organization) -> None:
    with scope.enter(acme):
        metrics.archive("all", moment=cast.NOW, actor=cast.ACTOR)

    gone_on(acme, begun(acme))

    assert wrong(acme) == []
    with scope.enter(acme):
        (kept,) = metric_queries.archived_metrics()
        assert db.one("SELECT sum(credits) FROM tally WHERE metric_id = %s AND grain = 'm'",
                      [kept.id])[0] == 4  # fmt: skip


def test_who_asks_for_what_is_under_way_joins_it(acme: Organization) -> None:
    one = begun(acme)
    assert begun(acme) == one
    assert begun(acme, "deals") != one
    gone_on(acme, one)
    assert begun(acme) != one


def test_a_metric_nobody_knows_begins_nothing(acme: Organization) -> None:
    with pytest.raises(NotFoundError, match="no metric “luck”"):
        begun(acme, "luck")
    with scope.enter(acme):
        assert recounts.last_run() is None


def test_a_worker_does_it_and_its_end_is_told(acme: Organization) -> None:
    run = begun(acme, in_background=True)
    begun(acme, in_background=True)
    run_waiting()
    with scope.enter(acme):
        facts = recounts.run_facts(run)
        moved = db.one("SELECT version FROM topic_version WHERE topic = 'recount'")[0]
    assert (facts.state, facts.done, facts.actor, facts.at) == ("done", 2, "adi", None)
    # Begun, each step started and done, and over.
    assert moved == 6
    assert wrong(acme) == []


def test_what_lost_its_worker_is_given_another_at_the_next_start(acme: Organization) -> None:
    run = begun(acme)
    said: list[str] = []
    assert resume_everywhere(notify=said.append) == 1
    assert resume_everywhere(notify=said.append) == 0
    recount_jobs.resume_recounts()
    run_waiting()
    with scope.enter(acme):
        assert recounts.run_facts(run).state == "done"
    assert said == ["Going on with a recount of Acme in the background."]
