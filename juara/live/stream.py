"""The stream itself: topic and version, nothing else, for ten minutes at most."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from django.http import StreamingHttpResponse

from juara.live.hub import hub

LIFE_SECONDS = 600.0
BEAT_SECONDS = 25.0

IsShown = Callable[[str], bool]


def respond(organization_id: int, is_shown: IsShown) -> StreamingHttpResponse:
    """Return the stream of an organization's topics that a viewer may know of.

    The viewer was authorised by the caller; the stream holds no scope and no connection.
    """
    return StreamingHttpResponse(
        _events(organization_id, is_shown),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(organization_id: int, is_shown: IsShown) -> AsyncIterator[bytes]:
    live = hub()
    try:
        # Inside: somebody may be gone before the first versions have been read.
        await live.join(organization_id)
        sent: dict[str, int] = {}
        loop = asyncio.get_running_loop()
        until = loop.time() + LIFE_SECONDS
        # The versions on connect close the gap between the page and its first event.
        while (left := until - loop.time()) > 0:
            change = live.change(organization_id)
            news = _news(live.versions(organization_id), sent, is_shown)
            sent |= news
            yield _written(news) or b": beat\n\nevent: beat\ndata: {}\n\n"
            try:
                async with asyncio.timeout(min(BEAT_SECONDS, left)):
                    await change.wait()
            except TimeoutError:
                continue
        yield b"event: bye\ndata: {}\n\n"
    finally:
        live.leave(organization_id)


def _news(versions: object, sent: dict[str, int], is_shown: IsShown) -> dict[str, int]:
    found = dict(versions)  # type: ignore[call-overload]
    return {
        topic: version
        for topic, version in found.items()
        if topic and is_shown(topic) and sent.get(topic) != version
    }


def _written(news: dict[str, int]) -> bytes:
    return b"".join(
        b"event: topic\ndata: "
        + json.dumps({"topic": topic, "version": version}).encode()
        + b"\n\n"
        for topic, version in sorted(news.items())
    )
