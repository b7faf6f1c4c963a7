"""What does a suite of 20 expectations cost: prefit on all rows of Parquet, and Great Expectations on pandas?

    python benchmarks/suites.py [--rows 10000000] [--compared 1000000] [--folder DIR]

Makes tables of 20 columns, runs each side as a process of its own and prints as Markdown its CPU seconds (user +
system; also without the imports, which are the same) and its peak resident memory. Both sides judge the same entries
with the same result (one of them fails). The exit code is 1 where prefit needs more than 25 s or 500 MB for the large
table, or more than a third of the CPU of the other after the imports, which are those of Great Expectations on both
sides.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

LARGEST_SECONDS, LARGEST_BYTES, LEAST_RATIO = 25.0, 500e6, 3.0
_STEP = 1_000_000

PREFIT = """
import sys, time
from prefit import open_source
from prefit.config import Options
from prefit.measure.suite import judge_suite
from prefit.suites.library import quiet_library
with quiet_library():
    import duckdb, great_expectations.expectations.core
start = time.process_time()
result = judge_suite(open_source(sys.argv[1]), Options(expectations=sys.argv[2]))
assert all(entry.error is None for entry in result.results), [entry.error for entry in result.results]
print(time.process_time() - start, sum(entry.success for entry in result.results), len(result.results))
"""
PANDAS = """
import json, sys, time
import pandas as pd, pyarrow.parquet
import great_expectations as gx
import great_expectations.expectations.core
from great_expectations.data_context.types.base import ProgressBarsConfig
start = time.process_time()
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("table")
frame = pd.read_parquet(sys.argv[1])
batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
suite = gx.ExpectationSuite(**json.load(open(sys.argv[2])))
result = batch.validate(suite, result_format={"result_format": "SUMMARY", "partial_unexpected_count": 100})
print(time.process_time() - start, sum(entry.success for entry in result.results), len(result.results))
"""


def write_table(rows: int, path: Path) -> None:
    """Write 12 numbers, 5 texts, a flag, a time and a key, a row group per 500,000 rows."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer = None
    for start in range(0, rows, _STEP):
        n = min(_STEP, rows - start)
        rng = np.random.default_rng(start)
        columns: dict[str, Any] = {"key": np.arange(start, start + n)}
        for i in range(8):
            columns[f"x{i}"] = pa.array(rng.normal(size=n), mask=rng.random(n) < 0.01 * i)
        for i in range(4):
            columns[f"n{i}"] = rng.integers(0, 10 ** (i + 1), n)
        columns["city"] = pa.array(np.array([f"city {i}" for i in range(40)])[rng.integers(0, 40, n)])
        columns["plan"] = pa.array(np.array(["free", "basic", "plus"])[rng.integers(0, 3, n)])
        columns["code"] = pa.array(np.char.add("AB-", rng.integers(10_000, 99_999, n).astype(str)))
        columns["mail"] = pa.array(np.char.add(rng.integers(0, 10**6, n).astype(str), "@example.org"))
        columns["note"] = pa.array(np.array(["a", "longer", "the longest"])[rng.integers(0, 3, n)])
        columns["active"] = rng.random(n) < 0.8
        columns["since"] = pa.array(rng.integers(1_500_000_000, 1_700_000_000, n), pa.timestamp("s")).cast(
            "timestamp[us]"
        )
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table, row_group_size=500_000)
    assert writer is not None
    writer.close()


def suite(rows: int) -> dict[str, Any]:
    """Return a suite of 20 expectations, of which one fails."""
    column = "expect_column_"
    given: list[tuple[str, dict[str, Any]]] = [
        ("expect_table_row_count_to_equal", {"value": rows}),
        ("expect_table_column_count_to_equal", {"value": 20}),
        (column + "values_to_not_be_null", {"column": "key"}),
        (column + "values_to_be_unique", {"column": "key"}),
        (column + "values_to_not_be_null", {"column": "x7", "mostly": 0.9}),
        (column + "values_to_be_between", {"column": "x0", "min_value": -10, "max_value": 10}),
        (column + "values_to_be_between", {"column": "n2", "min_value": 0, "max_value": 990}),
        (column + "values_to_be_in_set", {"column": "plan", "value_set": ["free", "basic", "plus"]}),
        (column + "values_to_be_in_set", {"column": "city", "value_set": [f"city {i}" for i in range(40)]}),
        (column + "values_to_match_regex", {"column": "code", "regex": r"^[A-Z]{2}-\d{5}$"}),
        (column + "values_to_match_regex", {"column": "mail", "regex": r"^[^@]+@[a-z.]+$"}),
        (column + "value_lengths_to_be_between", {"column": "note", "min_value": 1, "max_value": 11}),
        (column + "mean_to_be_between", {"column": "x1", "min_value": -1, "max_value": 1}),
        (column + "stdev_to_be_between", {"column": "x2", "min_value": 0.9, "max_value": 1.1}),
        (column + "median_to_be_between", {"column": "x3", "min_value": -1, "max_value": 1}),
        (column + "max_to_be_between", {"column": "n3", "max_value": 10_000}),
        (column + "min_to_be_between", {"column": "n3", "min_value": 0}),
        (column + "unique_value_count_to_be_between", {"column": "n1", "min_value": 50, "max_value": 200}),
        (column + "distinct_values_to_be_in_set", {"column": "active", "value_set": [True, False]}),
        (column + "proportion_of_non_null_values_to_be_between", {"column": "x5", "min_value": 0.9}),
    ]
    return {"name": "twenty", "expectations": [{"type": kind, "kwargs": kwargs} for kind, kwargs in given]}


def cost(code: str, table: Path, suite_path: Path) -> tuple[float, float, int, str]:
    """Return the CPU seconds of a process, those after its imports, its peak bytes and how many entries are met."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([sys.executable, "-c", code, str(table), str(suite_path)], stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{table.name}: exit code {process.returncode}")
        output.seek(0)
        judging, met, entries = output.read().decode().split()
        return usage.ru_utime + usage.ru_stime, float(judging), usage.ru_maxrss * 1024, f"{met} of {entries}"


def main() -> int:
    """Run all and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--compared", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where to keep the tables")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        costs = {}
        for name, rows, code in (
            ("prefit, large", given.rows, PREFIT),
            ("prefit", given.compared, PREFIT),
            ("Great Expectations on pandas", given.compared, PANDAS),
        ):
            table, suite_path = folder / f"rows{rows}.parquet", folder / f"suite{rows}.json"
            if not table.exists():  # by a process of its own: the peak of a parent counts as that of its children
                writer = multiprocessing.get_context("spawn").Process(target=write_table, args=(rows, table))
                writer.start()
                writer.join()
            suite_path.write_text(json.dumps(suite(rows)))
            costs[name] = rows, *cost(code, table, suite_path)
    print("| side | rows | CPU s | of them after imports | peak MB | met |\n|---|---|---|---|---|---|")
    for name, (rows, seconds, judging, n_bytes, met) in costs.items():
        print(f"| {name} | {rows:,} | {seconds:.1f} | {judging:.2f} | {n_bytes / 1e6:.0f} | {met} |")
    whole, judging = (costs["Great Expectations on pandas"][i] / costs["prefit"][i] for i in (1, 2))
    print(
        f"\nOn {given.compared:,} rows pandas takes {judging:.1f} times the CPU after imports, {whole:.1f} with them."
    )
    _, seconds, _, n_bytes, _ = costs["prefit, large"]
    return int(seconds > LARGEST_SECONDS or n_bytes > LARGEST_BYTES or judging < LEAST_RATIO)


if __name__ == "__main__":
    sys.exit(main())
