"""The colours are held to WCAG AA by arithmetic, in both themes."""

import math
import re
from itertools import product
from pathlib import Path

import pytest

import juara.ui

TOKENS = (Path(juara.ui.__file__).parent / "source" / "styles" / "tokens.css").read_text()
SURFACES = ("paper", "surface", "raised", "sunken", "accent-soft", "gold-soft")
TEXTS = ("ink", "ink-soft", "ink-faint", "accent-ink")
THEMES = (0, 1)

Linear = tuple[float, float, float]


def _from_oklch(lightness: float, chroma: float, hue: float) -> Linear:
    """Convert to linear sRGB with the matrices of CSS Color 4, clipped to what screens show."""
    a, b = (chroma * f(math.radians(hue)) for f in (math.cos, math.sin))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return tuple(min(1.0, max(0.0, part)) for part in (red, green, blue))  # type: ignore[return-value]


def _from_hex(text: str) -> Linear:
    parts = [int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return tuple(  # type: ignore[return-value]
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )


def _contrast(first: Linear, second: Linear) -> float:
    low, high = sorted(
        0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (first, second)
    )
    return (high + 0.05) / (low + 0.05)


def _themes() -> dict[str, tuple[Linear, Linear]]:
    pattern = r"--([\w-]+): light-dark\(oklch\(([^)]+)\), oklch\(([^)]+)\)\);"
    return {name: (_read(light), _read(dark)) for name, light, dark in re.findall(pattern, TOKENS)}


def _read(text: str) -> Linear:
    lightness, chroma, hue = (float(part) for part in text.split())
    return _from_oklch(lightness, chroma, hue)


COLOURS = _themes()


def test_every_colour_has_both_themes_and_a_fallback() -> None:
    fallbacks = set(re.findall(r"--([\w-]+): #", TOKENS))
    assert set(COLOURS) == fallbacks
    assert len(COLOURS) > 20


def test_the_fallback_is_the_light_theme() -> None:
    for name, text in re.findall(r"--([\w-]+): (#[0-9a-f]{6});", TOKENS):
        assert _contrast(_from_hex(text), COLOURS[name][0]) < 1.06, name


@pytest.mark.parametrize(("text", "surface", "theme"), list(product(TEXTS, SURFACES, THEMES)))
def test_text_can_be_read_on_every_surface(text: str, surface: str, theme: int) -> None:
    assert _contrast(COLOURS[text][theme], COLOURS[surface][theme]) >= 4.5


@pytest.mark.parametrize(("tone", "theme"), list(product(("good", "warn", "bad", "gold"), THEMES)))
def test_status_can_be_read_on_its_own_ground_and_on_the_page(tone: str, theme: int) -> None:
    ink = COLOURS[f"{tone}-ink"][theme]
    for surface in (f"{tone}-soft", "paper", "surface", "raised"):
        assert _contrast(ink, COLOURS[surface][theme]) >= 4.5


@pytest.mark.parametrize(
    ("ground", "theme"), list(product(("accent", "accent-strong", "bad"), THEMES))
)
def test_what_stands_on_a_filled_button_can_be_read(ground: str, theme: int) -> None:
    assert _contrast(COLOURS["on-accent"][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize(
    ("edge", "surface", "theme"),
    list(
        product(
            ("line-strong", "accent", "good", "warn", "bad"),
            ("surface", "raised", "sunken"),
            THEMES,
        )
    ),
)
def test_the_edge_of_a_control_and_the_length_of_a_bar_can_be_made_out(
    edge: str, surface: str, theme: int
) -> None:
    assert _contrast(COLOURS[edge][theme], COLOURS[surface][theme]) >= 3
