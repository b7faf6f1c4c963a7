"""Train random plans for real on real data sets, and probe each before: what the risks are fitted on and judged by.

    python -m benchmarks.truth.training.collect CORPUS CASES.pkl [--cases 2600] [--first 0] [--layered]

CORPUS is a folder with Parquet files and a ``manifest.jsonl`` of one JSON line per data set: ``name``, ``file``,
``target``, ``task``, ``rows``, ``columns``, ``family``. Truth are the events of the documentation of the training plan,
on the planned run over all rows that were drawn. The probe has another seed, and mostly a part of these rows. Cases are
appended to CASES.pkl one by one; cases that are there already are not made again. Plans with what a plain network lacks
are drawn with ``--layered``, in numbers of their own (``--first 2000``).
"""

from __future__ import annotations

import argparse
import json
import pickle
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.truth.training.plans import Case, draw_case

from prefit.errors import InputError
from prefit.probes.problem import make_problem
from prefit.probes.training.cost import step_seconds
from prefit.probes.training.events import Course, events
from prefit.probes.training.inputs import encoded
from prefit.probes.training.network import Network
from prefit.probes.training.probe import measure
from prefit.probes.training.rows import Rows, prepare
from prefit.probes.training.run import run
from prefit.profiling.values import Profile

FEWEST_ROWS, MOST_ROWS, MOST_FEATURES = 32, 6_000, 130
DEAREST_SECONDS, FEWEST_STEPS = 1.2, 50
"""What a run may cost, by the cost model, and the steps below which it is no training."""

PROBE_SECONDS = 2.5
PROBE_SHARES = (1.0, 1.0, 0.6, 0.3)
"""Shares of the rows of the run that the probe sees."""


def data_sets(corpus: Path, n_sets: int) -> list[dict[str, Any]]:
    """Choose data sets of different families, classes and numbers in turn, the same whatever the order of the list."""
    lines = (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    fit = [entry for entry in entries if entry["rows"] >= 400 and entry["columns"] <= MOST_FEATURES]
    fit.sort(key=lambda entry: zlib.crc32(entry["name"].encode()))
    by_family = {entry["family"]: entry for entry in fit}.values()
    classes = [entry for entry in by_family if entry["task"] == "classification"]
    numbers = [entry for entry in by_family if entry["task"] == "regression"]
    return classes[: n_sets * 5 // 8] + numbers[: n_sets - n_sets * 5 // 8]


def rows_of(corpus: Path, entry: dict[str, Any]) -> Rows:
    """Read a data set as a network would see it, without scaling."""
    from prefit import gate
    from prefit.config import make_options
    from prefit.stopwatch import Stopwatch

    options = make_options({"target": entry["target"], "task": entry["task"], "workers": 1})
    source = gate.open_data(corpus / entry["file"], options)
    profile: Profile = gate.profile_source(source, options, Stopwatch.started(None, 3600, None), "profile", probed=True)
    problem = make_problem(profile.sample.table, gate.resolve(profile, options), max_rows=MOST_ROWS)
    return encoded(problem, 0)[0]


def truth(case: Case, seed: int) -> tuple[dict[str, bool], Course]:
    """Train as planned, and say which events happened."""
    prepared = prepare(case.rows, case.plan)
    n_steps = case.plan.steps(case.rows.n_rows)
    network = Network(prepared.inputs.shape[1], prepared.n_outputs, case.plan, np.random.default_rng([seed, 1]))
    quarter = max(1, n_steps // 4)
    seen = run(network, prepared, case.plan, seed=seed, n_steps=n_steps, marks=(quarter,), most_judged=case.rows.n_rows)
    course = Course(
        first=float(seen.losses[0]),
        quarter=float(seen.losses[min(1, len(seen.losses) - 1)]),
        last=float(seen.losses[-1]),
        largest=seen.largest,
        gradient_ratio=seen.gradient_ratio,
        reference=seen.reference,
    )
    return dict(events(course)), course


def affordable(case: Case) -> bool:
    """Whether the run takes a second or so, and some steps."""
    n_rows, n_in = case.rows.inputs.shape
    seconds = step_seconds(case.plan, n_in, max(1, case.rows.n_classes), n_rows)
    n_steps = case.plan.steps(n_rows)
    return n_steps >= FEWEST_STEPS and n_steps * seconds < DEAREST_SECONDS


def cases(rows: Rows, name: str, number: int, *, layered: bool = False) -> Iterator[Case]:
    """Draw cases until one is cheap enough and can be trained at all."""
    random = np.random.default_rng([zlib.crc32(name.encode()), number])
    while True:
        case = draw_case(rows, random, layered=layered)
        varied = len(np.unique(case.rows.targets)) > 1 and case.rows.n_rows >= FEWEST_ROWS
        if varied and affordable(case):
            yield case


def collect(case: Case, name: str, number: int) -> dict[str, Any]:
    """Train and probe one case."""
    random = np.random.default_rng([zlib.crc32(name.encode()), number, 1])
    happened, course = truth(case, seed=2 * number + 1)
    share = float(random.choice(PROBE_SHARES))
    n_rows = case.rows.n_rows
    probed = case.rows.take(random.permutation(n_rows)[: max(32, int(share * n_rows))])
    measured = measure(probed, case.plan, seed=2 * number, n_rows_planned=n_rows, seconds=PROBE_SECONDS)
    return {
        "name": name,
        "number": number,
        "kind": case.kind,
        "scale": case.scale,
        "fault": case.fault,
        "share": share,
        "events": happened,
        "course": course,
        "measured": measured,
    }


def main() -> None:
    """Collect."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--cases", dest="n_cases", type=int, default=2600)
    parser.add_argument("--sets", type=int, default=40)
    parser.add_argument("--first", type=int, default=0, help="number of the first case of each data set")
    parser.add_argument("--layered", action="store_true", help="plans with normalization, skips or a schedule")
    options = parser.parse_args()
    chosen = data_sets(options.corpus, options.sets)
    loaded: dict[str, Rows] = {}
    for entry in chosen:
        try:
            loaded[entry["name"]] = rows_of(options.corpus, entry)
        except ValueError as error:
            print(f"{entry['name']}: left out: {error}", flush=True)
    done = set()
    if options.cases.exists():
        with options.cases.open("rb") as file:
            while file.peek(1):
                made = pickle.load(file)
                done.add((made["name"], made["number"]))
    started = time.perf_counter()
    for index in range(options.n_cases):
        name = list(loaded)[index % len(loaded)]
        number = options.first + index // len(loaded)
        if (name, number) in done:
            continue
        try:
            made = collect(next(cases(loaded[name], name, number, layered=options.layered)), name, number)
        except InputError:  # the rows that the probe sees are of one class
            continue
        with options.cases.open("ab") as file:
            pickle.dump(made, file)
        if index % 50 == 49:
            print(f"{index + 1} cases, {time.perf_counter() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
