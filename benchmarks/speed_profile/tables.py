"""The tables that are profiled: the same bytes of data on every machine.

    python -m benchmarks.speed_profile.tables A1 FILE.parquet

Nothing heavy is imported at module level: the peak memory of a child starts at that of the process that forks it, so
the process that measures must stay small.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["TABLES", "TARGET", "Table", "path_of"]

TARGET = "y"
ROW_GROUP = 131_072


@dataclass(frozen=True)
class Table:
    """A table of the benchmark: `n_columns` is the number of features of the numeric kind, 0 for the mixed kind."""

    name: str
    n_rows: int
    n_columns: int = 0
    is_csv: bool = False

    @property
    def file_name(self) -> str:
        """Name of its file."""
        return f"{self.name}.{'csv' if self.is_csv else 'parquet'}"

    @property
    def caption(self) -> str:
        """What it is, for the results."""
        kind = f"{self.n_columns:,} numeric features and a label" if self.n_columns else "31 mixed columns"
        return f"{self.n_rows:,} rows of {kind}, {'CSV' if self.is_csv else 'snappy Parquet'}"


TABLES = {
    table.name: table
    for table in (
        Table("A1", 1_000_000),
        Table("A5", 5_000_000),
        Table("B", 200_000, 200),
        Table("C", 1_000_000, is_csv=True),
        Table("D500", 20_000, 500),
        Table("D1000", 20_000, 1_000),
        Table("D2000", 20_000, 2_000),
        Table("tiny", 500),
        Table("tiny-numeric", 200, 12),
        Table("tiny-csv", 500, is_csv=True),
    )
}


def path_of(table: Table, folder: Path) -> Path:
    """Return the file of a table, which is made (in a process of its own) if it is not there."""
    path = folder / table.file_name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")  # a run that is stopped leaves no half of a table
        subprocess.run([sys.executable, "-m", __spec__.name, table.name, str(part)], check=True)
        part.rename(path)
    return path


def mixed(n_rows: int, seed: int) -> Any:
    """Draw 15 floats with nulls and NaN, 5 integers, 8 texts, a flag, a time and a label of which 3 % are the minority.

    Five of the texts have up to 45 values, three up to 10**10.
    """
    import numpy as np
    import pyarrow as pa

    rng = np.random.default_rng(seed)
    columns: dict[str, pa.Array] = {}
    for i in range(15):
        values = rng.normal(i, 1 + i, n_rows) if i % 3 else np.round(rng.lognormal(0, 1, n_rows), 2)
        columns[f"f{i}"] = pa.array(values, mask=rng.random(n_rows) < 0.03 if i % 2 else None)
        if i % 5 == 0:
            columns[f"f{i}"] = pa.array(np.where(rng.random(n_rows) < 0.01, np.nan, values))
    for i in range(5):
        columns[f"i{i}"] = pa.array(rng.zipf(1.5, n_rows) % 10_000 if i % 2 else rng.integers(0, 10 ** (i + 2), n_rows))
    for i in range(5):
        words = pa.array([f"category {k}" for k in range(5 + 10 * i)])
        columns[f"lo{i}"] = words.take(pa.array(rng.integers(0, 5 + 10 * i, n_rows)))
    for i in range(3):
        numbers = rng.integers(0, 10 ** (6 + 2 * i), n_rows)
        columns[f"hi{i}"] = pa.array(np.char.add("user-id-", numbers.astype(str)))
    columns["b"] = pa.array(rng.random(n_rows) < 0.3)
    columns["t"] = pa.array(rng.integers(1_600_000_000_000_000, 1_700_000_000_000_000, n_rows), pa.timestamp("us"))
    columns[TARGET] = pa.array(np.where(rng.random(n_rows) < 0.03, "yes", "no"))
    return pa.table(columns)


def numeric(n_rows: int, n_columns: int, seed: int) -> Any:
    """Draw numbers and a binary label.

    Of ten columns two hold integers, seven floats with two decimals (one of them with 5 % nulls) and one floats of all
    digits.
    """
    import numpy as np
    import pyarrow as pa

    rng = np.random.default_rng(seed)
    columns: dict[str, pa.Array] = {}
    for i in range(n_columns):
        values = rng.integers(0, 10 ** (1 + i % 7), n_rows) if i % 5 == 4 else rng.normal(i % 13, 1 + i % 7, n_rows)
        values = values if i % 10 == 3 else np.round(values, 2)
        columns[f"x{i}"] = pa.array(values, mask=rng.random(n_rows) < 0.05 if i % 10 == 1 else None)
    columns[TARGET] = pa.array((rng.random(n_rows) < 0.2).astype(np.int64))
    return pa.table(columns)


def write(table: Table, path: Path) -> None:
    """Write a table, row group by row group."""
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    writer: Any = None
    for first in range(0, table.n_rows, ROW_GROUP):
        n_rows = min(ROW_GROUP, table.n_rows - first)
        rows = numeric(n_rows, table.n_columns, first) if table.n_columns else mixed(n_rows, first)
        if writer is None:
            writer = pc.CSVWriter(path, rows.schema) if table.is_csv else pq.ParquetWriter(path, rows.schema)
        writer.write_table(rows, *(() if table.is_csv else (ROW_GROUP,)))
    writer.close()


if __name__ == "__main__":
    write(TABLES[sys.argv[1]], Path(sys.argv[2]))
