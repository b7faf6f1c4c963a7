"""The examples in the docstrings do what they show."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

import prefit

ROOT = Path(prefit.__file__).parent
MODULES = sorted(
    ".".join(["prefit", *file.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")
    for file in ROOT.rglob("*.py")
    if ">>>" in file.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_true(name: str) -> None:
    """Each prints what the docstring says."""
    module = importlib.import_module(name)
    outcome = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert outcome.attempted
    assert not outcome.failed
