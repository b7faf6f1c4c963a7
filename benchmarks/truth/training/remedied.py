"""Does the first remedy of a warning hold? The changed plan is trained for real, as the planned one was.

    python -m benchmarks.truth.training.remedied CORPUS [--cases 200] [--sets 40] [--first 1000]

Cases are drawn as those that the risks are fitted on, with other numbers. Of every case with a risk of 0.5 or more of
an explosion, a flat loss or a vanishing gradient, the plan is trained as it is and with the first remedy. Printed are
how often there was a remedy, and how often the event happened before and after.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.truth.training.collect import cases, data_sets, rows_of, truth
from benchmarks.truth.training.plans import Case

from prefit.evidence.training import RiskCause, RiskName
from prefit.plan_values import training_plan
from prefit.probes.training import probe_plan
from prefit.probes.training.causes import Trials, causes

PROBE_SECONDS, TRIAL_SECONDS, MOST_TRIALS = 1.8, 0.29, 7
"""As for the default budget."""

JUDGED: tuple[RiskName, ...] = ("exploding_gradient", "vanishing_gradient", "flat_loss")


def foreseen(case: Case) -> RiskCause | None:
    """Return the cause of the highest risk that prefit would warn of."""
    rows = case.rows
    probe = probe_plan(rows.inputs, rows.targets, case.plan, n_classes=rows.n_classes, seconds=PROBE_SECONDS)
    if max(asdict(probe.risks)[name] for name in JUDGED) < 0.5:
        return None
    owners = tuple(f"x{place}" for place in range(rows.inputs.shape[1]))
    found = causes(Trials(rows, owners, probe, 0, TRIAL_SECONDS, MOST_TRIALS))
    return next(cause for cause in found if cause.risk in JUDGED)


def main() -> None:
    """Count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--sets", type=int, default=40)
    parser.add_argument("--first", type=int, default=1000)
    options = parser.parse_args()
    entries = data_sets(options.corpus, options.sets)
    loaded = [rows_of(options.corpus, entry) for entry in entries]
    counts: Counter[str] = Counter()
    for index in range(options.cases):
        entry = entries[index % len(entries)]
        number = options.first + index // len(entries)
        case = next(cases(loaded[index % len(entries)], entry["name"], number))
        cause = foreseen(case)
        if cause is None:
            continue
        counts[f"{cause.risk}: warned"] += 1
        counts[f"{cause.risk}: happened as planned"] += truth(case, seed=number)[0][cause.risk]
        if cause.remedies:
            plan = training_plan(asdict(case.plan) | dict(cause.remedies[0].change))
            after = truth(replace(case, plan=plan), seed=number)[0]
            counts[f"{cause.risk}: with a remedy"] += 1
            counts[f"{cause.risk}: happened with the remedy"] += after[cause.risk]
            counts[f"{cause.risk}: another event with the remedy"] += any(after[name] for name in JUDGED)
        print(index + 1, dict(sorted(counts.items())), flush=True)


if __name__ == "__main__":
    main()
