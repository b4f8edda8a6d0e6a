"""Reading TVs."""

from juara.screens.models import Screen
from juara.screens.types import ScreenFacts


def screens() -> tuple[ScreenFacts, ...]:
    """Return every screen that is not revoked, oldest first."""
    return tuple(map(facts, Screen.objects.filter(revoked_at=None).order_by("created_at")))


def facts(screen: Screen) -> ScreenFacts:
    return ScreenFacts(
        public_id=screen.public_id,
        name=screen.name,
        metric_key=screen.metric_key,
        period=screen.period,
        by=screen.by,
        team_public_id=screen.team_public_id,
        created_at=screen.created_at,
        last_seen_at=screen.last_seen_at,
        is_revoked=screen.revoked_at is not None,
    )
