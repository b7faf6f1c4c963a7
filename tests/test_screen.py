from __future__ import annotations

import html
import io
import json
import re

import pytest
from rich.console import Console
from rich.text import Text

from prefit.formats.terminal import draw
from prefit.screen import inert

PADDED = ("##[add-mask]a", "a ###[add-mask]a", "::add-mask::a", " \t\u3000::add-mask::a", "a\r::add-mask::a")
IGNORED = ("#\u200d#[add-mask]a", "##\ufe0f[add-mask]a", "\u200c:\u034f:add-mask::a")
"""The runner compares by the rules of a language, which pass over characters without width."""


def obeyed(text: str) -> bool:
    """Whether the runner of GitHub Actions takes a line of the output for a command."""
    plain = re.sub("[\u200c\u200d\ufe0f\u034f]", "", text)
    lines = re.split("[\r\n]", plain)
    return any(line.lstrip().startswith("::") or "##[" in line for line in lines)


@pytest.mark.parametrize("text", [*PADDED, *IGNORED])
def test_no_command_is_left_for_the_runner(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither of its two kinds, and making it inert twice changes nothing more."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert obeyed(text)
    assert not obeyed(inert(text))
    assert inert(inert(text)) == inert(text)


@pytest.mark.parametrize("text", ["a::b", "# [x](y)", "#[x]", "a [b] ## c", "10:30"])
def test_what_is_no_command_stays(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths, headings and links."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert inert(text) == text


def test_formats_hold_the_same_content(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads JSON or HTML from standard output gets the name as it is."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert json.loads(inert('"##[add-mask]a"', "json")) == "##[add-mask]a"
    assert html.unescape(inert("##[add-mask]a\n::error::", "html")) == "##[add-mask]a\n::error::"


def test_whatever_is_laid_out_for_the_terminal_is_inert(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports, profiles, comparisons and histories go through one door."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    text = draw([Text("a " * 39 + "::add-mask::a ##[add-mask]a")], Console(width=80, file=io.StringIO()))
    assert not obeyed(text)


def test_elsewhere_nothing_is_added() -> None:
    """It would be noise."""
    assert inert("::error::mine\n##[group]") == "::error::mine\n##[group]"
