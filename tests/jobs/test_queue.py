"""Work asked for in a transaction and done after it."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django import app

from juara.core import clock, db
from juara.jobs import queue, tasks
from juara.jobs.tasks import organization_job
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.jobs.running import mend, run_waiting

done: list[tuple[str, str]] = []


@organization_job("tests.note")
def note(organization: Organization, *, text: str) -> None:
    done.append((organization.slug, text))


@organization_job("tests.fail")
def fail(organization: Organization, *, text: str) -> None:
    done.append((organization.slug, text))
    raise RuntimeError("out of luck")


@organization_job("tests.fail_for_good", is_retried=False)
def fail_for_good(organization: Organization) -> None:
    raise RuntimeError("out of luck")


@organization_job("tests.give_up_half_way")
def give_up_half_way(organization: Organization) -> None:
    with scope.enter(organization):
        queue.defer("tests.note", text="never")
        raise RuntimeError("after asking")


@organization_job("tests.pass_on")
def pass_on(organization: Organization) -> None:
    with scope.enter(organization):
        queue.defer("tests.note", text="passed on")


@organization_job("tests.stop")
def stop(organization: Organization) -> None:
    done.append((organization.slug, f"attempt {len(done)}"))
    if len(done) == 1:
        raise tasks.StoppingError


@pytest.fixture
def office(committed: None) -> Organization:
    done.clear()
    return cast.organization()


def jobs() -> list[tuple[str, str, int]]:
    found = db.rows("SELECT task_name, status, attempts FROM procrastinate_jobs ORDER BY id")
    return [(str(name), str(status), int(attempts)) for name, status, attempts in found]


def test_a_job_runs_for_its_organization_with_its_arguments(office: Organization) -> None:
    with scope.enter(office):
        assert queue.defer("tests.note", text="hello")
    run_waiting()
    assert done == [("acme", "hello")]


def test_a_job_asked_for_in_a_transaction_that_is_rolled_back_never_runs(
    office: Organization,
) -> None:
    def ask_and_fail() -> None:
        with scope.enter(office):
            queue.defer("tests.note", text="never")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ask_and_fail()
    run_waiting()
    assert (done, jobs()) == ([], [])


def test_a_job_asked_for_inside_a_job_follows_the_transaction_there(office: Organization) -> None:
    with scope.enter(office):
        queue.defer("tests.give_up_half_way")
        queue.defer("tests.pass_on")
    run_waiting()
    assert done == [("acme", "passed on")]


def test_while_one_waits_another_with_the_same_once_is_not_added(office: Organization) -> None:
    other = cast.organization("other")
    with scope.enter(office):
        assert queue.defer("tests.note", once="note", text="first")
        assert not queue.defer("tests.note", once="note", text="second")
        assert queue.is_at_work("note")
    with scope.enter(other):
        assert not queue.is_at_work("note")
        assert queue.defer("tests.note", once="note", text="theirs")
    run_waiting()
    with scope.enter(office):
        assert not queue.is_at_work("note")
        assert queue.defer("tests.note", once="note", text="third")
    run_waiting()
    assert done == [("acme", "first"), ("other", "theirs"), ("acme", "third")]


def test_jobs_with_one_lock_wait_for_each_other_even_while_one_is_to_be_tried_again(
    office: Organization,
) -> None:
    with scope.enter(office):
        queue.defer("tests.fail", lock="crm", text="first")
        queue.defer("tests.note", lock="crm", text="second")
        queue.defer("tests.note", lock="other", text="third")
    run_waiting()
    assert done == [("acme", "first"), ("acme", "third")]
    db.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'tests.fail'")
    run_waiting()
    assert done[2:] == [("acme", "second")]


def test_a_job_that_fails_is_tried_again_with_growing_patience_and_then_no_more(
    office: Organization,
) -> None:
    waits = []
    with scope.enter(office):
        queue.defer("tests.fail", text="again")
    for _ in range(tasks.MOST_ATTEMPTS):
        before = clock.now()
        run_waiting()
        (due,) = db.one("SELECT scheduled_at FROM procrastinate_jobs")
        waits.append((due - before) // timedelta(seconds=1))
        db.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    run_waiting()
    # The next wait is to the second only where the job itself took less than one.
    assert [wait // 3 * 3 for wait in waits] == [3, 9, 27, 81, 243, 729]
    assert jobs() == [("tests.fail", "failed", tasks.MOST_ATTEMPTS + 1)]
    assert len(done) == tasks.MOST_ATTEMPTS + 1


def test_a_job_that_is_not_to_be_retried_is_not(office: Organization) -> None:
    with scope.enter(office):
        queue.defer("tests.fail_for_good")
    run_waiting()
    assert [(name, status) for name, status, _ in jobs()] == [("tests.fail_for_good", "failed")]


def test_a_job_whose_worker_had_to_end_is_done_again_at_once(office: Organization) -> None:
    with scope.enter(office):
        queue.defer("tests.stop")
    run_waiting()
    assert [text for _, text in done] == ["attempt 0", "attempt 1"]


def held_by_a_worker(*, heard_of_seconds_ago: int) -> None:
    (worker,) = db.one(
        "INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (now() - %s * interval '1 second') RETURNING id",
        [heard_of_seconds_ago],
    )
    db.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [worker])


def test_what_a_dead_worker_was_at_is_done_by_another(office: Organization) -> None:
    with scope.enter(office):
        queue.defer("tests.note", once="note", text="left behind")
    held_by_a_worker(heard_of_seconds_ago=20)
    with scope.enter(office):
        assert queue.is_at_work("note")
    assert mend() == 1
    run_waiting()
    assert done == [("acme", "left behind")]


def test_what_a_living_worker_is_at_is_left_to_it(office: Organization) -> None:
    with scope.enter(office):
        queue.defer("tests.note", text="mine")
    held_by_a_worker(heard_of_seconds_ago=5)
    assert mend() == 0
    run_waiting()
    assert done == []


def test_what_has_killed_ten_workers_is_left_alone(office: Organization) -> None:
    with scope.enter(office):
        queue.defer("tests.note", text="deadly")
    db.execute("UPDATE procrastinate_jobs SET attempts = 10")
    held_by_a_worker(heard_of_seconds_ago=20)
    mend()
    run_waiting()
    assert (done, jobs()) == ([], [("tests.note", "failed", 11)])


def test_an_organization_that_is_gone_has_nothing_left_to_do(office: Organization) -> None:
    with scope.enter(office):
        queue.defer("tests.note", text="nobody")
    Organization.objects.all().delete()
    run_waiting()
    assert (done, [status for _, status, _ in jobs()]) == ([], ["succeeded"])


def test_what_happens_by_itself_is_known_to_every_worker() -> None:
    times = {name: each.cron for (name, _), each in app.periodic_registry.periodic_tasks.items()}
    assert times["connect.feeds"] == "* * * * *"
    assert times["ledger.resume_imports"] == "*/5 * * * *"
    assert {"jobs.forget", "ledger.clear_imports"} <= set(times)
