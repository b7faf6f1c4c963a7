"""A Dask cluster: the same bytes, and what happens when a worker dies, hangs or cannot be reached."""

from __future__ import annotations

import math
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import dask
import distributed
import psutil
import pyarrow.parquet as pq
import pytest
from tests.engines.parts import N_ROWS, parts, plan, readers, rows
from tests.engines.test_shelf import Run, write_parts

import prefit
from prefit import engines
from prefit.engines import dask_cluster
from prefit.engines.dask import KILLED, fold_run
from prefit.engines.pieces import LATE
from prefit.errors import Contradiction, UnreadableInput, UsageError
from prefit.profiling.values import UnreadPartition
from prefit.sources import open_source
from prefit.sources.columnar import FilePartition


def workers_of_ours() -> set[int]:
    """Return the processes that a run has started and left behind: not those that stood before the module."""
    children = psutil.Process().children(recursive=True)
    return {child.pid for child in children if "tracker" not in " ".join(child.cmdline())} - STANDING


STANDING: set[int] = set()
"""Processes of the cluster that the tests share."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Start two worker processes as a user would, which nobody else can reach; a task may kill two of them."""
    with dask.config.set({"distributed.scheduler.allowed-failures": 1}):
        started = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
        )
    with started:
        STANDING.update(workers_of_ours())
        yield started


@pytest.fixture(scope="module")
def client(cluster: Any) -> Iterator[Any]:
    """Connect to the cluster."""
    with distributed.Client(cluster, set_as_default=False) as connected:
        yield connected


def run(given: list[Any], engine: Any, **options: Any) -> tuple[bytes, list[UnreadPartition]]:
    """Fold parts; return the bytes of the state and what was not read."""
    unread: list[UnreadPartition] = []
    state = engines.run(given, plan(), engine=engine, on_unread=unread.append, **options)
    return state.to_bytes(plan()), unread


def test_same_bytes_as_in_one_process(client: Any, tmp_path: Path) -> None:
    """Though both workers have read, by a client and by an address."""
    expected = run(parts(), "local")
    assert run(parts(marks=tmp_path, meets=2), client) == expected
    assert len(readers(tmp_path)) == 2
    assert run(parts(), client.scheduler.address.replace("tcp://", "dask://")) == expected


def test_killed_worker_costs_a_retry(client: Any, tmp_path: Path) -> None:
    """Nothing is lost or counted twice."""
    assert run(parts(marks=tmp_path, p3="kills once"), client) == run(parts(), "local")


def test_poison_partition_is_named(client: Any, tmp_path: Path) -> None:
    """It costs itself and no other, however often it kills."""
    content, unread = run(parts(6, marks=tmp_path, p4="kills"), client)
    assert unread == [UnreadPartition("part 8000", KILLED)]
    assert content == run([part for part in parts(6) if part.first_row != 8_000], "local")[0]


