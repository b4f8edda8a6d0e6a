"""Which column of a file names the rows of another one."""

from collections.abc import Sequence
from dataclasses import dataclass

from juara.connect.suggest.examine import Examined
from juara.connect.suggest.facts import ColumnFacts
from juara.connect.suggest.headers import tokens
from juara.connect.suggest.words import word_set
from juara.connect.translate.references import letters_of

_NEARLY_ALL = 0.75
_ENOUGH_TEXTS = 3
# Words in names that say nothing about what the file or column is of.
_EMPTY_WORDS = word_set("id key name code no nr data dataset export list csv xlsx the of")


@dataclass(frozen=True, slots=True)
class Link:
    """A column whose values are nearly all keys of another file.

    `share` of its different values are there exactly or, `loose`, but for spaces and signs.
    """

    file: str
    column: str
    to_file: str
    to_column: str
    share: float
    loose: tuple[str, ...] = ()


def find_links(files: Sequence[Examined]) -> tuple[Link, ...]:
    """Find, for every column, the file whose key it has; the closest where there are several."""
    found: dict[tuple[str, str], Link] = {}
    for target in files:
        for key in _keys(target):
            wanted = _Wanted(target, key)
            for other in files:
                if other is target:
                    continue
                for column in other.facts.columns:
                    link = wanted.link(other, column)
                    place = (other.facts.name, column.name)
                    if link and (place not in found or found[place].share < link.share):
                        found[place] = link
    return tuple(found.values())


def _keys(file: Examined) -> list[ColumnFacts]:
    """The columns rows may be named by: unique, and neither dates, addresses nor amounts."""
    return [
        column
        for column in file.facts.columns
        if column.is_key
        and column.share("date") < 0.5
        and column.share("url") < 0.5
        and (column.share("number") < 0.5 or column.share("whole") > 0.9)
    ]


class _Wanted:
    """One key of one file, ready to be compared with many columns."""

    def __init__(self, file: Examined, key: ColumnFacts) -> None:
        self._file = file.facts
        self._key = key
        self._values = file.values[key.name]
        self._letters = {letters_of(value) for value in self._values}
        self._words = _words(key.name) | _words(file.facts.name.rpartition(".")[0])

    def link(self, other: Examined, column: ColumnFacts) -> Link | None:
        if not column.filled or column.share("date") > 0.5:
            return None
        values = other.values[column.name]
        # What is compared first is what seldom fits, so that most columns cost next to nothing.
        if not any(value in self._values for value in list(values)[:200]):
            return None
        if column.share("whole") > 0.5 and not self._is_named_alike(column.name):
            return None
        strangers = [value for value in values if value not in self._values]
        loose = [value for value in strangers if letters_of(value) in self._letters]
        share = 1 - (len(strangers) - len(loose)) / len(values)
        if share < _NEARLY_ALL:
            return None
        if len(values) < _ENOUGH_TEXTS and not self._is_named_alike(column.name):
            return None
        return Link(
            other.facts.name, column.name, self._file.name, self._key.name, share,
            tuple(sorted(loose)[:3]),
        )  # fmt: skip

    def _is_named_alike(self, header: str) -> bool:
        return bool(_words(header) & self._words)


def _words(name: str) -> set[str]:
    """The telling words of a name, in the singular."""
    return {
        word.removesuffix("s") if len(word) > 3 else word
        for word in tokens(name)
        if word not in _EMPTY_WORDS
    }
