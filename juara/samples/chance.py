"""Random numbers that are the same on every machine, in every process, for the same words."""

import hashlib
from random import Random


def generator(*parts: object) -> Random:
    """Return a generator seeded by the text of its parts, never by `hash()`.

    Python salts the hashes of text in each process, so a digest stands in their place.
    """
    text = "\x1f".join(str(part) for part in parts)
    digest = hashlib.sha256(text.encode()).digest()
    return Random(int.from_bytes(digest[:8], "big"))  # noqa: S311 - a story, not a secret


def count_near(rng: Random, mean: float) -> int:
    """Return a whole number around the mean, spread a little wider than chance alone."""
    return int(mean * rng.lognormvariate(-0.06, 0.35) + rng.random())


def log_normal(rng: Random, median: float, spread: float) -> float:
    """Return a positive number whose logarithm is normal around that of the median."""
    return median * rng.lognormvariate(0.0, spread)


def pick_weighted(rng: Random, choices: tuple[tuple[str, float], ...]) -> str:
    """Return one of the words, each as likely as its share; the shares add to one."""
    point = rng.random()
    for word, share in choices:
        point -= share
        if point < 0:
            return word
    return choices[-1][0]
