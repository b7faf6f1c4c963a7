"""From data to ``label_issues.parquet``: what a check writes of the rows whose labels it looked at."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import prefit
from prefit.formats.label_issues import render

N = 500
ONLY = {"only": ["label-errors", "label-noise"], "target": "y", "level": "deep"}


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """Two Parquet files of a table with a tenth of its labels turned over, and which these are."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2 * N, 3))
    wrong = rng.random(2 * N) < 0.1
    label = np.where((x[:, 0] > 0) ^ wrong, "yes", "no")
    table = pa.table({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": label})
    folder = tmp_path_factory.mktemp("data")
    for number in range(2):
        pq.write_table(table.slice(number * N, N), folder / f"{number}.parquet")
    return folder, wrong


def test_all_rows_are_written_whatever_the_formats(spoilt: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    """Positions run on from file to file, and are those of wrong labels where the tier is act."""
    folder, wrong = spoilt
    report = prefit.check(folder, **ONLY)
    report.save(tmp_path, ["json"])
    issues = pq.read_table(tmp_path / "label_issues.parquet").to_pandas()
    assert sorted(issues["row"]) == list(range(2 * N))
    assert issues["score"].is_monotonic_decreasing
    act = issues[issues["tier"] == "act"]
    assert wrong[act["row"]].mean() > 0.85
    assert set(act["reason"]) <= {"model disagreement", "neighbours", "outlier", "conflicting duplicate"}
    assert not issues.isin(["yes", "no"]).any(axis=None)  # pseudonyms stand for the classes


def test_report_says_how_many_are_wrong_and_what_cleaning_does(spoilt: tuple[Path, np.ndarray]) -> None:
    """The finding has the effect of the better way to clean; classes are shown where values may be."""
    folder, wrong = spoilt
    report = prefit.check(folder, **ONLY, show_values=True)
    noise = json.loads(json.dumps(report.to_dict()["label_noise"]))
    assert noise["rate"]["low"] <= wrong.mean() <= noise["rate"]["high"]
    assert noise["rows_scored"] == 2 * N
    assert {(pair["true"], pair["given"]) for pair in noise["transitions"]} == {("yes", "no"), ("no", "yes")}
    found = next(finding for finding in report.findings if finding.status == "warn")
    assert found.check == "label-noise"  # the rows are those of the same cause
    assert found.effect is not None
    assert found.effect.delta == max(effect["delta"] for effect in noise["effects"].values())


def test_every_value_of_a_number_is_scored(tmp_path: Path) -> None:
    """The sample has 3,000 rows, and wrong units are found beside it too."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(5_000, 6))
    y = np.exp(3 + x[:, 0] + 0.2 * rng.normal(size=5_000))
    y[::50] *= 1_000
    table = pa.table({**{f"x{k}": x[:, k] for k in range(6)}, "y": y})
    for number in range(2):
        pq.write_table(table.slice(number * 2_500, 2_500), tmp_path / f"{number}.parquet")
    report = prefit.check(tmp_path, **ONLY)
    noise = report.label_noise
    assert noise is not None
    assert (noise["rows_scored"], noise["rows_of_rate"]) == (5_000, 3_000)
    assert report.label_issues is not None
    issues = pq.read_table(pa.BufferReader(render(report.label_issues))).to_pandas()
    act = issues[issues["tier"] == "act"]
    assert (act["row"] % 50 == 0).mean() > 0.9
    assert len(act) > 90
