"""Tests of ``unsupported-column``."""

from dataclasses import replace

import pyarrow as pa
import pytest
from tests.checks.builders import categories, evidence, judged, numbers

import prefit
from prefit.checks.integrity.unsupported_column import UnsupportedColumn

CHECK = UnsupportedColumn()


def given(kind="unsupported", reason="stored as struct<a: int64>", **facts):
    """Return a table with two columns, the second of which has this kind for this reason."""
    made = evidence(numbers("a"), numbers("b"), target=categories("y"), kinds={"b": kind}, **facts)
    return replace(made, task=replace(made.task, kind_reasons={"b": reason}))


def test_column_that_no_probe_reads_warns():
    """What is left out is told, with its type."""
    found = judged(CHECK, given())
    assert (found.status, found.columns, found.measured) == ("warn", ("b",), 1)
    assert "struct<a: int64>" in found.message


def test_columns_of_other_kinds_are_silent():
    """Numbers are read."""
    assert judged(CHECK, given(kind="numeric")) is None


def test_column_that_the_user_left_out_is_silent():
    """By its kind or by dropping it."""
    assert judged(CHECK, given(reason="set by you")) is None
    assert judged(CHECK, given(dropped=("b",))) is None


@pytest.mark.parametrize(
    "values",
    [[{"a": 1}, {"a": 2}], [["u"], ["v"]], [b"u", b"v"], [[1.0], [2.0, 3.0]]],
    ids=["struct", "texts", "bytes", "ragged"],
)
def test_gate_is_not_ready_without_a_word(values, signal):
    """Such a column may be what the model needs most."""
    table = signal.append_column("nested", pa.array(values * 300))
    report = prefit.check(table, target="label", level="quick")
    assert {finding.check for finding in report.findings if finding.status == "warn"} == {"unsupported-column"}
    silent = prefit.check(table, target="label", level="quick", columns={"nested": "unsupported"})
    assert "warn" not in {finding.status for finding in silent.findings}
