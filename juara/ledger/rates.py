"""Changing what other currencies are worth, and counting the past with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from juara.ledger import operations as ledger
from juara.ledger.types import Absorbed
from juara.metrics import rates_changes as changes
from juara.metrics.rates_changes import Quote
from juara.tenancy import knowledge


@dataclass(frozen=True, slots=True)
class Stored:
    """How many rates were taken in, by currency, and what that did to the credits."""

    counts: dict[str, int]
    absorbed: Absorbed

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def lay(
    quote: Quote, *, source: str, until_day: date | None = None, moment: datetime, actor: str
) -> bool:
    """Let a rate hold, and count again what it converts, in one batch; return whether it did."""
    reason = f"rate {quote.currency}"
    with knowledge.batch(moment=moment, reason=reason):
        changed = changes.lay(quote, source=source, until_day=until_day, moment=moment, actor=actor)
        ledger.absorb(moment=moment, reason=reason)
    return changed


def store(quotes: Iterable[Quote], *, source: str, moment: datetime, actor: str) -> Stored:
    """Let many rates hold, and count again what they convert, in one batch."""
    with knowledge.batch(moment=moment, reason="rates"):
        counts = changes.lay_many(quotes, source=source, moment=moment, actor=actor)
        return Stored(counts, ledger.absorb(moment=moment, reason="rates"))


def withdraw(currency: str, *, from_day: date, moment: datetime, actor: str) -> None:
    """Take a rate back; what it converted no longer counts."""
    reason = f"rate {currency}"
    with knowledge.batch(moment=moment, reason=reason):
        changes.withdraw(currency, from_day=from_day, moment=moment, actor=actor)
        ledger.absorb(moment=moment, reason=reason)


def withdraw_all(currency: str, *, moment: datetime, actor: str) -> int:
    """Take every rate of a currency back; return how many there were."""
    reason = f"rates {currency}"
    with knowledge.batch(moment=moment, reason=reason):
        count = changes.withdraw_all(currency=currency, moment=moment, actor=actor)
        ledger.absorb(moment=moment, reason=reason)
    return count
