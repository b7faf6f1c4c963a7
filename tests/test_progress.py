from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A small file."""
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"a": range(500), "b": [0.5, 1.5] * 250}), path)
    return path


def errors_of(*arguments: object) -> str:
    """Return what a command writes to standard error where that is a terminal."""
    leader, follower = pty.openpty()
    said: list[bytes] = []

    def read() -> None:
        try:
            while block := os.read(leader, 65_536):
                said.append(block)
        except OSError:
            return  # the terminal is gone: the command has ended

    reader = threading.Thread(target=read)
    reader.start()
    command = [sys.executable, "-m", "prefit", *map(str, arguments)]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=follower, env=os.environ | {"TERM": "xterm"}, check=False)
    os.close(follower)
    reader.join()
    os.close(leader)
    return b"".join(said).decode()


def test_a_terminal_sees_a_bar_for_each_stage(table: Path) -> None:
    """With the time that it took and the time left; nothing of it stays on the screen."""
    said = errors_of("check", table, "--level", "quick")
    assert re.search(r"profile\b.*0:00:0\d.*0:00:00", said)
    assert said.count("\x1b[2K") > 2


@pytest.mark.parametrize("arguments", [["--quiet"], ["--output", "-", "--quiet"]])
def test_quiet_shows_none(table: Path, arguments: list[str]) -> None:
    """A script that wants silence gets it."""
    assert errors_of("check", table, "--level", "quick", *arguments) == ""


def test_a_pipe_gets_no_bar_and_no_colour(table: Path) -> None:
    """Logs are plain text."""
    command = [sys.executable, "-m", "prefit", "check", str(table), "--level", "quick"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith((" AT RISK", " READY"))
    assert "\x1b" not in done.stdout
