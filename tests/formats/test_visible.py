from __future__ import annotations

import pytest

from prefit.formats.visible import clip, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("two\nlines\t", r"two\nlines\t"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\u2066\ufeff\u200b", r"\u2066\ufeff\u200b"),
        ("\ud800", r"\ud800"),
        ("\u2028", r"\u2028"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_characters_that_act_are_written_as_escapes(text: str, shown: str) -> None:
    """Control, format and direction characters and lone surrogates are spelled out."""
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["Größe", "عمر", "可変", "👩\u200d🔬", "\u0645\u06cc\u200c\u062e\u0648\u0645", "a b"])
def test_scripts_of_the_world_stay_as_they_are(text: str) -> None:
    """Right-to-left scripts, emoji and their joiners are drawn, not spelled out."""
    assert visible(text) == text


def test_a_long_text_is_cut_to_its_length() -> None:
    """The ellipsis counts, and a text that fits is not touched."""
    assert clip("x" * 10_000, 80) == "x" * 79 + "…"
    assert clip("x" * 80, 80) == "x" * 80
