"""Reading a TOML table with every mistake collected, each with its place and its remedy."""

import difflib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any


class Mistakes:
    """The mistakes of one mapping file, in the order they were found."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, place: str, sentence: str) -> None:
        self.found.append(f"{place}: {sentence}" if place else sentence)


def nearest(word: str, accepted: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest accepted word, or nothing."""
    words = {each.casefold(): each for each in accepted}
    close = difflib.get_close_matches(word.casefold(), words, n=1, cutoff=0.6)
    return f"; did you mean '{words[close[0]]}'?" if close else ""


def plain(value: object) -> str | None:
    """Write a single TOML value as the text a cell would hold; None for a list or a table."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, str | int | float) else None


class TableReader:
    """One TOML table; what was not asked for by the end is an unknown key."""

    def __init__(self, table: dict[str, Any], place: str, mistakes: Mistakes) -> None:
        self.place = place
        self.mistakes = mistakes
        self._table = table
        self._asked: list[str] = []

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def has(self, key: str) -> bool:
        return key in self._table

    def take(self, key: str) -> Any:
        self._asked.append(key)
        return self._table.get(key)

    def wrong(self, key: str, sentence: str) -> None:
        self.mistakes.add(self.at(key), sentence)

    def text(self, key: str, *, required: bool = False, default: str = "") -> str:
        value = self.take(key)
        if value is None:
            if required:
                self.wrong(key, "is missing")
            return default
        if not isinstance(value, str) or (required and not value.strip()):
            self.wrong(key, f"must be a text in quotation marks, not {_shown(value)}")
            return default
        return value

    def scalar(self, key: str) -> str | None:
        value = self.take(key)
        if value is None:
            return None
        text = plain(value)
        if text is None:
            self.wrong(key, f"must be one value, not {_shown(value)}")
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of values, or one value for a list of one."""
        value = self.take(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        found = [plain(item) for item in items]
        if not found or None in found:
            self.wrong(key, f"must be a value or a list of values, not {_shown(value)}")
        return tuple(item for item in found if item is not None)

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, f"must be true or false, not {_shown(value)}")
        return value is True

    def choice(self, key: str, accepted: Sequence[str], default: str) -> str:
        value = self.take(key)
        if value is None:
            return default
        if value not in accepted:
            said = ", ".join(f'"{each}"' for each in accepted)
            close = nearest(str(value), accepted)
            self.wrong(key, f"must be one of {said}, not {_shown(value)}{close}")
            return default
        return str(value)

    def table(self, key: str) -> dict[str, Any]:
        value = self.take(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.wrong(key, f"must be a table, not {_shown(value)}")
            return {}
        return value

    def finish(self) -> None:
        """Name every key nothing asked for, with the nearest one that is known."""
        for key in self._table:
            if key not in self._asked:
                self.wrong(key, f"is not a known key{nearest(key, self._asked)}")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return f"'{plain(value)}'" if isinstance(value, str) else str(plain(value))
