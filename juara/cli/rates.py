"""rates: what other currencies are worth, from a file."""

from pathlib import Path
from typing import Annotated

import typer

from juara.cli import context
from juara.cli.context import ACTOR, FormatOption, OrganizationOption
from juara.cli.output import Format, counted, document, say
from juara.core import scope
from juara.ledger import rates as operations
from juara.metrics import rates_files
from juara.metrics.rates_files import Reading

_SHOWN_PROBLEMS = 20


def register(app: typer.Typer) -> None:
    app.command("rates")(rates)


def rates(
    file: Annotated[Path, typer.Argument(help="A CSV file of rates.", exists=True, dir_okay=False)],
    source: Annotated[str, typer.Option(help="Where the rates are from: a bank, a contract.")],
    organization_: OrganizationOption = "",
    check: Annotated[bool, typer.Option("--check", help="Only report; change nothing.")] = False,
    currency: Annotated[
        list[str] | None, typer.Option(help="Take only this one; may be given several times.")
    ] = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Take in exchange rates; returns when every number rests on them."""
    only = frozenset(each.upper() for each in currency) if currency else None
    counts: dict[str, int] = {}
    with context.inside(organization_):
        own = scope.current().currency
        reading = rates_files.read(file.read_bytes(), own=own, only=only)
        if not check:
            counts = operations.store(
                reading.quotes, source=source, moment=context.now(), actor=ACTOR
            ).counts
    if format_ is Format.JSON:
        document(
            "rates",
            {
                "is_check": check,
                "currency": own,
                "rates": [
                    {
                        "currency": code,
                        "read": _count(reading, code),
                        "changed": counts.get(code, 0),
                    }
                    for code in reading.currencies
                ],
                "problems": [
                    {"row": each.row, "message": each.said.said()} for each in reading.problems
                ],
            },
        )
    else:
        _tell(reading, counts, is_check=check)


def _count(reading: Reading, code: str) -> int:
    return sum(each.currency == code for each in reading.quotes)


def _tell(reading: Reading, counts: dict[str, int], *, is_check: bool) -> None:
    for each in reading.problems[:_SHOWN_PROBLEMS]:
        say(f"Row {each.row}: {each.said.said()}")
    if len(reading.problems) > _SHOWN_PROBLEMS:
        say(f"… and {len(reading.problems) - _SHOWN_PROBLEMS:,} more.")
    codes = ", ".join(reading.currencies) or "no currency"
    say(f"{counted(len(reading.quotes), 'rate')} read: {codes}.")
    if is_check:
        say("Checked only: nothing was changed.", style="bold")
    else:
        say(f"{counted(sum(counts.values()), 'rate')} changed.", style="bold")
