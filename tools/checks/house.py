"""Our own rules that no other tool knows, each with its remedy.

Every rule is a function from the root of the tree to the lines that break it.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 600
BANNED_NAMES = {"utils.py", "helpers.py", "common.py", "manager.py", "handler.py", "base.py"}
# Reasons for an import inside a function; each line that has one says which.
IMPORT_REASONS = ("Models can be imported only now",)
HOSTS = re.compile(
    r'"resolved": *"http|--(extra-)?index-url|--find-links|^(url|source) *= *.*https?://'
)


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def long_modules(files: list[Path]) -> Iterator[str]:
    for path in files:
        if path.suffix == ".py" and "migrations" not in path.parts:
            count = len(path.read_text().splitlines())
            if count > MOST_LINES:
                yield f"{path.relative_to(ROOT)}: {count} lines; split it, one module per concern."


def vague_names(files: list[Path]) -> Iterator[str]:
    for path in files:
        if path.name in BANNED_NAMES:
            yield f"{path.relative_to(ROOT)}: name the module after what it holds."


def registry_hosts(files: list[Path]) -> Iterator[str]:
    for path in files:
        if path.suffix in {".txt", ".json", ".toml", ".lock"} and path.stat().st_size < 5_000_000:
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if HOSTS.search(line):
                    yield f"{path.relative_to(ROOT)}:{number}: names where packages came from."


def inner_imports(files: list[Path]) -> Iterator[str]:
    """Imports of ours inside functions hide what a module rests on."""
    for path in files:
        if path.suffix != ".py" or "juara" not in path.parts or "migrations" in path.parts:
            continue
        text = path.read_text()
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for inner in ast.walk(node):
                if not isinstance(inner, ast.Import | ast.ImportFrom):
                    continue
                above = lines[inner.lineno - 2] if inner.lineno > 1 else ""
                if not any(reason in above for reason in IMPORT_REASONS):
                    yield (
                        f"{path.relative_to(ROOT)}:{inner.lineno}: an import inside a function; "
                        "move it up, or give a reason from tools/checks/house.py above it."
                    )


def inline_script(files: list[Path]) -> Iterator[str]:
    """The content security policy forbids it, and htmx's own scripting needs eval."""
    bad = re.compile(r"\son[a-z]+=|<script(?![^>]*\ssrc=)|<style|hx-on|javascript:", re.IGNORECASE)
    for path in files:
        if path.suffix == ".html":
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if bad.search(line):
                    yield f"{path.relative_to(ROOT)}:{number}: script and style come from files."


def tenant_tables(files: list[Path]) -> Iterator[str]:
    """Every tenant table's migration raises the second wall."""
    migrations = [path for path in files if "migrations" in path.parts]
    # A table that is renamed keeps its wall.
    walls = r'(?:enable_row_security\(|AlterModelTable\("\w+", )"(\w+)"\)'
    walled = set(re.findall(walls, _together(migrations)))
    for path in files:
        if path.name != "models.py" or "juara" not in path.parts:
            continue
        for name, body in re.findall(
            r"^class (\w+)\((.*?)(?=^class |\Z)", path.read_text(), re.M | re.S
        ):
            table = re.search(r'db_table = "(\w+)"', body)
            head = body.partition(")")[0]
            is_tenant = re.search(r"TenantModel|HeavyModel|DatedFact", head) or (
                "organization = models" in body and "ScopedManager" in body
            )
            if table and is_tenant and table[1] not in walled:
                yield f'{path.relative_to(ROOT)}: {name} has no enable_row_security("{table[1]}").'


def _together(paths: list[Path]) -> str:
    return "\n".join(path.read_text() for path in paths)


RULES = (
    long_modules, vague_names, registry_hosts, inner_imports, inline_script, tenant_tables,
)  # fmt: skip


def main() -> int:
    files = tracked()
    found = [line for rule in RULES for line in rule(files)]
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
