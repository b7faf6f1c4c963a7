"""How far off is the extrapolation of a learning curve, and does its interval cover?

    python benchmarks/truth/lcdb.py LCDB/curves.parquet [--fractions 0.125 0.25 0.5]

LCDB 1.0 (Mohr et al., ECML 2022, MIT licence) holds the scores of 20 learners on many data sets, at sizes 16 * 2^(k/2).
Observed is the mean validation accuracy per size with outer seed 0 (five repeats) up to a fraction of the largest size;
the truth is the mean test accuracy at the largest size over all seeds. Curves with at least 512 rows and four observed
sizes count. Nothing is fitted here.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyarrow.dataset as ds

from prefit.probes import extrapolate

LEAST_ROWS = 512
LEAST_SIZES = 4


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("curves", type=Path)
    parser.add_argument("--fractions", type=float, nargs="+", default=[0.125, 0.25, 0.5])
    options = parser.parse_args()
    columns = ["openmlid", "learner", "size_train", "outer_seed", "score_train", "score_valid", "score_test"]
    rows = ds.dataset(options.curves).to_table(columns=columns, filter=ds.field("metric") == "accuracy").to_pandas()
    keys = ["openmlid", "learner", "size_train"]
    truth = rows.groupby(keys)["score_test"].mean()
    grouped = rows[rows["outer_seed"] == 0].groupby(keys)
    observed = grouped[["score_valid", "score_train"]].mean().assign(std=grouped["score_valid"].std())
    names = ("observed", "curves", "last value", "forecast", "90 % interval covers", "median half-width")
    print("| " + " | ".join(names) + " |\n" + "|---" * len(names) + "|")
    for fraction in options.fractions:
        errors, naive, covered, widths = [], [], [], []
        for curve, seen in observed.groupby(level=["openmlid", "learner"]):
            largest = truth.loc[curve].index.max()
            points = seen.loc[curve].query("size_train <= @fraction * @largest").dropna()
            if largest < LEAST_ROWS or len(points) < LEAST_SIZES:
                continue
            made = extrapolate(
                points.index.to_numpy(),
                points["score_valid"].to_numpy(),
                largest,
                train_scores=points["score_train"].to_numpy(),
                scores_std=points["std"].to_numpy(),
            )
            actual = truth.loc[(*curve, largest)]
            errors.append(abs(float(made.mean) - actual))
            naive.append(abs(points["score_valid"].iloc[-1] - actual))
            covered.append(float(made.low) <= actual <= float(made.high))
            widths.append((float(made.high) - float(made.low)) / 2)
        figures = f"{np.median(naive):.4f} | {np.median(errors):.4f} | {np.mean(covered):.3f} | {np.median(widths):.3f}"
        print(f"| 1/{1 / fraction:g} | {len(errors)} | {figures} |")


if __name__ == "__main__":
    main()
