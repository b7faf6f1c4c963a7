"""The engine of one process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pyarrow as pa
import pytest
from tests.engines.parts import parts, plan
from tests.profiling.tables import Slice, cut

from prefit.engines import in_time, local, patience
from prefit.engines.pieces import LATE
from prefit.errors import UnreadableInput
from prefit.profiling import finish, first_rows, make_plan
from prefit.profiling.values import UnreadPartition

TABLE = pa.table({"x": list(range(1_000)), "y": ["a", "b"] * 500})


def test_partitions_are_merged_in_row_order() -> None:
    """The profile is that of one partition."""
    plan = make_plan(TABLE.schema, target="y")
    parts = finish(local.run(cut(TABLE, 10, 400), plan), plan)
    whole = finish(local.run([Slice(TABLE)], plan), plan)
    assert parts.sample.table.equals(whole.sample.table)
    assert parts.columns["x"].mean == pytest.approx(whole.columns["x"].mean, rel=1e-12)
    assert (parts.fingerprint, parts.duplicates) == (whole.fingerprint, whole.duplicates)


def test_no_partition_gives_an_empty_profile() -> None:
    """An empty source is legal here."""
    plan = make_plan(TABLE.schema)
    assert finish(local.run([], plan), plan).n_rows == 0


def test_progress_follows_bytes_and_ends_at_one() -> None:
    """It never goes back."""
    seen: list[float] = []
    parts = cut(TABLE, 10, 400)
    for part, size in zip(parts, (10 << 20, 30 << 20, 60 << 20), strict=True):
        part.size_bytes = size
    local.run(parts, make_plan(TABLE.schema), seen.append)
    assert seen == [0.1, 0.4, 1.0]


def test_progress_follows_rows_where_they_are_known() -> None:
    """Also within a partition."""
    seen: list[float] = []
    table = pa.table({"x": range(300_000)})
    local.run([Slice(table)], make_plan(table.schema, n_rows=300_000), seen.append)
    assert seen == [131_072 / 300_000, 262_144 / 300_000, 1.0]


def test_progress_without_sizes_counts_partitions() -> None:
    """Better than nothing."""
    seen: list[float] = []
    local.run(cut(TABLE, 500), make_plan(TABLE.schema), seen.append)
    assert seen == [0.5, 1.0]


def test_an_unreadable_partition_ends_the_run() -> None:
    """With the message of the partition."""
    with pytest.raises(UnreadableInput, match="'x' is missing"):
        local.run([Slice(TABLE), Slice(TABLE.select(["y"]), 1_000)], make_plan(TABLE.schema))


def test_read_that_hangs_is_left_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one process too: what was read before counts, and the rest is named."""
    monkeypatch.setattr(patience, "GRACE", 0.5)
    given = parts(4, p2="hangs")
    unread: list[UnreadPartition] = []
    state = local.run(given, plan(), workers=1, until=time.monotonic() + 3, on_unread=unread.append)
    assert [partition.name for partition in unread] == ["part 6000", "part 9000"]
    assert {partition.reason for partition in unread} == {LATE}
    assert state.to_bytes(plan()) == local.run(given[:2], plan()).to_bytes(plan())


def test_first_look_that_hangs_is_left_at_the_deadline() -> None:
    """With what to do."""
    given = parts(1, p0="hangs")
    with pytest.raises(UnreadableInput, match=r"got it before 'part 0' was read\. Raise --deadline"):
        in_time(lambda: first_rows(given), given, time.monotonic() - 10)


def test_errors_of_the_thread_are_raised_here() -> None:
    """And an interrupt here ends the thread at its next word."""

    def work(tell: Callable[[int], None]) -> None:
        try:
            tell(1)
            tell(2)
        finally:
            ended.set()

    ended = threading.Event()
    words = patience.told(work, time.monotonic() + 60)
    assert next(words) == 1
    words.close()
    assert ended.wait(60)
    with pytest.raises(ZeroDivisionError):
        list(patience.told(lambda tell: tell(1 // 0), time.monotonic() + 60))
