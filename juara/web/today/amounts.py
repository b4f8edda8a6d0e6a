"""Reading amounts as people type them, in their own language, in the unit of a metric."""

import re
from decimal import Decimal

from babel.numbers import NumberFormatError, parse_decimal

from juara.ui import formats

_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([dhms])")


def parse(text: str, unit: str) -> Decimal | None:
    """Return an amount in the unit it is stored in; None for what is no amount.

    Percentages are typed as such (35 or 35 % is 0.35), durations with their units (30d, 2h 30m;
    a bare number is hours). Digits are grouped as the active language does.
    """
    text = text.strip().replace("\u00a0", " ")
    if unit == "duration":
        return _duration(text)
    if unit == "percent":
        share = _number(text.removesuffix("%").strip())
        return None if share is None else share / 100
    return _number(text)


def typed(amount: Decimal, unit: str) -> str:
    """Write an amount the way `parse` reads it back."""
    if unit == "duration":
        return _written(amount)
    if unit == "percent":
        amount *= 100
    plain = amount.normalize()
    places = max(-int(plain.as_tuple().exponent), 0)
    return formats.number(amount, places)


def _number(text: str) -> Decimal | None:
    try:
        found = parse_decimal(text, locale=formats.locale(), strict=True)
    except NumberFormatError:
        return None
    return found if found.is_finite() else None


def _duration(text: str) -> Decimal | None:
    bare = _number(text)
    if bare is not None:
        return bare * _SECONDS["h"]
    parts = _PART.findall(text.lower())
    if not parts or _PART.sub("", text.lower()).strip():
        return None
    return sum(
        (Decimal(count.replace(",", ".")) * _SECONDS[unit] for count, unit in parts), Decimal()
    )


def _written(seconds: Decimal) -> str:
    left, parts = int(seconds), list[str]()
    for unit, size in _SECONDS.items():
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0h"
