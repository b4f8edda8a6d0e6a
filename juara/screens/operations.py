"""Making TVs, letting them in by their address, and turning them away."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from juara.audit import operations as audit
from juara.core import scope
from juara.core.calendar import parse_period
from juara.core.errors import DomainError, NotFoundError
from juara.leaderboards.queries import BY, today
from juara.metrics import queries as metrics
from juara.people import queries as people
from juara.screens.models import Screen
from juara.screens.queries import facts
from juara.screens.types import NewScreen, ScreenFacts

# A screen asks again with every change; being seen is worth noting about once a minute.
_SEEN_EVERY = timedelta(minutes=1)


def create_screen(
    *,
    name: str,
    metric_key: str,
    period: str = "this-month",
    by: str = "member",
    team: str = "",
    moment: datetime,
    actor: str,
) -> NewScreen:
    """Make a TV that shows a leaderboard; the returned token is kept nowhere."""
    if not name.strip():
        raise DomainError("screen.name", "Give the screen a name, such as the room it hangs in.")
    if by not in BY:
        raise DomainError("screen.by", f"A board is by {', '.join(BY)}.")
    metric = metrics.metric(metric_key)
    parse_period(period, today=today(moment), rules=scope.current().rules)
    if team:
        team = people.team(team).public_id
    token = secrets.token_urlsafe(18)
    made = Screen(
        name=name.strip()[:80],
        token_hash=_hash(token),
        metric_key=metric.key,
        period=period,
        by=by,
        team_public_id=team,
        created_at=moment,
    )
    made.save(force_insert=True)
    audit.record(actor=actor, action="screen.created", subject=made.name, at=moment)
    return NewScreen(facts(made), token)


def revoke_screen(public_id: str, *, moment: datetime, actor: str) -> None:
    """Turn a TV away from its next request on. NotFoundError if there is no such screen."""
    changed = Screen.objects.filter(public_id=public_id, revoked_at=None).update(revoked_at=moment)
    if not changed:
        raise NotFoundError("screen.unknown", gettext_noop("There is no such screen."))
    audit.record(actor=actor, action="screen.revoked", subject=public_id, at=moment)


def screen_seen(token: str, *, moment: datetime) -> ScreenFacts:
    """Return the screen an address belongs to and note that it is alive.

    NotFoundError for a wrong, unknown or revoked one alike.
    """
    found = Screen.objects.filter(token_hash=_hash(token), revoked_at=None).first()
    if found is None:
        raise unknown_screen()
    if found.last_seen_at is None or moment - found.last_seen_at > _SEEN_EVERY:
        Screen.objects.filter(id=found.id).update(last_seen_at=moment)
    return facts(found)


def unknown_screen() -> NotFoundError:
    return NotFoundError(
        "screen.unknown", gettext_noop("This screen is not connected. Ask for a new address.")
    )


def _hash(token: str) -> str:
    # 144 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(token.encode()).hexdigest()
