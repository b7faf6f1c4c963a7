"""Evidently on the cases: the tests that its presets make by themselves, at default settings.

python -m benchmarks.truth.defects.peers.evidently CASES --output evidently.jsonl

The training rows alone: ``DataSummaryPreset`` with ``include_tests=True``. Where there are test rows, also
``DataDriftPreset`` and the older ``DataStabilityTestPreset`` (the only one that compares types and categories), with
the training rows as reference. The test of out-of-range values is not counted: it fires wherever one number lies
beyond those of the training rows, thus on almost all clean pairs.
"""

from __future__ import annotations

import re

from benchmarks.truth.defects.peers.running import CaseFiles, Fired, Tool, run

__all__ = ["MAPPING", "complaints"]

MAPPING: dict[str, tuple[str, ...]] = {
    "AlmostConstantColumnsCount": ("quasi-constant-column",),
    "ColumnCount": (),
    "ConstantColumnsCount": ("constant-column", "single-class"),
    "DatasetMissingValueCount": (),  # says the same as MissingValueCount, without the column
    "DriftedColumnsCount": ("split-drift",),
    "DuplicatedColumnsCount": ("correlated-features",),
    "DuplicatedRowCount": ("duplicate-rows",),
    "EmptyColumnsCount": ("missing-values",),
    "EmptyRowsCount": ("empty-rows",),
    "MissingValueCount": ("missing-values",),
    "MissingValueCount (target)": ("missing-label",),
    "RowCount": (),
    "ValueDrift": ("split-drift",),
    "ValueDrift (target)": ("label-drift",),
    "Column Types": ("schema-mismatch",),
    "Mean Value Stability": ("split-drift",),
    "Mean Value Stability (target)": ("label-drift",),
    "Number of Columns": ("schema-mismatch",),
    "Number of Rows": (),
    "Share of Out-of-List Values": ("unseen-categories",),
    "Share of Out-of-List Values (target)": ("unseen-class",),
    "Share of Out-of-Range Values": (),
    "The Share of Missing Values in a Column": (),
}


def complaints(case: CaseFiles) -> list[Fired]:
    """Return the tests that fail on the training rows, and between them and the test rows."""
    from evidently import Dataset, Report
    from evidently.presets import DataDriftPreset, DataSummaryPreset

    train, test = case.table("train"), case.table("test")
    rows = Dataset.from_pandas(train)
    snapshots = [Report([DataSummaryPreset()], include_tests=True).run(rows, None)]
    fired = []
    if test is not None:
        fired = _stability(train, test, case.target)
        shared = [name for name in train.columns if name in test.columns and train[name].dtype.kind != "M"]
        drift = Report([DataDriftPreset(columns=shared)], include_tests=True)
        snapshots.append(drift.run(Dataset.from_pandas(test), rows))
    for snapshot in snapshots:
        for result in snapshot.tests_results:
            if result.status.value == "FAIL":
                facts = result.metric_config.params
                fired.append(_named(facts["type"].rsplit(":", 1)[-1], facts.get("column"), case.target))
    return fired


def _stability(train: object, test: object, target: str) -> list[Fired]:
    from evidently.legacy.test_preset import DataStabilityTestPreset
    from evidently.legacy.test_suite import TestSuite

    suite = TestSuite([DataStabilityTestPreset()])
    fired: list[Fired] = []
    try:
        suite.run(reference_data=train, current_data=test)
        results = suite.as_dict()["tests"]
    except ValueError:  # the older preset does not take every type of column; what the newer ones say stays
        return fired
    for result in results:
        if result["status"] == "FAIL":
            column = re.search(r"column \*\*(.+?)\*\*", result["description"])
            fired.append(_named(result["name"], column and column[1], target))
    return fired


def _named(check: str, column: str | None, target: str) -> Fired:
    of_target = f"{check} (target)"
    return Fired(of_target if column == target and of_target in MAPPING else check, () if column is None else (column,))


if __name__ == "__main__":
    run(Tool("Evidently", "evidently", MAPPING, complaints))
