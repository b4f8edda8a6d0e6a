"""import, imports, undo, resume."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from juara.cli import context
from juara.cli.context import ACTOR, FormatOption, OrganizationOption
from juara.cli.output import Format, counted, document, errors, say, table
from juara.connect import queries as sources
from juara.connect.mapping import load_mapping
from juara.ledger import imports as operations
from juara.ledger.imports import Reading
from juara.records.types import Landed
from juara.tenancy import scope
from juara.tenancy.models import Organization

_SHOWN_DUPLICATES = 5
_SHOWN_OWNERS = 10


def register(app: typer.Typer) -> None:
    app.command("import")(import_)
    app.command("imports")(imports)
    app.command("undo")(undo)
    app.command("resume")(resume)


def import_(
    files: Annotated[
        list[Path], typer.Argument(help="CSV or XLSX files.", exists=True, dir_okay=False)
    ],
    mapping: Annotated[
        Path, typer.Option(help="The mapping file (TOML).", exists=True, dir_okay=False)
    ],
    organization_: OrganizationOption = "",
    check: Annotated[bool, typer.Option("--check", help="Only report; change nothing.")] = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Import files by a mapping; returns when every number rests on them."""
    read = load_mapping(mapping)
    landed: Landed | None = None
    with context.database():
        organization = context.chosen(organization_)
        with _Bar() as bar:
            if check:
                reading = operations.check_files(
                    organization, read, files, clock=context.now, progress=bar
                )
            else:
                _resume(organization)
                outcome = operations.import_files(
                    organization, read, files, clock=context.now, actor=ACTOR, progress=bar
                )
                reading, landed = outcome.reading, outcome.landed
    if format_ is Format.JSON:
        document("import", _body(reading, landed))
    else:
        _tell(reading, landed)


def _body(reading: Reading, landed: Landed | None) -> dict[str, Any]:
    return {
        "id": None if landed is None else reading.public_id,
        "is_check": landed is None,
        "rows": reading.rows,
        "people": {"described": reading.people.described, "changed": reading.people.changed},
        "records": landed,
        "duplicates": {
            "count": reading.duplicates.count,
            "first": operations.located(reading.report, reading.duplicates),
        },
        "unknown_owners": [
            {"key": each.key, "records": each.record_count} for each in reading.unknown_owners
        ],
        "report": reading.report.as_json(),
    }


def _tell(reading: Reading, landed: Landed | None) -> None:
    for sentence in reading.report.sentences():
        say(sentence)
    _tell_duplicates(reading)
    _tell_owners(reading)
    if reading.people.described:
        say(f"People: {reading.people.described:,}, of them {reading.people.changed:,} changed.")
    if landed is None:
        say("Checked only: nothing was changed.", style="bold")
    else:
        say(
            f"Records: {landed.created:,} new, {landed.changed:,} changed, "
            f"{landed.deleted:,} deleted. Import {reading.public_id}.",
            style="bold",
        )


def _tell_duplicates(reading: Reading) -> None:
    if not reading.duplicates.count:
        return
    say(f"{counted(reading.duplicates.count, 'row')} gave way to a later one with the same id:")
    found = operations.located(reading.report, reading.duplicates)
    for each in found[:_SHOWN_DUPLICATES]:
        kept = "" if each["kept_file"] == each["file"] else f"{each['kept_file']}, "
        say(f"  {each['id']}: {each['file']}, row {each['row']}, to {kept}row {each['kept_row']}.")
    if reading.duplicates.count > _SHOWN_DUPLICATES:
        say(f"  … and {reading.duplicates.count - _SHOWN_DUPLICATES:,} more.")


def _tell_owners(reading: Reading) -> None:
    owners = reading.unknown_owners
    if not owners:
        return
    named = [f"{each.key} ({each.record_count:,})" for each in owners[:_SHOWN_OWNERS]]
    more = f" and {len(owners) - _SHOWN_OWNERS:,} more" if len(owners) > _SHOWN_OWNERS else ""
    say(
        f"Nobody here is known as {', '.join(named)}{more}. Their records stay unassigned until "
        "they are matched (juara owners match) or a file of people names them."
    )


class _Bar:
    """Progress on standard error, where it disturbs no output, and only where somebody looks."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(), console=errors, transient=True, disable=not errors.is_terminal,
        )  # fmt: skip
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, what: str, share: float) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what.capitalize(), total=1.0)
        self._progress.update(self._tasks[what], completed=share)


def imports(organization_: OrganizationOption = "", format_: FormatOption = Format.TABLE) -> None:
    """List the imports, newest first."""
    with context.inside(organization_):
        found = sources.runs()
    if format_ is Format.JSON:
        document("imports", {"imports": [_listed(each) for each in found]})
    elif not found:
        say("Nothing was imported yet.")
    else:
        table(
            "",
            ["id", "started (UTC)", "source", "state", ">rows", ">new", ">changed", ">deleted"],
            [
                (
                    each.public_id, each.started_at.strftime("%Y-%m-%d %H:%M"), each.source_key,
                    each.state, f"{each.rows:,}", f"{each.created:,}", f"{each.changed:,}",
                    f"{each.deleted:,}",
                )
                for each in found
            ],
        )  # fmt: skip


def _listed(run: sources.RunFacts) -> dict[str, Any]:
    return {
        "id": run.public_id,
        "source": run.source_key,
        "state": run.state,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "rows": run.rows,
        "created": run.created,
        "changed": run.changed,
        "deleted": run.deleted,
    }


def undo(
    run: Annotated[str, typer.Argument(help="The id of the import.")],
    organization_: OrganizationOption = "",
    format_: FormatOption = Format.TABLE,
) -> None:
    """Put the records of an import back as they stood before it."""
    with context.database():
        landed = operations.undo(
            context.chosen(organization_), run, moment=context.now(), actor=ACTOR
        )
    if format_ is Format.JSON:
        document("undone", {"id": run, "records": landed.changed})
    else:
        say(
            f"{counted(landed.changed, 'record')} put back as before. What was changed again "
            "since stays, and so do the people it brought."
        )


def resume(organization_: OrganizationOption = "", format_: FormatOption = Format.TABLE) -> None:
    """Finish imports that were interrupted."""
    with context.database():
        count = _resume(context.chosen(organization_))
    if format_ is Format.JSON:
        document("resumed", {"finished": count})
    else:
        say(f"{counted(count, 'import')} finished." if count else "Nothing was interrupted.")


def _resume(organization: Organization) -> int:
    with scope.enter(organization):
        runs = operations.unfinished()
    for run in runs:
        operations.land(organization, run, clock=context.now)
    return len(runs)
