"""What do the start, the profile and a quick check cost as whole processes?

    python benchmarks/speed.py [--rows 50000] [--runs 3] [--checks]

Makes a mixed table of 15 features and a label (a fifth of the features text, some nulls), and prints the median CPU
seconds (user + system, children included) and the peak resident memory of each command.

With ``--checks`` the table has 30 features, one of which tells groups and one the time, and prints as Markdown what all
checks of a quick run cost beside the profile: they may take half of its time again and 10 seconds. The exit code is 1
where they take more.
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

CHECK_RUNS = {
    "no target": [],
    "target": ["--target", "label"],
    "target, test rows": ["--target", "label", "--test", "TEST"],
    "target, groups": ["--target", "label", "--group", "customer"],
    "target, times": ["--target", "label", "--time", "since"],
    "target, test rows, groups, times": [
        "--target", "label", "--test", "TEST", "--group", "customer", "--time", "since",
    ],
}  # fmt: skip
"""What a quick run is told about the wide table; test rows are a third as many."""


def write_mixed_table(rows: int, path: Path, seed: int = 0, *, wide: bool = False) -> None:
    """Write 10 numbers, 3 texts, a flag, a time and a label that depends on some of them.

    A wide table has 11 numbers, 2 categories, a flag and a customer of 10 rows more, thus 30 features.
    """
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
    columns["note"] = pa.array([f"note {i} of the customer" for i in rng.integers(0, 50_000, rows)])
    columns["active"] = pa.array(rng.random(rows) < 0.8)
    columns["since"] = pa.array(rng.integers(1_500_000_000, 1_700_000_000, rows), pa.timestamp("s"))
    if wide:
        more = np.exp(rng.normal(size=(rows, 11)))
        columns |= {f"amount{i}": pa.array(more[:, i], mask=rng.random(rows) < 0.01 * i) for i in range(11)}
        columns["branch"] = pa.array(rng.choice([f"branch {i}" for i in range(40)], rows))
        columns["device"] = pa.array(rng.choice(["phone", "tablet", "desktop", "kiosk"], rows))
        columns["renewed"] = pa.array(rng.random(rows) < 0.4)
        columns["customer"] = pa.array([f"C{i:06d}" for i in rng.integers(0, 5_000, rows)])
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


def make(rows: int, path: Path, seed: int = 0, *, wide: bool = False) -> Path:
    """Write a table in a process of its own: a child's peak memory starts at that of its parent."""
    maker = multiprocessing.get_context("spawn").Process(
        target=write_mixed_table, args=(rows, path, seed), kwargs={"wide": wide}
    )
    maker.start()
    maker.join()
    return path


def median_cost(command: list[str], runs: int) -> tuple[float, float]:
    """Return the median CPU seconds and the highest peak memory of some runs."""
    costs = [cost(command) for _ in range(runs)]
    return statistics.median(cpu for cpu, _ in costs), max(memory for _, memory in costs)


def cost_of_checks(rows: int, runs: int, folder: Path) -> bool:
    """Print what a quick run costs beside the profile; return whether all of them keep to the limit."""
    train = make(rows, folder / "train.parquet", wide=True)
    test = make(rows // 3, folder / "test.parquet", seed=1, wide=True)
    prefit = [sys.executable, "-m", "prefit"]
    profile, memory = median_cost([*prefit, "profile", str(train)], runs)
    limit = 1.5 * profile + 10
    print(f"| run on {rows:,} x 30 | CPU seconds | peak memory | limit |\n|---|---|---|---|")
    print(f"| `prefit profile` | {profile:.2f} | {memory:.0f} MiB | - |")
    kept = True
    for name, given in CHECK_RUNS.items():
        told = [str(test) if word == "TEST" else word for word in given]
        seconds, memory = median_cost([*prefit, "check", str(train), *told, "--level", "quick"], runs)
        print(f"| `prefit check --level quick`: {name} | {seconds:.2f} | {memory:.0f} MiB | {limit:.2f} |")
        kept &= seconds <= limit
    return kept


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--checks", action="store_true", help="the cost of all checks on a wide table")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.checks:
            return 0 if cost_of_checks(options.rows, options.runs, Path(folder)) else 1
        path = make(options.rows, Path(folder, "mixed.parquet"))
        prefit = [sys.executable, "-m", "prefit"]
        commands = {
            "--version": [*prefit, "--version"],
            "profile": [*prefit, "profile", str(path), "--target", "label"],
            "check --level quick": [*prefit, "check", str(path), "--target", "label", "--level", "quick"],
        }
        for name, command in commands.items():
            seconds, memory = median_cost(command, options.runs)
            print(f"{name:<24}{seconds:8.2f} s CPU{memory:8.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
