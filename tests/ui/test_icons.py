"""Every icon that is named anywhere can be drawn: a wrong name is found here and not on a page."""

import re
from pathlib import Path

import pytest

from juara.ui import drawing

SOURCE = Path(drawing.__file__).parents[1]
_IN_TEMPLATES = re.compile(r"{%-? *icon +\"([a-z0-9-]+)\"|\bicon=\"([a-z0-9-]+)\"")
_IN_CODE = re.compile(r"\bicon=\"([a-z0-9-]+)\"")


def named() -> dict[str, str]:
    found = {}
    for path in sorted(SOURCE.rglob("*")):
        pattern = {".html": _IN_TEMPLATES, ".py": _IN_CODE}.get(path.suffix)
        if pattern is not None and "node_modules" not in path.parts:
            for groups in pattern.findall(path.read_text()):
                name = next(filter(None, groups)) if isinstance(groups, tuple) else groups
                found[name] = str(path.relative_to(SOURCE))
    return found


@pytest.mark.parametrize(("name", "where"), sorted(named().items()))
def test_an_icon_that_is_named_is_there(name: str, where: str) -> None:
    assert "<svg" in drawing.icon(name, 20), where
