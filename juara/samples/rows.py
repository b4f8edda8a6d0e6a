"""Writes the records as a CRM would deliver them: ids, texts, dates and whose they are."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from zlib import crc32

from juara.connect.types import Attribute, RecordKind, RecordRow

CRM_URL = "https://crm.example.com"

DISCOVERY, DEMO, PROPOSAL, NEGOTIATION = "Discovery", "Demo", "Proposal", "Negotiation"
CLOSED_WON, CLOSED_LOST = "Closed Won", "Closed Lost"
# Of a thousand deals, how many are agreed in another currency than the company's.
OTHER_CURRENCIES = {"EUR": 8, "GBP": 5, "SGD": 9}
STATUS_BY_STAGE = {CLOSED_WON: "won", CLOSED_LOST: "lost"}


@dataclass(slots=True)
class Deal:
    """A deal as it stands. `owner` and `sdr` are keys in the CRM; no owner is the empty text."""

    external_id: str
    account: str
    product: str
    origin: str
    amount: Decimal
    created_at: datetime
    owner: str
    creator: str
    sdr: str = ""
    stage: str = DISCOVERY
    closed_at: datetime | None = None
    expected_on: date | None = None
    meeting: str = ""
    correction: str = ""
    is_deleted: bool = False

    @property
    def name(self) -> str:
        return f"{self.account}: {self.product}"

    @property
    def status(self) -> str:
        return STATUS_BY_STAGE.get(self.stage, "open")

    @property
    def is_open(self) -> bool:
        return not self.is_deleted and self.stage not in STATUS_BY_STAGE


@dataclass(slots=True)
class Lead:
    """A person who asked. `status` is new, qualified, disqualified or unresponsive."""

    external_id: str
    name: str
    account: str
    origin: str
    created_at: datetime
    owner: str
    creator: str
    status: str = "new"


def _people(owner: str, creator: str, sdr: str = "") -> dict[str, str]:
    people = {}
    if owner:
        people["owner"] = owner
    if creator:
        people["creator"] = creator
    if sdr:
        people["sdr"] = sdr
    return people


def currency_of(external_id: str, own: str) -> str:
    """Return the currency a deal was agreed in: mostly the company's own, and always the same."""
    place = crc32(external_id.encode()) % 1000
    for code, share in OTHER_CURRENCIES.items():
        if place < share:
            return code
        place -= share
    return own


