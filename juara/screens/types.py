from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ScreenFacts:
    """A TV as those above see it."""

    public_id: str
    name: str
    metric_key: str
    period: str
    by: str
    team_public_id: str
    created_at: datetime
    last_seen_at: datetime | None
    is_revoked: bool


@dataclass(frozen=True, slots=True)
class NewScreen:
    """A TV just made, with the secret part of its address, shown this once."""

    screen: ScreenFacts
    token: str
