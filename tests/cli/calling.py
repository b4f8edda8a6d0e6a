"""Calling the command line the way a shell does, without starting a process for it."""

import contextlib
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from juara.cli import app
from tests.cli import shapes


@dataclass(frozen=True)
class Called:
    """What a command printed, and the code it ended with."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.out.splitlines()]

    @property
    def body(self) -> dict[str, Any]:
        """The JSON document it printed, and nothing besides."""
        return dict(json.loads(self.out))


def juara(*arguments: object, stdin: str = "") -> Called:
    """Run the command line with these arguments, as `juara …` would."""
    out, err = io.StringIO(), io.StringIO()
    with (
        _arguments("juara", *map(str, arguments), stdin=stdin),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = _ended()
    return Called(code, out.getvalue(), err.getvalue())


def _ended() -> int:
    try:
        app.run()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


@contextlib.contextmanager
def _arguments(*given: str, stdin: str) -> Iterator[None]:
    kept = sys.argv, sys.stdin
    sys.argv, sys.stdin = list(given), io.StringIO(stdin)
    try:
        yield
    finally:
        sys.argv, sys.stdin = kept


def report(*arguments: object, stdin: str = "", code: int = 0) -> dict[str, Any]:
    """Run a command and return the JSON document it prints, which must be as documented."""
    called = juara(*arguments, "--format", "json", stdin=stdin)
    assert (called.code, called.err) == (code, ""), called
    body = called.body
    assert shapes.differences(shapes.documented()[body["kind"]], body) == []
    assert body.pop("version") == 1
    return body


def refusal(*arguments: object, stdin: str = "") -> str:
    """Run a command that must be refused and return the one sentence it says."""
    called = juara(*arguments, stdin=stdin)
    assert (called.code, called.out) == (1, ""), called
    assert called.err.count("\n") == 1, called.err
    return called.err.strip()
