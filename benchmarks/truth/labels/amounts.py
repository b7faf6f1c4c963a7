"""Plant wrong values into real targets that are numbers, and see whether prefit finds them and leaves the others alone.

    python -m benchmarks.truth.labels.amounts CORPUS LINES.jsonl [--kinds KIND ...] [--share 0.05] [--rows 1000]
        [--sets NAME ...] [--figures]

CORPUS is a folder with Parquet files and a ``manifest.jsonl`` of one JSON line per data set: ``name``, ``file``,
``target``, ``task``. Each case is a line of LINES; those that are there already are not made again. Nobody knows how
many values of real targets are wrong before any are planted: what is said of them as they are is the kind "none".
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from benchmarks.truth.labels.figures import markdown

import prefit

SETS = (
    "boston_housing", "concrete_strength", "california_housing", "auto_mpg", "medical_insurance_charges",
    "building_heating_load", "used_gm_price", "bikeshare_hourly", "stock_aerospace", "diamonds_price",
    "delaney_solubility", "abalone_rings",
)  # fmt: skip

CHECKS = ("label-errors", "label-noise")


def _swapped(values: np.ndarray, wrong: np.ndarray, _: np.random.Generator) -> np.ndarray:
    return values[np.roll(wrong, 1)]


def _outlying(values: np.ndarray, wrong: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return np.median(values) + random.choice([-1, 1], len(wrong)) * random.uniform(3, 10, len(wrong)) * np.ptp(values)


def _unit(power: int) -> Callable[[np.ndarray, np.ndarray, np.random.Generator], np.ndarray]:
    return lambda values, wrong, _: values[wrong] * 10.0**power


def _sentinel(values: np.ndarray, wrong: np.ndarray, _: np.random.Generator) -> np.ndarray:
    return np.full(len(wrong), -999.0 if np.abs(values).max() < 900 else -9_999_999.0)


KINDS: dict[str, Callable[[np.ndarray, np.ndarray, np.random.Generator], np.ndarray]] = {
    "swapped": _swapped,
    "outlying": _outlying,
    "x 10": _unit(1),
    "x 1000": _unit(3),
    "/ 100": _unit(-2),
    "code": _sentinel,
}


def case(corpus: Path, entry: dict[str, Any], kind: str, share: float, most_rows: int) -> dict[str, Any]:
    """Plant one kind into one data set, and hold what is said against the truth."""
    random = np.random.default_rng(zlib.crc32(f"{entry['name']} {kind}".encode()))
    table = pq.read_table(corpus / entry["file"])
    values = table[entry["target"]].cast(pa.float64()).to_numpy()
    rows = np.sort(np.random.default_rng(0).permutation(np.flatnonzero(np.isfinite(values)))[:most_rows])
    table, values = table.take(pa.array(rows)), values[rows].copy()
    changed = np.zeros(len(values), dtype=bool)
    if kind != "none":
        places = random.permutation(len(values))[: max(3, round(share * len(values)))]
        spoilt = KINDS[kind](values, places, random)
        changed[places] = spoilt != values[places]
        values[places] = spoilt
    table = table.set_column(table.column_names.index(entry["target"]), "label", pa.array(values))
    report = prefit.check(table, target="label", task="regression", only=CHECKS)
    line: dict[str, Any] = {"name": entry["name"], "kind": kind, "rows": len(values), "true": float(changed.mean())}
    if report.label_issues is None or report.label_noise is None:
        return line | {"failure": "; ".join(finding.message for finding in report.findings)}
    issues = report.label_issues.to_pandas()
    act = issues["row"].to_numpy()[issues["tier"].to_numpy() == "act"]
    rate = report.label_noise["rate"]
    return line | {
        "flagged": len(act), "hit": int(changed[act].sum()), "planted": int(changed.sum()), **rate,
        "warned": [finding.check for finding in report.findings if finding.status == "warn"],
    }  # fmt: skip


def figures(lines: list[dict[str, Any]]) -> str:
    """Tell, by kind, how many planted values were found, and how many of those named were planted."""
    rows = [("kind", "sets", "warned", "recall", "precision", "mean error of the rate", "interval holds it")]
    for kind in dict.fromkeys(line["kind"] for line in lines):
        chosen = [line for line in lines if line["kind"] == kind]
        planted, flagged, hit = (sum(line[key] for line in chosen) for key in ("planted", "flagged", "hit"))
        errors = [abs(line["mean"] - line["true"]) for line in chosen if line["high"] < 1]
        holds = [line["low"] <= line["true"] <= line["high"] for line in chosen]
        rows.append(
            (
                kind,
                str(len(chosen)),
                str(sum(bool(line["warned"]) for line in chosen)),
                f"{hit / planted:.3f}" if planted else "-",
                f"{hit / flagged:.3f}" if planted and flagged else "-",
                f"{np.mean(errors):.4f}" if errors else "-",
                f"{sum(holds)}/{len(holds)}" if planted else "-",
            )
        )
    return markdown(rows)


def main() -> None:
    """Make the cases that LINES lacks, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("lines", type=Path)
    parser.add_argument("--kinds", nargs="+", default=["none", *KINDS], choices=["none", *KINDS])
    parser.add_argument("--share", type=float, default=0.05)
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    parser.add_argument("--figures", action="store_true", help="make no case, print what is there")
    given = parser.parse_args()
    there = []
    if given.lines.exists():
        there = [json.loads(line) for line in given.lines.read_text(encoding="utf-8").splitlines()]
    done = {(line["name"], line["kind"]) for line in there}
    entries = map(json.loads, (given.corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines())
    chosen = [entry for entry in entries if entry["name"] in given.sets]
    for kind in () if given.figures else given.kinds:
        for entry in chosen:
            if (entry["name"], kind) not in done:
                there.append(case(given.corpus, entry, kind, given.share, given.rows))
                with given.lines.open("a", encoding="utf-8") as sink:
                    print(json.dumps(there[-1]), file=sink)
    print(figures([line for line in there if "failure" not in line]))
    for line in there:
        if "failure" in line:
            print(f"failed: {line['name']}, {line['kind']}: {line['failure']}")


if __name__ == "__main__":
    main()
