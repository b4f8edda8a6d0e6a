"""What docs/api/command-line.md says of the JSON that commands print."""

import json
import re
from functools import cache
from typing import Any

from tests.flows.exports import ROOT

PAGE = ROOT / "docs" / "api" / "command-line.md"


@cache
def documented() -> dict[str, dict[str, Any]]:
    """Return the example of each kind of document."""
    blocks = re.findall(r"^```json\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    examples = [json.loads(block) for block in blocks]
    return {example["kind"]: example for example in examples}


def differences(example: Any, found: Any, at: str = "$") -> list[str]:
    """Say where what was printed is not shaped like the example: other keys, other types.

    `null` fits everything, an empty object in the example any object.
    """
    if example is None or found is None:
        return []
    if type(example) is not type(found):
        return [f"{at}: {type(found).__name__} instead of {type(example).__name__}"]
    if isinstance(example, dict):
        return _keys(example, found, at) if example else []
    if isinstance(example, list) and example:
        return [
            line
            for place, each in enumerate(found)
            for line in differences(example[0], each, f"{at}[{place}]")
        ]
    return []


def _keys(example: dict[str, Any], found: dict[str, Any], at: str) -> list[str]:
    if example.keys() != found.keys():
        return [f"{at}: {sorted(example.keys() ^ found.keys())} on one side only"]
    return [
        line for key in example for line in differences(example[key], found[key], f"{at}.{key}")
    ]
