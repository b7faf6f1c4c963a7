"""How right were the forecasts of the collected cases, and how right is plain cross-validation on all rows?

    python -m benchmarks.truth.outcomes.figures FOLDER... [--budget 60s] [--kinds original ...] [--rows 0 100000]
        [--calibrations FOLDER]

The forecasts are made anew from the stored curves. With ``--calibrations``, each data set is judged with what was
learned from the families of data sets that it is not among (``python -m benchmarks.priors.outcomes --folds FOLDER``).
The events are those of the forecast: overfitting (skill on training rows - skill on unseen rows >= 0.10), underfitting
(skill on training rows <= best unseen skill of all families - 0.05), constant prediction (at most 5 % of the rows of
other classes get another prediction; for numbers, at most 10 % of the spread of the target). Cross-validation gives no
probabilities: the figure that an event is defined by serves as its score, and is nothing to calibrate.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from benchmarks.priors.outcomes import fold_of
from benchmarks.truth.outcomes.events import EVENTS, Line, events_of, figures_of, read_lines
from benchmarks.truth.recorded import recast
from sklearn.metrics import roc_auc_score

from prefit.probes.calibration import Calibration, load_calibration

BINS = 10
PLAIN = ("median error", "covered", "half-width", "half-width if it covered as much")


@dataclass(frozen=True, slots=True)
class Judged:
    """What was said of one training of a family, what came of it, and what cross-validation said (None: it failed)."""

    family: str
    error: float
    covered: bool
    half_width: float
    events: Mapping[str, bool]
    risks: Mapping[str, float]
    plain_error: float | None
    plain_scores: Mapping[str, float] | None
    plain_half_width: float | None


def judged(line: Line, calibration: Calibration | None) -> Iterator[Judged]:
    """Compare the forecast of each family with its training."""
    for family, said in recast(line.forecast, calibration).forecasts.items():
        made, plain = line.truth.get(family, {"failure": "unknown"}), line.baseline.get(family)
        if made["failure"] is not None:
            continue
        held_out = said.held_out
        yield Judged(
            family=family,
            error=abs(held_out.mean - made["held_out"]),
            covered=held_out.low <= made["held_out"] <= held_out.high,
            half_width=(held_out.high - held_out.low) / 2,
            events=events_of(family, line.truth, line.classes),
            risks={event: getattr(said.risks, event) for event in EVENTS},
            plain_error=abs(plain["held_out"] - made["held_out"]) if plain else None,
            plain_scores=_scores(figures_of(family, line.baseline, line.classes)) if plain else None,
            plain_half_width=1.645 * plain["held_out_std"] if plain else None,
        )


def _scores(figures: tuple[float, float, float]) -> dict[str, float]:
    gap, lack, moved = figures
    return {"overfitting": gap, "underfitting": lack, "constant_prediction": -moved}


def calibration_error(probabilities: Sequence[float], happened: Sequence[bool]) -> float:
    """Return the mean distance between what was said and what happened, over ten bins of equal width."""
    said, seen = np.asarray(probabilities), np.asarray(happened, dtype=float)
    place = np.minimum((said * BINS).astype(int), BINS - 1)
    return float(
        sum(
            abs(said[place == one].mean() - seen[place == one].mean()) * (place == one).mean()
            for one in np.unique(place)
        )
    )


def scores_table(found: Mapping[str, list[Judged]]) -> str:
    """Return the errors of the forecast scores as Markdown."""
    names = ("family", "trainings", "median error", "covered", "half-width", *(f"plain: {name}" for name in PLAIN))
    rows = [names, ("---",) * len(names)]
    for family, of_family in found.items():
        covered = float(np.mean([one.covered for one in of_family]))
        rows.append(
            (
                family,
                str(len(of_family)),
                f"{np.median([one.error for one in of_family]):.4f}",
                f"{covered:.3f}",
                f"{np.median([one.half_width for one in of_family]):.3f}",
                *_plain_cells(of_family, covered),
            )
        )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _plain_cells(found: Sequence[Judged], covered: float) -> tuple[str, ...]:
    """Return what cross-validation comes to, and how wide its intervals are once they cover as many truths."""
    known = [(one.plain_error, one.plain_half_width) for one in found if one.plain_error is not None]
    if not known:
        return ("-",) * len(PLAIN)
    error, half = np.array(known, dtype=float).T
    needed = np.quantile(error / np.maximum(half, 1e-9), covered)
    return (
        f"{np.median(error):.4f}",
        f"{np.mean(error <= half):.3f}",
        *(f"{np.median(half) * k:.3f}" for k in (1, needed)),
    )


def risks_table(found: Mapping[str, list[Judged]]) -> str:
    """Return how well the risks tell the events, as Markdown."""
    names = ("event", "family", "happened", "ROC AUC", "Brier", "calibration error", "plain: ROC AUC")
    rows = [names, ("---",) * len(names)]
    for event in EVENTS:
        for family, of_family in found.items():
            happened = [one.events[event] for one in of_family]
            said = [one.risks[event] for one in of_family]
            plain = [(one.events[event], one.plain_scores[event]) for one in of_family if one.plain_scores is not None]
            rows.append(
                (
                    event.replace("_", " "),
                    family,
                    f"{sum(happened)}/{len(happened)}",
                    _auc(happened, said),
                    f"{np.mean((np.array(said) - happened) ** 2):.3f}",
                    f"{calibration_error(said, happened):.3f}",
                    _auc(*zip(*plain, strict=True)) if plain else "-",
                )
            )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _auc(happened: Sequence[bool], said: Sequence[float]) -> str:
    return f"{roc_auc_score(happened, said):.3f}" if 0 < sum(happened) < len(happened) else "-"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--budget")
    parser.add_argument("--kinds", nargs="+")
    parser.add_argument("--rows", nargs=2, type=int, default=(0, 10**9))
    parser.add_argument("--calibrations", type=Path)
    given = parser.parse_args()
    lines = [
        line
        for folder in given.folders
        for line in read_lines(folder, given.budget)
        if given.rows[0] <= line.rows <= given.rows[1] and (given.kinds is None or line.kind in given.kinds)
    ]
    found: dict[str, list[Judged]] = defaultdict(list)
    for line in lines:
        file = given.calibrations / f"fold{fold_of(line.family)}.json" if given.calibrations else None
        for one in judged(line, load_calibration(file) if file else None):
            found[one.family].append(one)
            found["all"].append(one)
    print(f"{len(lines)} cases of {len({line.family for line in lines})} families of data sets\n")
    print(scores_table(found) + "\n\n" + risks_table(found))


if __name__ == "__main__":
    main()
