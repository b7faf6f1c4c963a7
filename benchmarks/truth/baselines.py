"""How often does a baseline raise a false alarm on fresh rows of the same source, and does it see what changed?

    python -m benchmarks.truth.baselines CORPUS [--sets 60] [--jobs 2] [--seed 0] [--test] [--whole] [--untouched]

CORPUS is a folder with Parquet files and a ``manifest.jsonl`` of one JSON line per data set: ``name``, ``file``,
``target``, ``task``, ``rows``, ``columns``. Each data set is cut into random halves: the report on one is the baseline
of the other, untouched and with a defect planted. With ``--test`` the second half is given as test data of the first as
well, so that the checks of splits, which see the rows of both, judge the same pairs. With ``--whole`` all checks of
level quick are run on both halves, to count the findings that are new, worse or gone without any cause.
"""

from __future__ import annotations

import argparse
import collections
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

MAX_CELLS = 2_000_000
FEWEST_ROWS = 400
OF_SPLITS = frozenset({"label-drift", "schema-mismatch", "split-drift", "unseen-categories", "unseen-class"})
Random = np.random.Generator
Plant = Callable[[pa.Table, str, Random], "tuple[pa.Table, str] | None"]


def numeric_columns(table: pa.Table, target: str) -> list[str]:
    """Name the features that hold measurements: numbers with more than fifty values, few missing, none an id."""
    return [
        field.name
        for field in table.schema
        if field.name != target
        and (pa.types.is_integer(field.type) or pa.types.is_floating(field.type))
        and pc.count_distinct(table[field.name]).as_py() > 50
        and not (pa.types.is_integer(field.type) and pc.count_distinct(table[field.name]).as_py() == table.num_rows)
        and table[field.name].null_count < 0.1 * table.num_rows
    ]


def category_columns(table: pa.Table, target: str) -> list[str]:
    """Name the features that hold texts of few values."""
    return [
        field.name
        for field in table.schema
        if field.name != target
        and (pa.types.is_string(field.type) or pa.types.is_large_string(field.type))
        and 2 <= pc.count_distinct(table[field.name]).as_py() <= 50
    ]


def replaced(table: pa.Table, name: str, values: Any) -> tuple[pa.Table, str]:
    """Put a column in the place of another."""
    return table.set_column(table.column_names.index(name), name, values), name


def shifted(strength: float) -> Plant:
    """Add so many standard deviations to a measurement."""

    def plant(table: pa.Table, target: str, random: Random) -> tuple[pa.Table, str] | None:
        names = numeric_columns(table, target)
        if not names:
            return None
        name = names[random.integers(len(names))]
        values = table[name].cast(pa.float64())
        return replaced(table, name, pc.add(values, strength * pc.stddev(values).as_py()))

    return plant


def scaled(factor: float) -> Plant:
    """Write a measurement in another unit."""

    def plant(table: pa.Table, target: str, random: Random) -> tuple[pa.Table, str] | None:
        names = numeric_columns(table, target)
        if not names:
            return None
        name = names[random.integers(len(names))]
        return replaced(table, name, pc.multiply(table[name].cast(pa.float64()), factor))

    return plant


def emptied(share: float) -> Plant:
    """Lose the values of a column in a share of the rows."""

    def plant(table: pa.Table, target: str, random: Random) -> tuple[pa.Table, str] | None:
        names = numeric_columns(table, target) + category_columns(table, target)
        if not names:
            return None
        name = names[random.integers(len(names))]
        lost = pa.array(random.random(table.num_rows) < share)
        return replaced(table, name, pc.if_else(lost, pa.scalar(None, table[name].type), table[name]))

    return plant


def recoded(share: float) -> Plant:
    """Give a share of the rows a category that was not there before."""

    def plant(table: pa.Table, target: str, random: Random) -> tuple[pa.Table, str] | None:
        names = category_columns(table, target)
        if not names:
            return None
        name = names[random.integers(len(names))]
        chosen = pa.array(random.random(table.num_rows) < share)
        return replaced(table, name, pc.if_else(chosen, pa.scalar("a new code", table[name].type), table[name]))

    return plant


def selected(share: float) -> Plant:
    """Lose a share of the rows whose label is the most frequent class, or is above the median."""

    def plant(table: pa.Table, target: str, random: Random) -> tuple[pa.Table, str] | None:
        labels = table[target]
        if labels.null_count == table.num_rows:
            return None
        if pa.types.is_floating(labels.type) and pc.count_distinct(labels).as_py() > 50:
            chosen = pc.greater(labels, pc.quantile(labels, 0.5)[0].cast(labels.type))
        else:
            counts = pc.value_counts(pc.drop_null(labels)).to_pylist()
            most = max(counts, key=lambda entry: int(entry["counts"]))
            if not 0.3 < most["counts"] / table.num_rows < 0.7:
                return None
            chosen = pc.equal(labels, pa.scalar(most["values"], labels.type))
        lost = np.asarray(chosen.fill_null(False)) & (random.random(table.num_rows) < share)
        return table.filter(pa.array(~lost)), target

    return plant


def as_text(table: pa.Table, target: str, random: Random) -> tuple[pa.Table, str] | None:
    """Read a measurement as text, by one word in it."""
    names = numeric_columns(table, target)
    if not names:
        return None
    name = names[random.integers(len(names))]
    values = table[name].cast(pa.string()).to_pylist()
    values[0] = "n. a."
    return replaced(table, name, pa.array(values))


