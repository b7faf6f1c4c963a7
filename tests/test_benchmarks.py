"""Tests of the benchmarks: they run, and their small form is perfect."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from benchmarks.truth.outcomes.events import read_lines

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


def test_forecasts_are_held_against_trainings(tmp_path):
    """Every case is a line once, and of permuted labels no family learns anything."""
    random = np.random.default_rng(0)
    x = random.normal(size=(160, 3))
    columns = {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": np.where(x[:, 0] > 0, "yes", "no")}
    pq.write_table(pa.table(columns), tmp_path / "drawn.parquet")
    entry = {"name": "drawn", "file": "drawn.parquet", "target": "y", "task": "classification", "family": "drawn"}
    (tmp_path / "manifest.jsonl").write_text(json.dumps(entry | {"rows": 160, "features": 3}) + "\n")
    kinds = ["original", "permuted labels", "150 rows"]  # the last one is not to be had of so few rows
    folder = tmp_path / "lines"
    command = [sys.executable, "-m", "benchmarks.truth.outcomes.collect", str(tmp_path), str(folder)]
    for what in ("truth", "forecast", "forecast"):
        subprocess.run([*command, what, "--budget", "2s", "--kinds", *kinds], cwd=ROOT, check=True, timeout=300)
    lines = read_lines(folder)
    assert [(line.kind, line.rows) for line in lines] == [("original", 112), ("permuted labels", 112)]
    for line, learnt in zip(lines, (True, False), strict=True):
        assert set(line.truth) == set(line.baseline) == set(line.forecast["forecasts"])
        assert all((made["held_out"] > 0.8) is learnt for made in line.truth.values())
    command = [sys.executable, "-m", "benchmarks.truth.outcomes.figures", str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    assert run.stdout.startswith("2 cases of 1 families of data sets")
    assert "| overfitting | all |" in run.stdout


def test_planted_wrong_labels_are_found_and_right_ones_are_left_alone(tmp_path):
    """Ten per cent of wrong labels are found of classes that lie apart; of none, none is spoken of."""
    random = np.random.default_rng(0)
    classes = random.integers(0, 2, 300)
    x = random.normal(size=(300, 3)) + 5 * classes[:, None]
    columns = {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": np.where(classes, "yes", "no")}
    pq.write_table(pa.table(columns), tmp_path / "banknote.parquet")
    (tmp_path / "manifest.jsonl").write_text('{"name": "banknote", "file": "banknote.parquet", "target": "y"}\n')
    lines = tmp_path / "lines.jsonl"
    command = [sys.executable, "-m", "benchmarks.truth.labels.run", str(lines), "--corpus", str(tmp_path)]
    command += ["--sets", "banknote", "--rates", "0", "0.1", "--kinds", "uniform", "one class"]
    for _ in range(2):
        subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    clean, *planted = map(json.loads, lines.read_text().splitlines())
    assert clean["tools"]["prefit"]["warned"] == []
    assert [line["kind"] for line in planted] == ["uniform", "one class"]
    assert all(line["tools"]["prefit"]["auprc"] > 0.9 for line in planted)
    command = [sys.executable, "-m", "benchmarks.truth.labels.figures", str(lines)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    assert run.stdout.startswith("3 cases of 1 data sets")
    assert "failed" not in run.stdout


def test_planted_wrong_values_are_found_and_right_ones_are_left_alone(tmp_path):
    """Values a thousand times too large are told of a target that is a number; of none, none is spoken of."""
    random = np.random.default_rng(0)
    x = random.normal(size=(300, 3))
    y = np.exp(3 + x @ np.array([0.5, 0.4, -0.3]) + random.normal(0, 0.1, 300))
    pq.write_table(pa.table({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": y}), tmp_path / "auto_mpg.parquet")
    (tmp_path / "manifest.jsonl").write_text('{"name": "auto_mpg", "file": "auto_mpg.parquet", "target": "y"}\n')
    lines = tmp_path / "lines.jsonl"
    command = [sys.executable, "-m", "benchmarks.truth.labels.amounts", str(tmp_path), str(lines)]
    command += ["--kinds", "none", "x 1000"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    clean, planted = map(json.loads, lines.read_text().splitlines())
    assert clean["warned"] == []
    assert planted["hit"] == planted["flagged"] >= 12
    assert "| x 1000 | 1 | 1 |" in run.stdout


def test_consensus_of_drawn_crowds_is_held_against_the_truth():
    """A row for each number of classes; of six, the consensus is right more often than the majority."""
    command = [sys.executable, "-m", "benchmarks.truth.labels.crowds", "--crowds", "5", "--items", "200"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    rows = [row.split(" | ") for row in run.stdout.splitlines()[2:]]
    assert [row[0] for row in rows] == ["| 2", "| 3", "| 6"]
    assert float(rows[-1][1]) > float(rows[-1][2])
