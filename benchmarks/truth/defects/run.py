"""How many planted defects does prefit find, and what does it say about clean tables?

    python -m benchmarks.truth.defects.run [--seeds 5] [--clean 105] [--jobs 2] [--corpus DIR] [--output FILE.jsonl]
    python -m benchmarks.truth.defects.run --seeds 0 --level standard --budget 10s
    python -m benchmarks.truth.defects.run --smoke

Prints Markdown: recall of every check at three strengths, and the warnings and failures on clean tables, at level
quick unless another is asked for. With ``--corpus`` the same defects are planted into real data sets; a defect counts
as found there only when the check says something that it did not say about the untouched data set.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import joblib
from benchmarks.truth.defects.case import STRENGTHS, Case
from benchmarks.truth.defects.cases import clean_cases, plant, planted_cases, real_bases, untouched_case
from benchmarks.truth.defects.plants import DEFECTS

__all__ = ["Outcome", "judge", "main"]

_SMOKE_DEFECTS = (
    "too-few-rows", "class-imbalance", "missing-values", "constant-column", "duplicate-rows", "disguised-missing",
    "infinite-values", "numeric-as-text", "target-leakage", "label-drift", "split-drift", "schema-mismatch",
)  # fmt: skip
_FORECASTS = {
    "underfitting-risk", "overfitting-risk", "constant-prediction-risk", "more-data-helps", "target-out-of-reach",
    "unstable-score",
}  # fmt: skip
"""They tell how a training will end; what they say of a clean table that is small may well be true."""
_REAL_BASES = ("adult_train", "ames_price", "abalone_rings", "wdbc", "pima_diabetes", "wine_cultivar")


@dataclass(frozen=True)
class Outcome:
    """What prefit said about a case; the case itself without its tables.

    Parameters
    ----------
    name, defect, strength, base, expected, columns : as in `Case`
    findings : tuple of (check, status, columns, message)
        Warnings and failures.
    unjudged : tuple of str
        Checks that could not judge, with the reason: their silence says nothing.
    error : str
        The exception, where one was raised.
    """

    name: str
    defect: str
    strength: str
    base: str
    expected: tuple[str, ...]
    columns: tuple[str, ...]
    findings: tuple[tuple[str, str, tuple[str, ...], str], ...]
    unjudged: tuple[str, ...] = ()
    error: str = ""

    def found(self) -> bool:
        """Whether any of the right checks speaks, about the planted columns where it names columns at all."""
        return any(
            check in self.expected and (not columns or not self.columns or bool(set(columns) & set(self.columns)))
            for check, _, columns, _ in self.findings
        )


def judge(case: Case, level: str = "quick", budget: str = "60s") -> Outcome:
    """Check one case; a crash is an outcome too."""
    import prefit

    planted, error, findings, unjudged = case.planted, "", (), ()
    with tempfile.TemporaryDirectory() as folder:
        data: Any = planted.table
        if planted.csv is not None:
            data = Path(folder, "data.csv")
            data.write_text(planted.csv, encoding="utf-8")
        try:
            report = prefit.check(
                data,
                target=case.target,
                task=case.task,
                test=planted.test,
                level=level,
                budget=budget,
                **planted.options,
            )
        except Exception as raised:  # noqa: BLE001 - the benchmark counts crashes
            error = f"{type(raised).__name__}: {raised}"
        else:
            findings = tuple(
                (found.check, found.status, tuple(found.columns), found.message)
                for found in report.findings
                if found.status in ("warn", "fail")
            )
            unjudged = tuple(
                f"{found.check}: {found.message}" for found in report.findings if found.status in ("skip", "error")
            )
    return Outcome(
        case.name, case.defect, case.strength, case.base, case.expected, case.columns, findings, unjudged, error
    )  # fmt: skip


def _real_cases(corpus: Path, names: Sequence[str], defects: Sequence[str]) -> Iterator[Case]:
    """Yield the untouched bases and every defect in each of them, at the two stronger strengths."""
    for seed, base in enumerate(real_bases(corpus, tuple(names))):
        yield untouched_case(base)
        for defect in defects or DEFECTS:
            for strength in STRENGTHS[1:]:
                case = plant(base, defect, strength, seed)
                if case is not None:
                    yield case


def _without_known(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Take what was said of the untouched base in the same words off the findings.

    Cases whose base has the defect already, so that planting changed nothing of what is said, are left out.
    """
    said = {outcome.base: set(outcome.findings) for outcome in outcomes if not outcome.defect}
    planted = [outcome for outcome in outcomes if outcome.defect]
    fresh = [
        replace(outcome, findings=tuple(found for found in outcome.findings if found not in said.get(outcome.base, ())))
        for outcome in planted
    ]
    return [new for old, new in zip(planted, fresh, strict=True) if new.found() or not old.found()]


