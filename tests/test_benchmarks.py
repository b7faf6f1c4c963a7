"""Tests of the benchmarks: they run, and their small form is perfect."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_strong_defects_are_found_and_clean_tables_are_silent():
    """The smoke run ends with 0 only if every planted defect is found and nothing is said about clean tables."""
    command = [sys.executable, "-m", "benchmarks.truth.defects.run", "--smoke"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "with a warning or a failure: 0." in run.stdout
