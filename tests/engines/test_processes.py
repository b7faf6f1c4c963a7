"""Worker processes: the same bytes, and what happens when one dies, hangs or is interrupted."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest
from tests.engines.parts import N_ROWS, Part, n_read, parts, plan, readers, rows

from prefit.engines import local, processes
from prefit.engines.pieces import LATE
from prefit.errors import Contradiction, UnreadableInput
from prefit.profiling import make_plan
from prefit.profiling.values import UnreadPartition
from prefit.sources import open_source


def run(given: list[Part], workers: int = 2, until: float = math.inf) -> tuple[bytes, list[UnreadPartition]]:
    """Fold parts; return the bytes of the state and what was not read."""
    unread: list[UnreadPartition] = []
    state = local.run(given, plan(), workers=workers, until=until, on_unread=unread.append)
    return state.to_bytes(plan()), unread


@pytest.mark.parametrize("workers", [2, 3])
def test_same_bytes_for_any_number_of_workers(workers: int, tmp_path: Path) -> None:
    """The state is that of one process, though several have read."""
    spread = parts(marks=tmp_path, meets=workers)
    assert run(spread, workers) == run(parts(), 1)
    assert len(readers(tmp_path)) == workers
    assert str(os.getpid()) not in readers(tmp_path)


def test_killed_worker_costs_a_retry(tmp_path: Path) -> None:
    """What it had folded is folded again, and nothing is lost or counted twice."""
    assert run(parts(marks=tmp_path, p3="kills once")) == run(parts(), 1)


def test_dead_worker_is_replaced(tmp_path: Path) -> None:
    """As many go on as began: here none goes on before there is a third."""
    first, *others = parts(marks=tmp_path, meets=3, p0="kills once")
    assert run([replace(first, meets=0), *others]) == run(parts(), 1)


def test_partition_that_keeps_killing_is_named(tmp_path: Path) -> None:
    """All others are read, and those that stood beside it too."""
    given = parts(marks=tmp_path, p7="kills")
    content, unread = run(given)
    assert [partition.name for partition in unread] == ["part 7000"]
    assert "ended 3 workers that read it, by signal 9" in unread[0].reason
    assert len(readers(tmp_path, given[7:8])) == processes.MAX_DEATHS
    assert content == run([part for part in parts() if part.first_row != 7_000], 1)[0]


def test_killer_among_tiny_partitions_alone_is_found() -> None:
    """They are one piece of work, which one worker does where a user asks for several."""
    content, unread = run(parts(6, size_bytes=10, p5="kills"))
    assert [partition.name for partition in unread] == ["part 10000"]
    assert content == run(parts(6)[:5], 1)[0]


def test_killer_in_a_chain_of_tiny_partitions_is_found() -> None:
    """The chain is taken apart."""
    tiny = parts(24, size_bytes=10, p5="kills")
    given = [*tiny[:12], *[Part(part.first_row, part.end, 2 << 20) for part in tiny[12:]]]
    _, unread = run(given)
    assert [partition.name for partition in unread] == ["part 2500"]


def test_unreadable_partition_is_named_and_the_others_are_read() -> None:
    """By its own message, on any number of workers."""
    for workers in (1, 2):
        _, unread = run(parts(p0="unreadable"), workers)
        assert unread == [UnreadPartition("part 0", "part 0 must be readable; got noise. Write it again.")]


def test_nothing_readable_is_an_error() -> None:
    """There is nothing to report on."""
    with pytest.raises(UnreadableInput, match="part 0 must be readable; got noise"):
        run(parts(2, p0="unreadable", p1="kills"))


def test_late_partitions_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that hangs is not waited for, and the others ship what they have."""
    monkeypatch.setattr(processes, "GRACE", 1.0)
    before = psutil.Process().children()
    given = parts(4, p1="hangs")
    content, unread = run(given, until=time.monotonic() + 8)
    assert unread[0].name in ("part 0", "part 3000")
    assert {partition.reason for partition in unread} == {LATE}
    names = {partition.name for partition in unread}
    assert content == run([part for part in parts(4) if part.name not in names], 1)[0]
    assert psutil.Process().children() == before


def test_interrupt_ends_all_workers(tmp_path: Path) -> None:
    """Ctrl-C reaches the main process alone; it leaves no process behind."""

    def press(_share: float) -> None:
        raise KeyboardInterrupt

    before = psutil.Process().children()
    with pytest.raises(KeyboardInterrupt):
        local.run(parts(marks=tmp_path), plan(), press, workers=2)
    assert len(readers(tmp_path)) > 0
    assert psutil.Process().children() == before


def test_progress_of_workers_never_goes_back(tmp_path: Path) -> None:
    """Not even when one dies, and it ends at one."""
    seen: list[float] = []
    local.run(parts(marks=tmp_path, p9="kills once"), plan(), seen.append, workers=2)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 4


def test_tables_in_memory_reach_the_workers() -> None:
    """Through shared memory, cut as the source cuts them."""
    source = open_source(rows(0, N_ROWS))
    part = source.partitions()[0]
    halves = [
        type(part)("a", 0, 2 << 20, part.table.slice(0, 7_001), part.schema),
        type(part)("b", 7_001, 2 << 20, part.table.slice(7_001), part.schema),
    ]
    assert local.run(halves, plan(), workers=2).to_bytes(plan()) == run(parts(), 1)[0]


def test_small_inputs_stay_in_this_process(tmp_path: Path) -> None:
    """A worker must pay."""
    local.run(parts(marks=tmp_path), plan())
    assert readers(tmp_path) == {str(os.getpid())}


def test_large_inputs_get_the_workers_that_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    """The more bytes, the more of them, up to the cores."""
    monkeypatch.setattr(local, "n_cores", lambda: 8)
    n = [local.n_paying([Part(0, 1, megabytes << 20)]) for megabytes in (1, 255, 256, 1_200, 100_000)]
    assert n == [1, 1, 2, 4, 8]


def test_many_tiny_partitions_share_batches() -> None:
    """The state is the same, and there are few pieces."""
    tiny = parts(3_000, size_bytes=1_000)
    state = local.run(tiny, plan())
    assert n_read(state) == N_ROWS
    assert state.to_bytes(plan()) == run(parts(), 1)[0]


def test_contradiction_reaches_the_caller() -> None:
    """It is no matter of one partition."""
    with pytest.raises(Contradiction, match="half a column"):
        run(parts(4, p2="contradicts"))


def test_workers_do_without_heavy_libraries() -> None:
    """They are to be up at once."""
    code = (
        "import sys, prefit.engines.worker; "
        "print([m for m in ('pandas', 'sklearn', 'scipy', 'joblib', 'duckdb', 'distributed') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_programs_need_no_guard(tmp_path: Path) -> None:
    """A worker does not run the user's program again."""
    pq.write_table(rows(0, N_ROWS), tmp_path / "table.parquet", row_group_size=1_000)
    program = tmp_path / "program.py"
    program.write_text("import prefit\nprint(prefit.profile('table.parquet', workers=2).n_rows)\n")
    done = subprocess.run([sys.executable, program.name], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (f"{N_ROWS}\n", "")


def test_defect_in_a_worker_is_raised(tmp_path: Path) -> None:
    """It is no fault of a partition."""
    with pytest.raises(RuntimeError, match="a worker failed: ZeroDivisionError"):
        run(parts(4, p2="defect"))


def test_plan_without_rows_has_progress() -> None:
    """Where only reading tells how many rows there are, bytes do."""
    seen: list[float] = []
    local.run(parts(), make_plan(rows(0, 1).schema), seen.append, workers=2)
    assert seen[-1] == 1.0
