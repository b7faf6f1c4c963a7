"""What is run over the tables, and what each tool computes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from benchmarks.speed_profile.tables import TARGET, Table

__all__ = ["TOOLS", "Tool", "baselines_of", "tools_for", "versions"]

SCRIPTS = Path(__file__).parent / "scripts"
_ONE_WORKER = "prefit, 1 worker"


@dataclass(frozen=True)
class Tool:
    """A command over a table.

    Parameters
    ----------
    name : str
    computes : str
        What its user gets, for the results.
    script : str
        File in `scripts` that is given the path of the table; empty for prefit's own command line.
    packages : tuple of str
        Those whose versions are reported.
    options : tuple of str
        Further arguments.
    tables : tuple of str
        Beginnings of the names of the tables that it is run on; all when empty.
    rounds : int or None
        At most so many rounds, for what is slow.
    peer : str
        Name of the environment it needs (``--peer NAME=PYTHON``); empty for prefit's own.
    environment : mapping
        Environment variables.
    reads_only : bool
        Whether it merely reads the table: then it is what the others are compared with.
    against : str
        Name of the tool that it is compared with in turn; empty for what merely reads the table.
    """

    name: str
    computes: str
    script: str = ""
    packages: tuple[str, ...] = ("prefit", "numpy", "pyarrow")
    options: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    rounds: int | None = None
    peer: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    reads_only: bool = False
    against: str = ""

    def command(self, path: Path, peers: Mapping[str, str]) -> list[str]:
        """Return the arguments of the process."""
        python = peers[self.peer] if self.peer else sys.executable
        if self.script:
            return [python, str(SCRIPTS / self.script), str(path), *self.options]
        return [python, "-m", "prefit", "profile", str(path), "--target", TARGET, "--quiet", *self.options]


TOOLS = (
    Tool("pyarrow, row group by row group", "reads only", "decode_parquet.py", ("pyarrow",),
         tables=("A", "B", "D", "tiny", "tiny-numeric"), reads_only=True),
    Tool("pyarrow CSV reader", "reads only", "read_csv_pyarrow.py", ("pyarrow",),
         tables=("C", "tiny-csv"), reads_only=True),
    Tool("Polars CSV reader", "reads only", "read_csv_polars.py", ("polars",),
         tables=("C", "tiny-csv"), environment={"POLARS_MAX_THREADS": "1"}, reads_only=True),
    Tool("DuckDB CSV reader", "reads only", "read_csv_duckdb.py", ("duckdb",),
         tables=("C", "tiny-csv"), reads_only=True),
    Tool(_ONE_WORKER, "everything in the profile: null, NaN, inf, zero, negative, empty, blank; min, max, 4 moments; "
         "quantiles, histogram, strays; distinct, top 100; lengths, patterns, disguised missing; by class; "
         "correlation; duplicates, conflicting labels, empty rows; two row samples; fingerprint",
         options=("--workers", "1")),
    Tool("prefit, 2 workers", "the same", options=("--workers", "2"), tables=("A", "C", "tiny"), against=_ONE_WORKER),
    Tool("prefit, 2 workers on Dask", "the same", packages=("prefit", "dask", "distributed"),
         options=("--engine", "dask", "--workers", "2"), tables=("A",), against=_ONE_WORKER),
    Tool("DuckDB SUMMARIZE", "null share, min, max, approximate distinct, mean, std, 3 approximate quartiles",
         "duckdb_summarize.py", ("duckdb",)),
    Tool("Polars streaming", "null, NaN, inf, zero; min, max, 4 moments; approximate distinct; 5 exact quantiles; "
         "lengths of texts", "polars_streaming.py", ("polars",), environment={"POLARS_MAX_THREADS": "1"}),
    Tool("Polars streaming, no quantiles", "the same without quantiles", "polars_streaming.py", ("polars",),
         options=("--no-quantiles",), environment={"POLARS_MAX_THREADS": "1"}),
    Tool("pandas describe", "count, unique, most frequent value, mean, std, min, max, quartiles",
         "pandas_describe.py", ("pandas",), rounds=3),
    Tool("ydata-profiling, minimal", "null, distinct, min, max, 4 moments, quantiles, histogram, common values, "
         "lengths; no correlation, no duplicates", "ydata_minimal.py", ("ydata-profiling", "pandas"),
         tables=("A1", "B", "tiny"), rounds=1, peer="ydata"),
    Tool("whylogs", "counts, types, min, max, mean, std, approximate quantiles, distinct and frequent items",
         "whylogs_log.py", ("whylogs", "pandas"), tables=("A1", "B", "tiny"), rounds=1, peer="whylogs"),
)  # fmt: skip


def tools_for(table: Table, peers: Mapping[str, str], only: Sequence[str] = ()) -> list[Tool]:
    """Return what can be run on a table, what merely reads it left out; `only` are beginnings of names."""
    return [
        tool
        for tool in TOOLS
        if not tool.reads_only
        and _fits(tool, table)
        and tool.peer in {"", *peers}
        and (not only or tool.name.startswith(tuple(only)))
    ]


def baselines_of(tool: Tool, table: Table) -> list[Tool]:
    """Return what a tool is compared with: another tool, or all that merely reads the table."""
    if tool.against:
        return [other for other in TOOLS if other.name == tool.against]
    return [other for other in TOOLS if other.reads_only and _fits(other, table)]


def _fits(tool: Tool, table: Table) -> bool:
    if table.name.startswith("tiny"):
        return not tool.tables or table.name in tool.tables
    return not tool.tables or table.name.startswith(tool.tables)


@cache
def versions(python: str, packages: Sequence[str]) -> str:
    """Return the versions of packages in an environment, in words."""
    code = (
        "import json, sys\nfrom importlib.metadata import version\n"
        "print(json.dumps([f'{name} {version(name)}' for name in sys.argv[1:]]))"
    )
    shown = subprocess.run([python, "-c", code, *packages], check=True, capture_output=True, text=True)
    return ", ".join(json.loads(shown.stdout))
