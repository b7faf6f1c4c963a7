"""Tables as partitions, and the short way from a table to its profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pyarrow as pa

from prefit.engines import local
from prefit.profiling import Plan, Profile, finish, make_plan
from prefit.profiling.fold import OnMalformed
from prefit.profiling.values import MalformedRow


@dataclass
class Slice:
    """A table in memory as one partition, given in batches of `batch_rows`."""

    table: pa.Table
    first_row: int = 0
    batch_rows: int = 65_536
    malformed: Sequence[MalformedRow] = ()
    name: str = "slice"
    size_bytes: int = 0

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
        """Report the malformed lines, then yield the rows."""
        for row in self.malformed:
            on_malformed(row)
        yield from self.table.to_batches(max_chunksize=self.batch_rows)


def cut(table: pa.Table, *rows: int, batch_rows: int = 65_536) -> list[Slice]:
    """Cut a table before the given rows."""
    edges = [0, *rows, table.num_rows]
    return [Slice(table.slice(first, last - first), first, batch_rows) for first, last in pairwise(edges)]


def profile(table: pa.Table, target: str | None = None, partitions: Sequence[Slice] = (), **sizes: Any) -> Profile:
    """Profile a table, in one partition unless told otherwise; `sizes` replace those of the plan."""
    plan: Plan = replace(make_plan(table.schema, target=target, first_rows=table.slice(0, 8_192).to_batches()), **sizes)
    return finish(local.run(partitions or [Slice(table)], plan), plan)


def profile_of(values: Any, type_: pa.DataType | None = None) -> Any:
    """Profile one column."""
    return profile(pa.table({"x": pa.array(values, type_)})).columns["x"]
