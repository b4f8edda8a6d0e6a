"""A recount that is really killed, inside a step and between two: it goes on, and mends all."""

import os
from contextlib import ExitStack
from datetime import date

import pytest
from psycopg.conninfo import conninfo_to_dict

from juara.core import db
from juara.ledger import recounts
from juara.ledger.verify import verify
from juara.ops import server
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.cli.calling import report
from tests.flows import interrupting
from tests.flows.exports import REVENUE
from tests.flows.interrupting import Watcher, started, until, working

pytestmark = pytest.mark.timeout(180)

COUNT = {
    "aggregation": "count", "kinds": ["deal"], "date": "closed", "where": {"all": []},
    "credit": [{"role": "owner", "field": "owner"}],
}  # fmt: skip


@pytest.fixture
def watcher(committed: None, owner_url: str, monkeypatch: pytest.MonkeyPatch) -> Watcher:
    """Three metrics whose every number is wrong, and a look at the database from outside."""
    monkeypatch.setenv(server.APP_URL, interrupting.application_url(owner_url))
    organization = cast.organization()
    with scope.enter(organization):
        cast.metric("revenue_won", REVENUE, unit="currency")
        cast.metric("deals", COUNT)
        cast.metric("won", COUNT)
        cast.member("Ana", "North")
        cast.deliver(*(cast.deal(str(n), owner="ana", amount="5") for n in range(10)))
    with scope.enter(organization), db.ledger_role():
        db.execute("UPDATE tally SET total = total + 1")
    database = str(conninfo_to_dict(owner_url)["dbname"])
    return interrupting.watcher_of(os.environ["JUARA_TEST_SERVER"], database)


def wrong() -> list[str]:
    """Return the metrics whose numbers differ."""
    with scope.enter(Organization.objects.get(slug="acme")):
        return sorted({each.metric_key for each in verify().differences})


def states(watcher: Watcher) -> dict[str, int]:
    """Return how many steps are in each state, as anybody else sees them."""
    return {
        state: watcher.one(f"SELECT count(*) FROM recount_fill WHERE state = '{state}'")
        for state in ("waiting", "started", "done")
    }


def test_killed_inside_its_first_step_it_has_changed_nothing_and_goes_on(
    watcher: Watcher,
) -> None:
    with watcher.holding("tally"), started("recount") as command:
        until(lambda: watcher.waiting() == 1)
        command.kill()
    watcher.gone()
    assert states(watcher) == {"waiting": 2, "started": 1, "done": 0}
    assert wrong() == ["deals", "revenue_won", "won"]

    found = report("recount")

    assert (found["metrics"], found["is_resumed"]) == (3, True)
    assert states(watcher) == {"waiting": 0, "started": 0, "done": 3}
    assert wrong() == []


def test_killed_between_two_steps_it_keeps_what_is_done_and_counts_the_rest(
    watcher: Watcher,
) -> None:
    with started("recount") as command, ExitStack() as stack:
        with watcher.holding("tally"):
            until(lambda: watcher.waiting() == 1)
            ours = stack.enter_context(watcher.next_in_line())
        # Its first step is done, and the second waits behind us.
        ours()
        until(lambda: watcher.waiting() == 1)
        command.kill()
    watcher.gone()
    assert states(watcher) == {"waiting": 1, "started": 1, "done": 1}
    assert wrong() == ["deals", "won"]

    # What arrives meanwhile is counted by whoever is right and whoever is not.
    with scope.enter(Organization.objects.get(slug="acme")):
        cast.deliver(cast.deal("late", owner="ana", amount="7", dates={"closed": date(2025, 4, 1)}))
    with started("recount") as again:
        code, _out, err = again.finish()

    assert (code, err) == (0, "Going on with a recount: 1 of 3 metrics done.\n")
    assert wrong() == []


def test_a_worker_goes_on_where_a_worker_was_killed(watcher: Watcher) -> None:
    organization = Organization.objects.get(slug="acme")
    with scope.enter(organization):
        recounts.begin(moment=cast.NOW, actor="adi@example.com")
    with watcher.holding("tally"), working() as worker:
        until(lambda: watcher.waiting() == 1)
        worker.kill()
    watcher.gone()
    assert states(watcher) == {"waiting": 2, "started": 1, "done": 0}

    watcher.forget_workers()
    with working():
        until(lambda: states(watcher)["done"] == 3)
        until(lambda: not watcher.one("SELECT count(*) FROM recount_run WHERE state = 'running'"))
    assert wrong() == []


def test_two_processes_at_one_recount_share_its_steps_and_both_end_well(watcher: Watcher) -> None:
    with started("recount") as one, ExitStack() as stack:
        with watcher.holding("tally"):
            until(lambda: watcher.waiting() == 1)
            other = stack.enter_context(started("recount"))
            until(lambda: watcher.waiting() == 2)
        codes = [one.finish()[0], other.finish()[0]]

    assert codes == [0, 0]
    assert watcher.one("SELECT count(*) FROM recount_run") == 1
    assert states(watcher) == {"waiting": 0, "started": 0, "done": 3}
    assert wrong() == []


def test_one_metric_alone_is_recounted_when_asked_for(watcher: Watcher) -> None:
    assert report("recount", "--metric", "won") == {
        "kind": "recount", "metrics": 1, "is_resumed": False, "credits_made": 0,
        "credits_ended": 0, "tallies": 2,
    }  # fmt: skip
    assert wrong() == ["deals", "revenue_won"]
