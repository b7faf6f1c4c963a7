"""What came of trainings: cases read back, and the events by their definitions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["EVENTS", "Line", "events_of", "figures_of", "read_lines"]

EVENTS = ("overfitting", "underfitting", "constant_prediction")
GAP, LACK = 0.10, 0.05
CONSTANT_SHARE, CONSTANT_SPREAD = 0.05, 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A case: what was forecast of it, what cross-validation says, and what came of it; by family of models."""

    name: str
    family: str
    kind: str
    rows: int
    classes: int
    truth: Mapping[str, Mapping[str, Any]]
    baseline: Mapping[str, Mapping[str, float]]
    forecast: Mapping[str, Any]


def read_lines(folder: Path, budget: str | None = None) -> list[Line]:
    """Read the cases of a folder that have been both trained and forecast.

    Without those where either failed, and those whose unseen rows are of one class: nothing can be told of them.
    """
    truths = {(line["name"], line["kind"]): line for line in _lines(folder / "truth.jsonl") if _tells(line)}
    files = sorted(folder.glob(f"forecast-{budget or '*'}.jsonl"))
    found = []
    for said in (line for file in files for line in _lines(file)):
        truth = truths.get((said["name"], said["kind"]))
        if truth is not None and "failure" not in said:
            known = {name: truth[name] for name in ("name", "family", "kind", "rows", "classes", "truth", "baseline")}
            found.append(Line(**known, forecast=said))
    return found


def _tells(line: Mapping[str, Any]) -> bool:
    return "failure" not in line and not (
        line["classes"] and any(made["failure"] is None and made["moved"] is None for made in line["truth"].values())
    )


def figures_of(family: str, made: Mapping[str, Mapping[str, Any]], classes: int) -> tuple[float, float, float]:
    """Return the gap of a family, how far its training score is below the best unseen score, and how it varies."""
    done = {name: one for name, one in made.items() if one.get("failure") is None}
    own, unit = done[family], 1 - (1 / classes if classes else 0.0)
    best = max(one["held_out"] for one in done.values())
    moved = own["moved"] if own["moved"] is not None else float("inf")  # numbers that are not finite are no constant
    return (own["train"] - own["held_out"]) / unit, (best - own["train"]) / unit, moved


def events_of(family: str, made: Mapping[str, Mapping[str, Any]], classes: int) -> dict[str, bool]:
    """Return which events a training of a family is."""
    gap, lack, moved = figures_of(family, made, classes)
    constant = moved <= (CONSTANT_SHARE if classes else CONSTANT_SPREAD)
    return dict(zip(EVENTS, (gap >= GAP, lack >= LACK, constant), strict=True))


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
