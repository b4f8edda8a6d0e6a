"""What a look at a file's rows tells about its columns."""

from dataclasses import dataclass, field

# What the filled cells of a column can be read as; each with the share that can.
SHAPES = ("number", "whole", "date", "moment", "email", "url", "boolean", "clock", "currency")


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column among the rows looked at.

    `top` has the most frequent values with their counts, all of them where `is_listed`.
    `samples` are the first values in the order of the file. `shares` says which part of the
    filled cells has a shape, by the names of `SHAPES`; absent is none.
    """

    name: str
    filled: int = 0
    empty: int = 0
    distinct: int = 0
    top: tuple[tuple[str, int], ...] = ()
    samples: tuple[str, ...] = ()
    shares: dict[str, float] = field(default_factory=dict)
    longest: int = 0
    is_listed: bool = False

    @property
    def is_unique(self) -> bool:
        """Whether every filled cell stands once."""
        return 0 < self.filled == self.distinct

    @property
    def is_key(self) -> bool:
        """Whether the column tells the rows apart: filled in all of them, and never twice."""
        return self.is_unique and not self.empty

    def share(self, shape: str) -> float:
        return self.shares.get(shape, 0.0)

    @property
    def is_like_a_key(self) -> bool:
        """Whether the values are numbers or codes rather than words a person would say."""
        return bool(self.samples) and all(
            " " not in value and any(sign.isdigit() for sign in value) for value in self.samples
        )


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file among those of an import. `is_whole`: all of its rows were looked at."""

    name: str
    rows: int
    columns: tuple[ColumnFacts, ...]
    is_whole: bool = True

    def column(self, name: str) -> ColumnFacts | None:
        return next((each for each in self.columns if each.name == name), None)
