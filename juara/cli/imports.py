"""import, imports, undo, resume."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from juara.cli import context
from juara.cli.context import ACTOR, FormatOption, OrganizationOption
from juara.cli.output import Format, console, document, errors, table
from juara.connect import queries as sources
from juara.connect.mapping import load_mapping
from juara.ledger import imports as operations
from juara.ledger.imports import Reading
from juara.tenancy import scope


def register(app: typer.Typer) -> None:
    app.command("import")(import_)
    app.command("imports")(imports)
    app.command("undo")(undo)
    app.command("resume")(resume)


def import_(
    files: Annotated[list[Path], typer.Argument(help="CSV or XLSX files.", exists=True)],
    mapping: Annotated[Path, typer.Option(help="The mapping file (TOML).", exists=True)],
    organization_: OrganizationOption = "",
    check: Annotated[bool, typer.Option("--check", help="Only report; change nothing.")] = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Import files by a mapping; returns when every number rests on them."""
    read = load_mapping(mapping)
    with context.database():
        organization = context.chosen(organization_)
        with _bar() as bar:
            if check:
                reading = operations.check_files(
                    organization, read, files, clock=context.now, progress=bar
                )
                landed = None
            else:
                _resume(organization)
                outcome = operations.import_files(
                    organization, read, files, clock=context.now, actor=ACTOR, progress=bar
                )
                reading, landed = outcome.reading, outcome.landed
    body = _body(reading, landed)
    if format_ is Format.JSON:
        document("import", body)
    else:
        _tell(reading, body)


def _body(reading: Reading, landed: Any) -> dict[str, Any]:
    return {
        "id": reading.public_id if landed else None,
        "is_check": landed is None,
        "rows": reading.rows,
        "people": {
            "described": reading.people.described,
            "changed": reading.people.changed,
        },
        "records": landed,
        "duplicates": {"count": reading.duplicates.count},
        "unknown_owners": [
            {"key": each.key, "records": each.record_count} for each in reading.unknown_owners
        ],
        "report": reading.report.as_json(),
    }


def _tell(reading: Reading, body: dict[str, Any]) -> None:
    for sentence in reading.report.sentences():
        console.print(sentence, markup=False, soft_wrap=True)
    if reading.duplicates.count:
        console.print(
            f"{reading.duplicates.count:,} rows gave way to a later row with the same id:"
        )
        for each in reading.duplicates.first[:5]:
            _file, row = reading.report.locate(each.row_number)
            _kept_file, kept = reading.report.locate(each.kept_row_number)
            console.print(f"  {each.external_id}: row {row} to row {kept}", markup=False)
    if reading.unknown_owners:
        console.print(
            f"{len(reading.unknown_owners)} people in the rows are nobody we know; what they "
            "own stays unassigned until they are matched (juara owners match)."
        )
    if reading.people.described:
        console.print(f"People: {reading.people.described:,}, {reading.people.changed:,} changed.")
    landed = body["records"]
    if landed is None:
        console.print("Checked only: nothing was changed.", style="bold")
    else:
        console.print(
            f"Records: {landed.created:,} new, {landed.changed:,} changed, "
            f"{landed.deleted:,} deleted. Import {reading.public_id}.",
            style="bold",
        )


class _Bar:
    """Progress on standard error, where it disturbs no output."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(), console=errors, transient=True,
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


def _bar() -> _Bar:
    return _Bar()


def imports(organization_: OrganizationOption = "", format_: FormatOption = Format.TABLE) -> None:
    """List the imports, newest first."""
    with context.inside(organization_):
        found = sources.runs()
    if format_ is Format.JSON:
        document("imports", {"imports": found})
        return
    table(
        "",
        ["id", "started", "source", "state", ">rows", ">new", ">changed", ">deleted"],
        [
            (
                each.public_id, each.started_at.strftime("%Y-%m-%d %H:%M"), each.source_key,
                each.state, each.rows, each.created, each.changed, each.deleted,
            )
            for each in found
        ],
    )  # fmt: skip


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
        console.print(f"{landed.changed:,} records were put back.")


def resume(organization_: OrganizationOption = "") -> None:
    """Finish imports that were interrupted."""
    with context.database():
        count = _resume(context.chosen(organization_))
    console.print(f"{count} finished." if count else "Nothing was interrupted.")


def _resume(organization: Any) -> int:
    with scope.enter(organization):
        runs = operations.unfinished()
    for run in runs:
        operations.land(organization, run, clock=context.now)
    return len(runs)
