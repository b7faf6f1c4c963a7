"""A disk that is full at the output: a message, exit code 2, and nothing half-written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from prefit import cli


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 16 KiB with a file in it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = [shutil.which("mount") or "mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("mounting a small file system is not permitted here")
    (disk / "mine.txt").write_text("kept")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def data(tmp_path: Path) -> str:
    """Write a table whose report and state are larger than that disk."""
    drawn = np.random.default_rng(0)
    table = pa.table({f"x{i}": drawn.normal(size=3_000) for i in range(5)})
    pq.write_table(table, tmp_path / "data.parquet")
    return str(tmp_path / "data.parquet")


@pytest.mark.parametrize("option", ["--output", "--state"])
def test_full_disk_is_told(full_disk: Path, data: str, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a report nor a state leaves a part of itself, and what was there stays."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["check", data, "--level", "quick", "--quiet", option, str(full_disk)])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "No space left on device" in told
    assert option[2:] in told
    assert [path.name for path in full_disk.rglob("*")] == ["mine.txt"]
    assert (full_disk / "mine.txt").read_text() == "kept"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", ["check", "profile"])
def test_full_standard_output_is_told(data: str, command: str, unbuffered: str) -> None:
    """A screen that goes to a full disk is no defect of prefit."""
    arguments = [sys.executable, "-m", "prefit", command, data, *(["--level", "quick"] if command == "check" else [])]
    with Path("/dev/full").open("w") as full:
        environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
        done = subprocess.run(arguments, stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert done.stderr == (
        "prefit: what is written must find room; got 'No space left on device'. Free some, or write to another disk.\n"
    )


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_closed_pipe_is_no_defect(unbuffered: str) -> None:
    """Whoever reads the first lines only, by ``head``, gets no message of an error; a gate does not exit 0 of it."""
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "prefit", "explain", "missing-values"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False, env=environment)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")