def recall_table(outcomes: Iterable[Outcome]) -> str:
    """Return the recall of every defect at every strength as a Markdown table."""
    tried: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for outcome in outcomes:
        tried[outcome.defect, outcome.strength].append(outcome.found())
    strengths = [strength for strength in STRENGTHS if any(key[1] == strength for key in tried)]

    def shown(defect: str, strength: str) -> str:
        found = tried.get((defect, strength), [])
        return f"{sum(found)}/{len(found)}" if found else "-"

    lines = [f"| check | {' | '.join(strengths)} |", f"|---|{'---|' * len(strengths)}"]
    lines += [
        f"| `{defect}` | {' | '.join(shown(defect, strength) for strength in strengths)} |"
        for defect in DEFECTS
        if any(key[0] == defect for key in tried)
    ]
    totals = {s: [hit for (_, of), hits in tried.items() if of == s for hit in hits] for s in strengths}
    lines.append(f"| **all** | {' | '.join(f'{sum(hits)}/{len(hits)}' for hits in totals.values())} |")
    return "\n".join(lines)


def _run(
    cases: Iterable[Case], jobs: int, sink: Path | None, level: str = "quick", budget: str = "60s"
) -> list[Outcome]:
    outcomes = []
    for outcome in joblib.Parallel(n_jobs=jobs, return_as="generator", batch_size=1, pre_dispatch="2*n_jobs")(
        joblib.delayed(judge)(case, level, budget) for case in cases
    ):
        outcomes.append(outcome)
        if sink is not None:
            with sink.open("a", encoding="utf-8") as lines:
                print(json.dumps(vars(outcome)), file=lines)
        if outcome.error or (outcome.defect and not outcome.found() and outcome.strength != STRENGTHS[0]):
            said = outcome.error or " ".join(sorted({found[0] for found in outcome.findings}))
            print(f"missed: {outcome.name}: {said}", file=sys.stderr, flush=True)
        if not outcome.defect:
            for reason in outcome.unjudged:
                print(f"{outcome.name}: not judged: {reason}", file=sys.stderr, flush=True)
            for check, status, columns, message in outcome.findings:
                print(f"{outcome.name}: {status} {check} {list(columns)[:4]} {message}", file=sys.stderr, flush=True)
    return outcomes


def main() -> int:
    """Run the benchmark; the exit code is 1 when a smoke run is not perfect."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="synthetic tables for each defect")
    parser.add_argument("--clean", type=int, default=105, help="clean tables")
    parser.add_argument("--level", default="quick")
    parser.add_argument("--budget", default="60s", help="time of the probes of one table")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=(), help="defects")
    parser.add_argument("--corpus", type=Path, help="plant into real data sets instead")
    parser.add_argument("--bases", nargs="*", default=_REAL_BASES, help="names of real data sets")
    parser.add_argument("--smoke", action="store_true", help="a few strong plants and clean tables, for CI")
    parser.add_argument("--output", type=Path, help="append every outcome as a JSON line")
    options = parser.parse_args()
    how = (options.jobs, options.output, options.level, options.budget)
    if options.corpus:
        print(recall_table(_without_known(_run(_real_cases(options.corpus, options.bases, options.only), *how))))
        return 0
    if options.smoke:
        return _smoke()
    if options.seeds:
        print(recall_table(_run(planted_cases(options.seeds, tuple(options.only)), *how)))
    if options.clean:
        tables = clean_cases(options.clean, awkward=options.clean // 2, largest=True)
        print(_silence(_run(tables, *how)))
    return 0


def _smoke() -> int:
    strong = (case for case in planted_cases(1, _SMOKE_DEFECTS) if case.strength == STRENGTHS[-1])
    planted, clean = _run(strong, 1, None), _run(clean_cases(6), 1, None)
    print(recall_table(planted))
    print(_silence(clean))
    silent = not any(outcome.findings or outcome.error for outcome in clean)
    return 0 if silent and all(outcome.found() for outcome in planted) else 1


def _silence(clean: Sequence[Outcome]) -> str:
    """Say how many clean tables have an alarm, which checks raised it, and what the forecasts said apart from that."""
    raised = [{check for check, *_ in outcome.findings} for outcome in clean]
    alarms = sum(bool(checks - _FORECASTS or outcome.error) for checks, outcome in zip(raised, clean, strict=True))
    lines = [f"\nClean tables: {len(clean)}; with a warning or a failure: {alarms}."]
    lines.append(f"With a check that could not judge: {sum(bool(outcome.unjudged) for outcome in clean)}.")
    counts = Counter(check for checks in raised for check in checks)
    for title, named in (("Alarms", counts.keys() - _FORECASTS), ("Forecasts", counts.keys() & _FORECASTS)):
        if named:
            lines.append(f"{title}: {', '.join(f'`{check}` {counts[check]}' for check in sorted(named))}.")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
