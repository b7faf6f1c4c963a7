"""The expectation suite, run on all rows."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from prefit.config import Options
from prefit.evidence import SuiteResult
from prefit.resident import release, room_beside
from prefit.sources.base import Source

__all__ = ["judge_suite"]

_BEFORE_SUITE = 230 << 20
"""What the suites count for a process that has not loaded Great Expectations yet."""


def judge_suite(source: Source, options: Options) -> SuiteResult:
    """Run the suite on all rows; what a partition says of malformed lines, a finding says already."""
    from prefit import sources, suites

    def batches() -> Iterator[pa.RecordBatch]:
        for part in source.partitions():
            yield from part.batches(lambda _: None)

    release()  # what the profile took and no longer holds
    with sources.parquet_files(source) as files:
        return suites.run_suite(
            suites.Rows(source.schema, batches, files, sources.in_postgresql(source)),
            options.expectations or "",
            name=source.name,
            show_values=options.show_values,
            memory_bytes=suites.MEMORY_BYTES if options.memory is None else room_beside(options.memory, _BEFORE_SUITE),
        )