def test_late_partitions_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that hangs is not waited for, and its process is ended with the cluster."""
    monkeypatch.setattr("prefit.engines.dask.GRACE", 1.0)
    content, unread = run(parts(4, p1="hangs"), "dask", workers=2, until=time.monotonic() + 10)
    assert {partition.reason for partition in unread} == {LATE}
    names = {partition.name for partition in unread}
    assert "part 3000" in names
    assert content == run([part for part in parts(4) if part.name not in names], "local")[0]
    assert workers_of_ours() == set()


def test_task_stops_at_the_deadline_with_what_it_has() -> None:
    """What is folded by then counts."""
    folded = fold_run(parts(4), plan(), seconds=-1.0)
    assert [partition.name for partition in folded.unread] == ["part 0", "part 3000", "part 6000", "part 9000"]
    assert {partition.reason for partition in folded.unread} == {LATE}
    assert fold_run(parts(4), plan(), seconds=math.inf).unread == []


def test_dead_worker_of_the_own_cluster_is_replaced(tmp_path: Path) -> None:
    """All workers die once, and nothing is lost."""
    given = parts(2, marks=tmp_path, p0="kills once", p1="kills once")
    assert run(given, "dask", workers=2) == run(parts(), "local")
    assert len(readers(tmp_path)) >= 3


def test_programs_need_no_guard(tmp_path: Path) -> None:
    """A worker does not run the user's program again."""
    pq.write_table(rows(0, N_ROWS), tmp_path / "table.parquet", row_group_size=1_000)
    program = tmp_path / "program.py"
    program.write_text("import prefit\nprint(prefit.profile('table.parquet', engine='dask', workers=1).n_rows)\n")
    done = subprocess.run([sys.executable, program.name], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (f"{N_ROWS}\n", "")


def test_unreadable_partition_is_named(client: Any) -> None:
    """As on one machine."""
    assert run(parts(4, p0="unreadable"), client) == run(parts(4, p0="unreadable"), "local")


def test_nothing_readable_is_an_error(client: Any) -> None:
    """As on one machine."""
    with pytest.raises(UnreadableInput, match="part 0 must be readable; got noise"):
        run(parts(1, p0="unreadable"), client)


@pytest.mark.parametrize(("fault", "error"), [("contradicts", Contradiction), ("defect", ZeroDivisionError)])
def test_what_is_no_fault_of_a_partition_is_raised(client: Any, fault: Any, error: type[Exception]) -> None:
    """It ends the run."""
    with pytest.raises(error):
        run(parts(4, p2=fault), client)


def test_tables_in_memory_reach_the_workers(client: Any) -> None:
    """Large ones do not go through the scheduler."""
    data = rows(0, N_ROWS * 5)
    assert prefit.profile(data, engine=client).fingerprint == prefit.profile(data).fingerprint
    assert sum(part.size_bytes for part in open_source(data).partitions()) > 1 << 20


def test_states_of_a_cluster_are_gone_on_from_here(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its workers have read of a table that grew is not read again, on whatever engine."""
    folder, states = write_parts(tmp_path / "data", 0, 1), tmp_path / "states"
    Run(folder, states, engine=client).bytes()
    write_parts(folder, 2)
    grown = Run(folder, states, engine=client).bytes()
    assert grown == Run(folder, None).bytes()
    assert len(list(states.iterdir())) == 1
    monkeypatch.setattr(FilePartition, "batches", lambda *_: pytest.fail("it was read again"))
    assert Run(folder, states).bytes() == grown


def test_progress_ends_at_one(client: Any) -> None:
    """It follows the tasks."""
    seen: list[float] = []
    run(parts(), client, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_own_cluster_is_reachable_from_here_alone_and_is_stopped(tmp_path: Path) -> None:
    """No port is open to others while it runs, and no process is left."""
    here: set[str] = set()

    def look(_share: float) -> None:
        main = psutil.Process()
        for process in (main, *main.children(recursive=True)):
            here.update(port.laddr.ip for port in process.net_connections() if port.status == psutil.CONN_LISTEN)

    assert run(parts(marks=tmp_path, meets=2), "dask", workers=2, progress=look) == run(parts(), "local")
    assert here == {"127.0.0.1"}
    assert len(readers(tmp_path)) == 2
    assert workers_of_ours() == set()


def test_own_cluster_takes_no_port_that_another_may_have() -> None:
    """Two runs at once do not meet at the port of Dask's pages, nor one and the user's own cluster."""
    with socket.socket() as pages:
        with suppress(OSError):  # it is taken, then
            pages.bind(("127.0.0.1", 8787))
            pages.listen()
        assert run(parts(2), "dask", workers=1) == run(parts(), "local")


def test_unreachable_scheduler_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within seconds, with what to do."""
    monkeypatch.setattr(dask_cluster, "CONNECT_SECONDS", 1.0)
    with socket.socket() as taken:  # bound, so that nobody else listens there
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(
            UsageError, match=rf"engine dask://127.0.0.1:{port} must be .*running scheduler; got no answer"
        ):
            run(parts(2), f"dask://127.0.0.1:{port}")


def test_cluster_without_workers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for workers that nobody starts would take all of the time."""
    monkeypatch.setattr(dask_cluster, "CONNECT_SECONDS", 1.0)
    idle = distributed.LocalCluster(
        n_workers=0, processes=False, host="127.0.0.1", dashboard_address="127.0.0.1:0", protocol="tcp"
    )
    with idle, pytest.raises(UsageError, match="must have workers; got none"):
        run(parts(2), idle.scheduler_address.replace("tcp://", "dask://"))


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra that brings them."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'prefit\[dask\]'"):
        run(parts(2), "dask")
