"""Money: how small a currency is counted, what converting gives, and shares that lose nothing.

`ledger.statements` does the same in SQL; the tests hold both against each other.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from babel import Locale, numbers
from babel.core import get_global

WHOLE = 10_000

# ISO 4217, where a currency is not counted in hundredths. Not Babel's: it says how amounts are
# written in shops, which leaves out the hundredths of a rupiah or a rial that exist in books.
MINOR_UNITS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
         "VND", "VUV", "XAF", "XOF", "XPF"), 0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip
HUNDREDTHS = 2


def minor_units(currency: str) -> int:
    """Return how many decimals a currency is counted with; of none at all, hundredths."""
    return MINOR_UNITS.get(currency, HUNDREDTHS)


def is_known(code: str) -> bool:
    """Say whether a code is a currency's, one that is no longer in use included."""
    return code in _KNOWN


# XXX stands for no currency, XTS for trying things out.
_KNOWN = frozenset(Locale("en").currencies) - {"XXX", "XTS"}

# The default of 28 digits would round an amount of 20 times a rate of 20 twice.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


def in_use() -> frozenset[str]:
    """Return the codes of the currencies that some country uses today."""
    return frozenset(
        code
        for territory in get_global("territory_currencies")
        for code in numbers.get_territory_currencies(territory)
    )


def rounded(amount: Decimal, decimals: int) -> Decimal:
    """Round half away from zero, as PostgreSQL's round() does."""
    return amount.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)


def converted(amount: Decimal, rate: Decimal, currency: str) -> Decimal:
    """Return an amount times a rate, in whole minor units of the currency it becomes."""
    return rounded(_EXACT.multiply(amount, rate), minor_units(currency))


def split(amount: Decimal, shares: Sequence[int], decimals: int) -> tuple[Decimal, ...]:
    """Split an amount by shares in ten-thousandths; what comes back adds up to the amount.

    Each part is rounded to `decimals`, and what rounding leaves over goes to the largest share,
    of equal ones to the first. Shares that come to less than the whole leave a rest to nobody: it
    is one more part, the last, and a share like the others. Raises ValueError for shares below
    nothing or above the whole.
    """
    rest = WHOLE - sum(shares)
    if rest < 0 or any(share < 0 for share in shares):
        raise ValueError("Shares are between nothing and the whole, together too.")
    every = [*shares, rest] if rest else list(shares)
    parts = [rounded(amount * share / WHOLE, decimals) for share in every]
    largest = every.index(max(every))
    parts[largest] += amount - sum(parts)
    return tuple(parts)
