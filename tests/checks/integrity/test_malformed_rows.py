"""Tests of ``malformed-rows``."""

import pytest
from tests.checks.builders import evidence, judged, numbers, status

from prefit.checks.integrity.malformed_rows import MalformedRows
from prefit.profiling.values import Malformed, MalformedRow

CHECK = MalformedRows()


def file(n_lost: int, n_rows: int = 1000):
    """Return a table of which so many lines were lost."""
    lines = tuple(MalformedRow(line=17 + i, file="a.csv", reason="5 fields, 4 expected") for i in range(min(n_lost, 5)))
    return evidence(numbers(rows=n_rows), malformed=Malformed(n_lost, lines))


def test_lost_lines_warn_with_their_places():
    """The first lines are named, with the reason."""
    found = judged(CHECK, file(10))
    assert (found.status, found.measured) == ("warn", pytest.approx(10 / 1010))
    assert "line 17 of a.csv (5 fields, 4 expected); line 18" in found.message


@pytest.mark.parametrize(("n_lost", "expected"), [(0, "pass"), (1, "warn"), (111, "warn"), (112, "fail")])
def test_one_line_warns_and_one_in_ten_fails(n_lost, expected):
    """A clean file has none; what is left of a file that lost a tenth of its lines is not the file."""
    assert status(CHECK, file(n_lost)) == expected


def test_empty_file_is_silent():
    """Without lines there are no bad ones."""
    assert judged(CHECK, file(0, n_rows=0)) is None
