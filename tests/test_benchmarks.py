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


def test_the_speed_of_the_profile_is_measured_and_reported(tmp_path):
    """A run over tiny tables gives a row for each tool with its ratio, and a second run has nothing left to do."""
    command = [sys.executable, "-m", "benchmarks.speed_profile", str(tmp_path), "--rounds", "1"]
    command += ["--tables", "tiny", "tiny-csv", "--tools", "prefit", "DuckDB"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    assert "failed" not in run.stdout
    lines = (tmp_path / "runs.jsonl").read_text()
    rows = [row.split(" | ") for row in run.stdout.splitlines() if row.startswith("| prefit, 1 worker")]
    assert len(rows) == 2
    assert all(float(figure) > 0 for row in rows for figure in (*row[1:4], *row[5:7]))
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    assert (tmp_path / "runs.jsonl").read_text() == lines
    assert [row for row in again.stdout.splitlines() if row.startswith("| prefit, 1 worker")]
