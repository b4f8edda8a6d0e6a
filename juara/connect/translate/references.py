"""Values to check against and look things up in, read from another file of the same import.

A small reference is kept in memory; a large one is moved to a scratch file, so that a million
rows cost no more memory than fifty thousand.
"""

import difflib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

KEPT_IN_MEMORY = 50_000
_AT_ONCE = 10_000
_MOST_COMPARED = 5_000
_NOT_A_LETTER = re.compile(r"[\W_]+")


class Reference:
    """The rows of one reference: a key and the columns that are looked up.

    The first row with a key is the one that counts. `repeated` says how many more there were.
    """

    def __init__(self, name: str, columns: Sequence[str], scratch: Path) -> None:
        self.name = name
        self.columns = tuple(columns)
        self.repeated = 0
        self._scratch = scratch / f"{name}.sqlite"
        self._rows: dict[str, tuple[str, ...]] = {}
        self._waiting: list[tuple[str, ...]] = []
        self._database: sqlite3.Connection | None = None
        self._added = 0
        self._size = 0
        self._spellings: dict[str, str] | None = None
        self._last_key: str | None = None
        self._last_row: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return self._size

    def add(self, key: str, values: tuple[str, ...]) -> None:
        if self._database is not None:
            self._waiting.append((key, *values))
            if len(self._waiting) >= _AT_ONCE:
                self._write()
            return
        if key in self._rows:
            self.repeated += 1
            return
        self._rows[key] = values
        self._size = len(self._rows)
        if self._size >= KEPT_IN_MEMORY:
            self._move_to_disk()

    def complete(self) -> None:
        """Finish adding; to be called once, before the first question."""
        if self._database is not None:
            self._write()

    def get(self, key: str) -> tuple[str, ...] | None:
        """Return the looked-up columns of the row with this key."""
        if self._database is None:
            return self._rows.get(key)
        # Several columns are often looked up by one key, one after the other.
        if key != self._last_key:
            found = self._database.execute("SELECT * FROM entry WHERE key = ?", (key,)).fetchone()
            self._last_key, self._last_row = key, None if found is None else found[1:]
        return self._last_row

    def closest(self, value: str) -> str:
        """Return the key most like a value that is none, or nothing.

        The same letters and digits come first (``GTXPro``, ``GTX Pro``), likeness second. Large
        references are not searched: it would take longer than the import.
        """
        if self._size > _MOST_COMPARED:
            return ""
        if self._spellings is None:
            self._spellings = {letters_of(key): key for key in self._rows}
        wanted = letters_of(value)
        if wanted in self._spellings:
            return self._spellings[wanted]
        close = difflib.get_close_matches(wanted, self._spellings, n=1, cutoff=0.75)
        return self._spellings[close[0]] if close else ""

    def close(self) -> None:
        if self._database is not None:
            self._database.close()

    def _move_to_disk(self) -> None:
        # Nobody else sees this file and it is gone after the import: safety would only cost time.
        database = sqlite3.connect(self._scratch, isolation_level=None, check_same_thread=False)
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -32768"):
            database.execute(f"PRAGMA {setting}")
        columns = "".join(f", c{number} TEXT" for number in range(len(self.columns)))
        database.execute(f"CREATE TABLE entry (key TEXT PRIMARY KEY{columns}) WITHOUT ROWID")
        self._database = database
        self._waiting = [(key, *values) for key, values in self._rows.items()]
        self._rows = {}
        self._size = 0
        self._write()

    def _write(self) -> None:
        database = self._database
        assert database is not None  # noqa: S101 - only called once rows are on disk
        holes = ", ".join("?" * (1 + len(self.columns)))
        database.execute("BEGIN")
        before = database.total_changes
        database.executemany(f"INSERT OR IGNORE INTO entry VALUES ({holes})", self._waiting)
        written = database.total_changes - before
        database.execute("COMMIT")
        self._size += written
        self.repeated += len(self._waiting) - written
        self._waiting.clear()


class References:
    """The references of one import, by name."""

    def __init__(self) -> None:
        self._by_name: dict[str, Reference] = {}

    def add(self, reference: Reference) -> None:
        self._by_name[reference.name] = reference

    def find(self, name: str) -> Reference | None:
        return self._by_name.get(name)

    def __iter__(self) -> Iterator[Reference]:
        return iter(self._by_name.values())

    def close(self) -> None:
        for reference in self:
            reference.close()


def letters_of(text: str) -> str:
    """Return a text's letters and digits alone, in one case, to compare spellings."""
    return _NOT_A_LETTER.sub("", text.casefold())
