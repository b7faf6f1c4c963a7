"""The promise of --memory: a run keeps below it, or says before it starts what it would take."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import prefit
from prefit import memory
from prefit.config import make_options
from prefit.errors import InputError
from prefit.profiling import first_rows, make_plan
from prefit.profiling.limits import BATCH_BYTES
from prefit.resident import OverMemory
from prefit.sources import open_source

from .conftest import Outcome

MB = 10**6
ROOT = Path(prefit.__file__).parents[1]


class Ended(NamedTuple):
    """How a run ended, and the resident memory of it and its children at most, in bytes."""

    code: int
    peak: int
    said: str


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Tables that are long, wide, of texts, and a long one as CSV."""
    folder = tmp_path_factory.mktemp("tables")
    rng = np.random.default_rng(0)
    long = pa.table(
        {f"x{i}": rng.normal(size=400_000) for i in range(10)}
        | {"s": rng.choice(["red", "green"], 400_000), "y": rng.integers(0, 2, 400_000)}
    )
    wide = pa.table({f"x{i}": rng.normal(size=5_000) for i in range(400)} | {"y": rng.integers(0, 2, 5_000)})
    words = np.array([f"word{i}" for i in range(5_000)])
    texts = [" ".join(words[rng.integers(0, 5_000, 60)]) for _ in range(10_000)]
    plain = rng.normal(size=(60_000, 3))
    paths = {name: folder / f"{name}.parquet" for name in ("long", "wide", "texts", "plain")}
    paths["csv"] = folder / "long.csv"
    pq.write_table(long, paths["long"], row_group_size=131_072)
    pq.write_table(wide, paths["wide"])
    pq.write_table(pa.table({"t": texts, "y": rng.integers(0, 2, 10_000)}), paths["texts"])
    pq.write_table(pa.table({f"x{i}": plain[:, i] for i in range(3)} | {"y": plain[:, 0] > 0}), paths["plain"])
    pyarrow.csv.write_csv(long, paths["csv"])
    return paths


def _run(*arguments: object) -> Ended:
    """Run the command line in a process of its own, and look at its memory all the time."""
    command = [sys.executable, "-m", "prefit", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    ended, peaks = threading.Event(), [0]

    def look() -> None:
        while not ended.wait(0.005):
            peaks.append(sum({line: _bytes(line) for line in _tree(process.pid)}.values()))

    looking = threading.Thread(target=look)
    looking.start()
    said = process.communicate()[1]
    ended.set()
    looking.join()
    return Ended(process.returncode, max(peaks), said)


def _tree(pid: int) -> list[str]:
    """Return what the system says of the memory of a process and of all below it.

    A child that does not run its own program yet says the same as its parent.
    """
    try:
        own = Path(f"/proc/{pid}/statm").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [own, *(line for child in children for line in _tree(int(child)))]


def _bytes(line: str) -> int:
    return int(line.split()[1]) * os.sysconf("SC_PAGE_SIZE") if line else 0


def _enough(said: str) -> int:
    found = re.search(r"Give --memory (\d+)MB", said)
    assert found is not None, said
    return int(found[1]) * MB


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of other processes is read from /proc")
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("long", ("profile", "--target", "y")),
        ("csv", ("profile", "--target", "y")),
        ("wide", ("profile",)),
        ("long", ("profile", "--workers", 2)),
        ("long", ("check", "--target", "y", "--level", "quick")),
        ("texts", ("check", "--target", "y", "--level", "quick")),
        ("plain", ("check", "--target", "y", "--level", "deep", "--only", "labels", "--budget", "1s", "--workers", 2)),
    ],
    ids=["long", "csv", "wide", "workers", "quick", "texts", "every row"],
)
def test_run_keeps_below_what_it_says_that_it_needs(
    tables: dict[str, Path], name: str, arguments: tuple[object, ...]
) -> None:
    """It names the memory before it starts, and given that, all its processes together keep below it to the end."""
    command, *options = arguments
    refused = _run(command, tables[name], *options, "--quiet", "--memory", "230MB")
    assert (refused.code, refused.peak < 230 * MB) == (2, True), refused
    enough = _enough(refused.said)
    done = _run(command, tables[name], *options, "--quiet", "--memory", f"{enough // MB}MB")
    assert done.code in (0, 1), done  # nothing that was asked for was left out
    assert done.peak < enough, done


def test_nothing_is_written_by_a_run_that_is_refused(tables: dict[str, Path], tmp_path: Path) -> None:
    """The message says what is there and what to do."""
    ended = _run("check", tables["long"], "--memory", "120MB", "--output", tmp_path / "out")
    assert (ended.code, "memory must do for" in ended.said, "--memory" in ended.said) == (2, True, True), ended
    assert not (tmp_path / "out").exists()


def _fitted(path: Path, limit: int, *, probed: bool = False, **given: object) -> tuple[int, int | None]:
    options = make_options({"memory": limit, **given})
    with memory.reading(options):
        source = open_source(path)
        partitions = source.partitions()
        rows = first_rows(partitions)
        plan = make_plan(source.schema, target=None, drop=(), seed=0, n_rows=source.n_rows, first_rows=rows)
        plan, workers = memory.fitted(plan, partitions, rows, options, probed=probed)
    return plan.batch_bytes, workers


@pytest.mark.parametrize("engine", ["local", "dask"])
def test_less_memory_means_fewer_workers_and_then_smaller_batches(tables: dict[str, Path], engine: str) -> None:
    """Plenty leaves all as it is; what is not enough for one worker is refused, and what is named then is enough."""
    assert _fitted(tables["wide"], 40_000 * MB, workers=4, engine=engine) == (BATCH_BYTES, 4)
    with pytest.raises(OverMemory) as told:
        _fitted(tables["wide"], 150 * MB, workers=4, engine=engine)
    enough = _enough(str(told.value))
    least_bytes, least_workers = _fitted(tables["wide"], enough + 20 * MB, workers=4, engine=engine)
    assert least_workers == 1
    found = [
        _fitted(tables["wide"], limit * MB, workers=4, engine=engine) for limit in range(enough // MB + 20, 9_000, 800)
    ]
    assert sorted(workers or 0 for _, workers in found) == [workers for _, workers in found]
    assert least_bytes < found[-1][0]


def test_probes_take_memory_too(tables: dict[str, Path]) -> None:
    """What is enough for a profile may not be enough for a check."""
    with pytest.raises(OverMemory) as told:
        _fitted(tables["texts"], 1 * MB, probed=True)
    with pytest.raises(OverMemory) as told_of_profile:
        _fitted(tables["texts"], 1 * MB)
    assert _enough(str(told.value)) > _enough(str(told_of_profile.value))


def test_python_and_configuration_promise_too(signal: pa.Table, tmp_path: Path, run: object) -> None:
    """As an argument and in prefit.toml."""
    with pytest.raises(InputError, match="memory must do for"):
        prefit.profile(signal, memory="2MB")
    with pytest.raises(InputError, match="memory must do for"):
        prefit.check(signal, memory=2 * MB, level="quick")
    pq.write_table(signal, tmp_path / "t.parquet")
    (tmp_path / "prefit.toml").write_text('memory = "2MB"\n')
    ended: Outcome = run("check", tmp_path / "t.parquet", "--config", tmp_path / "prefit.toml")  # type: ignore[operator]
    assert (ended.code, "memory must do for" in ended.err) == (2, True)