@dataclass(slots=True)
class RowWriter:
    """Writes rows with ids nobody else has: a letter, the writer's mark, a running number."""

    currency: str
    mark: str = ""
    _rows: int = 0
    _counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys("ACDL", 0))

    def next_id(self, letter: str) -> str:
        self._counts[letter] += 1
        return f"{letter}-{self.mark}{self._counts[letter]:06d}"

    def _number(self) -> int:
        self._rows += 1
        return self._rows

    def activity(
        self,
        kind: str,
        *,
        occurred_at: datetime,
        owner: str,
        outcome: str,
        account: str,
        contact: str,
        creator: str | None = None,
        sdr: str = "",
        origin: str = "",
        seconds: int | None = None,
        attributes: dict[str, Attribute] | None = None,
    ) -> RecordRow:
        """Write a call, e-mail, meeting or demo."""
        external_id = self.next_id("A")
        texts = {
            "type": kind,
            "outcome": outcome,
            "name": contact,
            "account": account,
            "url": f"{CRM_URL}/activities/{external_id}",
        }
        if origin:
            texts["origin"] = origin
        if attributes and "deal" in attributes:
            texts["parent"] = str(attributes["deal"])
        return RecordRow(
            row_number=self._number(),
            kind=RecordKind.ACTIVITY,
            external_id=external_id,
            texts=texts,
            duration_seconds=seconds,
            dates={"occurred": occurred_at},
            users=_people(owner, owner if creator is None else creator, sdr),
            attributes=attributes or {},
        )

    def correct_call(
        self, row: RecordRow, *, outcome: str, seconds: int, is_deleted: bool
    ) -> RecordRow:
        """Write a logged call again, with another result or as deleted."""
        return replace(
            row,
            row_number=self._number(),
            texts=row.texts | {"outcome": outcome},
            duration_seconds=seconds,
            attributes=row.attributes | {"correction": "outcome"},
            is_deleted=is_deleted,
        )

    def deal(self, deal: Deal) -> RecordRow:
        """Write the deal as it stands now."""
        dates: dict[str, datetime | date] = {"created": deal.created_at}
        if deal.closed_at:
            dates["closed"] = deal.closed_at
        return RecordRow(
            row_number=self._number(),
            kind=RecordKind.DEAL,
            external_id=deal.external_id,
            texts={
                "name": deal.name,
                "account": deal.account,
                "product": deal.product,
                "origin": deal.origin,
                "stage": deal.stage,
                "status": deal.status,
                "currency": currency_of(deal.external_id, self.currency),
                "url": f"{CRM_URL}/deals/{deal.external_id}",
            },
            amount=deal.amount,
            dates=dates,
            users=_people(deal.owner, deal.creator, deal.sdr),
            attributes=_deal_attributes(deal),
            is_deleted=deal.is_deleted,
        )

    def change(self, deal: Deal, what: str, before: str, after: str, moment: datetime) -> RecordRow:
        """Write a history row: what changed on the deal, from what, to what, and who had it."""
        return RecordRow(
            row_number=self._number(),
            kind=RecordKind.CHANGE,
            external_id=self.next_id("C"),
            texts={
                "type": what,
                "name": deal.name,
                "account": deal.account,
                "product": deal.product,
                "currency": currency_of(deal.external_id, self.currency),
                "parent": deal.external_id,
                "old_value": before,
                "new_value": after,
            },
            amount=deal.amount,
            dates={"occurred": moment},
            users=_people(deal.owner, deal.owner, deal.sdr),
            attributes={"deal": deal.external_id, "from": before, "to": after},
        )

    def lead(self, lead: Lead) -> RecordRow:
        return RecordRow(
            row_number=self._number(),
            kind=RecordKind.LEAD,
            external_id=lead.external_id,
            texts={
                "name": lead.name,
                "account": lead.account,
                "origin": lead.origin,
                "status": lead.status,
                "url": f"{CRM_URL}/leads/{lead.external_id}",
            },
            dates={"created": lead.created_at},
            users=_people(lead.owner, lead.creator),
        )


def _deal_attributes(deal: Deal) -> dict[str, Attribute]:
    attributes: dict[str, Attribute] = {}
    if deal.expected_on:
        attributes["expected_close"] = deal.expected_on.isoformat()
    if deal.meeting:
        attributes["source_meeting"] = deal.meeting
    if deal.correction:
        attributes["correction"] = deal.correction
    return attributes


def read_deal(row: RecordRow) -> Deal:
    """Return the deal a row of kind deal, written by a `RowWriter`, says."""
    created, closed = row.dates["created"], row.dates.get("closed")
    expected = row.attributes.get("expected_close")
    return Deal(
        external_id=row.external_id,
        account=row.texts["account"],
        product=row.texts["product"],
        origin=row.texts["origin"],
        amount=row.amount or Decimal(0),
        created_at=_moment(created),
        owner=row.users.get("owner", ""),
        creator=row.users.get("creator", ""),
        sdr=row.users.get("sdr", ""),
        stage=row.texts["stage"],
        closed_at=None if closed is None else _moment(closed),
        expected_on=date.fromisoformat(str(expected)) if expected else None,
        meeting=str(row.attributes.get("source_meeting", "")),
        correction=str(row.attributes.get("correction", "")),
        is_deleted=row.is_deleted,
    )


def _moment(dated: datetime | date) -> datetime:
    if not isinstance(dated, datetime):
        raise TypeError("A deal of the demo has moments, not bare days.")
    return dated