def without(table: pa.Table, target: str, random: Random) -> tuple[pa.Table, str] | None:
    """Lose a column."""
    names = [name for name in table.column_names if name != target]
    if len(names) < 2:
        return None
    name = names[random.integers(len(names))]
    return table.drop_columns([name]), name


PLANTS: dict[str, Plant] = {
    "shift by 0.25 sd": shifted(0.25),
    "shift by 0.5 sd": shifted(0.5),
    "shift by 1 sd": shifted(1.0),
    "unit x 100": scaled(100.0),
    "5 % more missing": emptied(0.05),
    "10 % more missing": emptied(0.1),
    "30 % more missing": emptied(0.3),
    "new category in 3 %": recoded(0.03),
    "new category in 10 %": recoded(0.1),
    "label: 30 % of one side lost": selected(0.3),
    "label: 60 % of one side lost": selected(0.6),
    "numbers read as text": as_text,
    "column gone": without,
}


def judged(report: Any, checks: frozenset[str] = frozenset({"baseline-drift"})) -> list[dict[str, Any]]:
    """Return what some checks say that is no pass."""
    return [
        {"status": found.status, "columns": list(found.columns), "message": found.message}
        for found in report.findings
        if found.check in checks and found.status in ("warn", "fail")
    ]


def run(corpus: Path, entry: dict[str, Any], given: argparse.Namespace) -> dict[str, Any]:
    """Judge one half of a data set beside the other, as it is and with each defect."""
    import prefit

    random = np.random.default_rng(given.seed)
    table, target = pq.read_table(corpus / entry["file"]), entry["target"]
    order = random.permutation(table.num_rows)
    halves = [table.take(np.sort(part)) for part in np.array_split(order, 2)]
    options: dict[str, Any] = {"target": target, "task": entry["task"], "level": "quick"}
    baseline = prefit.check(halves[0], **options, only=["too-few-rows"])
    with_it: dict[str, Any] = {**options, "only": ["baseline-drift"], "baseline": baseline}
    outcome: dict[str, Any] = {"name": entry["name"], "rows": halves[1].num_rows, "columns": table.num_columns}

    def beside(rows: pa.Table) -> dict[str, list[dict[str, Any]]]:
        found = {"baseline": judged(prefit.check(rows, **with_it))}
        if given.test:
            report = prefit.check(halves[0], **options, only=["splits"], test=rows)
            found["test"] = judged(report, OF_SPLITS)
        return found

    outcome["untouched"] = beside(halves[1])
    outcome["planted"] = {}
    for name, plant in {} if given.untouched else PLANTS.items():
        planted = plant(halves[1], target, random)
        if planted is not None:
            spoilt, column = planted
            outcome["planted"][name] = {
                way: {
                    "found": any(column in finding["columns"] for finding in found),
                    "others": sorted({other for finding in found for other in finding["columns"]} - {column}),
                }
                for way, found in beside(spoilt).items()
            }
    if given.whole:
        later = prefit.check(halves[1], **options, baseline=prefit.check(halves[0], **options), fail_on="new")
        outcome["counts"] = later.baseline and later.baseline["counts"]
        outcome["raised"] = [
            {
                "check": found.check,
                "status": found.status,
                "new": found.new,
                "worse": found.worse,
                "said": found.message,
            }
            for found in later.findings
            if found.status in ("warn", "fail")
        ]
        outcome["verdict"] = later.verdict
    return outcome


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--sets", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    for switch in ("--test", "--whole", "--untouched"):
        parser.add_argument(switch, action="store_true")
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    lines = (given.corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    fit = [
        entry
        for entry in map(json.loads, lines)
        if entry["rows"] >= FEWEST_ROWS and entry["rows"] * entry["columns"] <= MAX_CELLS
    ]
    chosen = [fit[place] for place in np.unique(np.linspace(0, len(fit) - 1, given.sets).astype(int))]
    outcomes = joblib.Parallel(n_jobs=given.jobs)(joblib.delayed(run)(given.corpus, entry, given) for entry in chosen)
    if given.output:
        given.output.write_text("".join(json.dumps(outcome) + "\n" for outcome in outcomes), encoding="utf-8")
    report(outcomes)


def report(outcomes: list[dict[str, Any]]) -> None:
    """Print the figures."""
    ways = list(outcomes[0]["untouched"])
    for way in ways:
        alarms = [outcome for outcome in outcomes if outcome["untouched"][way]]
        print(f"untouched, {way}: an alarm on {len(alarms)} of {len(outcomes)} data sets")
        for outcome in alarms:
            said = "; ".join(found["message"] for found in outcome["untouched"][way])
            print(f"  {outcome['name']} ({outcome['rows']} rows): {said}")
    print(f"\n| planted | data sets | {' | '.join(ways)} |\n|---|---|{'---|' * len(ways)}")
    for name in PLANTS:
        seen = [outcome["planted"][name] for outcome in outcomes if name in outcome["planted"]]
        print(f"| {name} | {len(seen)} | {' | '.join(str(sum(case[way]['found'] for case in seen)) for way in ways)} |")
    counts: collections.Counter[str] = collections.Counter()
    for outcome in outcomes:
        counts.update(outcome.get("counts", {}))
    print("findings of all checks on the untouched half:", dict(counts))
    for outcome in outcomes:
        for found in outcome.get("raised", []):
            if found["new"] or found["worse"]:
                word, place = "new" if found["new"] else "worse", f"{outcome['name']} ({outcome['rows']})"
                print(f"  {word} {place}: {found['check']} {found['status']} {found['said']}")


if __name__ == "__main__":
    main()
