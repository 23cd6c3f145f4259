"""Every pair of colours that words stand in, at 4.5:1 or better, by day and by night; lines and shapes at 3:1."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

import learnwork.layout

SHEET = (Path(learnwork.layout.__file__).parent / "static" / "layout" / "learnwork.css").read_text()
GROUNDS = ("paper", "sheet", "mark", "amber-wash")
WORDS = ("ink", "muted", "link", "amber", "red")
# What never stands on what: amber and muted words are on paper and sheet alone, red ones beside a field.
NEVER = {("muted", "amber-wash"), ("red", "mark"), ("red", "amber-wash"), ("amber", "mark")}


def palettes() -> dict[str, dict[str, str]]:
    """The tokens of the day and of the night, which replace some of them."""
    roots = re.findall(r":root \{(.*?)\}", SHEET.partition("@media print")[0], re.DOTALL)
    day, night = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", root)) for root in roots[:2])
    assert set(night) == set(day), "a token has no colour by night"
    return {"day": day, "night": night}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("when", ["day", "night"])
def test_words_are_read_on_every_ground(when: str) -> None:
    palette = palettes()[when]
    weak = [
        f"{word} on {ground}: {ratio:.2f}"
        for word in WORDS
        for ground in GROUNDS
        if (word, ground) not in NEVER and (ratio := contrast(palette[word], palette[ground])) < 4.5
    ]
    assert weak == []
    assert contrast(palette["paper"], palette["link"]) >= 4.5, "words of a button"


@pytest.mark.parametrize("when", ["day", "night"])
def test_edges_and_shapes_are_seen(when: str) -> None:
    palette = palettes()[when]
    for ground in ("paper", "sheet"):
        for token in ("edge", "focus"):
            assert contrast(palette[token], palette[ground]) >= 3, f"{token} on {ground}"


@pytest.mark.parametrize("when", ["day", "night"])
def test_shades_of_maps_go_one_way(when: str) -> None:
    """By lightness alone, so that they are told apart without colours; neighbours by a visible step."""
    shades = [luminance(palettes()[when][f"shade-{n}"]) for n in range(1, 6)]
    assert shades == sorted(shades, reverse=when == "day")
    steps = [(max(a, b) + 0.05) / (min(a, b) + 0.05) for a, b in pairwise(shades)]
    assert min(steps) > 1.25
