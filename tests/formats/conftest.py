"""One rich report that every format is tested on."""

from __future__ import annotations

import pytest
from tests.formats.samples import REPORT

from prefit.report import Report


@pytest.fixture
def report() -> Report:
    """The report of a run in which every status, every kind of column and every part occurs."""
    return REPORT
