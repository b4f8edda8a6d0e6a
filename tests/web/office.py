"""An organization with people of every role who can sign in, and numbers worth opening."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import psycopg
from django.db import connections

from juara.accounts.models import User
from juara.core import ids
from juara.metrics import operations as metrics
from juara.people import operations as people
from juara.people.models import Assignment, Member, Team
from juara.records.models import OwnerMatch, SourceUser
from juara.screens import operations as screens
from juara.tenancy import knowledge, scope
from juara.tenancy.models import Organization
from tests import cast

PERIOD = "2025-03"


@dataclass(frozen=True, slots=True)
class Office:
    """What a test may ask for by name; people by their name in lower case."""

    organization: Organization
    members: dict[str, Member] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    metrics: dict[str, str] = field(default_factory=dict)
    screen_id: str = ""
    token: str = ""

    @property
    def slug(self) -> str:
        return self.organization.slug

    def path(self, rest: str = "") -> str:
        """Return an address inside the organization."""
        return f"/o/{self.slug}/{rest}"


def opened(slug: str = "acme", name: str = "Acme") -> Office:
    """Make an organization of eight people in two regions, with four of them on the board.

    Revenue won in March 2025: Ana 120 (70 and 50), Budi 90, Citra 60, Dewi 30, and 7.25 of an
    owner nobody knows; calls: Ana 1.
    """
    organization = cast.organization(slug, name=name)
    with scope.enter(organization):
        members = _people()
        metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
        _deals()
        made = screens.create_screen(
            name="Lobby", metric_key="revenue_won", period=PERIOD, moment=cast.NOW, actor=cast.ACTOR
        )
        users = {name: seated(member, slug) for name, member in members.items() if member.email}
        return Office(
            organization=organization,
            members=members,
            users=users,
            teams={team.name: team for team in Team.objects.all()},
            metrics=_metric_ids(),
            screen_id=made.screen.public_id,
            token=made.token,
        )


@contextmanager
def standing(owner_url: str) -> Iterator[tuple[Office, Office]]:
    """Let two organizations stand, committed; afterwards every table is empty again."""
    try:
        yield opened("acme", "Acme"), opened("globex", "Globex")
    finally:
        connections["default"].close()
        empty(owner_url)


def empty(owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT IN ('django_migrations', 'django_content_type')"
        ).fetchall()
        connection.execute(f"TRUNCATE {', '.join(row[0] for row in tables)} CASCADE")


def _people() -> dict[str, Member]:
    return {
        "ana": _hired("Ana", "North", "Alpha"),
        "budi": _hired("Budi", "North", "Alpha"),
        "citra": _hired("Citra", "North", "Beta"),
        "dewi": _hired("Dewi", "South", "Gamma"),
        "mira": _hired("Mira", "North", "Alpha", role="manager"),
        "reza": _hired("Reza", "North", role="manager"),
        "eka": _hired("Eka", role="executive"),
        "adi": _hired("Adi", role="admin"),
        # Known to the CRM, invited by nobody.
        "zul": cast.member("Zul", "South", "Gamma"),
    }


def _hired(name: str, *path: str, role: str = "rep") -> Member:
    return cast.member(name, *path, role=role, email=f"{name.lower()}@example.com")


def seated(member: Member, slug: str) -> User:
    """Let a member in with a sign-in of this organization's own, without a usable password."""
    user = User(email=f"{member.name.lower()}@{slug}.example", created_at=cast.NOW)
    user.set_unusable_password()
    user.save(force_insert=True)
    people.give_seat(member, user, moment=cast.NOW, actor=cast.ACTOR)
    return user


def _deals() -> None:
    cast.deliver(
        cast.deal("1", owner="ana", amount="70", dates={"closed": date(2025, 3, 3)}),
        cast.deal("2", owner="ana", amount="50", dates={"closed": cast.TODAY}),
        cast.deal("3", owner="budi", amount="90", dates={"closed": date(2025, 3, 4)}),
        cast.deal("4", owner="citra", amount="60", dates={"closed": date(2025, 3, 5)}),
        cast.deal("5", owner="dewi", amount="30", dates={"closed": date(2025, 3, 6)}),
        cast.deal("6", owner="ghost", amount="7.25", dates={"closed": date(2025, 3, 6)}),
        cast.call("7", owner="ana", when=datetime(2025, 3, 7, 10, 0, tzinfo=UTC)),
        moment=cast.NOW,
    )


def _metric_ids() -> dict[str, str]:
    from juara.metrics import queries

    return {metric.key: metric.public_id for metric in queries.metrics()}


def crowd(count: int, *path: str) -> list[Member]:
    """Hire many at once, written in bulk; the CRM knows each by their name in lower case."""
    team, source = cast.team(*path), cast.source()
    with knowledge.batch(moment=cast.NOW, reason="a crowd") as batch:
        batch.is_used = True
        made = Member.objects.bulk_create(Member(name=f"Rep {n:03}") for n in range(count))
        users = SourceUser.objects.bulk_create(
            SourceUser(source_id=source.id, key=member.name.lower()) for member in made
        )
        Assignment.objects.bulk_create(
            Assignment(
                assignment_id=ids.new_id(), member=member, team=team, zone="UTC",
                known_from=batch.number,
            )
            for member in made
        )  # fmt: skip
        OwnerMatch.objects.bulk_create(
            OwnerMatch(source_user=user, member=member, known_from=batch.number)
            for user, member in zip(users, made, strict=True)
        )
    return made
