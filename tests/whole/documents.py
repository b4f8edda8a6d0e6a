"""What the documents say, taken apart: links, code, commands."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced piece of a document. `language` may be empty."""

    language: str
    text: str


def documents() -> list[Path]:
    """Return every Markdown file of the repository, shallow ones first."""
    folders = ("docs", "bench", "mappings", "deploy", "tests")
    found = [
        *ROOT.glob("*.md"),
        *(path for each in folders for path in (ROOT / each).rglob("*.md")),
    ]
    return sorted(found, key=lambda path: (len(path.parts), path))


def blocks(document: Path) -> list[Block]:
    return [Block(*found) for found in _FENCE.findall(document.read_text())]


def prose(document: Path) -> str:
    """Return a document without its fenced blocks."""
    return _FENCE.sub("", document.read_text())


def links(document: Path) -> list[str]:
    return _LINK.findall(prose(document))


def anchors(document: Path) -> set[str]:
    """Return what a link may point at inside a document, as GitHub names headings."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in _HEADING.findall(prose(document))
    }


def snippets(document: Path) -> Iterator[str]:
    """Yield every piece of code: inline ones, and the lines of blocks, continued ones joined."""
    for found in _INLINE.findall(prose(document)):
        yield " ".join(found.split())
    for block in blocks(document):
        if block.language in ("", "sh", "text", "ini"):
            yield from block.text.replace("\\\n", " ").splitlines()


def commands(document: Path, program: str) -> Iterator[list[str]]:
    """Yield the words after a program's name wherever a document calls it."""
    called = re.compile(rf"(?:^|[\s|;(/]){program} +(?=[a-z])(.*)")
    for snippet in snippets(document):
        found = called.search(snippet)
        if found:
            yield _words(found[1])


def _words(text: str) -> list[str]:
    bare = text.partition("  #")[0].partition(" # ")[0]
    try:
        return shlex.split(bare)
    except ValueError:
        return bare.split()
