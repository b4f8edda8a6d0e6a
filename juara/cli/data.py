"""standings, explain, metrics, verify, recount: the numbers and their proof."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from juara.cli import context
from juara.cli.context import AsOfOption, FormatOption, OrganizationOption, PeriodOption
from juara.cli.output import Format, console, document, table
from juara.leaderboards import queries as boards
from juara.ledger import explain as explaining
from juara.ledger import metric_files
from juara.ledger import operations as ledger
from juara.ledger import verify as verifying
from juara.metrics import queries as metrics
from juara.tenancy import knowledge
from juara.ui import formats

metrics_app = typer.Typer(help="Metrics.", invoke_without_command=True)


def register(app: typer.Typer) -> None:
    app.command("standings")(standings)
    app.command("explain")(explain)
    app.command("verify")(verify)
    app.command("recount")(recount)
    app.add_typer(metrics_app, name="metrics")


def standings(
    metric: Annotated[str, typer.Argument(help="The key of the metric.")],
    period: PeriodOption = "this-month",
    by: Annotated[str, typer.Option(help="member, team or branch.")] = "member",
    team: Annotated[str, typer.Option("--in", help="Only inside this team.")] = "",
    role: Annotated[str, typer.Option(help="A role the metric credits; else the leading.")] = "",
    as_of: AsOfOption = "",
    organization_: OrganizationOption = "",
    format_: FormatOption = Format.TABLE,
) -> None:
    """Print a leaderboard."""
    with context.inside(organization_) as entered:
        asked = boards.Asked(
            metric, period, by, team, role, context.moment(as_of, zone=entered.zone)
        )
        board = boards.board(asked, now=context.now())
        if format_ is Format.JSON:
            document("standings", asdict(board))
            return

        def written(value: Any) -> str:
            return formats.measured(value, board.metric)

        table(
            f"{board.metric.name}, {board.scope_name}, {board.period.key}",
            [">", "name", "team", ">value"],
            [
                *((row.rank, row.name, row.team_name, written(row.value)) for row in board.rows),
                *(("", row.name, row.team_name, "no data") for row in board.without_data),
            ],
        )
        if board.unassigned:
            console.print(f"Unassigned: {written(board.unassigned)}")
        console.print(f"Total: {written(board.company)}", style="bold")


def explain(
    metric: Annotated[str, typer.Argument(help="The key of the metric.")],
    member: Annotated[str, typer.Option(help="E-mail, name or id; `unassigned` for nobody.")],
    period: PeriodOption = "this-month",
    role: Annotated[str, typer.Option(help="A role the metric credits; else the leading.")] = "",
    as_of: AsOfOption = "",
    organization_: OrganizationOption = "",
    format_: FormatOption = Format.TABLE,
) -> None:
    """Print every record behind a number."""
    with context.inside(organization_) as entered:
        found = explaining.explain(
            metric, member=member, period_key=period, role=role,
            as_of=context.moment(as_of, zone=entered.zone), now=context.now(),
        )  # fmt: skip
    if format_ is Format.JSON:
        document("explanation", asdict(found))
        return
    for part in found.parts:
        table(
            f"{part.metric_key}: {part.value} from {len(part.credits)} records",
            ["day", "record", "name", "account", ">value"],
            [
                (each.day, each.external_id, each.name, each.account, each.value)
                for each in part.credits
            ],
        )
    console.print(f"{found.metric_key} of {found.holder}: {found.value}", style="bold")


@metrics_app.callback()
def metrics_list(
    ctx: typer.Context,
    organization_: OrganizationOption = "",
    format_: FormatOption = Format.TABLE,
) -> None:
    """List the metrics, or change them with a subcommand."""
    if ctx.invoked_subcommand:
        return
    with context.inside(organization_):
        found = metrics.metrics()
    rows = [
        {
            "key": each.key, "name": each.name, "unit": each.unit,
            "aggregation": each.aggregation.value, "roles": list(each.roles),
            "description": each.description,
        }
        for each in found
    ]  # fmt: skip
    if format_ is Format.JSON:
        document("metrics", {"metrics": rows})
        return
    table(
        "",
        ["key", "name", "unit", "how", "what"],
        [(r["key"], r["name"], r["unit"], r["aggregation"], r["description"]) for r in rows],
    )


@metrics_app.command("apply")
def metrics_apply(
    file: Annotated[typer.FileText, typer.Argument(help="A TOML file of [[metric]] tables.")],
    from_day: Annotated[
        str, typer.Option("--from", help="First day a changed rule holds on; else always.")
    ] = "",
    organization_: OrganizationOption = "",
    format_: FormatOption = Format.TABLE,
) -> None:
    """Define metrics from a file, or change their rules; history is credited anew."""
    with context.inside(organization_):
        changed = metric_files.apply(
            file.read(), from_day=from_day, moment=context.now(), actor=context.ACTOR
        )
    if format_ is Format.JSON:
        document("metrics_applied", {"changed": changed})
    else:
        console.print(f"Changed: {', '.join(changed)}." if changed else "Nothing to change.")


def verify(organization_: OrganizationOption = "", format_: FormatOption = Format.TABLE) -> None:
    """Work everything out again beside the live numbers; fail if anything differs."""
    with context.inside(organization_):
        knowledge.lock_ledger()
        found = verifying.verify()
    if format_ is Format.JSON:
        document("verification", asdict(found))
    else:
        for each in found.differences:
            console.print(
                f"{each.table} {each.metric_key}: {each.count} {each.problem}, e.g. {each.sample}"
            )
        console.print(
            f"{found.records:,} records, {found.credits:,} credits, {found.tallies:,} tallies: "
            + ("nothing differs." if found.is_sound else "DIFFERENCES, see above."),
            style="bold" if found.is_sound else "bold red",
        )
    if not found.is_sound:
        raise typer.Exit(1)


def recount(organization_: OrganizationOption = "", format_: FormatOption = Format.TABLE) -> None:
    """Work everything out again and mend what differs."""
    with context.inside(organization_):
        found = ledger.recount(moment=context.now())
    if format_ is Format.JSON:
        document("recount", asdict(found))
    else:
        console.print(
            f"{found.credits_made:,} credits made, {found.credits_ended:,} ended, "
            f"{found.tallies:,} tallies counted."
        )
