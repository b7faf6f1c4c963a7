"""Fit what forecasts of trainings came to: how far off scores were, and which events there were.

    python -m benchmarks.priors.outcomes FOLDER... --corpus CORPUS --worlds WORLDS.jsonl [--folds FOLDS]

FOLDER holds what ``benchmarks/truth/outcomes/collect.py`` wrote, and WORLDS.jsonl what ``benchmarks/truth/ceiling.py``
collected: made-up data of which the best possible score is known. Written is ``pipeline/prefit/probes/outcomes.json``:
the weights, the data sets that they come from, and their licences. With ``--folds``, the calibrations of a
cross-validation over families of data sets are written to a folder; ``benchmarks/truth/outcomes/figures.py`` judges
each by the families that it was not fitted on.
"""

from __future__ import annotations

import argparse
import json
import zlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.priors.ceiling import fit_ceiling, reached
from benchmarks.truth.outcomes.events import EVENTS, Line, events_of, read_lines
from benchmarks.truth.recorded import recast
from scipy.optimize import minimize

from prefit.evidence import FAMILIES
from prefit.probes.calibration import FARTHEST, SHIPPED, Calibration, Ceiling, Weights, load_calibration
from prefit.probes.frame import Array
from prefit.probes.risk import moved

__all__ = ["fold_of", "main"]

N_FOLDS = 5
FREEDOM = 4.0
"""Degrees of freedom of Student's t distribution that errors are taken to have: a few are large."""

RIDGE, RIDGE_EVENT = 3.0, 0.1
"""How strongly the weights of scales, and those of events, are drawn to 0."""

COVERED, NORMAL = 0.90, 1.6449


PLAIN = Calibration(
    {
        name: Weights(np.zeros(n_traits), np.ones(n_traits), np.zeros(n_traits), 0.0)
        for names, n_traits in ((("held_out", "train"), 2 + len(FAMILIES)), (EVENTS, 2))
        for name in names
    },
    Ceiling(0.0, 1.0, 1.0),
)
"""What is said where nothing has been learned yet."""


def fold_of(family: str) -> int:
    """Return the fold of a family of data sets, the same whatever others there are."""
    return zlib.crc32(family.encode()) % N_FOLDS


@dataclass(frozen=True, slots=True)
class Example:
    """One training of a family: traits of its forecast by model, errors of scores in standard deviations, events."""

    data_family: str
    traits: dict[str, Array]
    errors: dict[str, float]
    events: dict[str, bool]


def examples(lines: list[Line]) -> list[Example]:
    """Hold what the curves say, not put right yet, against what came of it."""
    made = []
    for line in lines:
        outlooks = recast(line.forecast, PLAIN).outlooks
        constant, planned = line.forecast["constant"], line.forecast["planned_rows"]
        facts = {family: outlook.facts(planned) for family, outlook in outlooks.items()}
        best = max(facts.values(), key=lambda of_family: of_family.held_out.mean)
        for family, own in facts.items():
            truth = line.truth.get(family)
            if truth is None or truth["failure"] is not None:
                continue
            errors = {
                which: ((truth[which] - constant) / (1 - constant) - getattr(own, which).mean) / getattr(own, which).std
                for which in ("held_out", "train")
            }
            traits = {
                "held_out": own.score_traits(own.held_out),
                "train": own.score_traits(own.train),
                "overfitting": own.overfitting_traits(),
                "underfitting": own.underfitting_traits(best.held_out),
            }
            found = moved(outlooks[family].curve, planned)
            if found is not None:
                traits["constant_prediction"] = own.constant_traits(found)
            made.append(Example(line.family, traits, errors, events_of(family, line.truth, line.classes)))
    return made


def fit(given: list[Example], worlds: list[dict[str, Any]]) -> Calibration:
    """Fit all models to some examples, and the ceiling to made-up data."""
    models: dict[str, Weights] = {}
    for which in ("held_out", "train"):
        traits = np.array([one.traits[which] for one in given])
        errors = np.array([one.errors[which] for one in given])
        folds = np.array([fold_of(one.data_family) for one in given])
        scale = _fit_scale(traits, errors)
        # How wide 90 % are is read off families of data sets that the model was not fitted on.
        away = np.concatenate([_left_out(traits, errors, folds == fold) for fold in np.unique(folds)])
        models[which] = replace(scale, base=scale.base + float(np.log(np.quantile(away, COVERED) / NORMAL)))
    for event in EVENTS:
        known = [one for one in given if event in one.traits]
        models[event] = _fit_event(
            np.array([one.traits[event] for one in known]), np.array([one.events[event] for one in known])
        )
    without = Calibration(models, PLAIN.ceiling)
    known = [case for line in worlds if (case := reached(line, without)) is not None]
    return Calibration(models, fit_ceiling(known))


