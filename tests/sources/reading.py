"""What the tests of sources share: write a file, read a source to its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from prefit.profiling.values import MalformedRow
from prefit.sources import TableSource
from prefit.sources.base import Contradiction
from prefit.sources.schemas import decoded, plain_schema
from prefit.sources.settling import SettlingSource


def written(path: Path, content: str | bytes) -> Path:
    """Write a file byte for byte and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(source: TableSource | SettlingSource) -> tuple[list[dict[str, Any]], list[MalformedRow]]:
    """Read all partitions, with certainty where samples do not tell."""
    try:
        return _read(source)
    except Contradiction:
        source.settle()
        return _read(source)


def _read(source: TableSource | SettlingSource) -> tuple[list[dict[str, Any]], list[MalformedRow]]:
    """Check too that each partition starts where it says and keeps to the schema and the batch size."""
    malformed: list[MalformedRow] = []
    batches: list[pa.RecordBatch] = []
    n_rows = 0
    for part in source.partitions():
        assert part.first_row == n_rows
        for batch in part.batches(malformed.append):
            assert plain_schema(batch.schema).equals(source.schema)
            assert batch.num_rows <= 131_072
            batches.append(decoded(batch, source.schema))
            n_rows += batch.num_rows
    assert n_rows == source.n_rows
    return pa.Table.from_batches(batches, schema=source.schema).to_pylist(), malformed
