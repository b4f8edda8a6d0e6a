"""Verifications: what is kept of them, and how they come to be."""

from datetime import date

import pytest

from juara.core import db
from juara.core.errors import ConflictError
from juara.ledger import verification_jobs, verifications
from juara.ledger.models import VerificationRun
from juara.metrics import operations as metrics
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.jobs.running import run_waiting


@pytest.fixture
def acme(committed: None) -> Organization:
    made = cast.organization()
    with scope.enter(made):
        metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
        cast.member("Ana", "North")
        cast.deliver(cast.call("1", owner="ana", when=date(2025, 3, 3)))
    return made


def kept(organization: Organization) -> list[tuple[str, bool | None, int, int, int]]:
    with scope.enter(organization):
        return [
            (each.state, each.is_sound, each.records, each.credits, each.tallies)
            for each in verifications.runs(limit=10)
        ]


def test_a_sound_ledger_is_kept_as_such_with_what_was_compared(acme: Organization) -> None:
    with scope.enter(acme):
        verifications.ask(actor="adi@example.com")
    run_waiting()
    assert kept(acme) == [("done", True, 1, 1, 2)]


def test_what_differs_is_kept_with_where(acme: Organization) -> None:
    with scope.enter(acme), db.ledger_role():
        db.execute("UPDATE tally SET total = 7 WHERE grain = 'd'")
    with scope.enter(acme):
        verifications.ask(actor="adi@example.com")
    run_waiting()
    with scope.enter(acme):
        (run,) = verifications.runs(limit=1)
    assert (run.is_sound, run.actor) == (False, "adi@example.com")
    assert [(each.table, each.metric_key, each.problem) for each in run.differences] == [
        ("tally", "calls", "different")
    ]


def test_asking_twice_before_it_begins_is_refused(acme: Organization) -> None:
    with scope.enter(acme):
        verifications.ask(actor="adi")
    with scope.enter(acme), pytest.raises(ConflictError, match="waiting to begin"):
        verifications.ask(actor="adi")
    run_waiting()
    assert len(kept(acme)) == 1


def test_every_night_each_organization_is_verified(acme: Organization) -> None:
    other = cast.organization("globex")
    verification_jobs.verify_all()
    run_waiting()
    assert [len(kept(acme)), len(kept(other))] == [1, 1]
    assert kept(other) == [("done", True, 0, 0, 0)]


def test_one_that_was_cut_short_is_closed_by_the_next(acme: Organization) -> None:
    with scope.enter(acme):
        VerificationRun(started_at=cast.NOW).save(force_insert=True)
        verifications.ask(actor="adi")
    run_waiting()
    assert [(state, sound) for state, sound, *_ in kept(acme)] == [
        ("done", True), ("failed", None),
    ]  # fmt: skip
