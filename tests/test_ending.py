"""Signals that ask a run to end: what it keeps for a while goes, and the exit code is that of the signal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

from prefit.ending import as_interrupts

SUITE = {"expectations": [{"type": "expect_column_values_to_be_unique", "kwargs": {"column": "x0"}}]}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_run_that_is_asked_to_end_leaves_no_rows_behind(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """The rows that a suite is judged by lie in a temporary folder, which nobody else removes."""
    kept = tmp_path / "kept"
    kept.mkdir()
    drawn = np.random.default_rng(0).normal(size=200_000)
    pyarrow.csv.write_csv(pa.table({f"x{i}": drawn for i in range(6)}), tmp_path / "t.csv")
    (tmp_path / "suite.json").write_text(json.dumps(SUITE))
    arguments = [str(tmp_path / "t.csv"), "--level", "quick", "--expectations", str(tmp_path / "suite.json")]
    run = subprocess.Popen(
        [sys.executable, "-m", "prefit", "check", *arguments, "--quiet", "--output", str(tmp_path / "out")],
        env={**os.environ, "TMPDIR": str(kept)},
        stderr=subprocess.PIPE,
        text=True,
    )
    while run.poll() is None and not list(kept.rglob("rows.parquet")):
        time.sleep(0.01)  # until there is something to be left behind
    run.send_signal(number)
    _, said = run.communicate()
    assert run.returncode == code, said
    assert said.strip() == "prefit: interrupted; no report was written."
    assert not list(kept.rglob("*.parquet"))
    assert not (tmp_path / "out").exists()


def test_signals_of_a_process_of_somebody_else_stay_as_they_are() -> None:
    """Who calls the command line from Python has handlers of their own."""
    before = signal.getsignal(signal.SIGTERM)
    with as_interrupts(enabled=False) as codes:
        assert signal.getsignal(signal.SIGTERM) is before
    assert codes == []
