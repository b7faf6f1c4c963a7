"""Texts: does the advice name the start that wins on new rows, features of unlabelled texts or those of labels alone?

    python -m benchmarks.truth.training.texts CORPUS CASES.jsonl
    python -m benchmarks.truth.training.texts --figures CASES.jsonl

Tasks are all data sets of the corpus in which prefit sees a text column, with that column alone as feature: its own
target, and up to three other columns as further targets. 30 % of the rows, at most 3,000, are never seen. Prefit is
given the other ones, or a quarter of them with four times as many planned. Truth: both starts are trained on all rows
that are planned, and scored on those that nobody has seen.
"""

from __future__ import annotations

import argparse
import json
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from prefit import gate
from prefit.config import make_options
from prefit.errors import InputError
from prefit.probes.advice.matrix import Numbers, folds
from prefit.probes.advice.texts import answers_of, count_terms, learnt_features, part_of, pretrained_texts, texts_of
from prefit.probes.models import quiet
from prefit.probes.problem import make_problem
from prefit.probes.score import score
from prefit.stopwatch import Stopwatch
from prefit.task import Task

HELD_OUT, MOST_HELD, MOST_ROWS = 0.3, 3_000, 20_000
FEWEST_ROWS, FEWEST_OF_CLASS, MOST_CLASSES = 150, 20, 12
MORE_TARGETS = 3


def tasks(corpus: Path) -> Iterator[tuple[str, pa.Table, Task]]:
    """Yield tasks on the text columns of each data set."""
    for line in (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        columns = pq.read_schema(corpus / entry["file"])
        if not any(pa.types.is_string(field.type) or pa.types.is_large_string(field.type) for field in columns):
            continue
        options = make_options({"target": entry["target"], "task": entry["task"], "workers": 1})
        source = gate.open_data(corpus / entry["file"], options)
        profile = gate.profile_source(source, options, Stopwatch.started(None, 3600, None), "profile", probed=True)
        task = gate.resolve(profile, options)
        texts = task.features_of("text")
        if not texts:
            continue
        table = profile.sample.table.slice(0, MOST_ROWS)
        others = [name for name in task.features if task.kinds[name] in ("numeric", "categorical", "boolean")]
        yield entry["name"], table, Task(target=task.target, kind=task.kind, features=texts, kinds=task.kinds)
        found = 0
        for name in others:
            kind = "regression" if task.kinds[name] == "numeric" else "classification"
            column = table.column(name)
            counts = [entry["counts"] for entry in column.drop_null().value_counts().to_pylist()]
            fits = len(counts) > MOST_CLASSES if kind == "regression" else 2 <= len(counts) <= MOST_CLASSES
            if not fits or (kind == "classification" and min(counts) < FEWEST_OF_CLASS):
                continue
            yield f"{entry['name']}/{name}", table, Task(target=name, kind=kind, features=texts, kinds=task.kinds)
            found += 1
            if found == MORE_TARGETS:
                break


def case(table: pa.Table, task: Task, share: float, seed: int) -> dict[str, Any] | None:
    """Ask for advice on a share of the rows, and see which start wins on all of them."""
    table = table.filter(table.column(str(task.target)).is_valid())
    order = np.random.default_rng(seed).permutation(len(table))
    n_held = min(MOST_HELD, int(HELD_OUT * len(table)))
    held, train = order[:n_held], order[n_held:]
    if len(train) < FEWEST_ROWS:
        return None
    whole = make_problem(table, task)
    places = np.full(len(table), -1)
    places[whole.rows] = np.arange(whole.n_rows)
    held, train = held[places[held] >= 0], train[places[train] >= 0]
    given = table.take(pa.array(np.sort(train[: int(share * len(train))])))
    problem = make_problem(given, task, max_rows=5_000)
    numbers = Numbers(np.zeros((problem.n_rows, 1)), problem.target, problem.n_classes, folds(problem, 0), ("text",))
    started = time.process_time()
    advice = pretrained_texts(problem, numbers, given, task, planned_rows=len(train), seed=0)
    seconds = time.process_time() - started
    if advice is None:
        return None
    texts = texts_of(table, task.features)
    target = whole.target[places[np.concatenate([train, held])]]
    counts = count_terms(texts[np.concatenate([train, held])])
    places = np.arange(len(target))
    terms = part_of(counts, places[: len(train)], places[len(train) :], target, whole.n_classes)
    with quiet():
        answers = answers_of(terms, learnt_features(terms, seed), terms.train)
        learnt, scratch = (score(target[terms.held], one, whole.n_classes).value for one in answers)
    return {
        "rows": len(given),
        "planned": len(train),
        "classes": whole.n_classes,
        "advised": advice.advised,
        "forecast": [advice.pretrained[0], advice.scratch[0]],
        "crossing": advice.crossing_rows,
        "truth": [learnt, scratch],
        "seconds": seconds,
    }


def made(corpus: Path) -> Iterator[dict[str, Any]]:
    """Make the cases of all tasks."""
    for name, table, task in tasks(corpus):
        for share in (1.0, 0.25):
            try:
                found = case(table, task, share, zlib.crc32(name.encode()) % 1_000)
            except InputError:  # too few rows of a class in the share
                continue
            if found is not None:
                yield {"name": name, "share": share, **found}


def figures(path: Path) -> None:
    """Print how often the advised start wins."""
    cases = [json.loads(line) for line in path.read_text().splitlines()]
    for share in (None, 1.0, 0.25):
        of = [one for one in cases if share in (None, one["share"])]
        spoken = [one for one in of if one["advised"] != "either"]
        right = [(one["truth"][0] > one["truth"][1]) == (one["advised"] == "pretrained") for one in spoken]
        by_set = {one["name"].split("/")[0] for one in of}
        learnt = sum(one["advised"] == "pretrained" for one in spoken)
        always = np.mean([one["truth"][1] > one["truth"][0] for one in of])
        lost = [max(one["truth"]) - one["truth"][one["advised"] == "random"] for one in spoken]
        print(
            f"share {share}: {len(of)} cases of {len(by_set)} sets, spoken {len(spoken)} (unlabelled {learnt}), right "
            f"{np.mean(right):.3f}, largest loss {max(lost):.3f}; scratch wins {always:.3f} of all; CPU s median "
            f"{np.median([one['seconds'] for one in of]):.2f}, largest {max(one['seconds'] for one in of):.2f}"
        )


def main() -> None:
    """Run the benchmark, or print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--figures", action="store_true")
    options = parser.parse_args()
    if options.figures:
        figures(options.paths[0])
        return
    corpus, path = options.paths
    for one in made(corpus):
        with path.open("a") as sink:
            print(json.dumps(one), file=sink)


if __name__ == "__main__":
    main()
