"""Pages and streams for browsers that stay open."""

from collections.abc import Iterator
from contextlib import contextmanager

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from juara.accounts import queries as accounts
from juara.core import clock
from juara.core.errors import NotFoundError
from juara.events.operations import FRESHNESS
from juara.leaderboards import queries as boards
from juara.leaderboards.queries import Asked
from juara.live import stream
from juara.people import access
from juara.screens import operations as screens
from juara.screens.types import ScreenFacts
from juara.tenancy import scope
from juara.tenancy.scope import organization_by_slug


async def live(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Stream the topics of an organization to somebody with a seat in it."""
    organization_id = await sync_to_async(_organization_to_watch)(request, slug)
    return stream.respond(organization_id, lambda _topic: True)


def _organization_to_watch(request: HttpRequest, slug: str) -> int:
    try:
        if not request.user.is_authenticated:
            raise Http404
        organization = accounts.organization_of(request.user.pk, slug)
        if organization is None:
            raise Http404
        with scope.enter(organization):
            access.viewer_of_user(request.user.pk, today=boards.today(clock.now()))
        return organization.id
    finally:
        # A stream lives for minutes and needs no database: give the connection back now.
        connection.close()


@never_cache
def tv(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Show a screen's leaderboard full-bleed. The address is the key; there is no sign-in."""
    return _board(request, slug, token, "live/tv.html")


@never_cache
def tv_part(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    return _board(request, slug, token, "live/_tv_board.html")


def _board(request: HttpRequest, slug: str, token: str, template: str) -> HttpResponse:
    with _unknown_like_a_wrong_key():
        organization = organization_by_slug(slug)
    now = clock.now()
    with scope.enter(organization), timezone.override(organization.zone):
        screen = screens.screen_seen(token, moment=now)
        board = boards.board(_asked(screen), now=now)
        context = {
            "organization": organization,
            "screen_name": screen.name,
            "board": board,
            "now": now,
            "urls": {
                "part": reverse("tv_part", args=[slug, token]),
                "live": reverse("tv_live", args=[slug, token]),
            },
        }
        return render(request, template, context)


@contextmanager
def _unknown_like_a_wrong_key() -> Iterator[None]:
    """Answer an unknown organization as a wrong key is: nobody learns here who uses the product."""
    try:
        yield
    except NotFoundError as error:
        raise screens.unknown_screen() from error


def _asked(screen: ScreenFacts) -> Asked:
    return Asked(
        metric=screen.metric_key,
        period=screen.period,
        by=screen.by,
        team=screen.team_public_id,
    )


async def tv_live(request: HttpRequest, slug: str, token: str) -> HttpResponseBase:  # noqa: ARG001
    """Stream to a screen the topic it shows and that of freshness, and nothing else."""
    organization_id, topic = await sync_to_async(_screen_to_feed)(slug, token)
    return stream.respond(organization_id, lambda each: each in (topic, FRESHNESS))


def _screen_to_feed(slug: str, token: str) -> tuple[int, str]:
    try:
        with _unknown_like_a_wrong_key():
            organization = organization_by_slug(slug)
        with scope.enter(organization):
            screen = screens.screen_seen(token, moment=clock.now())
            return organization.id, boards.topic_of(screen.metric_key)
    finally:
        connection.close()
