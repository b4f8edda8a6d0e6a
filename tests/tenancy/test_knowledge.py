"""Batches: numbers without gaps, moments that never go back, one writer at a time."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from juara.core import db
from juara.core.errors import DomainError
from juara.tenancy import knowledge, scope
from juara.tenancy.models import Batch, Organization
from tests import cast


def write(moment: datetime = cast.NOW, *, is_used: bool = True) -> int:
    with knowledge.batch(moment=moment, reason="test") as batch:
        batch.is_used = is_used
    return batch.number


def test_numbers_have_no_gaps(inside: Organization) -> None:
    assert [write(), write(is_used=False), write()] == [1, 2, 2]
    assert list(Batch.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_a_moment_never_goes_behind_the_one_before(inside: Organization) -> None:
    write(cast.NOW)
    write(cast.NOW - timedelta(days=1))

    assert {each.committed_at for each in Batch.objects.all()} == {cast.NOW}


def test_a_moment_without_a_zone_is_refused_and_nothing_kept(inside: Organization) -> None:
    with (
        pytest.raises(DomainError, match=r"A batch needs a moment with its zone\."),
        db.transaction(),
    ):
        write(datetime(2025, 3, 10, 9, 0))  # noqa: DTZ001 - what is refused

    assert (knowledge.last_number(), knowledge.last_moment()) == (0, None)


def test_a_batch_inside_a_batch_is_the_same(inside: Organization) -> None:
    with knowledge.batch(moment=cast.NOW, reason="outer") as outer:
        with knowledge.batch(moment=cast.NOW + timedelta(days=1), reason="inner") as inner:
            inner.is_used = True
        assert inner is outer

    found = Batch.objects.get()
    assert (found.reason, found.committed_at) == ("outer", cast.NOW)


def test_after_absorption_a_batch_takes_nothing_more(inside: Organization) -> None:
    with knowledge.batch(moment=cast.NOW, reason="outer") as outer:
        outer.is_absorbed = True
        with (
            pytest.raises(RuntimeError, match="This batch has been absorbed"),
            knowledge.batch(moment=cast.NOW, reason="late"),
        ):
            pass


def test_a_batch_that_fails_is_not_stored_and_leaves_the_scope_free(
    organization: Organization,
) -> None:
    def fail() -> None:
        with scope.enter(organization), knowledge.batch(moment=cast.NOW, reason="x") as batch:
            batch.is_used = True
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    with scope.enter(organization):
        assert knowledge.last_number() == 0
        assert write() == 1


def test_ids_made_in_a_batch_follow_each_other_and_the_batch(inside: Organization) -> None:
    with knowledge.batch(moment=cast.NOW, reason="first") as first:
        assert [first.next_id(), first.next_id()] == [(1 << 30) + 1, (1 << 30) + 2]
        first.took(100)
        assert first.next_id() == (1 << 30) + 103
    with knowledge.batch(moment=cast.NOW, reason="second") as second:
        assert second.next_id() == (2 << 30) + 1


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (cast.NOW - timedelta(seconds=1), 0),
        (cast.NOW, 1),
        (cast.NOW + timedelta(minutes=59), 1),
        (cast.NOW + timedelta(hours=1), 3),
        (datetime(2999, 1, 1, tzinfo=UTC), 3),
    ],
)
def test_as_of_a_moment_is_the_last_batch_by_then(
    inside: Organization, moment: datetime, number: int
) -> None:
    write(cast.NOW)
    write(cast.NOW + timedelta(hours=1))
    write(cast.NOW + timedelta(hours=1))

    assert knowledge.number_as_of(moment) == number


def test_each_organization_counts_its_own(db: None) -> None:
    acme, globex = cast.organization("acme"), cast.organization("globex")
    with scope.enter(acme):
        assert [write(), write()] == [1, 2]
    with scope.enter(globex):
        assert write() == 1


def test_a_second_writer_waits_for_the_first(committed: None) -> None:
    """And finds the number after it: none twice, none missing."""
    acme = cast.organization("acme")
    is_waiting, numbers = threading.Event(), []

    def second() -> None:
        try:
            is_waiting.set()
            with scope.enter(acme):
                numbers.append(write())
        finally:
            connections["default"].close()

    other = threading.Thread(target=second)
    with scope.enter(acme), knowledge.batch(moment=cast.NOW, reason="first") as first:
        first.is_used = True
        other.start()
        is_waiting.wait(5)
        numbers.append(first.number)
    other.join(10)

    assert numbers == [1, 2]


def test_two_organizations_do_not_wait_for_each_other(committed: None) -> None:
    acme, globex = cast.organization("acme"), cast.organization("globex")
    done = threading.Event()

    def other() -> None:
        try:
            with scope.enter(globex):
                write()
            done.set()
        finally:
            connections["default"].close()

    with scope.enter(acme), knowledge.batch(moment=cast.NOW, reason="held"):
        thread = threading.Thread(target=other)
        thread.start()
        assert done.wait(10)
    thread.join(10)
