"""What does a 64-bit hash of texts cost: prefit's own, that of Polars, and that of DuckDB?

    python -m benchmarks.speed_profile.text_hashes FILE.parquet COLUMN [FILE.parquet COLUMN ...]

CPU nanoseconds a value, over the batches in which a profile would read the column, least of seven rounds. The ways to
the other libraries and back, as keys in numpy, are counted, as a profile would pay for them; so is, once, their import.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

__all__ = ["main"]

_ROUNDS = 7
_BATCH_ROWS = 131_072


def _prefit() -> Callable[[Any], Any]:
    from prefit.profiling.hashing import hash_array

    return hash_array


def _polars() -> Callable[[Any], Any]:
    import polars as pl

    return lambda batch: pl.from_arrow(batch).hash().to_numpy()


def _duckdb() -> Callable[[Any], Any]:
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect()
    connection.execute("SET threads = 1")

    def keys(batch: Any) -> Any:
        connection.register("batch", pa.table({"text": batch}))
        return connection.execute("SELECT hash(text) AS key FROM batch").fetchnumpy()["key"]

    return keys


_WAYS: dict[str, Callable[[], Callable[[Any], Any]]] = {"prefit": _prefit, "polars": _polars, "duckdb": _duckdb}


def _nanoseconds(keys_of: Callable[[Any], Any], batches: list[Any]) -> float:
    """Return the least CPU time a value, in nanoseconds."""
    n_values, spent = sum(map(len, batches)), []
    for _ in range(_ROUNDS):
        begun = time.process_time()
        for batch in batches:
            keys_of(batch)
        spent.append(time.process_time() - begun)
    return min(spent) / n_values * 1e9


def _import_seconds(library: str) -> float:
    """Return what one more import costs a process that has loaded numpy and pyarrow, in CPU seconds."""
    code = (
        "import time, numpy, pyarrow.compute\nbegun = time.process_time()\n"
        f"import {library}\nprint(time.process_time() - begun)"
    )
    return min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(3))


def main(arguments: list[str]) -> None:
    """Print a Markdown table, a line for each column."""
    import numpy as np
    import pyarrow.parquet as pq

    np.empty((32 << 20) - (64 << 10), np.uint8)  # as a fold does: freed memory is kept
    ways = {name: make() for name, make in _WAYS.items()}
    print(f"| column | rows | bytes a text | {' | '.join(ways)} |\n|---|---|---|{'---|' * len(ways)}")
    for path, column in zip(arguments[::2], arguments[1::2], strict=True):
        texts = pq.read_table(path, columns=[column])[column].combine_chunks()
        batches = [texts[start : start + _BATCH_ROWS] for start in range(0, len(texts), _BATCH_ROWS)]
        costs = [f"{_nanoseconds(keys_of, batches):.1f}" for keys_of in ways.values()]
        print(f"| {column} | {len(texts):,} | {texts.nbytes / len(texts) - 4:.0f} | {' | '.join(costs)} |")
    for library in ("polars", "duckdb"):
        print(f"import {library}: {_import_seconds(library):.2f} CPU seconds")


if __name__ == "__main__":
    main(sys.argv[1:])
