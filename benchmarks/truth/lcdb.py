"""How far off is the extrapolation of a learning curve, and does its interval cover?

    python -m benchmarks.priors.fit LCDB/curves.parquet --folds FOLDS
    python -m benchmarks.truth.lcdb LCDB/curves.parquet FOLDS [--metric accuracy] [--learner] [--scores-only]

LCDB 1.0 (Mohr et al., ECML 2022, MIT licence) holds the scores of 20 learners on many data sets, at sizes 16 * 2^(k/2).
Observed is the mean validation score per size with outer seed 0 (five repeats) up to a fraction of the largest size;
the truth is the mean test score at the largest size over all seeds. Curves with at least 512 rows and four observed
sizes count. Each data set is forecast with the prior that was fitted without it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from benchmarks.priors.curves import KINDS, Curve, observed, read
from benchmarks.priors.fit import fold_of

from prefit.probes.continuation import normal_quantile
from prefit.probes.frame import Array
from prefit.probes.joint import JointCurves, look
from prefit.probes.prior import Prior, load_prior

LEAST_ROWS, LEAST_SIZES = 512, 4
FRACTIONS = (1 / 8, 1 / 4, 1 / 2)


def forecasts(
    curve: Curve, fraction: float, prior: Prior, *, known: bool, told_learner: bool
) -> Iterator[tuple[str, float, float, float]]:
    """Yield name, mean, low and high of each way to forecast a curve from a fraction of its rows."""
    places = observed(curve, 0, fraction * curve.sizes[-1])
    sizes, largest = curve.sizes[places], float(curve.sizes[-1])
    scores, train, std = (values[:1, places] for values in (curve.scores, curve.train, curve.std))
    yield "last value", scores[0, -1], np.nan, np.nan
    alone = look(sizes, scores).held_out
    mean, deviation = (float(value[0]) for value in alone.fit.predict(largest))
    half = normal_quantile(0.95) * float(np.hypot(deviation, alone.fit.error[0]))
    yield "Bayesian average", mean, mean - half, mean + half
    told = {"train_scores": train, "scores_std": std} if known else {}
    learners = [curve.learner] if told_learner else None
    made = JointCurves(look(sizes, scores, kind=curve.kind, learners=learners, **told), prior).held_out(largest)
    yield "prefit", *(float(value[0]) for value in (made.mean, made.low, made.high))


def judged(rows: Array, truth: Array) -> str:
    """Return the figures of a way to forecast, in cells of a table."""
    error = np.abs(rows[:, 0] - truth)
    figures = [f"{np.median(error):.4f}", f"{error.mean():.4f}", f"{np.mean(error <= 0.02):.2f}"]
    if np.isnan(rows[:, 1]).any():
        return " | ".join([*figures, "-", "-"])
    covered = np.mean((rows[:, 1] <= truth) & (truth <= rows[:, 2]))
    return " | ".join([*figures, f"{covered:.3f}", f"{np.median(rows[:, 2] - rows[:, 1]) / 2:.3f}"])


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("curves", type=Path)
    parser.add_argument("folds", type=Path)
    parser.add_argument("--metric", choices=KINDS, default="accuracy")
    parser.add_argument("--scores-only", action="store_true", help="training scores and deviations are not known")
    parser.add_argument("--learner", action="store_true", help="which learner it is is known")
    options = parser.parse_args()
    priors = [load_prior(file) for file in sorted(options.folds.glob("fold*.npz"))]
    curves = [curve for curve in read(options.curves, options.metric) if curve.sizes[-1] >= LEAST_ROWS]
    names = ("observed", "curves", "forecast", "median error", "mean error", "within 0.02", "90 % covers", "half-width")
    print("| " + " | ".join(names) + " |\n" + "|---" * len(names) + "|")
    for fraction in FRACTIONS:
        found: dict[str, list[tuple[float, float, float]]] = {}
        truth = []
        for curve in curves:
            if len(observed(curve, 0, fraction * curve.sizes[-1])) < LEAST_SIZES:
                continue
            truth.append(curve.truth[-1])
            prior = priors[int(fold_of(np.array(curve.data_set)))]
            told = {"known": not options.scores_only, "told_learner": options.learner}
            for name, *made in forecasts(curve, fraction, prior, **told):
                found.setdefault(name, []).append(tuple(made))
        for name, rows in found.items():
            print(
                f"| 1/{1 / fraction:g} | {len(truth)} | {name} | {judged(np.array(rows), np.array(truth))} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
