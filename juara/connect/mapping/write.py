"""Writing a mapping back as a file a person can read, keep and import with."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL = re.compile("[\x7f\ud800-\udfff]")


def as_toml(table: Mapping[str, Any], *, comment: str = "") -> str:
    """Write a mapping's table as TOML: its head, then each section under ``[[file]]``.

    What `parse_mapping` reads from it is the same table.
    """
    lines = [f"# {line}" for line in comment.splitlines()]
    lines += [f"{_key(key)} = {_value(value)}" for key, value in table.items() if key != "file"]
    for section in table.get("file", ()):
        lines += ["", "[[file]]"]
        groups = {key: value for key, value in section.items() if _is_group(key, value)}
        lines += [
            f"{_key(key)} = {_value(value)}" for key, value in section.items() if key not in groups
        ]
        for name, group in groups.items():
            lines += ["", f"[file.{name}]"]
            lines += [f"{_key(key)} = {_value(value)}" for key, value in group.items()]
    return "\n".join(lines) + "\n"


def _is_group(key: str, value: Any) -> bool:
    return key in ("fields", "users", "attributes") and isinstance(value, Mapping)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(str(key))} = {_value(each)}" for key, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(_value(each) for each in value)}]"
    return _text(str(value))


def _text(text: str) -> str:
    """A JSON string is a TOML string, but for the delete character and lone surrogates."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _CONTROL.sub(lambda found: "\\u007F" if found[0] == "\x7f" else "\\uFFFD", quoted)
