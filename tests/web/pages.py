"""Every page a person can be shown, as this tree's tests look at them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client

from tests.web.office import Office


@dataclass(frozen=True, slots=True)
class Page:
    """How a page is reached, and the status it comes with."""

    name: str
    ask: Callable[[Client, Office], Any]
    status: int = 200

    def response(self, client: Client, office: Office) -> Any:
        return self.ask(client, office)


def _get(rest: str) -> Callable[[Client, Office], Any]:
    return lambda client, office: client.get(office.path(rest))


def _records(client: Client, office: Office) -> Any:
    holder = office.members["ana"].public_id
    return client.get(office.path("leaderboards/records/"), {"holder": holder})


def _new_screen(client: Client, office: Office) -> Any:
    whole = {"name": "Hall", "metric": "calls", "period": "today", "by": "member", "team": ""}
    return client.post(office.path("screens/new/"), whole)


def _television(client: Client, office: Office) -> Any:
    return client.get(f"/tv/{office.slug}/{office.token}/")


def _without_token(client: Client, office: Office) -> Any:
    checked = Client(enforce_csrf_checks=True)
    checked.cookies = client.cookies
    return checked.post(office.path("screens/new/"), {"name": "Hall"})


PAGES = (
    Page("sign-in", lambda client, office: Client(headers=_language(client)).get("/sign-in/")),
    Page("leaderboard", _get("leaderboards/")),
    Page("teams", _get("leaderboards/?by=team")),
    Page("duration", _get("leaderboards/?metric=sales_cycle")),
    Page("percent", _get("leaderboards/?metric=win_rate")),
    Page("nobody", _get("leaderboards/?period=2024")),
    Page("custom", _get("leaderboards/?period=custom&from=2025-03-01&to=2025-03-05")),
    Page("past", _get("leaderboards/?as_of=2025-03-10T09:30")),
    Page("records", _records),
    Page("unassigned", _get("leaderboards/records/?holder=unassigned")),
    Page("screens", _get("screens/")),
    Page("new screen", _new_screen),
    Page("screen refused", lambda client, office: client.post(office.path("screens/new/")), 422),
    Page("television", _television),
    Page("400", _get("leaderboards/?period=soon"), 400),
    Page("403", _without_token, 403),
    Page("404", _get("leaderboards/?metric=none"), 404),
    Page("no address", lambda client, office: client.get("/nowhere/"), 404),
)


def _language(client: Client) -> dict[str, str]:
    chosen = client.cookies.get("juara_language")
    return {"Accept-Language": chosen.value if chosen else "en"}
