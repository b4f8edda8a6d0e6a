"""Two writers at once, who commit for real: what comes of it is what one after the other gives.

Either may be broken off between any two statements and begin again.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from juara.core import db
from juara.ledger.verify import verify
from juara.records import operations as records
from juara.tenancy import knowledge
from juara.tenancy import scope as tenancy
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger.model import rows
from tests.ledger.model.breaking import BrokenOffError, break_off, breaking_off
from tests.ledger.model.checking import Checks
from tests.ledger.model.deeds import deed_of, deeds
from tests.ledger.model.life import MEMBERS, SOURCES, Deed, Life

# What a writer does, and after how many statements it breaks off the first time.
_writings = st.lists(
    st.tuples(deeds, st.one_of(st.none(), st.none(), st.integers(0, 60))), min_size=6, max_size=10
)


Diary = list[tuple[int, datetime, Deed]]


def _write(
    organization: Organization, work: list[tuple[Deed, int | None]], moment: datetime, diary: Diary
) -> None:
    for deed, after in work:
        if after is not None:
            try:
                with breaking_off(after), tenancy.enter(organization):
                    deed.do(moment)
                    # What took fewer statements is broken off at its end.
                    break_off()
            except BrokenOffError:
                pass
        with tenancy.enter(organization):
            changed = deed.do(moment)
            # The lock is held until all is committed, so the newest batch is its own.
            entry = (knowledge.last_number(), knowledge.last_moment() or moment, deed)
        if changed:
            diary.append(entry)


def _at_once(works: list[Callable[[], None]]) -> None:
    """Do several things in threads that begin together; raise what any of them raised."""
    start = threading.Barrier(len(works), timeout=10)
    raised: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            start.wait()
            work()
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            raised.append(error)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if raised:
        raise raised[0]


@settings(
    max_examples=4, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
)
@given(
    zone=st.sampled_from(rows.ZONES),
    plans=rows.first_plans,
    first=rows.first_arrivals,
    writings=st.tuples(*[_writings] * 2),
)
def test_two_writers_at_once_leave_what_one_after_the_other_would(
    committed: None, zone: str, plans: Any, first: Any, writings: Any
) -> None:
    organization = cast.organization(uuid4().hex[:12], zone=zone)
    with tenancy.enter(organization):
        life = Life((zone,) * len(MEMBERS), plans)
        for source in SOURCES:
            life.perform(life.deliver(source, rows.as_edits(life, source, first)))
    works = [[(deed_of(life, *deed), after) for deed, after in writing] for writing in writings]
    diary: Diary = []
    moment = life.tick()
    _at_once([partial(_write, organization, work, moment, diary) for work in works])

    with tenancy.enter(organization):
        for _, moment, deed in sorted(diary, key=lambda entry: entry[0]):
            life.told(deed, moment)
        life.perform(life.absorb())
        Checks(life).compare()


def test_a_match_of_somebody_new_does_not_wait_for_rows_that_name_them_too(committed: None) -> None:
    """Each would wait for what the other has: the key is written under the ledger's lock."""
    organization = cast.organization()
    with tenancy.enter(organization):
        ana = cast.member("Ana", "North")
        source = cast.source()
    is_locked = threading.Event()

    def match() -> None:
        is_locked.wait(10)
        with tenancy.enter(organization):
            records.match_owner(
                source_id=source.id, key="seat", member=ana, moment=cast.NOW, actor=cast.ACTOR
            )

    def deliver() -> None:
        with tenancy.enter(organization):
            knowledge.lock_ledger()
            is_locked.set()
            _until_somebody_waits()
            cast.deliver(cast.deal("1", owner="seat"))

    _at_once([match, deliver])

    with tenancy.enter(organization):
        cast.deliver()
        assert verify().is_sound


def _until_somebody_waits() -> None:
    """Return once another transaction waits for a lock of this database."""
    for _ in range(10_000):
        waiting = db.one(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        )[0]
        if waiting:
            return
    raise AssertionError("Nobody waits.")
