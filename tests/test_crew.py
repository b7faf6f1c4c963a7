"""Workers that are started ahead: who takes them, and that none is left behind."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.conftest import Outcome

from prefit import crew
from prefit.crew import WORKERS, Crew, hired_ahead


@pytest.fixture(autouse=True)
def _many_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "n_cores", lambda: 4)


def children() -> set[int]:
    """Return the numbers of the processes that this one has started."""
    return {child.pid for child in psutil.Process().children()}


def test_first_crew_takes_over_who_waits() -> None:
    """It starts no more than are missing."""
    before = children()
    with hired_ahead("local", 2):
        ahead = children() - before
        hired = Crew(WORKERS["local"], 3)
        taken = [hired.take() for _ in range(3)]
        assert [child.process.pid in ahead for child in taken] == [True, True, False]
        for child in taken:
            child.end(at_once=True)


def test_surplus_is_ended() -> None:
    """So are those that nobody takes, and those that run something else."""
    before = children()
    with hired_ahead(None, 3):
        with Crew(WORKERS["local"], 1):
            assert len(children() - before) == 1
        assert children() == before
    with hired_ahead("local", 2), Crew():
        assert children() == before
    with hired_ahead("local", 2):
        pass
    assert children() == before


@pytest.mark.parametrize(("engine", "workers"), [("local", 1), ("local", None), ("dask", None), ("spark", 4)])
def test_nobody_is_hired_without_need(engine: str, workers: int | None) -> None:
    """One worker is this process, and how many pay is known when the data are."""
    before = children()
    with hired_ahead(engine, workers):
        assert children() == before


def test_no_more_than_the_cores_are_hired_ahead() -> None:
    """However many a user asks for, before it is known what for."""
    before = children()
    with hired_ahead("local", 10_000):
        assert len(children() - before) == 4


def test_nobody_is_hired_for_an_engine_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message about it comes from the engine."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    before = children()
    with hired_ahead("dask", 2):
        assert children() == before


def test_command_line_leaves_no_worker_behind(run: Callable[..., Outcome], signal: pa.Table, tmp_path: Path) -> None:
    """Whether the data need them, are too small, or are not there."""
    before = children()
    pq.write_table(signal, tmp_path / "small.parquet")
    assert run("profile", tmp_path / "small.parquet", "--workers", 2).code == 0
    assert run("profile", tmp_path / "none.parquet", "--workers", 2).code == 2
    assert run("check", tmp_path / "small.parquet", "--workers", 2, "--engine", "spark").code == 2
    assert children() == before
