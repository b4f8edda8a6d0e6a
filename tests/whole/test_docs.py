"""The documents are true: links lead somewhere, commands exist, what is shown comes out."""

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import typer
from django.utils import translation
from typer.testing import CliRunner

from juara.cli.app import app
from juara.core import environment
from juara.metrics import clauses
from juara.metrics.catalogue import CATALOGUE
from tests.whole import documents
from tests.whole.documents import ROOT

DOCUMENTS = documents.documents()
README = ROOT / "README.md"
_CATALOGUE_ROW = re.compile(r"^\| `(\w+)` \|.*\| (\w+) \|$", re.MULTILINE)


def _names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("document", DOCUMENTS, ids=_names(DOCUMENTS))
def test_links_lead_somewhere(document: Path) -> None:
    broken = []
    for link in documents.links(document):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in documents.anchors(target)):
            broken.append(link)

    assert broken == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [README]
    while waiting:
        document = waiting.pop()
        if document in reached:
            continue
        reached.add(document)
        for link in documents.links(document):
            target = (document.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.exists():
                waiting.append(target)

    assert _names([each for each in DOCUMENTS if each not in reached]) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=_names(DOCUMENTS))
def test_commands_exist_with_the_options_named(document: Path) -> None:
    assert [
        f"juara {' '.join(words)}: {problem}"
        for words in documents.commands(document, "juara")
        if (problem := _problem(words))
    ] == []


def _problem(words: list[str]) -> str:
    """Return what is wrong with a command as a document writes it, '' when nothing is."""
    command: Any = typer.main.get_command(app)
    taken = 0
    for word in words:
        if word.startswith("-") or not hasattr(command, "commands"):
            break
        if word not in command.commands:
            # `juara metrics` also works without a subcommand, and prose goes on after a command.
            if taken and getattr(command, "invoke_without_command", False):
                break
            return f"there is no command {word}"
        command, taken = command.commands[word], taken + 1
    known = {option for each in command.params for option in [*each.opts, *each.secondary_opts]}
    for word in words[taken:]:
        option = word.partition("=")[0].rstrip(",.;:)`")
        if option.startswith("--") and option != "--help" and option not in known:
            return f"it takes no {option}"
    return ""


def test_a_command_that_does_not_exist_is_noticed() -> None:
    assert _problem(["organisation", "create"]) == "there is no command organisation"
    assert _problem(["standings", "calls", "--periode", "2017"]) == "it takes no --periode"
    assert _problem(["metrics", "apply", "f.toml", "--from", "2026-01-01"]) == ""
    assert isinstance(typer.main.get_command(app), click.Command | typer.core.TyperGroup)


@pytest.mark.parametrize("document", DOCUMENTS, ids=_names(DOCUMENTS))
def test_make_targets_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    named = {words[0] for words in documents.commands(document, "make") if words}

    assert named - targets == set()


def _told(line: str) -> list[str]:
    """Run a command of a document and return what it prints, with single spaces."""
    answers = "a password of length\na password of length\n"
    # A command runs in a process of its own, which no request has left in another language.
    with translation.override("en"):
        result = CliRunner().invoke(app, shlex.split(line)[1:], input=answers)
    assert result.exit_code == 0, (line, result.output, result.exception)
    return [" ".join(each.split()) for each in result.output.splitlines()]


def test_the_first_ten_minutes_of_the_readme_come_out_as_shown(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Commands that find an address use it: here the tests' own database.
    monkeypatch.setenv("DATABASE_URL", "postgresql://given/already")
    monkeypatch.chdir(ROOT)
    written = documents.blocks(README)
    lines = [line for each in written if each.language == "sh" for line in each.text.splitlines()]
    ours = [line for line in lines if line.startswith("juara ") and "maven" not in line]
    *beginning, match = [line for line in ours if "2017" not in line]
    expected = next(each for each in written if each.language == "text")

    told = [text for line in beginning for text in _told(line)]
    _told(match)
    afterwards = _told("juara standings revenue_won --period 2025-Q1")

    shown = [" ".join(each.split()) for each in expected.text.splitlines()]
    assert [line for line in shown if line not in told] == []
    assert any(line.endswith("nothing differs.") for line in told)
    assert "Fitri Handayani Surabaya $8,000" in " ".join(afterwards)


def test_the_metrics_shown_as_an_example_can_be_applied(
    committed: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://given/already")
    page = ROOT / "docs" / "admin" / "metrics.md"
    example = next(each.text for each in documents.blocks(page) if each.language == "toml")
    file = tmp_path / "metrics.toml"
    file.write_text(example)
    _told("juara organization create acme")

    told = _told(f"juara metrics apply {file}")

    assert told == ["Changed: large_deals, new_revenue."]


def test_what_metrics_can_do_is_shown_with_metrics_that_can_be_applied(
    committed: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://given/already")
    page = ROOT / "docs" / "admin" / "metrics.md"
    _first, *more = [each.text for each in documents.blocks(page) if each.language == "toml"]
    file = tmp_path / "metrics.toml"
    file.write_text("\n".join(more))
    _told("juara organization create acme")

    assert _told(f"juara metrics apply {file}") == [
        "Changed: regions_won, open_amount, reached_proposal, shared_revenue, calls_for_a_region."
    ]


def test_the_page_about_metrics_lists_the_ready_ones_with_their_units() -> None:
    page = (ROOT / "docs" / "admin" / "metrics.md").read_text()
    section = page.partition("## The ready ones")[2].partition("\n## ")[0]

    listed = dict(_CATALOGUE_ROW.findall(section))

    assert listed == {entry["key"]: entry.get("unit", "count") for entry in CATALOGUE}


def test_the_page_about_metrics_names_every_operator() -> None:
    page = (ROOT / "docs" / "admin" / "metrics.md").read_text()

    assert [
        operator
        for operator in (*clauses.OPERATORS, *clauses.CHANGE_OPERATORS)
        if f"`{operator}`" not in page
    ] == []


def test_the_readme_counts_the_ready_metrics_right() -> None:
    words = {18: "eighteen"}

    assert f"{words[len(CATALOGUE)]} ready ones" in README.read_text()


def test_decisions_are_all_listed_in_order() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = sorted(path.name for path in folder.glob("0*.md"))

    listed = [link for link in documents.links(folder / "README.md") if link.startswith("0")]

    assert listed == pages
    assert [page[:4] for page in pages] == [f"{n:04d}" for n in range(1, len(pages) + 1)]


def test_the_address_in_messages_is_the_form_the_documents_show() -> None:
    page = (ROOT / "docs" / "admin" / "install.md").read_text()
    shown = re.search(r"DATABASE_URL=(postgresql://\S+)", page)
    assert shown

    address = environment.parse_database_url(shown[1])

    assert (address.user, address.host, address.name) == ("juara_app", "db.example.com", "juara")
