"""Fixtures of the tests of sources."""

from __future__ import annotations

import pytest

from prefit.sources import csv, json_lines


@pytest.fixture(params=["small", "large"])
def either_reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read CSV and JSON as small files, which are read before, and as large ones, which are cut into ranges."""
    if request.param == "large":
        monkeypatch.setattr(csv, "LARGE_BYTES", 0)
        monkeypatch.setattr(json_lines, "LARGE_BYTES", 0)
