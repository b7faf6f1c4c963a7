"""How right were the forecasts of the collected cases, and how right is plain cross-validation on all rows?

    python -m benchmarks.truth.outcomes.figures LINES.jsonl [--kinds original ...] [--least-rows N]

The events are those of the forecast: overfitting (skill on training rows - skill on unseen rows >= 0.10), underfitting
(skill on training rows <= best unseen skill of all families - 0.05), constant prediction (at most 5 % of the rows of
other classes get another prediction; for numbers, at most 10 % of the spread of the target). Cross-validation gives no
probabilities: the figure that an event is defined by serves as its score, and is nothing to calibrate.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

EVENTS = ("overfitting", "underfitting", "constant_prediction")
GAP, LACK = 0.10, 0.05
CONSTANT_SHARE, CONSTANT_SPREAD = 0.05, 0.10
BINS = 10


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


def judged(line: dict[str, Any]) -> Iterator[Judged]:
    """Compare the forecast of each family with its training."""
    forecasts, truth = line["forecast"]["forecasts"], line["truth"]
    constant = 1 / line["classes"] if line["classes"] else 0.0
    done = {family: made for family, made in truth.items() if made["failure"] is None}
    plain = line["baseline"]
    for family, made in done.items():
        if family not in forecasts:
            continue
        said = forecasts[family]
        held_out = said["held_out"]
        yield Judged(
            family=family,
            error=abs(held_out["mean"] - made["held_out"]),
            covered=held_out["low"] <= made["held_out"] <= held_out["high"],
            half_width=(held_out["high"] - held_out["low"]) / 2,
            events=dict(zip(EVENTS, _events(_figures(family, done, constant), line["classes"]), strict=True)),
            risks=said["risks"],
            plain_error=abs(plain[family]["held_out"] - made["held_out"]) if family in plain else None,
            plain_scores=_scores(_figures(family, plain, constant)) if family in plain else None,
            plain_half_width=1.645 * plain[family]["held_out_std"] if family in plain else None,
        )


def _figures(family: str, made: Mapping[str, Mapping[str, Any]], constant: float) -> tuple[float, float, float]:
    """Return the gap of a family, how far its training score lies below the best unseen score, and how it varies."""
    own = made[family]
    best = max(other["held_out"] for other in made.values())
    unit = 1 - constant
    return (own["train"] - own["held_out"]) / unit, (best - own["train"]) / unit, own["moved"]


def _events(figures: tuple[float, float, float], n_classes: int) -> tuple[bool, bool, bool]:
    gap, lack, moved = figures
    return gap >= GAP, lack >= LACK, moved <= (CONSTANT_SHARE if n_classes else CONSTANT_SPREAD)


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
    names = ("family", "trainings", "median error", "covered", "half-width", "plain: median error", "plain: half-width")
    rows = [names, ("---",) * len(names)]
    for family, of_family in found.items():
        plain = [one for one in of_family if one.plain_error is not None]
        rows.append(
            (
                family,
                str(len(of_family)),
                f"{np.median([one.error for one in of_family]):.4f}",
                f"{np.mean([one.covered for one in of_family]):.3f}",
                f"{np.median([one.half_width for one in of_family]):.3f}",
                f"{np.median([one.plain_error for one in plain]):.4f}" if plain else "-",
                f"{np.median([one.plain_half_width for one in plain]):.3f}" if plain else "-",
            )
        )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


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
    parser.add_argument("lines", type=Path)
    parser.add_argument("--kinds", nargs="+")
    parser.add_argument("--least-rows", type=int, default=0)
    given = parser.parse_args()
    lines = [json.loads(line) for line in given.lines.read_text(encoding="utf-8").splitlines()]
    failed = [line for line in lines if "failure" in line]
    lines = [
        line
        for line in lines
        if "failure" not in line
        and line["rows"] >= given.least_rows
        and (given.kinds is None or line["kind"] in given.kinds)
    ]
    found: dict[str, list[Judged]] = defaultdict(list)
    for line in lines:
        for one in judged(line):
            found[one.family].append(one)
            found["all"].append(one)
    print(f"{len(lines)} cases of {len({line['family'] for line in lines})} families of data sets\n")
    print(scores_table(found) + "\n\n" + risks_table(found))
    for line in failed:
        print(f"could not be forecast: {line['name']}, {line['kind']}: {line['failure']}")


if __name__ == "__main__":
    main()
