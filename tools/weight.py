"""How heavy a page is: the scripts and styles its markup names, as they lie on the disk."""

import re
from pathlib import Path

_STATIC = Path(__file__).resolve().parents[1] / "juara" / "ui" / "static"
_SCRIPT = re.compile(r'<script\b[^>]*\bsrc="/static/([^"?]+)')
_STYLE = re.compile(r'<link\b[^>]*\brel="stylesheet"[^>]*\bhref="/static/([^"?]+)')


def loaded(markup: str) -> list[str]:
    """Return the names of what a page's markup has a browser load before it is whole."""
    return sorted({*_SCRIPT.findall(markup), *_STYLE.findall(markup)})


def loaded_bytes(markup: str) -> int:
    return sum((_STATIC / name).stat().st_size for name in loaded(markup))
