from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.text import Text

from prefit.formats.terminal import draw
from prefit.screen import inert


def test_commands_are_stopped_by_a_token_that_nobody_can_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    """The runner of GitHub Actions obeys no line between the two, and obeys again after them."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    first, middle, last = inert("::error::mine\n").splitlines()
    token = first.removeprefix("::stop-commands::")
    assert (len(token), middle, last) == (32, "::error::mine", f"::{token}::")
    assert token not in inert("")


def test_whatever_is_laid_out_for_the_terminal_is_inert(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports, profiles, comparisons and histories go through one door."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    text = draw([Text("::add-mask::a")], Console(width=80, file=io.StringIO()))
    assert text.startswith("::stop-commands::")


def test_elsewhere_nothing_is_added() -> None:
    """The lines would be noise."""
    assert inert("::error::mine\n") == "::error::mine\n"
