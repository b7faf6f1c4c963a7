"""What do the start, the profile and a quick check cost as whole processes?

    python benchmarks/speed.py [--rows 50000] [--runs 3]

Makes a mixed table of 15 features and a label (a fifth of the features text, some nulls), and prints the median CPU
seconds (user + system, children included) and the peak resident memory of each command.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path


def write_mixed_table(rows: int, path: Path, seed: int = 0) -> None:
    """Write 10 numbers, 3 texts, a flag, a time and a label that depends on some of them."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(seed)
    numbers = rng.normal(size=(rows, 10))
    columns: dict[str, pa.Array] = {}
    for i in range(10):
        holes = rng.random(rows) < 0.02 * (i % 3)
        columns[f"x{i}"] = pa.array(numbers[:, i], mask=holes)
    columns["city"] = pa.array(rng.choice([f"city {i}" for i in range(12)], rows))
    columns["plan"] = pa.array(rng.choice(["free", "basic", "plus"], rows, p=[0.7, 0.2, 0.1]))
    columns["note"] = pa.array([f"note {i} of the customer" for i in rng.integers(0, rows, rows)])
    columns["active"] = pa.array(rng.random(rows) < 0.8)
    columns["since"] = pa.array(rng.integers(1_500_000_000, 1_700_000_000, rows), pa.timestamp("s"))
    score = numbers[:, 0] + numbers[:, 1] * numbers[:, 2] + rng.normal(size=rows)
    columns["label"] = pa.array((score > 1).astype(np.int64))
    pq.write_table(pa.table(columns), path)


def cost(command: list[str]) -> tuple[float, float]:
    """Run a command; return its CPU seconds and its peak resident memory in MiB."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} exited with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mixed.parquet"
        # In a process of its own: a child's peak memory starts at that of the process that it was forked from.
        maker = multiprocessing.get_context("spawn").Process(target=write_mixed_table, args=(options.rows, path))
        maker.start()
        maker.join()
        prefit = [sys.executable, "-m", "prefit"]
        commands = {
            "--version": [*prefit, "--version"],
            "profile": [*prefit, "profile", str(path), "--target", "label"],
            "check --level quick": [*prefit, "check", str(path), "--target", "label", "--level", "quick"],
        }
        for name, command in commands.items():
            costs = [cost(command) for _ in range(options.runs)]
            seconds = statistics.median(cpu for cpu, _ in costs)
            print(f"{name:<24}{seconds:8.2f} s CPU{max(memory for _, memory in costs):8.0f} MiB")


if __name__ == "__main__":
    main()
