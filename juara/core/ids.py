"""Identifiers made by the application: time-ordered numbers inside, opaque words outside."""

import secrets
import threading
import time

# Crockford's base32: no I, L, O or U, so that an id can be read aloud and typed.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PUBLIC_ID_LENGTH = 12
_EPOCH_MS = 1_735_689_600_000  # 2025-01-01T00:00:00Z
_RANDOM_BITS = 20

_lock = threading.Lock()
_last = 0


def new_id() -> int:
    """Return a positive 63-bit number, larger than any this process made before.

    42 bits of milliseconds since 2025 (enough until 2164), then 20 random bits: no sequence to
    share between processes or shards. The clock is read directly because an id is not a date:
    nothing may be concluded from it but order.
    """
    global _last  # noqa: PLW0603 - guarded by the lock below
    with _lock:
        stamp = (time.time_ns() // 1_000_000 - _EPOCH_MS) << _RANDOM_BITS
        candidate = stamp | secrets.randbits(_RANDOM_BITS)
        _last = candidate if candidate > _last else _last + 1
        return _last


def new_public_id() -> str:
    """Return 12 characters (60 random bits) that name a row outside the database."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_PUBLIC_ID_LENGTH))


def encode_public(number: int) -> str:
    """Write a row's own number in the alphabet of public ids, for rows too many to carry one."""
    digits = ""
    while number:
        number, digit = divmod(number, 32)
        digits = _ALPHABET[digit] + digits
    return digits or "0"


def decode_public(text: str) -> int | None:
    """Read back what `encode_public` wrote; None when it never wrote that."""
    if not text or len(text) > 13 or (text[0] == "0" and text != "0"):
        return None
    number = 0
    for character in text:
        digit = _ALPHABET.find(character)
        if digit < 0:
            return None
        number = number * 32 + digit
    return number if number < 2**63 else None
