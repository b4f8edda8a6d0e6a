"""Every variable that steers the product is documented, and every documented one steers it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.whole.documents import ROOT

PAGE = ROOT / "docs" / "admin" / "install.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"

_OURS = re.compile(r"(JUARA|DATABASE)_[A-Z_]+")
_READERS = {"get", "pop", "setdefault", "getenv", "flag"}
# Given by pytest-xdist to its workers.
_OTHERS = {"PYTEST_XDIST_WORKER"}


def _variables(folder: str) -> set[str]:
    paths = sorted((ROOT / folder).rglob("*.py"))
    return {name for path in paths for name in _read_by(ast.parse(path.read_text()))}


def _read_by(tree: ast.Module) -> Iterator[str]:
    """Yield the variables a module reads, and whatever is called like one of ours."""
    constants = _constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if _OURS.fullmatch(node.value):
                yield node.value
        elif isinstance(node, ast.Call) and _is_reader(node.func) and node.args:
            yield from _strings(node.args[0], constants)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            yield from _strings(node.slice, constants)
        elif isinstance(node, ast.comprehension) and "os.environ" in ast.unparse(tree):
            yield from _strings(node.iter, constants)


def _is_reader(called: ast.expr) -> bool:
    text = ast.unparse(called)
    owner, _, name = text.rpartition(".")
    return name in _READERS and owner in {"os.environ", "os", "env", "environment"}


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _strings(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    """Yield the strings an expression can be: itself, a constant of the module, or its items."""
    if isinstance(node, ast.Name) and node.id in constants:
        node = constants[node.id]
    items = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
    for item in items:
        text = item.value if isinstance(item, ast.Constant) else None
        if isinstance(text, str) and re.fullmatch(r"[A-Z][A-Z_]+", text):
            yield text


def _documented(page: Path) -> set[str]:
    rows = re.findall(r"^\| (`.+?`) \|", page.read_text(), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z_]+)`", row)}


def test_every_variable_the_product_reads_is_documented_and_no_other() -> None:
    assert _documented(PAGE) == _variables("juara")


def test_every_variable_of_the_tests_and_tools_is_documented_for_contributors() -> None:
    makefile = re.findall(r"\b(JUARA_[A-Z_]+)=", (ROOT / "Makefile").read_text())
    conftest = _read_by(ast.parse((ROOT / "tests" / "conftest.py").read_text()))

    read = {*makefile, *conftest, *_variables("tools"), *_variables("bench")}

    assert read - _documented(PAGE) - _OTHERS == _documented(CONTRIBUTING)


def test_a_variable_behind_a_constant_is_found() -> None:
    module = ast.parse(
        'import os\nNAME = "SOME_SETTING"\nMORE = ("ONE_A", "TWO_B")\n'
        'x = os.environ.get(NAME)\ny = {n: os.environ[n] for n in MORE}\nz = env.flag("THREE_C")\n'
    )

    assert set(_read_by(module)) == {"SOME_SETTING", "ONE_A", "TWO_B", "THREE_C"}
