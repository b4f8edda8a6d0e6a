"""What the browser loads, by addresses that change when it does."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

BUILT = Path(__file__).resolve().parent / "static" / "ui"


def version() -> str:
    """Return the version of everything built, "0" before it is: part of a hash of the sources."""
    return _read() if settings.DEBUG else _kept()


def _read() -> str:
    try:
        return (BUILT / ".built-from").read_text().strip()[:12] or "0"
    except FileNotFoundError:
        return "0"


# A running process serves what it was started with.
_kept = lru_cache(maxsize=1)(_read)


def address(path: str) -> str:
    """Return where a built file is, such that another content is another address."""
    return f"{static(path)}?v={version()}"
