"""How does prefit judge many real data sets, and does it get through all of them?

    python benchmarks/corpus.py CORPUS [--level quick] [--budget 30s] [--jobs 2] [--only NAME ...] [--output FILE.jsonl]

CORPUS is a folder with Parquet files and a ``manifest.jsonl`` of one JSON line per data set: ``name``, ``file``,
``target``, ``task``. Prints a line per data set and the counts of verdicts, crashes and firing checks.
"""

from __future__ import annotations

import argparse
import collections
import json
import time
from pathlib import Path
from typing import Any

import joblib


def judge(corpus: Path, entry: dict[str, Any], level: str, budget: str, auto: bool) -> dict[str, Any]:
    """Check one data set and say what came of it, a crash included."""
    import prefit

    started, cpu = time.perf_counter(), time.process_time()
    outcome: dict[str, Any] = {"name": entry["name"], "task": entry["task"]}
    try:
        report = prefit.check(
            corpus / entry["file"],
            target=entry["target"],
            task="auto" if auto else entry["task"],
            level=level,
            budget=budget,
        )
    except Exception as error:  # noqa: BLE001 - the benchmark counts crashes
        outcome |= {"verdict": "CRASH", "reason": f"{type(error).__name__}: {error}"}
    else:
        outcome |= {
            "verdict": report.verdict,
            "reason": report.reason,
            "judged_as": report.dataset["task"],
            "findings": [
                {"check": found.check, "status": found.status, "columns": found.columns, "message": found.message}
                for found in report.findings
                if found.status != "pass"
            ],
            "forecast": report.forecast and {
                family: made["held_out"] | made["risks"] for family, made in report.forecast["families"].items()
            },
            "timings": report.timings,
        }  # fmt: skip
    return outcome | {"wall": time.perf_counter() - started, "cpu": time.process_time() - cpu}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--level", default="quick")
    parser.add_argument("--budget", default="30s")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--auto", action="store_true", help="let prefit infer the task")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    entries = [json.loads(line) for line in (options.corpus / "manifest.jsonl").read_text().splitlines()]
    chosen = [entry for entry in entries if not options.only or entry["name"] in options.only]
    run = joblib.Parallel(n_jobs=options.jobs, return_as="generator", batch_size=1)
    outcomes = []
    for outcome in run(
        joblib.delayed(judge)(options.corpus, entry, options.level, options.budget, options.auto) for entry in chosen
    ):
        outcomes.append(outcome)
        fired = " ".join(f"{found['status']}:{found['check']}" for found in outcome.get("findings", ()))
        print(
            f"{outcome['name']:<32}{outcome['verdict']:<12}{outcome['cpu']:6.1f} s CPU  {fired or outcome['reason']}"[
                :260
            ]
        )
        if options.output:
            with options.output.open("a") as sink:
                print(json.dumps(outcome, default=str), file=sink)
    print(collections.Counter(outcome["verdict"] for outcome in outcomes))
    fired_checks = collections.Counter(
        f"{found['status']}:{found['check']}" for outcome in outcomes for found in outcome.get("findings", ())
    )
    for name, times in fired_checks.most_common():
        print(f"{times:5}  {name}")
    wrong = [outcome["name"] for outcome in outcomes if outcome.get("judged_as", outcome["task"]) != outcome["task"]]
    print(f"task inferred otherwise than the manifest says: {len(wrong)} {wrong}")


if __name__ == "__main__":
    main()
