"""Does the ceiling hold the best score that any model could reach? On made-up data of which that is known.

    python -m benchmarks.truth.ceiling collect LINES.jsonl [--budget 60s] [--rows 300 1000 3000] [--repeats 1]
    python -m benchmarks.truth.ceiling figures LINES.jsonl

The class of a row is drawn with a probability that is a known function of its columns, so that the best possible
accuracy is the mean of the larger of the two probabilities; a number is a known function plus noise. Columns beyond
those that count are noise. Cases that LINES has are not made again. The ceiling is computed anew from the curves, with
a rule that was fitted on the other worlds.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from benchmarks.priors.ceiling import fit_ceiling, reached
from benchmarks.truth.recorded import recast

from prefit.probes import learning_curves
from prefit.probes.calibration import Calibration, load_calibration
from prefit.probes.frame import Array
from prefit.task import Task

EXACT = 400_000
"""Rows on which the best possible score is computed."""

Signal = Callable[[Array], Array]


@dataclass(frozen=True, slots=True)
class World:
    """What the columns say: the logarithm of the odds of a class, or the expected number."""

    signal: Signal
    counting: int
    noise: float | None = None
    """Standard deviation of a number about what is expected; None for classes."""


def _linear(x: Array) -> Array:
    return 1.5 * x[:, 0] + 1.0 * x[:, 1]


def _dense(x: Array) -> Array:
    return 2.0 * x.sum(axis=1) / np.sqrt(x.shape[1])


def _xor(x: Array) -> Array:
    return 4.0 * np.tanh(3 * x[:, 0]) * np.tanh(3 * x[:, 1])


def _ring(x: Array) -> Array:
    return 3.0 * (np.hypot(x[:, 0], x[:, 1]) - 1.177)  # half of the rows lie within that radius


def _additive(x: Array) -> Array:
    return 1.5 * np.sin(2 * x[:, 0]) + 1.5 * np.sign(x[:, 1])


WORLDS = {
    "linear": World(_linear, 2),
    "dense linear": World(_dense, 0),
    "xor": World(_xor, 2),
    "ring": World(_ring, 2),
    "additive": World(_additive, 2),
    "linear number": World(_linear, 2, noise=1.5),
    "additive number": World(_additive, 2, noise=1.0),
}
COLUMNS = (2, 10, 40)
FLIPS = (0.0, 0.2)


def best_score(world: World, n_columns: int, flipped: float) -> float:
    """Return the best possible accuracy or R²."""
    signal = world.signal(np.random.default_rng(0).normal(size=(EXACT, n_columns)))
    if world.noise is not None:
        return float(signal.var() / (signal.var() + world.noise**2))
    right = 1 / (1 + np.exp(-np.abs(signal)))
    return float((1 - flipped) * right.mean() + flipped * (1 - right).mean())


def drawn(world: World, n_rows: int, n_columns: int, flipped: float, seed: int) -> tuple[pa.Table, Task]:
    """Draw rows of a world."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(n_rows, n_columns))
    signal = world.signal(x)
    names = [f"x{k}" for k in range(n_columns)]
    if world.noise is not None:
        target = signal + world.noise * random.normal(size=n_rows)
    else:
        one = random.random(n_rows) < 1 / (1 + np.exp(-signal))
        target = np.where(one ^ (random.random(n_rows) < flipped), "one", "other")
    table = pa.table({**{name: x[:, k] for k, name in enumerate(names)}, "y": target})
    kind = "classification" if world.noise is None else "regression"
    return table, Task(target="y", kind=kind, features=tuple(names), kinds=dict.fromkeys(names, "numeric"))


def cases(rows: list[int], repeats: int) -> Iterator[dict[str, Any]]:
    """Name all cases, mixed."""
    every = [
        {"world": name, "rows": n_rows, "columns": n_columns, "flipped": flipped, "repeat": repeat}
        for name, world in WORLDS.items()
        for n_rows in rows
        for n_columns in COLUMNS
        for flipped in (FLIPS if world.noise is None else FLIPS[:1])
        for repeat in range(repeats)
    ]
    yield from sorted(every, key=lambda case: zlib.crc32(json.dumps(case).encode()))


def collect(file: Path, budget: float, rows: list[int], repeats: int) -> None:
    """Make the cases that are lacking."""
    there = set()
    if file.exists():
        there = {json.dumps(json.loads(line)["case"]) for line in file.read_text(encoding="utf-8").splitlines()}
    for case in cases(rows, repeats):
        if (key := json.dumps(case)) in there:
            continue
        world = WORLDS[case["world"]]
        table, task = drawn(world, case["rows"], case["columns"], case["flipped"], zlib.crc32(key.encode()))
        curves = learning_curves(table, task, budget_seconds=budget)
        best = best_score(world, case["columns"], case["flipped"])
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"case": case, "best": best, "curves": asdict(curves)}) + "\n")
        print(case, f"{best:.3f}", curves.ceiling, flush=True)


def figures(lines: list[dict[str, Any]]) -> str:
    """Return coverage, width and silence as Markdown, by what the columns say."""
    groups: dict[str, list[dict[str, Any]]] = {"all": lines, "1,000 rows or more": []}
    for line in lines:
        case = line["case"]
        groups.setdefault(case["world"], []).append(line)
        if case["rows"] >= 1000:
            groups["1,000 rows or more"].append(line)
        if case["world"] == "xor" and case["columns"] == 40:
            groups.setdefault("xor among 40 columns", []).append(line)
    rules = {name: _without(name, lines) for name in {line["case"]["world"] for line in lines}}
    names = ("what the columns say", "cases", "unknown", "holds the best score", "median half-width")
    table = [names, ("---",) * len(names)]
    for name, of_group in groups.items():
        said = [(recast(line["curves"], rules[line["case"]["world"]]).ceiling, line["best"]) for line in of_group]
        known = [(ceiling, best) for ceiling, best in said if ceiling is not None]
        held = [low <= best <= high for (low, high), best in known]
        widths = [(high - low) / 2 for (low, high), _ in known]
        row = (f"{np.mean(held):.3f}", f"{np.median(widths):.3f}") if known else ("-", "-")
        table.append((name, str(len(said)), f"{1 - len(known) / len(said):.3f}" if said else "-", *row))
    return "\n".join("| " + " | ".join(row) + " |" for row in table)


def _without(world: str, lines: list[dict[str, Any]]) -> Calibration:
    """Return what is shipped, with a ceiling that was fitted on the other worlds."""
    known = [case for line in lines if (case := reached(line)) is not None and case.world != world]
    return replace(load_calibration(), ceiling=fit_ceiling(known))


def main() -> None:
    """Collect cases, or print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("collect", "figures"))
    parser.add_argument("lines", type=Path)
    parser.add_argument("--budget", type=float, default=60.0)
    parser.add_argument("--rows", nargs="+", type=int, default=[300, 1000, 3000])
    parser.add_argument("--repeats", type=int, default=1)
    given = parser.parse_args()
    if given.what == "collect":
        collect(given.lines, given.budget, given.rows, given.repeats)
        return
    print(figures([json.loads(line) for line in given.lines.read_text(encoding="utf-8").splitlines()]))


if __name__ == "__main__":
    main()
