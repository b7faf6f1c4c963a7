"""Two runs over the same data write the same files, apart from times: what DVC, Make and caches live by."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

FORMATS = "html,json,md,junit,sarif"
TIMES = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(\+00:00|Z| UTC)?|\d+ \w+ \d{4}, \d\d:\d\d UTC"  # moments
    r'|\d+(\.\d+)? ?(?:s|ms|seconds)\b|(?<=time=")[\d.]+|(?<=<i style="width:)\d+'  # durations, and their bars
)

PATIENT = "from prefit.probes import curves; curves.START_UP = 1000.0; from prefit.cli import main; main()"
"""The command, whose probes no clock ends: what a run finds must not depend on how busy the machine is."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the folders of two runs, each a process with hashes of its own."""
    place = tmp_path_factory.mktemp("repeatable")
    draw = np.random.default_rng(11)
    x = draw.normal(size=(240, 3))
    table = pa.table(
        {
            **{f"x{column}": x[:, column] for column in range(3)},
            "city": draw.choice(["north", "south", "east"], 240),
            "same": [1] * 240,
            "label": np.where(x[:, 0] + 0.4 * draw.normal(size=240) > 0, "yes", "no"),
        }
    )
    pq.write_table(table, place / "data.parquet")
    folders = place / "first", place / "second"
    for number, folder in enumerate(folders):
        command = [sys.executable, "-c", PATIENT, "check", "data.parquet", "--target", "label", "--budget", "2s"]
        done = subprocess.run(
            [*command, "--format", FORMATS, "--output", str(folder), "--quiet"],
            env=os.environ | {"PYTHONHASHSEED": str(number + 1)},
            cwd=place,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
    return folders


def test_reports_are_equal_apart_from_times(runs: tuple[Path, Path]) -> None:
    """Every key and every digit, in the same order."""
    first, second = (json.loads((folder / "report.json").read_text()) for folder in runs)
    for report in (first, second):
        assert report.pop("created")
        assert report.pop("timings")
    assert json.dumps(first) == json.dumps(second)
    assert first["forecast"] is not None


def test_other_files_are_equal_apart_from_times(runs: tuple[Path, Path]) -> None:
    """The page, the summary and the files for CI; that of the labels byte for byte."""
    names = [sorted(path.name for path in folder.iterdir()) for folder in runs]
    assert names[0] == names[1]
    for name in names[0]:
        first, second = ((folder / name).read_bytes() for folder in runs)
        if name == "report.json":
            continue
        if name.endswith(".parquet"):
            assert first == second, name
        else:
            assert TIMES.sub("", first.decode()) == TIMES.sub("", second.decode()), name
