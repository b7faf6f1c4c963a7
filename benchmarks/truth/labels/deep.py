"""Rows that are scored in a second at the level deep, and the memory that it takes, by engine and workers.

python -m benchmarks.truth.labels.deep [--rows 1000000] [--columns 10] [--engines local:1 local:2 dask:2]

Seconds are those of the pass over all rows, from its first word to its last, and the CPU seconds of all processes in
it; memory is the sum of the resident memory of all processes, what they share counted once for each. The bytes of
label_issues.parquet must be equal.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq

import prefit
from prefit.formats.label_issues import render

STAGES = ("wrong labels", "wrong values")


@dataclass
class Watch:
    """Notes the peak of the memory, and when the pass over all rows began and ended, in seconds and CPU seconds."""

    peak_bytes: int = 0
    told: list[tuple[float, float]] = field(default_factory=list)
    done: bool = False

    def progress(self, stage: str, _share: float) -> None:
        """Hear how far a stage is; the first word of one is that it begins, the second that a batch is scored."""
        if stage in STAGES:
            self.told.append((time.perf_counter(), cpu_seconds()))

    def look(self) -> None:
        """Watch the memory until it is done."""
        while not self.done:
            processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
            self.peak_bytes = max(self.peak_bytes, sum(resident(process) for process in processes))
            time.sleep(0.05)


def resident(process: psutil.Process) -> int:
    """Return the resident memory of a process, nought if it has ended."""
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def cpu_seconds() -> float:
    """Return the CPU seconds of this process, and of the workers that have ended."""
    times = psutil.Process().cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def table(n_rows: int, n_columns: int, kind: str) -> pa.Table:
    """Draw two moons among columns of noise and a category; a tenth of the labels, or of the values, is wrong."""
    random = np.random.default_rng(0)
    side, angle = random.integers(0, 2, n_rows), random.uniform(0, np.pi, n_rows)
    x = random.normal(size=(n_rows, n_columns))
    x[:, 0] += 6 * np.where(side, 1 - np.cos(angle), np.cos(angle))
    x[:, 1] += 6 * np.where(side, 0.5 - np.sin(angle), np.sin(angle))
    wrong = random.random(n_rows) < 0.1
    columns = {f"x{place}": column for place, column in enumerate(x.T)}
    columns["kind"] = np.array(list("abcdefgh"))[random.integers(0, 8, n_rows)]
    columns["y"] = (side ^ wrong).astype(str) if kind == "classification" else np.exp(x[:, 0] / 4) * 1_000.0**wrong
    return pa.table(columns)


def main() -> None:
    """Print a line for each kind of target and each engine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--engines", nargs="+", default=["local:1", "local:2", "dask:2"])
    given = parser.parse_args()
    for kind in ("classification", "regression"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.parquet"
            pq.write_table(table(given.rows, given.columns, kind), path)
            for engine in given.engines:
                print(f"{kind} {engine}: {_measured(path, kind, *engine.split(':'))}", flush=True)


def _measured(path: Path, kind: str, engine: str, workers: str) -> str:
    watch = Watch()
    looking = threading.Thread(target=watch.look)
    looking.start()
    try:
        report = prefit.check(
            path,
            target="y",
            task=kind,
            level="deep",
            only=["label-errors", "label-noise"],
            engine=engine,
            workers=int(workers),
            budget="20s",
            progress=watch.progress,
        )
    finally:
        watch.done = True
        looking.join()
    assert report.label_issues is not None
    (began, cpu_began), (ended, cpu_ended) = watch.told[1], watch.told[-1]
    digest = hashlib.blake2b(render(report.label_issues), digest_size=6).hexdigest()
    return (
        f"{report.label_issues.num_rows:,} rows in {ended - began:.1f} s after the first batch, "
        f"{cpu_ended - cpu_began:.1f} CPU s, peak {watch.peak_bytes / 1e6:.0f} MB, bytes {digest}"
    )


if __name__ == "__main__":
    main()
