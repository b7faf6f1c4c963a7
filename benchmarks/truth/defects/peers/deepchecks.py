"""Deepchecks on the cases: its suites for data, with the conditions that they have by default.

python -m benchmarks.truth.defects.peers.deepchecks CASES --output deepchecks.jsonl

``data_integrity()`` for the training rows, with the checks that the suite leaves out (``PercentOfNulls``,
``ClassImbalance``) or has without a condition (``OutlierSampleDetection``) under their documented default conditions;
``train_test_validation()`` where there are test rows. A failed condition and a warning both count. The columns are told
in free text only, so that a complaint about another column counts as well.
"""

from __future__ import annotations

from typing import Any

from benchmarks.truth.defects.peers.running import CaseFiles, Fired, Tool, run

__all__ = ["MAPPING", "complaints"]

MAPPING: dict[str, tuple[str, ...]] = {
    "Class Imbalance": ("class-imbalance",),
    "Conflicting Labels": ("conflicting-labels",),
    "Data Duplicates": ("duplicate-rows",),
    "Dataset Validation Error": ("schema-mismatch",),  # refuses to compare tables whose columns differ
    "Datasets Size Comparison": (),
    "Date Train Test Leakage Duplicates": (),
    "Date Train Test Leakage Overlap": (),
    "Feature Drift": ("split-drift",),
    "Feature Label Correlation": ("target-leakage",),
    "Feature Label Correlation Change": ("target-leakage",),
    "Feature Feature Correlation": ("correlated-features",),
    "Identifier Label Correlation": ("target-leakage",),
    "Index Train Test Leakage": ("split-overlap",),
    "Is Single Value": ("constant-column",),
    "Label Drift": ("label-drift",),
    "Mixed Data Types": ("mixed-types", "disguised-missing"),
    "Mixed Nulls": ("disguised-missing",),
    "Multivariate Drift": ("split-drift",),
    "New Category Train Test": ("unseen-categories",),
    "New Label Train Test": ("unseen-class",),
    "Outlier Sample Detection": ("outliers",),
    "Percent Of Nulls": ("missing-values",),
    "Special Characters": ("disguised-missing",),
    "String Length Out Of Bounds": (),
    "String Mismatch": ("inconsistent-categories",),
    "String Mismatch Comparison": ("inconsistent-categories",),
    "Train Test Samples Mix": ("split-overlap",),
}


def complaints(case: CaseFiles) -> list[Fired]:
    """Return the conditions that the suites say are not met."""
    from deepchecks.core.errors import DatasetValidationError
    from deepchecks.tabular.checks import ClassImbalance, OutlierSampleDetection, PercentOfNulls
    from deepchecks.tabular.suites import data_integrity, train_test_validation

    suite = data_integrity()
    suite.add(PercentOfNulls().add_condition_percent_of_nulls_not_greater_than())
    suite.add(OutlierSampleDetection().add_condition_outlier_ratio_less_or_equal())
    if not case.is_regression:
        suite.add(ClassImbalance().add_condition_class_ratio_less_than())
    train, test = _dataset(case, "train"), _dataset(case, "test")
    results, refused = suite.run(train).results, []
    if test is not None:
        try:
            results += train_test_validation().run(train, test).results
        except DatasetValidationError:
            refused = [Fired("Dataset Validation Error")]
    unmet = [
        Fired(result.check.name())
        for result in results
        if any(not condition.is_pass() for condition in getattr(result, "conditions_results", ()))
    ]
    return unmet + refused


def _dataset(case: CaseFiles, part: str) -> Any:
    """Return a part of a case as the tool's own table; None where there is no such part."""
    from deepchecks.tabular import Dataset

    table = case.table(part)
    if table is None:
        return None
    return Dataset(
        table,
        label=case.target,
        datetime_name=case.facts["options"].get("time"),
        label_type="regression" if case.is_regression else None,
    )


if __name__ == "__main__":
    run(Tool("Deepchecks", "deepchecks", MAPPING, complaints))
