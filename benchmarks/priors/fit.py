"""Fit the prior of learning curves: what is known of how curves go on, from those of many data sets.

    python -m benchmarks.priors.fit LCDB/curves.parquet [--folds FOLDER] [--share 0.5]

LCDB 1.0 (Mohr et al., ECML 2022, MIT licence) holds the scores of 20 learners on many data sets. Written are
``pipeline/prefit/probes/prior.npz`` and ``prior.json`` (where it comes from). With ``--folds``, the priors of a
cross-validation over data sets are written to a folder: ``benchmarks/truth/lcdb.py`` judges each by the data sets that
it was not fitted on.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path

import joblib
import numpy as np
from benchmarks.priors.boosting import fit_trees
from benchmarks.priors.curves import KINDS, Batch, batches, read
from benchmarks.priors.network import fit_network

from prefit.probes.frame import Array
from prefit.probes.joint import JointCurves
from prefit.probes.prior import SHIPPED, UNIT, Layers, Prior, load_prior, standardized, with_learners
from prefit.probes.traits import KINDS as FITTED
from prefit.probes.traits import traits

N_FOLDS, N_NETWORKS = 5, 4
DOUBLINGS = np.array([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0])
LEVELS = np.array(
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999]
)
WINDOW = 0.5
"""Quantiles at a distance are those of the examples at most this many doublings away."""


def fold_of(data_sets: Array) -> Array:
    """Return the fold of each data set, the same whatever others there are."""
    return np.asarray(data_sets) * 2654435761 % 2**32 // 2**16 % N_FOLDS


@dataclass(frozen=True, slots=True)
class Examples:
    """Traits, learners and outcomes of many curves; an outcome that is not known is NaN."""

    traits: Array
    learners: Array
    outcomes: Array
    data_sets: Array

    @classmethod
    def of(cls, given: list[Batch]) -> Examples:
        """Look at each batch."""
        rows, learners, outcomes = [], [], []
        for batch in given:
            seen = batch.seen()
            rows.append(traits(seen, batch.size).astype(np.float32))
            learners.append(seen.learners)
            held_out = (batch.truth - seen.held_out.at(batch.size)[0]) / UNIT
            train = np.full(len(held_out), np.nan)
            if seen.trained is not None:
                train = (batch.train_truth - seen.trained.at(batch.size)[0]) / UNIT
            outcomes.append(np.stack([held_out, train], axis=1))
        return cls(*map(np.concatenate, (rows, learners, outcomes, [batch.data_sets for batch in given])))


def fit_prior(examples: Examples, counts: Array) -> Prior:
    """Fit the networks and the trees of a prior to the examples that count; it has no quantiles yet."""
    center, spread = np.nanmean(examples.traits[counts], axis=0), np.nanstd(examples.traits[counts], axis=0) + 1e-6
    inputs = standardized(examples.traits[counts], center, spread)
    held_out, train = (_layers(inputs, outcomes) for outcomes in examples.outcomes[counts].T)
    trees = fit_trees(with_learners(inputs, examples.learners[counts]), examples.outcomes[counts, 0])
    return Prior(center, spread, held_out, train, trees, DOUBLINGS, LEVELS, {})


def _layers(inputs: Array, outcomes: Array) -> Layers:
    """Fit networks that differ by their seed, and stack them layer by layer."""
    known = ~np.isnan(outcomes)
    networks = [fit_network(inputs[known], outcomes[known], seed=seed) for seed in range(N_NETWORKS)]
    weights, biases, last_weights, last_biases = (np.stack(layers) for layers in zip(*networks, strict=True))
    return (weights, biases[:, None]), (last_weights, last_biases[:, None])


@dataclass(frozen=True, slots=True)
class Errors:
    """Standardized errors of forecasts on data sets that the prior was not fitted on."""

    name: str
    doublings: float
    values: Array


def errors_of(prior: Prior, batch: Batch, counts: Array) -> list[Errors]:
    """Return (truth - mean) / scale of the curves of a batch that count."""
    seen = batch.seen()
    joint = JointCurves(replace(seen, learners=np.full(len(batch.truth), -1)), prior)
    pairs = [(batch.kind, joint.held_out_centre(batch.size), batch.truth)]
    if batch.kind in FITTED:
        known = JointCurves(seen, prior)
        pairs.append((f"learner:{batch.kind}", known.held_out_centre(batch.size), batch.truth))
    if seen.trained is not None:
        pairs.append((f"train:{batch.kind}", joint.train_centre(batch.size), batch.train_truth))
    beyond = seen.doublings(batch.size)
    return [Errors(name, beyond, ((truth - made.location) / made.scale)[counts]) for name, made, truth in pairs]


def with_quantiles(prior: Prior, errors: list[Errors]) -> Prior:
    """Return a prior with the quantiles of errors, by kind and distance."""
    tables = {}
    for name in sorted({error.name for error in errors}):
        of_kind = [error for error in errors if error.name == name]
        tables[name] = np.stack(
            [
                np.quantile(np.concatenate([e.values for e in of_kind if abs(e.doublings - near) <= WINDOW]), LEVELS)
                for near in DOUBLINGS
            ]
        )
    return replace(prior, quantiles=tables)


def cross_fit(examples: Examples, judged: list[Batch], jobs: int) -> tuple[list[Prior], list[Errors]]:
    """Fit a prior per fold on the other data sets; return them, and the errors of each on its own fold."""
    fitted = joblib.Parallel(n_jobs=jobs)(joblib.delayed(_fit_fold)(examples, judged, fold) for fold in range(N_FOLDS))
    quantiles = [
        with_quantiles(prior, [error for other, (_, errors) in enumerate(fitted) if other != fold for error in errors])
        for fold, (prior, _) in enumerate(fitted)
    ]
    return quantiles, [error for _, errors in fitted for error in errors]


def _fit_fold(examples: Examples, judged: list[Batch], fold: int) -> tuple[Prior, list[Errors]]:
    prior = fit_prior(examples, fold_of(examples.data_sets) != fold)
    errors = []
    for batch in judged:
        own = fold_of(batch.data_sets) == fold
        if own.any():
            errors += errors_of(prior, batch, own)
    return prior, errors


def write(prior: Prior, path: Path) -> None:
    """Write a prior as arrays."""
    arrays = {"center": prior.center, "spread": prior.spread, "doublings": prior.doublings, "levels": prior.levels}
    for name, layers in (("held_out", prior.held_out), ("train", prior.train)):
        for place, (weights, biases) in enumerate(layers):
            arrays |= {f"{name} weights {place}": weights, f"{name} biases {place}": biases}
    arrays |= {f"quantiles {name}": table for name, table in prior.quantiles.items()}
    single = {name: value.astype(np.float32) for name, value in arrays.items()}
    trees = {f"trees {name}": value for name, value in prior.trees.arrays().items()}
    np.savez_compressed(path, allow_pickle=False, **single, **trees)


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("curves", type=Path)
    parser.add_argument("--folds", type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the cuts of curves that are taken as examples")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    curves = {metric: read(options.curves, metric) for metric in KINDS}
    learned = [metric for metric, kind in KINDS.items() if kind != "other"]
    fitted = Examples.of([batch for metric in learned for batch in batches(curves[metric], share=options.share)])
    print(f"{len(fitted.traits)} examples with {fitted.traits.shape[1]} traits", flush=True)
    # A kind that the prior was not fitted on stands for all such kinds.
    judged = [b for m in KINDS for b in batches(curves[m], share=options.share / 2, varied=False, seed=1)]
    priors, errors = cross_fit(fitted, judged, options.jobs)
    if options.folds:
        options.folds.mkdir(parents=True, exist_ok=True)
        for fold, prior in enumerate(priors):
            write(prior, options.folds / f"fold{fold}.npz")
    write(with_quantiles(fit_prior(fitted, np.ones(len(fitted.traits), bool)), errors), SHIPPED)
    load_prior(SHIPPED)
    card = {
        "what": "Networks and trees that say how curves go on, and the quantiles of their errors on other data sets.",
        "made_by": "python -m benchmarks.priors.fit",
        "source": "LCDB 1.0: F. Mohr, T. J. Viering, M. Loog, J. N. van Rijn, LCDB 1.0, ECML PKDD 2022",
        "doi": "10.1007/978-3-031-26419-1_1",
        "licence": "MIT",
        "metrics": {"fitted": learned, "for other kinds": "f1, quantiles only"},
        "examples": len(fitted.traits),
        "openml_data_sets": sorted(int(number) for number in set(fitted.data_sets)),
    }
    SHIPPED.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
