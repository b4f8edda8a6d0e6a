"""What today's pages are asked for in their addresses."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.http import urlencode

from juara.web import as_of as moments
from juara.web.as_of import AsOf
from juara.web.asked import page_number

# The lengths of time a team is looked at over, by the names they have in addresses.
GRAINS = {"today": "day", "this-week": "week", "this-month": "month"}


@dataclass(frozen=True, slots=True)
class Asked:
    """As of when, for a team's page also over what, which team and which page."""

    as_of: AsOf
    period: str = ""
    team: str = ""
    page: int = 1

    @property
    def moment(self) -> datetime | None:
        return self.as_of.moment

    def query(self, **changes: str) -> str:
        """Write what was asked for again, with changes, leaving out what is as usual."""
        parts = {
            "period": self.period, "team": self.team, "as_of": str(self.as_of),
            "page": str(self.page) if self.page > 1 else "",
        } | changes  # fmt: skip
        return urlencode({name: value for name, value in parts.items() if value})


def read(request: HttpRequest, *, now: datetime) -> Asked:
    """Read an address; what cannot be read, or lies ahead, is as if it were not there."""
    given = request.GET
    return Asked(
        as_of=moments.read(request, now=now),
        period=given.get("period", "") if given.get("period") in GRAINS else "",
        team=given.get("team", ""),
        page=page_number(given.get("page", "")),
    )


def is_refresh(request: HttpRequest) -> bool:
    """Say whether only the part that changes by itself is asked for."""
    is_partial = request.headers.get("HX-Request-Type") == "partial"
    return bool(getattr(request, "htmx", False)) and is_partial