def _left_out(traits: Array, errors: Array, own: Array) -> Array:
    """Return how far off some scores are, in the standard deviations that the others teach."""
    scale = _fit_scale(traits[~own], errors[~own])
    return np.abs(errors[own]) / np.exp([scale(row) for row in traits[own]])


def _fit_scale(traits: Array, errors: Array) -> Weights:
    """Fit the log scale of errors that are centred at 0, as Student's t distribution has them."""
    center, spread = _standard(traits)
    inputs = np.clip((traits - center) / spread, -FARTHEST, FARTHEST)

    def loss(parameters: Array) -> tuple[float, Array]:
        slopes, base = parameters[:-1], parameters[-1]
        log_scale = np.clip(inputs @ slopes + base, -3, 3)
        off = errors / np.exp(log_scale)
        value = log_scale + (FREEDOM + 1) / 2 * np.log1p(off**2 / FREEDOM)
        by_scale = 1 - (FREEDOM + 1) * off**2 / (FREEDOM + off**2)
        gradient = np.append(inputs.T @ by_scale + RIDGE * slopes, by_scale.sum())
        return float(value.sum() + RIDGE / 2 * slopes @ slopes) / len(errors), gradient / len(errors)

    *slopes, base = minimize(loss, np.zeros(inputs.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return Weights(center, spread, np.array(slopes), float(base))


def _fit_event(traits: Array, happened: Array) -> Weights:
    """Fit the odds of an event by logistic regression; what speaks for it never makes it less probable."""
    center, spread = _standard(traits)
    inputs = np.clip((traits - center) / spread, -FARTHEST, FARTHEST)
    sign = np.where(happened, 1.0, -1.0)

    def loss(parameters: Array) -> tuple[float, Array]:
        slopes, base = parameters[:-1], parameters[-1]
        margin = sign * (inputs @ slopes + base)
        by_odds = -sign / (1 + np.exp(np.clip(margin, -50, 50)))
        value = np.logaddexp(0, -margin).sum() + RIDGE_EVENT / 2 * slopes @ slopes
        return float(value), np.append(inputs.T @ by_odds + RIDGE_EVENT * slopes, by_odds.sum())

    bounds = [(0, None)] * inputs.shape[1] + [(None, None)]
    *slopes, base = minimize(loss, np.zeros(inputs.shape[1] + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    return Weights(center, spread, np.array(slopes), float(base))


def _standard(traits: Array) -> tuple[Array, Array]:
    return traits.mean(axis=0), np.maximum(traits.std(axis=0), 1e-3)


def write(calibration: Calibration, path: Path, card: dict[str, Any]) -> None:
    """Write weights as JSON, with where they come from."""
    models = {
        name: {
            **{
                part: [float(f"{value:.5g}") for value in getattr(model, part)]
                for part in ("center", "spread", "slopes")
            },
            "base": float(f"{model.base:.5g}"),
        }
        for name, model in calibration.models.items()
    }
    path.write_text(
        json.dumps(card | {"ceiling": asdict(calibration.ceiling), "models": models}, indent=1) + "\n", encoding="utf-8"
    )


def _card(lines: list[Line], corpus: Path, n_examples: int) -> dict[str, Any]:
    manifest = map(json.loads, (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines())
    used = {line.name for line in lines}
    return {
        "what": "Linear models of how forecasts of trainings came out: the size of errors, and the odds of events.",
        "made_by": "python -m benchmarks.priors.outcomes",
        "trainings": n_examples,
        "cases": len(lines),
        "licences": "Figures of trainings only: no row and no value of a data set is in this file.",
        "data_sets": {
            entry["name"]: f"{entry['source']}; {entry['license']}" for entry in manifest if entry["name"] in used
        },
    }


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--worlds", type=Path, required=True, help="what benchmarks/truth/ceiling.py collected")
    parser.add_argument("--folds", type=Path)
    options = parser.parse_args()
    lines = [line for folder in options.folders for line in read_lines(folder)]
    given = examples(lines)
    worlds = [json.loads(line) for line in options.worlds.read_text(encoding="utf-8").splitlines()]
    print(
        f"{len(given)} trainings of {len(lines)} cases, {len({one.data_family for one in given})} families of data sets"
    )
    if options.folds:
        options.folds.mkdir(parents=True, exist_ok=True)
        for fold in range(N_FOLDS):
            others = [one for one in given if fold_of(one.data_family) != fold]
            write(fit(others, worlds), options.folds / f"fold{fold}.json", {})
    write(fit(given, worlds), SHIPPED, _card(lines, options.corpus, len(given)))
    load_calibration(SHIPPED)


if __name__ == "__main__":
    main()
