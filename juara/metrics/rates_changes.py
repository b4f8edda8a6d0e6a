"""Saying what other currencies are worth, correcting it, and taking it back."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext_noop

from juara.audit import operations as audit
from juara.core import money, scope, succession
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.db import OPEN
from juara.core.errors import DomainError, NotFoundError
from juara.core.succession import Laid
from juara.metrics import rates
from juara.metrics.models import ExchangeRate
from juara.metrics.rates import Rate
from juara.tenancy import knowledge
from juara.tenancy.knowledge import OpenBatch

# What the column holds: ten digits before the point, ten behind it.
DECIMALS = 10
MOST = Decimal(10**10)
LONGEST_SOURCE = 80


@dataclass(frozen=True, slots=True)
class Quote:
    """What one unit of a currency is worth in the organization's from a day on."""

    currency: str
    day: date
    rate: Decimal


def lay(
    quote: Quote, *, source: str, until_day: date | None = None, moment: datetime, actor: str
) -> bool:
    """Let a rate hold from its day until a day, by default until the next one known.

    A day inside another rate's span ends that one there; the new one then reaches as far as it
    did. Returns whether anything changed. The ledger takes it in at its next absorption. Raises
    DomainError, in words, for a currency that is none or the organization's own, and for a rate
    that cannot be one.
    """
    check(quote)
    source = _source(source)
    if not ALWAYS <= quote.day < (until_day or FOREVER):
        raise DomainError(
            "rate.days", gettext_noop("The last day must not come before the first one.")
        )
    with knowledge.batch(moment=moment, reason=f"rate {quote.currency}") as batch:
        before = rates.rate_on(quote.currency, quote.day)
        until_day = until_day or _end(quote.day, _standing(quote.currency))
        changed = _lay(quote.currency, [(quote, until_day)], source, batch)
        if changed:
            audit.record(
                actor=actor, action="rate.laid", subject=quote.currency, at=moment,
                count=1, from_day=str(quote.day), until_day=str(until_day), rate=str(quote.rate),
                before=None if before is None else str(before.rate), source=source,
            )  # fmt: skip
    return bool(changed)


def lay_many(
    quotes: Iterable[Quote], *, source: str, moment: datetime, actor: str
) -> dict[str, int]:
    """Let many rates hold, each until the next one known; of two for one day the later given.

    Returns how many changed anything, by currency. All or none: raises as `lay` does.
    """
    source = _source(source)
    asked: dict[str, dict[date, Quote]] = {}
    for quote in quotes:
        check(quote)
        asked.setdefault(quote.currency, {})[quote.day] = quote
    counts: dict[str, int] = {}
    with knowledge.batch(moment=moment, reason="rates") as batch:
        for currency, by_day in sorted(asked.items()):
            changed = _lay(currency, _spans(currency, by_day), source, batch)
            if changed:
                counts[currency] = len(changed)
                _note_many(currency, changed, source, moment=moment, actor=actor)
    return counts


def _spans(currency: str, by_day: dict[date, Quote]) -> list[tuple[Quote, date]]:
    """Say until when each of a currency's new rates holds."""
    standing = _standing(currency)
    days = sorted(by_day)
    return [
        (by_day[day], min(following, _end(day, standing)))
        for day, following in pairwise([*days, FOREVER])
    ]


def _lay(
    currency: str, spans: Sequence[tuple[Quote, date]], source: str, batch: OpenBatch
) -> tuple[Laid, ...]:
    changed = succession.lay_many(
        ExchangeRate,
        about={"currency": currency},
        many=(
            Laid(quote.day, until_day, {"rate": quote.rate, "source": source})
            for quote, until_day in spans
        ),
        batch=batch.number,
    )
    batch.is_used |= bool(changed)
    return changed


def _note_many(
    currency: str, changed: Sequence[Laid], source: str, *, moment: datetime, actor: str
) -> None:
    only = changed[0].values if len(changed) == 1 else None
    audit.record(
        actor=actor, action="rate.laid", subject=currency, at=moment, count=len(changed),
        from_day=str(changed[0].from_day), until_day=str(changed[-1].until_day),
        rate=str(only["rate"]) if only else None, before=None, source=source,
    )  # fmt: skip


