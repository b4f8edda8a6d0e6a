"""What the environment may set, with the defaults of a safe single machine."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

_CHECKOUT = Path(__file__).resolve().parents[2]
_EXPECTED_URL = "DATABASE_URL must look like postgresql://user:password@host:5432/database"


def flag(name: str, *, default: bool = False) -> bool:
    """Read a yes/no variable: 1, true, yes, on (any case) are yes."""
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def home() -> Path:
    """Return the data directory: JUARA_HOME, ./var in a checkout, else the user's data folder."""
    if given := os.environ.get("JUARA_HOME"):
        return Path(given).expanduser().resolve()
    if (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "Makefile").is_file():
        return _CHECKOUT / "var"
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "juara"


def uploads() -> Path:
    """Return where files that were sent are kept, below the data directory."""
    return home() / "uploads"


def reports() -> Path:
    """Return where the rows that imports left out are kept, below the data directory."""
    return home() / "reports"


def upload_limit() -> int:
    """Return how many bytes one file may have: JUARA_UPLOAD_MAX_MB, a thousand and some else."""
    try:
        megabytes = int(os.environ.get("JUARA_UPLOAD_MAX_MB", "1024"))
    except ValueError as error:
        raise ValueError("JUARA_UPLOAD_MAX_MB must be a number of megabytes") from error
    return max(megabytes, 1) << 20


def watch_folders() -> tuple[Path, ...]:
    """Return the folders feeds may look into: JUARA_WATCH_FOLDERS; none unless it is set."""
    given = os.environ.get("JUARA_WATCH_FOLDERS", "")
    return tuple(Path(each).expanduser().resolve() for each in given.split(os.pathsep) if each)


def allows_plain_http() -> bool:
    """Say whether feeds may be fetched without encryption: JUARA_ALLOW_HTTP_FEEDS."""
    return flag("JUARA_ALLOW_HTTP_FEEDS")


def allows_private_addresses() -> bool:
    """Say whether feeds may be fetched inside one's own network: JUARA_ALLOW_PRIVATE_ADDRESSES."""
    return flag("JUARA_ALLOW_PRIVATE_ADDRESSES")


def secret_key(directory: Path) -> str:
    """Return JUARA_SECRET_KEY, or the key kept in the data directory, made on first use.

    There is no default: every installation has its own. The file is readable by its owner only.
    """
    if given := os.environ.get("JUARA_SECRET_KEY"):
        return given
    kept = directory / "secret-key"
    try:
        return kept.read_text().strip()
    except FileNotFoundError:
        directory.mkdir(parents=True, exist_ok=True)
    made = secrets.token_urlsafe(48)
    try:
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return kept.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(made)
    return made


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where a PostgreSQL database is, taken apart from a libpq URI."""

    name: str
    user: str
    password: str
    host: str
    port: str
    options: dict[str, str]


def parse_database_url(url: str) -> DatabaseAddress:
    """Take a ``postgresql://user:password@host:port/name?option=value`` address apart.

    Raises ValueError, naming the expected form, when it is not one.
    """
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError as error:
        raise ValueError(_EXPECTED_URL) from error
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgresql", "postgres"} or not name:
        raise ValueError(_EXPECTED_URL)
    options = dict(parse_qsl(parts.query))
    return DatabaseAddress(
        name=name,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=options.pop("host", "") or unquote(parts.hostname or ""),
        port=options.pop("port", "") or port,
        options=options,
    )


def database_settings(url: str) -> dict[str, Any]:
    """Return Django's settings for the database at a libpq URI, with a pool a process.

    Under ASGI connections kept alive by age would pile up; the pool bounds them.
    """
    address = parse_database_url(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.name,
        "USER": address.user,
        "PASSWORD": address.password,
        "HOST": address.host,
        "PORT": address.port,
        "CONN_MAX_AGE": 0,
        # A connection that died in the pool, as in a restart of the database, is not handed out.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # Django turns them off; only statements that ask for it are prepared (core.db, `kept`).
            "prepare_threshold": 5,
            **address.options,
            "pool": {"min_size": 1, "max_size": 12, "timeout": 20},
        },
    }
