"""Server time of the pages about goals: a manager's team of fifty, a company of two thousand.

Everybody has eight lines, five months of days with something on most of them, and the pages are
asked for with everything a request does.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import ground
from juara.accounts import operations as accounts
from juara.accounts.models import User
from juara.connect.types import RecordKind, RecordRow
from juara.core import clock, db
from juara.core.calendar import ALWAYS
from juara.goals import operations as goals
from juara.goals.types import Asking, GoalOwner, Owner, RollUp
from juara.ledger import operations as ledger
from juara.people import operations as people
from juara.people import queries
from juara.tenancy import scope
from juara.tenancy.models import Organization

_PASSWORD = "a long enough secret"
_ACTOR = "bench"
_DAYS = 150
TEAM, COMPANY = 50, 2_000
# Eight lines: metric, length of time, what a person is asked for, whether at a glance.
_LINES = (
    ("calls", "day", "2", True),
    ("connected_calls", "day", "1", True),
    ("emails", "day", "1", False),
    ("revenue_won", "month", "200000", True),
    ("deals_won", "month", "4", True),
    ("meetings_held", "month", "3", True),
    ("demos", "month", "2", False),
    ("win_rate", "month", "0.4", False),
)
_PAGES = {
    "manager": {
        "team_day": "today/team/?period=today",
        "team_month": "today/team/?period=this-month",
    },
    "executive": {
        "company": "company/",
        "company_with_forecasts": "company/?forecast=1",
        "company_trend": "company/trend/?metric=revenue_won",
        "company_region": "company/?team={region}",
        "company_team": "company/?team={team}",
        "team_month": "today/team/?period=this-month",
    },
}


def run(sizes: tuple[int, ...], repeats: int) -> dict[str, Any]:
    """Return least and median milliseconds and query counts of each page, for each size."""
    settings.ALLOWED_HOSTS = ["testserver"]
    with ground.database():
        for members in sizes:
            build(f"bench{members}", members)
        _settle()
        return {f"of_{members}_people": measured(f"bench{members}", repeats) for members in sizes}


def build(slug: str, members: int) -> None:
    """Make a company of so many people with goals on three levels and months of work."""
    organization, source_id = ground.organization(slug, members)
    moment = clock.now()
    with scope.enter(organization):
        profile = people.ensure_profile("Rep", moment=moment, actor=_ACTOR)
        db.execute("UPDATE assignment SET profile_id = %s", [profile.id])
        _goals(profile.public_id, moment)
    for first in range(0, _DAYS, 10):
        with scope.enter(organization):
            ledger.absorb_rows(
                _rows(members, range(first, min(first + 10, _DAYS)), moment),
                source_id=source_id, moment=moment, reason=_ACTOR,
            )  # fmt: skip
    with scope.enter(organization):
        for role, path in (("executive", (slug,)), ("manager", ("Region 0", "Team 00"))):
            _seated(slug, role, path, moment)


def _goals(profile: str, moment: datetime) -> None:
    def ask(owner: GoalOwner, metric: str, grain: str, asking: Asking, *, first: bool) -> None:
        goals.set_goal(
            owner, metric=metric, grain=grain, asking=asking, is_primary=first, from_day=ALWAYS,
            moment=moment, actor=_ACTOR,
        )  # fmt: skip

    company = GoalOwner(Owner.COMPANY)
    teams = [each for each in queries.teams().values() if not each.is_root]
    for metric, grain, target, first in _LINES:
        ask(GoalOwner(Owner.PROFILE, profile), metric, grain, Asking(Decimal(target)), first=first)
        if grain == "month" and metric != "win_rate":
            ask(company, metric, grain, Asking(None, RollUp.MEMBERS), first=first)
    for team in teams:
        owner = GoalOwner(Owner.TEAM, team.public_id)
        ask(owner, "revenue_won", "month", Asking(Decimal(9_000_000)), first=True)


def _rows(members: int, days: range, now: datetime) -> Iterator[RecordRow]:
    """Yield calls, and now and then more, of everybody on each working day."""
    number = 0
    for at in days:
        day = now.date() - timedelta(days=at)
        if day.weekday() > 4:
            continue
        chance = random.Random(at)
        for member in range(members):
            for _ in range(2):
                number += 1
                yield _row(at * 1_000_000 + number, day, f"u{member}", chance)


def _row(number: int, day: date, owner: str, chance: random.Random) -> RecordRow:
    moment = datetime(day.year, day.month, day.day, chance.randrange(0, 3), tzinfo=UTC)
    kind = chance.random()
    if kind < 0.2:
        return RecordRow(
            number, RecordKind.DEAL, f"D{number}",
            texts={"status": chance.choice(("won", "lost")), "name": f"Deal {number}"},
            amount=Decimal(chance.randrange(100, 90_000)),
            dates={"created": day - timedelta(days=30), "closed": day},
            users={"owner": owner},
        )  # fmt: skip
    outcome = chance.choice(ground.OUTCOMES)
    texts = {"type": "call", "outcome": outcome}
    if kind > 0.7:
        texts = {"type": chance.choice(("email", "meeting", "demo")), "outcome": "held"}
    return RecordRow(
        number, RecordKind.ACTIVITY, f"A{number}", texts=texts, duration_seconds=300,
        dates={"occurred": moment}, users={"owner": owner},
    )  # fmt: skip


def _seated(slug: str, role: str, path: tuple[str, ...], moment: datetime) -> None:
    email = f"{role}@{slug}.example"
    user = accounts.create_user(email=email, password=_PASSWORD, moment=moment)
    member = people.ensure_member(
        name=role.title(), email=email, role=role, moment=moment, actor=_ACTOR
    )
    if role == "manager":
        people.place(
            member, team=people.ensure_team(path, moment=moment), from_day=ALWAYS, moment=moment,
            actor=_ACTOR,
        )  # fmt: skip
    people.give_seat(member, user, moment=moment, actor=_ACTOR)


def _settle() -> None:
    """Let PostgreSQL look at what came in, as it does by itself within a minute."""
    ground.as_owner("ANALYZE")


def measured(slug: str, repeats: int) -> dict[str, Any]:
    """Return the figures of every page in a company that has been built."""
    found: dict[str, Any] = {}
    with scope.enter(Organization.objects.get(slug=slug)):
        every = {team.name: team.public_id for team in queries.teams().values()}
    names = {"region": every["Region 0"], "team": every["Team 00"]}
    for role, pages in _PAGES.items():
        client = Client()
        client.force_login(User.objects.get(email=f"{role}@{slug}.example"))
        for name, address in pages.items():
            found[f"{role}_{name}"] = _measure(
                client, f"/o/{slug}/{address.format(**names)}", repeats
            )
    return found


def _measure(client: Client, address: str, repeats: int) -> dict[str, Any]:
    def ask() -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")

    ask()
    with CaptureQueriesContext(connection) as asked:
        ask()
    queries_ = len(asked)
    figures = [ground.seconds(ask) * 1000 for _ in range(repeats)]
    return {
        "least_milliseconds": min(figures),
        "median_milliseconds": ground.median(figures),
        "queries": queries_,
    }
