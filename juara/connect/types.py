"""Our words for what a CRM holds: the canonical kinds and the rows a source hands over."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class RecordKind(StrEnum):
    """The kinds of record a source can deliver; metrics are defined over them."""

    DEAL = "deal"
    ACTIVITY = "activity"
    LEAD = "lead"
    ACCOUNT = "account"
    CHANGE = "change"
    # One person's share in a record: its `parent`, its `owner`, and how many percent.
    SPLIT = "split"
    # How something stood at a moment, until the next one of the same `parent`.
    SNAPSHOT = "snapshot"
    # Typed in by hand (ledger.entries); its `type` is the metric it is for.
    ENTRY = "entry"


# What a source can deliver, and what a rule can count. An entry names its metric itself.
DELIVERED_KINDS = tuple(kind for kind in RecordKind if kind is not RecordKind.ENTRY)


# `parent` is the id of the record a row belongs to, in the same source: of an activity, a change, a
# share or a snapshot its deal. `old_value` and `new_value` are a change's.
TEXT_FIELDS = (
    "type", "stage", "status", "outcome", "name", "account", "product", "origin", "currency", "url",
    "parent", "old_value", "new_value",
)  # fmt: skip
NUMBER_FIELDS = ("amount", "duration_seconds")
DATE_FIELDS = ("created", "occurred", "closed")
USER_FIELDS = ("owner", "creator")

# What a record can belong to, in the order it is looked for by its id.
PARENT_KINDS = (RecordKind.DEAL, RecordKind.LEAD, RecordKind.ACCOUNT)

DEAL_STATUSES = ("open", "won", "lost")

# A date in a CRM is a moment, or a day without a time; a bare day is never turned into midnight.
Dated = datetime | date
Attribute = str | Decimal | bool


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One CRM row in canonical form, as a source delivers it to be landed.

    `users` maps a role's field name (``owner``, ``creator``, ``sdr``…) to the person's key in
    the source. `dates` holds aware UTC moments or bare days by name, of `DATE_FIELDS` only;
    further dates stand in `attributes` as ISO text. Absent and empty are the same: not present.
    """

    row_number: int
    kind: RecordKind
    external_id: str
    texts: dict[str, str] = field(default_factory=dict)
    amount: Decimal | None = None
    duration_seconds: int | None = None
    dates: dict[str, Dated] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as a source describes them: who, in which team, from when until when.

    `key` is what other rows name this person by. `team` is the path from just below the company
    down to the person's own team. `starts_on` None means since always, `ends_on` (exclusive)
    None means still.
    """

    row_number: int
    key: str
    name: str
    email: str = ""
    team: tuple[str, ...] = ()
    role: str = "rep"
    zone: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
