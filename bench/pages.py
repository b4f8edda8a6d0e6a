"""Server time of the leaderboard page, with everything a request does."""

from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import ground
from juara.accounts import operations as accounts
from juara.ledger import operations as ledger
from juara.people import operations as people
from juara.tenancy import scope

_PASSWORD = "a long enough secret"
ROWS_PER_MEMBER = 200


def run(members: int, repeats: int) -> dict[str, Any]:
    """Return median milliseconds and query counts of the page, its part and a team board."""
    with ground.database():
        organization, source_id = ground.organization("bench", members)
        for first in range(0, members * ROWS_PER_MEMBER, 20_000):
            count = min(20_000, members * ROWS_PER_MEMBER - first)
            with scope.enter(organization):
                ledger.absorb_rows(
                    ground.records(count, members=members, first=first),
                    source_id=source_id, moment=ground.NOW, reason="bench",
                )  # fmt: skip
        client = _signed_in(organization)
        page = "/o/bench/leaderboards/?metric=revenue_won&period=2025-Q3"
        shown = {
            "sign_in": ("/sign-in/", Client()),
            "page_quarter": (page, client),
            "page_year": ("/o/bench/leaderboards/?metric=revenue_won&period=2025", client),
            "page_by_team": (f"{page}&by=team", client),
        }
        figures: dict[str, Any] = {"members": members, "records": members * ROWS_PER_MEMBER}
        for name, (address, browser) in shown.items():
            figures[name] = _measure(browser, address, repeats)
        figures["part_quarter"] = _measure(
            client, page, repeats, headers={"HX-Request": "true", "HX-Request-Type": "partial"}
        )
    return figures


def _signed_in(organization: Any) -> Client:
    user = accounts.create_user(email="exec@example.com", password=_PASSWORD, moment=ground.NOW)
    with scope.enter(organization):
        member = people.ensure_member(
            name="Exec", email="exec@example.com", role="executive", moment=ground.NOW,
            actor="bench",
        )  # fmt: skip
        people.give_seat(member, user, moment=ground.NOW, actor="bench")
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(user)
    return client


def _measure(
    client: Client, address: str, repeats: int, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    def ask() -> None:
        response = client.get(address, headers=headers)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")

    ask()
    with CaptureQueriesContext(connection) as queries:
        ask()
    # Counted before the next request empties the log.
    count = len(queries)
    return {"milliseconds": ground.median_seconds(ask, repeats) * 1000, "queries": count}
