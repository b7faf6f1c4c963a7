from __future__ import annotations

import re
from importlib.resources import files

import pytest

CSS = files("prefit.formats").joinpath("templates/report.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6});", block))
    for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio as WCAG 2 defines it."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_colours_have_the_contrast_of_level_aa(palette: dict[str, str]) -> None:
    """4.5 to 1 on the page and on cards, for text and for every colour that text is written in."""
    for name in ("ink", "muted", "link", "fail", "warn", "pass", "norun"):
        for ground in ("bg", "card"):
            assert contrast(palette[name], palette[ground]) >= 4.5, (name, ground)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_of_a_chart_stand_out(palette: dict[str, str]) -> None:
    """3 to 1 for what a chart draws."""
    assert all(contrast(palette[name], palette["card"]) >= 3 for name in ("held", "train", "ref", "required"))
