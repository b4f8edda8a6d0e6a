"""The listener itself, in this process: a wake-up is only a wake-up, and nobody is left waiting."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from django.db import connections

from juara.core import db
from juara.live import hub as hub_module
from juara.live import stream as stream_module
from juara.live.hub import Hub
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.live.server import SOON


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again without being told every fifth of a second, not every five."""
    monkeypatch.setattr(hub_module, "LOOK_AGAIN_SECONDS", 0.2)


async def aside(work: object, *given: object) -> object:
    """Run what needs a database in a thread, and leave no connection behind."""

    def run() -> object:
        try:
            return work(*given)  # type: ignore[operator]
        finally:
            connections["default"].close()

    return await asyncio.to_thread(run)


def make() -> Organization:
    return cast.organization("acme")


def move(organization: Organization, topic: str) -> None:
    """Move a topic on without a word to anybody: the wake-up that got lost."""
    with scope.enter(organization):
        db.execute(
            "INSERT INTO topic_version (organization_id, topic, version) VALUES (%s, %s, 1)"
            " ON CONFLICT (organization_id, topic) DO UPDATE"
            " SET version = topic_version.version + 1",
            [organization.id, topic],
        )


@asynccontextmanager
async def watching(hub: Hub, organization: Organization) -> AsyncIterator[None]:
    await hub.join(organization.id)
    try:
        yield
    finally:
        hub.leave(organization.id)
        await at_rest(hub)


async def at_rest(hub: Hub) -> None:
    """Wait until the listener has seen that nobody watches, and gone."""
    task = hub._task
    if task is not None:
        await asyncio.wait_for(task, 10)


async def acme() -> Organization:
    made = await aside(make)
    assert isinstance(made, Organization)
    return made


async def test_who_joins_knows_the_versions_at_once(committed: None) -> None:
    hub, organization = Hub(), await acme()
    await aside(move, organization, "calls")

    async with watching(hub, organization):
        assert hub.versions(organization.id)["calls"] == 1
    assert hub.versions(organization.id) == {}


async def test_an_organization_without_topics_makes_nobody_wait(committed: None) -> None:
    hub, organization = Hub(), await acme()

    async with asyncio.timeout(SOON), watching(hub, organization):
        assert set(hub.versions(organization.id)) == {""}


async def test_a_lost_wake_up_costs_only_time(committed: None) -> None:
    hub, organization = Hub(), await acme()

    async with watching(hub, organization):
        change = hub.change(organization.id)
        await aside(move, organization, "calls")
        await asyncio.wait_for(change.wait(), SOON)
        assert hub.versions(organization.id)["calls"] == 1


async def test_the_second_to_join_does_not_wait_and_the_first_to_leave_takes_nothing(
    committed: None,
) -> None:
    hub, organization = Hub(), await acme()
    async with watching(hub, organization):
        await hub.join(organization.id)
        hub.leave(organization.id)
        change = hub.change(organization.id)
        await aside(move, organization, "calls")

        await asyncio.wait_for(change.wait(), SOON)


async def test_somebody_gone_before_the_first_answer_leaves_nothing_behind(
    committed: None,
) -> None:
    organization = await acme()
    events = stream_module._events(organization.id, lambda _topic: True)
    first = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)  # the stream has joined and waits for its first versions
    assert hub_module.hub()._watched.keys() == {organization.id}

    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first

    assert hub_module.hub()._watched == {}
    await at_rest(hub_module.hub())


async def test_a_stream_says_goodbye_after_its_time(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_module, "LIFE_SECONDS", 0.5)
    monkeypatch.setattr(stream_module, "BEAT_SECONDS", 0.2)
    organization = await acme()
    await aside(move, organization, "calls")

    said = [
        part
        async for part in stream_module._events(organization.id, lambda topic: topic == "calls")
    ]

    assert said[0] == b'event: topic\ndata: {"topic": "calls", "version": 1}\n\n'
    assert said[-1] == b"event: bye\ndata: {}\n\n"
    assert set(said[1:-1]) == {b": beat\n\nevent: beat\ndata: {}\n\n"}
    await at_rest(hub_module.hub())
