"""standings, explain, metrics, verify, recount: the numbers and their proof."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from juara.cli import context, differences, troubles
from juara.cli.context import AsOfOption, FormatOption, OrganizationOption, PeriodOption
from juara.cli.output import Format, complain, counted, document, say, table
from juara.core.errors import DomainError
from juara.leaderboards import queries as boards
from juara.leaderboards.types import Board, BoardMetric, BoardRow
from juara.ledger import explain as explaining
from juara.ledger import metric_files, recounts
from juara.ledger import verify as verifying
from juara.ledger.explain import ExplainedPart, Explanation
from juara.ledger.types import CreditFacts, Verification
from juara.metrics import queries as metrics
from juara.tenancy import knowledge, scope
from juara.ui import formats

metrics_app = typer.Typer(help="Metrics.", invoke_without_command=True)


def register(app: typer.Typer) -> None:
    app.command("standings")(standings)
    app.command("explain")(explain)
    app.command("verify")(verify)
    app.command("recount")(recount)
    app.add_typer(metrics_app, name="metrics")


RoleOption = Annotated[
    str, typer.Option(help="One of the roles the metric credits; the leading one if not given.")
]


def standings(
    metric: Annotated[str, typer.Argument(help="The key of the metric.")],
    period: PeriodOption = "this-month",
    by: Annotated[str, typer.Option(help="member, team or branch.")] = "member",
    team: Annotated[str, typer.Option("--in", help="Only inside this team.")] = "",
    role: RoleOption = "",
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
        document("standings", _standings(board, asked))
    else:
        _tell_standings(board)


def _standings(board: Board, asked: boards.Asked) -> dict[str, Any]:
    return {
        "metric": differences.metric_body(board.metric),
        "period": {
            "key": board.period.key,
            "from_day": board.period.from_day,
            "until_day": board.period.until_day,
        },
        "by": board.by,
        "in": board.scope_name,
        "role": asked.role or None,
        "as_of": asked.as_of,
        "rows": [
            _place(row)
            | {
                "rank": row.rank,
                "value": row.value,
                "gap": row.gap,
                "movement": row.movement,
                "is_tied": row.is_tied,
            }
            for row in board.rows
        ],
        "without_data": [_place(row) for row in board.without_data],
        "is_additive": board.is_additive,
        "unassigned": board.unassigned,
        "total": board.company,
        "freshness": board.freshness,
    }


def _place(row: BoardRow) -> dict[str, Any]:
    return {"id": row.public_id, "name": row.name, "team": row.team_name}


def _tell_standings(board: Board) -> None:
    def written(value: Any) -> str:
        return formats.measured(value, board.metric)

    table(
        f"{board.metric.name}, {board.scope_name}, {board.period.key}",
        [">", "name", "team" if board.by == "member" else "in", ">value"],
        [
            *((row.rank, row.name, row.team_name, written(row.value)) for row in board.rows),
            *(("", row.name, row.team_name, "no data") for row in board.without_data),
        ],
    )
    if board.unassigned:
        say(
            f"Unassigned: {written(board.unassigned)} from "
            f"{counted(board.freshness.unassigned_records, 'record')} "
            f"(juara explain {board.metric.key} --member unassigned --period {board.period.key})."
        )
    if board.freshness.rows_waiting:
        say(f"{counted(board.freshness.rows_waiting, 'row')} of an import still to be counted.")
    # What does not add up has no total; the company's own value is worked out from all records.
    label = "Total" if board.is_additive else board.scope_name
    say(f"{label}: {written(board.company)}", style="bold")


def explain(
    metric: Annotated[str, typer.Argument(help="The key of the metric.")],
    member: Annotated[
        str,
        typer.Option(
            help="E-mail, name or id; `unassigned` for nobody, with --between `total` for all."
        ),
    ],
    period: PeriodOption = "this-month",
    role: RoleOption = "",
    as_of: AsOfOption = "",
    between: Annotated[
        tuple[str, str],
        typer.Option(
            metavar="<from> <to>",
            help="Two moments: why the number is not what it was. `now` for the second is now.",
        ),
    ] = ("", ""),
    organization_: OrganizationOption = "",
    format_: FormatOption = Format.TABLE,
) -> None:
    """Print every record behind a number; or why it changed between two moments."""
    if any(between):
        asked = boards.Asked(metric, period, role=role)
        differences.tell(asked, member, between, organization_, format_)
        return
    with context.inside(organization_) as entered:
        found = explaining.explain(
            metric, member=member, period_key=period, role=role,
            as_of=context.moment(as_of, zone=entered.zone), now=context.now(),
        )  # fmt: skip
        measures = {
            key: boards.board_metric(metrics.metric(key))
            for key in (found.metric_key, *(part.metric_key for part in found.parts))
        }
    if format_ is Format.JSON:
        document("explanation", _explanation(found, measures[found.metric_key]))
    else:
        _tell_explanation(found, measures)


def _explanation(found: Explanation, measure: BoardMetric) -> dict[str, Any]:
    return {
        "metric": differences.metric_body(measure),
        "holder": found.holder,
        "period": found.period,
        "as_of": found.as_of,
        "value": found.value,
        "parts": [
            {
                "metric": part.metric_key,
                "value": part.value,
                "credits": [_credit(each) for each in part.credits],
            }
            for part in found.parts
        ],
    }


def _credit(each: CreditFacts) -> dict[str, Any]:
    return {
        "day": each.day,
        "occurred_at": each.occurred_at,
        "value": each.value,
        "reason": each.reason,
        "owner": each.owner_key,
        "record": {
            "source": each.source_key,
            "kind": each.kind,
            "id": each.external_id,
            "name": each.name,
            "account": each.account,
            "status": each.status,
            "amount": each.amount,
            "currency": each.currency,
            "url": each.url,
            "is_deleted": each.is_deleted,
        },
    }


def _tell_explanation(found: Explanation, measures: dict[str, BoardMetric]) -> None:
    for part in found.parts:
        _tell_part(part, measures[part.metric_key], is_nobody=found.holder == explaining.UNASSIGNED)
    whole = measures[found.metric_key]
    say(
        f"{whole.name} of {found.holder}, {found.period}: {formats.measured(found.value, whole)}",
        style="bold",
    )


def _tell_part(part: ExplainedPart, measure: BoardMetric, *, is_nobody: bool) -> None:
    if not part.credits:
        say(f"{measure.name}: no records", style="italic")
        return
    table(
        f"{measure.name}: {formats.measured(part.value, measure)} from "
        f"{counted(len(part.credits), 'record')}",
        ["record", "day", "name", "owner" if is_nobody else "account", ">value"],
        [
            (
                each.external_id, each.day, each.name,
                (each.owner_key or "nobody named") if is_nobody else each.account,
                formats.measured(each.value, measure),
            )
            for each in part.credits
        ],
    )  # fmt: skip


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
        ["key", "name", "unit", "how", "credits", "what"],
        [
            (
                r["key"], r["name"], r["unit"], r["aggregation"], ", ".join(r["roles"]),
                r["description"],
            )
            for r in rows
        ],
    )  # fmt: skip


@metrics_app.command("apply")
def metrics_apply(
    file: Annotated[
        Path,
        typer.Argument(help="A TOML file of [[metric]] tables.", exists=True, dir_okay=False),
    ],
    from_day: Annotated[
        str, typer.Option("--from", help="First day a changed rule holds on; else always.")
    ] = "",
    organization_: OrganizationOption = "",
    format_: FormatOption = Format.TABLE,
) -> None:
    """Define metrics from a file, or change their rules; history is credited anew."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DomainError("metrics.text", f"{file.name} is not UTF-8 text.") from error
    with context.inside(organization_):
        changed = metric_files.apply(
            text, from_day=from_day, moment=context.now(), actor=context.ACTOR
        )
    if format_ is Format.JSON:
        document("metrics_applied", {"changed": changed})
    else:
        say(f"Changed: {', '.join(changed)}." if changed else "Nothing to change.")


