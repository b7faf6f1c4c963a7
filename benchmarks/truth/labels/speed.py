"""CPU seconds that wrong labels of 10,000 rows of 50 columns take to be looked for.

python -m benchmarks.truth.labels.speed [--rows 10000] [--columns 50] [--repeats 3]

The profile of the rows, which every run makes, is not counted; cleanlab is timed where it is installed.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pyarrow as pa
from benchmarks.truth.labels.plants import planted
from benchmarks.truth.labels.tools import judge
from sklearn.datasets import make_classification

import prefit


def main() -> None:
    """Print the seconds of each tool, the median of the repeats."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    x, y = make_classification(given.rows, given.columns, n_informative=given.columns // 2, n_classes=3, random_state=0)
    clean = pa.table({f"x{place}": column for place, column in enumerate(x.T)} | {"label": y.astype(str)})
    table, wrong = planted(clean, "uniform", 0.1, seed=0)
    found: dict[str, list[float]] = {"profile": []}
    judge(table.slice(0, 500), wrong[:500])  # libraries are imported
    for _ in range(given.repeats):
        started = time.process_time()
        prefit.profile(table, target="label")
        found["profile"].append(time.process_time() - started)
        for tool, figures in judge(table, wrong)["tools"].items():
            found.setdefault(tool, []).append(figures["seconds"])
    found["prefit"] = list(np.array(found["prefit"]) - found["profile"])
    for name, seconds in found.items():
        print(f"{name}: {np.median(seconds):.1f} s")


if __name__ == "__main__":
    main()
