"""Does a suggested suite pass on the next batch of the same source, and fail on a spoilt one?

    python benchmarks/truth/suggest.py --corpus CORPUS [--part report|develop] [--jobs 2] [--output FILE.jsonl]

CORPUS is a folder with Parquet files and a ``manifest.jsonl`` of one JSON line per data set: ``name``, ``file``,
``target``. Of its data sets of at least 200 rows and at most 100 columns, ordered by the SHA-256 of their names, the
first third was looked at while the margins were set (``develop``); figures are reported on the others (``report``).

Each table (at most 40,000 rows) is cut into halves at random. A suite is suggested from one half, and judged by Great
Expectations on the other half, on a tenth of it, and on that other half with one defect planted. Where a column tells
the time, the later half is judged by a suite of the earlier one as well. A defect counts as found if an entry fails
that held without it.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

MAX_ROWS, MIN_ROWS, MAX_COLUMNS = 40_000, 200, 100
MAX_ENTRIES_EACH = 3
TIME = re.compile(r"(?i)^(date|datetime|timestamp|year)$")

Plant = Callable[[pa.Table, str, np.random.Generator], pa.Table]


def chosen(corpus: Path, part: str) -> list[dict[str, Any]]:
    """Return the data sets of a part, by the fixed rule."""
    entries = [json.loads(line) for line in (corpus / "manifest.jsonl").read_text().splitlines()]
    fit = [entry for entry in entries if entry["rows"] >= MIN_ROWS and entry["columns"] <= MAX_COLUMNS]
    fit.sort(key=lambda entry: hashlib.sha256(entry["name"].encode()).hexdigest())
    third = len(fit) // 3
    return fit[:third] if part == "develop" else fit[third:]


def with_column(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    """Return the table with other values in one column."""
    return table.set_column(table.column_names.index(name), name, values)


def numbers(table: pa.Table, name: str) -> np.ndarray[Any, Any]:
    """Return a column as floats, NaN where it is null."""
    return table.column(name).cast(pa.float64()).to_numpy()


def scaled(factor: float) -> Plant:
    """Return the defect of a wrong unit."""

    def plant(table: pa.Table, name: str, _: np.random.Generator) -> pa.Table:
        whole = pa.types.is_integer(table.column(name).type)
        values = pa.array(numbers(table, name) * factor, from_pandas=True)
        return with_column(table, name, values.cast(pa.int64(), safe=False) if whole else values)

    return plant


def nulls(table: pa.Table, name: str, random: np.random.Generator) -> pa.Table:
    """Blank a tenth of the rows."""
    hit = pa.array(random.random(table.num_rows) < 0.1)
    column = table.column(name)
    return with_column(table, name, pc.if_else(hit, pa.nulls(1, column.type)[0], column))


def as_text(table: pa.Table, name: str, _: np.random.Generator) -> pa.Table:
    """Store numbers as text."""
    return with_column(table, name, table.column(name).cast(pa.string()))


def new_category(table: pa.Table, name: str, random: np.random.Generator) -> pa.Table:
    """Give a twentieth of the rows a value that was never seen."""
    hit = pa.array(random.random(table.num_rows) < 0.05)
    return with_column(table, name, pc.if_else(hit, "never seen before", table.column(name).cast(pa.string())))


def default_value(table: pa.Table, name: str, random: np.random.Generator) -> pa.Table:
    """Give half of the rows the most frequent value."""
    column = table.column(name)
    most = max(pc.value_counts(column.drop_null()).to_pylist(), key=lambda entry: int(entry["counts"]))
    hit = pa.array(random.random(table.num_rows) < 0.5)
    return with_column(table, name, pc.if_else(hit, pa.scalar(most["values"], column.type), column))


def cut(table: pa.Table, name: str, _: np.random.Generator) -> pa.Table:
    """Cut texts to half of the median length."""
    lengths = pc.utf8_length(table.column(name))
    keep = max(1, int(pc.quantile(lengths, 0.5)[0].as_py() // 2))
    return with_column(table, name, pc.utf8_slice_codeunits(table.column(name), 0, keep))


def repeated(table: pa.Table, name: str, random: np.random.Generator) -> pa.Table:
    """Repeat a twentieth of the keys."""
    places = np.arange(table.num_rows)
    hit = random.random(table.num_rows) < 0.05
    places[hit] = random.integers(0, table.num_rows, hit.sum())
    return with_column(table, name, table.column(name).take(pa.array(places)))


def permuted(table: pa.Table, name: str, _: np.random.Generator) -> pa.Table:
    """Exchange the most and the least frequent class."""
    column = table.column(name)
    counts = sorted(pc.value_counts(column.drop_null()).to_pylist(), key=lambda entry: entry["counts"])
    rare, common = (pa.scalar(counts[place]["values"], column.type) for place in (0, -1))
    swapped = pc.if_else(pc.equal(column, common), rare, pc.if_else(pc.equal(column, rare), common, column))
    return with_column(table, name, swapped)


def plants(table: pa.Table, target: str, suite: dict[str, Any]) -> Iterator[tuple[str, str, Plant]]:
    """Yield what can be planted where: the defect, the column, and how; a few columns each."""
    rules = collections.defaultdict(set)
    for entry in suite["expectations"]:
        rules[entry["kwargs"].get("column")].add(entry["meta"]["prefit"]["rule"])
    told: collections.Counter[str] = collections.Counter()
    first = next(name for name in table.column_names if name != target)
    yield "column dropped", first, lambda table, name, _: table.drop_columns([name])
    yield (
        "column renamed",
        first,
        lambda table, name, _: table.rename_columns(
            ["renamed" if column == name else column for column in table.column_names]
        ),
    )
    for name in table.column_names:
        for defect, plant in spoilers(table.column(name), name == target, "unique" in rules[name]).items():
            told[defect] += 1
            if told[defect] <= MAX_ENTRIES_EACH:
                yield defect, name, plant


def spoilers(column: pa.ChunkedArray, is_target: bool, is_key: bool) -> dict[str, Plant]:
    """Return the defects that a column can have."""
    type_, n_distinct = column.type, len(pc.unique(column.drop_null()))
    number = (pa.types.is_integer(type_) or pa.types.is_floating(type_)) and n_distinct > 2
    text = pa.types.is_string(type_) and n_distinct > 1
    units: dict[str, Plant] = {
        "values x 10": scaled(10), "values x 100": scaled(100), "sign flipped": scaled(-1)
    }  # fmt: skip
    return {
        **({"nulls, 10 %": nulls} if column.null_count < 0.5 * len(column) else {}),
        **(units if number and not is_target and not is_key else {}),
        **({"numbers as text": as_text} if number else {}),
        **({"new category, 5 %": new_category} if text and n_distinct <= 50 else {}),
        **({"default value in half": default_value} if text and n_distinct <= 50 and not is_target else {}),
        **({"texts cut": cut} if text and n_distinct > 50 else {}),
        **({"keys repeated, 5 %": repeated} if is_key else {}),
        **({"classes exchanged": permuted} if is_target and 2 <= n_distinct <= 20 and uneven(column) else {}),
    }


def uneven(column: pa.ChunkedArray) -> bool:
    """Whether the most frequent class is at least twice as frequent as the rarest."""
    counts = pc.value_counts(column.drop_null()).field("counts").to_pylist()
    return max(counts) >= 2 * min(counts)


def failures(table: pa.Table, suite: dict[str, Any], folder: str, column: str | None = None) -> set[int]:
    """Return the entries that fail or cannot be judged; of one column and of the table, if it is given."""
    from prefit.suites import run_suite

    asked = [
        (place, entry)
        for place, entry in enumerate(suite["expectations"])
        if column is None or column in (entry["kwargs"].get("column"), None) or "column" not in entry["kwargs"]
    ]
    path = Path(folder, "suite.json")
    path.write_text(json.dumps({"name": "suite", "expectations": [entry for _, entry in asked]}))
    results = run_suite(table, path).results
    return {
        place
        for (place, _), result in zip(asked, results, strict=True)
        if result.error is not None or not result.success
    }


def judge(corpus: Path, entry: dict[str, Any], seed: int, spoil: bool) -> list[dict[str, Any]]:
    """Suggest, judge, spoil and judge again; a line for each table that was judged."""
    import prefit

    table = pq.read_table(corpus / entry["file"])
    random = np.random.default_rng([seed, *hashlib.sha256(entry["name"].encode()).digest()[:4]])
    table = table.take(random.permutation(table.num_rows)[:MAX_ROWS])
    half = table.num_rows // 2
    seen, other = table.slice(0, half), table.slice(half)
    suite = prefit.suggest(seen, target=entry["target"]).to_dict()
    lines: list[dict[str, Any]] = []

    def add(batch: str, suite: dict[str, Any], failed: set[int], **more: Any) -> None:
        rules = [suite["expectations"][place] for place in sorted(failed)]
        by_rule = collections.Counter(rule["meta"]["prefit"]["rule"] for rule in suite["expectations"])
        lines.append(
            {
                "name": entry["name"],
                "batch": batch,
                "rows": half,
                "entries": len(suite["expectations"]),
                "by_rule": by_rule,
                "failed": [[rule["meta"]["prefit"]["rule"], rule["kwargs"], rule["notes"]] for rule in rules],
                **more,
            }
        )

    with tempfile.TemporaryDirectory() as folder:
        held = failures(other, suite, folder)
        add("other half", suite, held)
        tenth = other.take(random.permutation(other.num_rows)[: max(1, half // 10)])
        add("a tenth", suite, failures(tenth, suite, folder))
        time = next((name for name in table.column_names if TIME.match(name)), None)
        if time is not None:
            order = pc.sort_indices(table, [(time, "ascending")])
            by_time = table.take(order)
            earlier = prefit.suggest(by_time.slice(0, half), target=entry["target"], time=time).to_dict()
            add("later half", earlier, failures(by_time.slice(half), earlier, folder))
        for defect, column, plant in plants(other, entry["target"], suite) if spoil else ():
            found = failures(plant(other, column, random), suite, folder, column) - held
            lines.append({"name": entry["name"], "batch": defect, "rows": half, "column": column, "found": len(found)})
    return lines


def report(lines: list[dict[str, Any]]) -> None:
    """Print the tables."""
    print("| batch | data sets | suites without a failure | entries | failed | share |\n|---|---|---|---|---|---|")
    for batch in ("other half", "a tenth", "later half"):
        of_batch = [line for line in lines if line["batch"] == batch]
        n_entries, n_failed = (
            sum(map(count, of_batch)) for count in (lambda x: x["entries"], lambda x: len(x["failed"]))
        )
        clean = sum(not line["failed"] for line in of_batch)
        print(
            f"| {batch} | {len(of_batch)} | {clean} | {n_entries} | {n_failed} | {n_failed / max(n_entries, 1):.2%} |"
        )
    print(
        "\n| rule | entries | failed on the other half | on a tenth of it | on the later half |\n|---|---|---|---|---|"
    )
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for line in lines:
        counts[line["batch"]].update(rule for rule, *_ in line.get("failed", ()))
        if line["batch"] == "other half":
            counts["entries"].update(line["by_rule"])
    for rule, n in counts["entries"].most_common():
        failed = " | ".join(str(counts[batch][rule]) for batch in ("other half", "a tenth", "later half"))
        print(f"| {rule} | {n} | {failed} |")
    print("\n| defect | planted | found | share | in halves of 500 rows and more |\n|---|---|---|---|---|")
    defects = dict.fromkeys(line["batch"] for line in lines if "found" in line)
    for defect in defects:
        planted = [line for line in lines if line["batch"] == defect]
        large = [line for line in planted if line["rows"] >= 500]
        n, n_large = (sum(line["found"] > 0 for line in some) for some in (planted, large))
        print(f"| {defect} | {len(planted)} | {n} | {n / len(planted):.1%} | {n_large / max(len(large), 1):.1%} |")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--part", choices=("report", "develop"), default="report")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-defects", action="store_true")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    entries = chosen(options.corpus, options.part)[: options.limit]
    run = joblib.Parallel(n_jobs=options.jobs, return_as="generator_unordered", batch_size=1)
    lines: list[dict[str, Any]] = []
    for made in run(
        joblib.delayed(judge)(options.corpus, entry, options.seed, not options.no_defects) for entry in entries
    ):
        lines += made
        if options.output:
            with options.output.open("a", encoding="utf-8") as file:
                file.writelines(f"{json.dumps(line, default=str)}\n" for line in made)
    report(lines)


if __name__ == "__main__":
    main()
