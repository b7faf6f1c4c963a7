"""Partitions that go wrong on purpose; workers import them, so they stand in a module of their own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa

from prefit.errors import Contradiction, UnreadableInput
from prefit.profiling import Plan, State, make_plan
from prefit.profiling.fold import OnMalformed

Fault = Literal["none", "unreadable", "kills", "kills once", "hangs", "contradicts", "defect"]

N_ROWS = 12_000


def rows(first: int, end: int) -> pa.Table:
    """Return the rows from `first` to before `end` of a mixed table."""
    place = np.arange(first, end)
    return pa.table(
        {
            "x": np.sin(place) * 10.0 ** (place % 7),
            "n": place % 91,
            "text": [f"value {row * 7_919 % 5_003}" for row in place],
            "y": np.where(place % 13 == 0, "rare", "common"),
        }
    )


@dataclass(frozen=True)
class Part:
    """Rows that are made when they are read, and what happens then; by no fewer than `meets` processes."""

    first_row: int
    end: int
    size_bytes: int
    fault: Fault = "none"
    marks: Path = Path()
    meets: int = 0

    @property
    def name(self) -> str:
        """Name by place."""
        return f"part {self.first_row}"

    @property
    def identity(self) -> str | None:
        """As of a file, where it may hang like one."""
        return self.name if self.fault == "hangs" else None

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
        """Yield the rows, or do what the fault says; each reader leaves a mark with its process number."""
        if self.marks != Path():
            (self.marks / f"{self.first_row} {os.getpid()}").touch()
        n_readers = len(list(self.marks.glob(f"{self.first_row} *"))) if self.marks != Path() else 0
        while self.meets and len(readers(self.marks)) < self.meets:
            time.sleep(0.01)
        if self.fault == "kills" or (self.fault == "kills once" and n_readers == 1):
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fault == "hangs":
            signal.pause()
        if self.fault == "unreadable":
            raise UnreadableInput(f"{self.name} must be readable; got noise. Write it again.")
        if self.fault == "contradicts":
            raise Contradiction("column 'n' is half a column")
        if self.fault == "defect":
            raise ZeroDivisionError
        yield from rows(self.first_row, self.end).to_batches()


def parts(
    n: int = 12, *, size_bytes: int = 2 << 20, marks: Path = Path(), meets: int = 0, **faults: Fault
) -> list[Part]:
    """Cut the table into `n` parts; ``p3="kills"`` gives the fourth a fault."""
    edges = [N_ROWS * index // n for index in range(n + 1)]
    made = [Part(first, end, size_bytes, marks=marks, meets=meets) for first, end in pairwise(edges)]
    for key, fault in faults.items():
        made[int(key[1:])] = replace(made[int(key[1:])], fault=fault)
    return made


def plan() -> Plan:
    """Plan the fold of the table."""
    return make_plan(rows(0, 1).schema, target="y", n_rows=N_ROWS)


def n_read(state: State) -> int:
    """Count the rows in a state."""
    return state.fingerprint.n_rows


def readers(marks: Path, of: Sequence[Part] = ()) -> set[str]:
    """Return the numbers of the processes that read the parts, of some or of all."""
    wanted = {str(part.first_row) for part in of}
    return {
        number for first, number in (mark.name.split() for mark in marks.iterdir()) if not wanted or first in wanted
    }