def withdraw(currency: str, *, from_day: date, moment: datetime, actor: str) -> Rate:
    """Take back the rate that holds from a day; until there is another, those days have none."""
    with knowledge.batch(moment=moment, reason=f"rate {currency}") as batch:
        found = rates.rate_on(currency, from_day)
        if found is None or found.from_day != from_day:
            raise NotFoundError(
                "rate.unknown", gettext_noop("There is no such rate. Somebody may have changed it.")
            )
        gap = Laid(found.from_day, found.until_day, None)
        succession.lay_many(
            ExchangeRate, about={"currency": currency}, many=[gap], batch=batch.number
        )
        batch.is_used = True
        audit.record(
            actor=actor, action="rate.withdrawn", subject=currency, at=moment,
            count=1, from_day=str(found.from_day), until_day=str(found.until_day), rate=None,
            before=str(found.rate), source=found.source,
        )  # fmt: skip
    return found


def withdraw_all(*, currency: str = "", moment: datetime, actor: str) -> int:
    """Take back every rate of a currency, or of all; return how many there were."""
    count = 0
    with knowledge.batch(moment=moment, reason=f"rates {currency}".strip()) as batch:
        for each in rates.currencies():
            if currency in ("", each.currency):
                gap = Laid(ALWAYS, FOREVER, None)
                succession.lay_many(
                    ExchangeRate, about={"currency": each.currency}, many=[gap], batch=batch.number
                )
                batch.is_used = True
                count += each.count
                audit.record(
                    actor=actor, action="rate.withdrawn", subject=each.currency, at=moment,
                    count=each.count, from_day=str(each.first_day), until_day=str(each.until_day),
                    rate=None, before=None, source="",
                )  # fmt: skip
    return count


def check(quote: Quote) -> None:
    """Raise DomainError, in words, for what cannot be a rate of the entered organization."""
    own = scope.current().currency
    if not money.is_known(quote.currency):
        raise DomainError(
            "rate.currency",
            gettext_noop("“%(currency)s” is not a currency. Write three letters such as EUR."),
            currency=quote.currency,
        )
    if quote.currency == own:
        raise DomainError(
            "rate.own",
            gettext_noop("%(currency)s is the organization's own currency. It needs no rate."),
            currency=own,
        )
    if not quote.rate.is_finite() or quote.rate <= 0:
        raise DomainError("rate.sign", gettext_noop("A rate is more than 0."))
    if quote.rate >= MOST:
        raise DomainError("rate.large", gettext_noop("This rate is too large to be one."))
    if decimals(quote.rate) > DECIMALS:
        raise DomainError(
            "rate.decimals", gettext_noop("A rate has at most %(most)s decimals."), most=DECIMALS
        )


def decimals(rate: Decimal) -> int:
    """Return how many decimals a number needs, without zeros at the end."""
    exponent = rate.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _source(text: str) -> str:
    source = " ".join(text.split())
    if not source or len(source) > LONGEST_SOURCE:
        raise DomainError(
            "rate.source",
            gettext_noop("Say in up to %(most)s characters where the rate is from."),
            most=LONGEST_SOURCE,
        )
    return source


@dataclass(frozen=True, slots=True)
class _Standing:
    """The rates of a currency that hold now: where they begin and end, in order."""

    starts: list[date]
    ends: list[date]


def _standing(currency: str) -> _Standing:
    found = list(
        ExchangeRate.objects.filter(currency=currency, known_until=OPEN)
        .order_by("valid_from")
        .values_list("valid_from", "valid_until")
    )
    return _Standing([start for start, _ in found], [end for _, end in found])


def _end(day: date, standing: _Standing) -> date:
    """Return until when a rate from a day on holds: as far as the one it takes the place of."""
    place = bisect_right(standing.starts, day)
    if place and standing.ends[place - 1] > day:
        return standing.ends[place - 1]
    return standing.starts[place] if place < len(standing.starts) else FOREVER


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What laying a currency's rates would do: on how many of the days there is none yet, and on
    how many another; `latest` is the one of the last day.
    """

    currency: str
    count: int
    new: int
    changed: int
    first_day: date
    last_day: date
    latest: Decimal


def foresee(quotes: Iterable[Quote]) -> tuple[Foreseen, ...]:
    """Return what `lay_many` would do, by the codes of the currencies."""
    asked: dict[str, dict[date, Decimal]] = {}
    for quote in quotes:
        asked.setdefault(quote.currency, {})[quote.day] = quote.rate
    return tuple(_foreseen(currency, by_day) for currency, by_day in sorted(asked.items()))


def _foreseen(currency: str, by_day: dict[date, Decimal]) -> Foreseen:
    standing = list(reversed(rates.rates(currency)))
    starts = [each.from_day for each in standing]
    new = changed = 0
    for day, rate in by_day.items():
        place = bisect_right(starts, day)
        held = standing[place - 1] if place and standing[place - 1].until_day > day else None
        new += held is None
        changed += held is not None and held.rate != rate
    last = max(by_day)
    return Foreseen(currency, len(by_day), new, changed, min(by_day), last, by_day[last])