def verify(organization_: OrganizationOption = "", format_: FormatOption = Format.TABLE) -> None:
    """Work everything out again beside the live numbers; exit 1 if anything differs.

    Exits 0 when nothing differs, and 2 when it could not be looked at.
    """
    try:
        with context.inside(organization_):
            knowledge.lock_ledger()
            found = verifying.verify()
    except (DomainError, *troubles.ERRORS) as error:
        sentence = error.message if isinstance(error, DomainError) else troubles.sentence(error)
        if sentence is None:
            raise
        # Whoever watches must be able to tell what differs from what could not be compared.
        complain(sentence)
        raise typer.Exit(2) from None
    if format_ is Format.JSON:
        document("verification", _verification(found))
    else:
        _tell_verification(found)
    if not found.is_sound:
        raise typer.Exit(1)


def _tell_verification(found: Verification) -> None:
    for each in found.differences:
        where = f"{each.table} of {each.metric_key}" if each.metric_key else each.table
        say(f"{where}: {each.count:,} {each.problem}, for example {each.sample}")
    if found.is_sound:
        outcome = "nothing differs."
    elif all(each.is_mended_by_recount for each in found.differences):
        outcome = "they differ; juara recount mends it."
    else:
        outcome = "they differ, and not only in numbers: see docs/admin/verify.md."
    say(
        f"{counted(found.records, 'record')}, {counted(found.credits, 'credit')}, "
        f"{counted(found.tallies, 'tally', 'tallies')}: {outcome}",
        style="bold" if found.is_sound else "bold red",
    )


def _verification(found: Verification) -> dict[str, Any]:
    return {
        "is_sound": found.is_sound,
        "records": found.records,
        "credits": found.credits,
        "tallies": found.tallies,
        "differences": [
            {
                "table": each.table,
                "metric": each.metric_key,
                "problem": each.problem,
                "count": each.count,
                "sample": each.sample,
                "is_mended_by_recount": each.is_mended_by_recount,
            }
            for each in found.differences
        ],
    }


def recount(
    metric: Annotated[
        str, typer.Option(help="The key of the one metric to recount; all of them if not given.")
    ] = "",
    organization_: OrganizationOption = "",
    format_: FormatOption = Format.TABLE,
) -> None:
    """Work everything out again and mend what differs, going on where a recount was interrupted."""
    with context.database():
        organization = context.chosen(organization_)
        with scope.enter(organization):
            before = recounts.unfinished(metric)
            run = recounts.begin(
                metric=metric, in_background=False, moment=context.now(), actor=context.ACTOR
            )
        if before is not None and format_ is not Format.JSON:
            context.aside(f"Going on with a recount: {before.done} of {before.steps} metrics done.")
        found = recounts.go_on(organization, run, clock=context.now)
    if format_ is Format.JSON:
        document(
            "recount", {"metrics": found.steps, "is_resumed": before is not None}
            | asdict(found.found),
        )  # fmt: skip
    else:
        say(
            f"{counted(found.steps, 'metric')}: {counted(found.found.credits_made, 'credit')} made,"
            f" {found.found.credits_ended:,} ended,"
            f" {counted(found.found.tallies, 'tally', 'tallies')} counted."
        )
