"""Fixtures of the tests of sources."""

from __future__ import annotations

import pytest

from prefit.sources import csv


@pytest.fixture(params=["small", "large"])
def either_reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read CSV files as small ones, which are read before, and as large ones, which are cut into ranges."""
    if request.param == "large":
        monkeypatch.setattr(csv, "LARGE_BYTES", 0)
