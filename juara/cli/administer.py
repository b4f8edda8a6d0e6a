"""Organizations, users, and the health of an installation."""

import sys
from typing import Annotated, Any

import typer

from juara.cli import context
from juara.cli.context import ACTOR, FormatOption, OrganizationOption
from juara.cli.output import Format, counted, document, say, table
from juara.core import db
from juara.ledger import matching
from juara.metrics import operations as metrics
from juara.ops import doctor as checks
from juara.people import operations as people
from juara.people import seating
from juara.records import queries as records
from juara.records.types import UnknownOwner
from juara.screens import operations as screens
from juara.tenancy import operations as tenancy
from juara.tenancy import scope
from juara.tenancy.models import Organization
from juara.tenancy.scope import organization_by_slug

organization = typer.Typer(help="Organizations.", no_args_is_help=True)
user = typer.Typer(help="People who can sign in.", no_args_is_help=True)
owners = typer.Typer(help="Whom the records name without our knowing them.", no_args_is_help=True)
screen = typer.Typer(help="Office TVs.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(organization, name="organization")
    app.add_typer(user, name="user")
    app.add_typer(owners, name="owners")
    app.add_typer(screen, name="screen")
    app.command("doctor")(doctor)


@organization.command("create")
def organization_create(
    slug: Annotated[str, typer.Argument(help="Its name in addresses: letters, digits, hyphens.")],
    name: Annotated[str, typer.Option(help="Its name on screens.")] = "",
    zone: Annotated[str, typer.Option(help="Time zone, such as Asia/Jakarta.")] = "UTC",
    currency: Annotated[str, typer.Option(help="Three letters, such as USD.")] = "USD",
    week_start: Annotated[str, typer.Option(help="First day of the week.")] = "monday",
    fiscal_start: Annotated[
        int, typer.Option(min=1, max=12, help="Month the fiscal year begins in, 1 to 12.")
    ] = 1,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Create an organization with the ready metrics."""
    with context.database(), db.transaction():
        made = tenancy.create_organization(
            slug=slug, name=name or slug, zone=zone, currency=currency,
            week_start=week_start, fiscal_start_month=fiscal_start, moment=context.now(),
        )  # fmt: skip
        _furnish(made.slug)
    if format_ is Format.JSON:
        document("organization", _organization(made))
    else:
        say(f"Created {made.name} ({made.slug}).")


def _organization(made: Organization) -> dict[str, Any]:
    return {
        "slug": made.slug,
        "id": made.public_id,
        "name": made.name,
        "zone": made.zone,
        "currency": made.currency,
    }


def _furnish(slug: str) -> None:
    made = organization_by_slug(slug)
    with scope.enter(made):
        people.ensure_root(name=made.name)
        metrics.install_catalogue(moment=context.now(), actor=ACTOR)


@organization.command("list")
def organization_list(format_: FormatOption = Format.TABLE) -> None:
    """List the organizations of this installation."""
    with context.database():
        found = [_organization(each) for each in Organization.objects.order_by("slug")]
    if format_ is Format.JSON:
        document("organizations", {"organizations": found})
    elif not found:
        say("There is none yet. Create one: juara organization create SLUG --name NAME")
    else:
        columns = ("slug", "name", "zone", "currency")
        table("", columns, [[each[column] for column in columns] for each in found])


@user.command("create")
def user_create(
    email: Annotated[str, typer.Argument(help="The address to sign in with.")],
    name: Annotated[str, typer.Option(help="How they are called.")] = "",
    role: Annotated[str, typer.Option(help="rep, manager, executive or admin.")] = "rep",
    member: Annotated[
        str,
        typer.Option(help="Name or id of somebody already here who has no address yet."),
    ] = "",
    organization_: OrganizationOption = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Let somebody sign in: the member with this address, the one named, or a new one."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _ask_password()
    with context.inside(organization_) as entered:
        seated = seating.seat(
            email=email, name=name, role=role, password=password, member=member,
            moment=context.now(), actor=ACTOR,
        )  # fmt: skip
        body = {
            "email": seated.email, "name": seated.name, "id": seated.public_id,
            "role": seated.role, "organization": entered.slug,
        }  # fmt: skip
    if format_ is Format.JSON:
        document("user", body)
    else:
        say(f"{seated.name} can sign in to {entered.name} as {seated.email} ({seated.role}).")


def _ask_password() -> str:
    answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer


@owners.command("list")
def owners_list(
    organization_: OrganizationOption = "", format_: FormatOption = Format.TABLE
) -> None:
    """List everybody the records name whom no member is matched to, with their records."""
    with context.inside(organization_):
        found = records.unknown_owners()
    if format_ is Format.JSON:
        document("unknown_owners", {"owners": [_owner(each) for each in found]})
    elif not found:
        say("Everybody the records name is somebody here.")
    else:
        table(
            "",
            ["key", "source", "name", ">records", "first day", "last day"],
            [
                (
                    each.key, each.source_key, each.name, f"{each.record_count:,}",
                    each.first_day, each.last_day,
                )
                for each in found
            ],
        )  # fmt: skip


def _owner(each: UnknownOwner) -> dict[str, Any]:
    return {
        "source": each.source_key,
        "key": each.key,
        "name": each.name,
        "records": each.record_count,
        "first_day": each.first_day,
        "last_day": each.last_day,
    }


@owners.command("match")
def owners_match(
    source: Annotated[str, typer.Argument(help="The key of the source.")],
    key: Annotated[str, typer.Argument(help="How the source names the person.")],
    member: Annotated[str, typer.Argument(help="E-mail, name or id of the member.")],
    organization_: OrganizationOption = "",
    format_: FormatOption = Format.TABLE,
) -> None:
    """Say who somebody is; what they earned in the past is credited at once."""
    with context.inside(organization_):
        absorbed = matching.match(
            source_key=source, key=key, member=member, moment=context.now(), actor=ACTOR
        )
    if format_ is Format.JSON:
        document("matched", {"source": source, "key": key, "credits": absorbed.credits_made})
    else:
        say(f"Matched. {counted(absorbed.credits_made, 'credit')} worked out again.")


@screen.command("create")
def screen_create(
    name: Annotated[str, typer.Argument(help="The room it hangs in.")],
    metric: Annotated[str, typer.Option(help="What it ranks by.")] = "revenue_won",
    period: Annotated[str, typer.Option(help="Such as this-month.")] = "this-month",
    by: Annotated[str, typer.Option(help="member, team or branch.")] = "member",
    organization_: OrganizationOption = "",
    format_: FormatOption = Format.TABLE,
) -> None:
    """Make a TV; its address is printed this once."""
    with context.inside(organization_) as entered:
        made = screens.create_screen(
            name=name, metric_key=metric, period=period, by=by, moment=context.now(), actor=ACTOR
        )
        path = f"/tv/{entered.slug}/{made.token}/"
    if format_ is Format.JSON:
        document("screen", {"name": name, "id": made.screen.public_id, "path": path})
    else:
        say(f"Open this path on the TV: {path}")


def doctor(format_: FormatOption = Format.TABLE) -> None:
    """Check that this installation can work, and say how to mend what cannot."""
    with context.database():
        found = checks.examine()
    if format_ is Format.JSON:
        document("doctor", {"is_well": all(each.is_well for each in found), "checks": found})
    else:
        marks = {True: "ok", False: "FAILS"}
        table("", ["", "check", "finding"], [(marks[c.is_well], c.name, c.finding) for c in found])
    if not all(each.is_well for each in found):
        raise typer.Exit(1)
