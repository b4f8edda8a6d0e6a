"""What landing rows and matching people come to."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Landed:
    """How many records were new, changed and deleted (undeleted counts as changed)."""

    created: int = 0
    changed: int = 0
    deleted: int = 0

    @property
    def total(self) -> int:
        return self.created + self.changed + self.deleted

    def __add__(self, other: "Landed") -> "Landed":
        return Landed(
            self.created + other.created,
            self.changed + other.changed,
            self.deleted + other.deleted,
        )


@dataclass(frozen=True, slots=True)
class UnknownOwner:
    """Somebody the records name whom no member is matched to."""

    source_key: str
    key: str
    name: str
    record_count: int
    first_day: date | None = None
    last_day: date | None = None
    email: str = ""
    source_name: str = ""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Which member a source's user is, and how the source has described them ('' if not)."""

    user_id: int
    member_id: int
    name: str
    email: str
