"""What commands that read data share: the database, the organization, the moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from juara.cli.output import Format, complain
from juara.core import clock
from juara.core import environment as env
from juara.core.errors import DomainError
from juara.ops import server
from juara.tenancy import scope
from juara.tenancy.models import Organization
from juara.tenancy.scope import organization_by_slug

OrganizationOption = Annotated[
    str, typer.Option("--organization", help="Its slug; needed only where there are several.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="A table, or JSON.")]
AsOfOption = Annotated[
    str,
    typer.Option(
        "--as-of",
        help="As it was known at this moment: 2026-11-23T14:02, in the organization's time zone.",
    ),
]
PeriodOption = Annotated[
    str,
    typer.Option(
        "--period", help="2017, 2017-Q4, 2017-10, 2017-W40, FY2018-Q1, 2017-10-05, a..b, …"
    ),
]

ACTOR = "command line"


def aside(text: str) -> None:
    """Say something on standard error, where it mixes with no output."""
    complain(text, style="dim")


@contextmanager
def database() -> Iterator[None]:
    """Run with Django set up, on the running server's database or one started for the call."""
    with server.database(env.home(), notify=aside):
        yield


@contextmanager
def inside(slug: str) -> Iterator[Organization]:
    """Run inside an organization, in one transaction."""
    with database():
        organization = chosen(slug)
        with scope.enter(organization):
            yield organization


def chosen(slug: str) -> Organization:
    """Return the organization named, or the only one there is."""
    if slug:
        return organization_by_slug(slug)
    found = list(Organization.objects.order_by("slug")[:2])
    if len(found) == 1:
        return found[0]
    if not found:
        raise DomainError(
            "organization.none",
            "There is no organization yet. Create one: juara organization create SLUG --name NAME",
        )
    raise DomainError(
        "organization.several", "There are several organizations: say which with --organization."
    )


def moment(text: str, *, zone: str = "UTC") -> datetime | None:
    """Read a moment; without an offset it is in `zone`. Empty is None: now."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise DomainError(
            "moment.unreadable", f"“{text}” is not a moment. Write 2026-11-23T14:02.", text=text
        ) from error
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


now = clock.now
