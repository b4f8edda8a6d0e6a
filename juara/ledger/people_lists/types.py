"""What a list of people means, before anything of it is stored."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from juara.ledger.people_lists.columns import Column

Outcome = Literal["new", "same", "change", "problem", "repeated"]


@dataclass(frozen=True, slots=True)
class Change:
    """What of somebody becomes what, in words; `before` "" where there was nothing."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Intended:
    """What a good row asks for, worked out. None, and "" of texts, leave something as it is.

    `team` is a path of names, () the company. `manager` is a member's id, or the number of the
    row that adds them. `from_day` is where a new place begins; `since` lets the first place of
    somebody begin earlier. `calendar_id` is the calendar they work by, `calendar_from` since when.
    """

    member_id: int | None
    name: str
    email: str
    role: str
    team: tuple[str, ...] | None = None
    team_id: int | None = None
    manager_id: int | None = None
    manager_row: int | None = None
    profile: str = ""
    zone: str = ""
    calendar_id: int | None = None
    calendar_from: date | None = None
    from_day: date | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row and what comes of it; `problem` says what to mend, `remark` what to know."""

    number: int
    cells: tuple[str, ...]
    outcome: Outcome
    name: str = ""
    email: str = ""
    team: str = ""
    role: str = ""
    changes: tuple[Change, ...] = ()
    problem: str = ""
    remark: str = ""
    intended: Intended | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A whole list, understood. `text` says it again, to be sent once more and stored."""

    text: str
    columns: tuple[Column, ...]
    rows: tuple[CheckedRow, ...]
    new_teams: tuple[str, ...]
    new_profiles: tuple[str, ...]
    from_day: date
    counts: dict[str, int] = field(default_factory=dict)

    def of(self, outcome: str) -> list[CheckedRow]:
        return [row for row in self.rows if row.outcome == outcome]


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing a list did: the public ids of those added, and how many else."""

    added: tuple[str, ...]
    changed: int
    same: int
    left_out: int
