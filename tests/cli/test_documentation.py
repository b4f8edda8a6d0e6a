"""The page about the command line leaves no command out, and no document."""

import re
from collections.abc import Iterator

import pytest
import typer

from juara import __version__
from juara.cli.app import app
from tests.cli.calling import juara, report
from tests.cli.shapes import PAGE, differences, documented


def commands() -> Iterator[str]:
    """Yield every command as it is typed, groups with a life of their own too."""

    def walk(group: typer.core.TyperGroup, typed: str) -> Iterator[str]:
        for name, command in group.commands.items():
            if isinstance(command, typer.core.TyperGroup):
                if command.invoke_without_command:
                    yield f"{typed} {name}"
                yield from walk(command, f"{typed} {name}")
            else:
                yield f"{typed} {name}"

    whole = typer.main.get_command(app)
    assert isinstance(whole, typer.core.TyperGroup)
    return walk(whole, "juara")


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_is_described(command: str) -> None:
    headings = re.findall(r"^### `([^`]+)`$", PAGE.read_text(), re.MULTILINE)

    assert [each for each in headings if re.match(rf"{command}( [A-Z-].*)?$", each)]


def test_every_document_that_is_printed_has_an_example_and_no_other_has() -> None:
    sources = "".join(path.read_text() for path in (PAGE.parents[2] / "juara/cli").glob("*.py"))

    assert set(re.findall(r'document\(\s*"(\w+)"', sources)) == documented().keys()


def test_a_difference_from_the_example_is_found() -> None:
    example: dict[str, object] = {"name": "x", "rows": [{"value": "1"}], "as_of": None, "any": {}}

    assert differences(example, {"name": "y", "rows": [], "as_of": "now", "any": {"a": 1}}) == []
    assert differences(example, {"name": 1, "rows": [{"value": 1}], "as_of": None, "any": {}}) == [
        "$.name: int instead of str",
        "$.rows[0].value: int instead of str",
    ]
    assert differences({"a": [{"b": 1}]}, {"a": [{"b": 2}, {"c": 3}]}) == [
        "$.a[1]: ['b', 'c'] on one side only"
    ]


def test_the_version_is_that_of_the_package() -> None:
    assert juara("version").out == f"{__version__}\n"
    assert report("version") == {"kind": "version", "number": __version__}


def test_a_command_written_wrongly_ends_with_code_2() -> None:
    called = juara("standings")

    assert (called.code, called.out) == (2, "")
    assert "Missing argument" in called.err
