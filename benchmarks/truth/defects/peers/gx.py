"""Great Expectations on the cases: a suite written from clean rows, then the planted tables against it.

python -m benchmarks.truth.defects.peers.gx CASES --output gx.jsonl

Great Expectations judges nothing by itself. The suite here is what a careful user would commit after a look at clean
data: one random half of the rows of the untouched base gives types, ranges (half of the range as margin on each side),
sets of categories, shares of missing values (5 points of margin), means (half a standard deviation) and the class
shares (KL divergence below 0.1); for test rows the training rows give the same.
Columns that the planting adds are unknown to it, thus have the rules that need no
clean rows: two distinct values, at most half missing, no padded texts, no placeholders for "missing".
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd
from benchmarks.truth.defects.clean import clean_table
from benchmarks.truth.defects.peers.running import CaseFiles, Fired, Tool, run

__all__ = ["MAPPING", "complaints"]

MAPPING: dict[str, tuple[str, ...]] = {
    "columns_to_match_set": (),  # a column was added by planting: that is the benchmark's doing
    "columns_to_match_set (test)": ("schema-mismatch",),
    "compound_columns_to_be_unique": ("duplicate-rows",),
    "kl_divergence (target)": ("class-imbalance",),
    "kl_divergence (target) (test)": ("label-drift",),
    "mean (target)": ("skewed-target",),
    "mean (target) (test)": ("label-drift",),
    "mean": (),
    "mean (test)": ("split-drift",),
    "in_set": ("inconsistent-categories",),
    "in_set (test)": ("unseen-categories",),
    "in_set (target)": ("rare-class",),
    "in_set (target) (test)": ("unseen-class",),
    "in_type_list": (),  # no planted column of mixed types is known to the suite
    "in_type_list (test)": ("schema-mismatch",),
    "in_type_list (target)": (),
    "in_type_list (target) (test)": ("schema-mismatch",),
    "not_match_regex padded": ("inconsistent-categories",),
    "not_match_regex placeholder": ("disguised-missing",),
    "not_be_null": ("missing-values",),
    "not_be_null (target)": ("missing-label",),
    "not_be_null (test)": (),
    "not_be_null (target) (test)": (),
    "range": ("infinite-values", "outliers"),
    "range (test)": ("split-drift",),
    "range (target)": ("skewed-target",),
    "range (target) (test)": ("label-drift",),
    "row_count": ("too-few-rows",),
    "unique_value_count": ("constant-column",),
    "unique_value_count (target)": ("single-class",),
}
_NUMBERS = ["int64", "int32", "float64", "float32"]
_TEXTS = ["str"]
_PADDED = r"^\s|\s$"
_PLACEHOLDER = r"^(?i:\?|-|n/?a|nan|null|none|unknown|missing)$"


def complaints(case: CaseFiles) -> list[Fired]:
    """Return the expectations that the training rows do not meet, and those that the test rows do not meet."""
    base = _untouched(case)
    half = base.iloc[np.random.default_rng(0).permutation(len(base))[: len(base) // 2]]
    suite = {"": _known(half, case, 2 * len(half)), " (test)": []}
    if case.table("test") is not None:
        suite[" (test)"] = _known(case.table("train"), case, 0)
    fired = []
    for part, suffix in (("train", ""), ("test", " (test)")):
        table = case.table(part)
        if table is not None:
            rules = suite[suffix] if suffix else suite[suffix] + _generic(table, set(half.columns))
            fired += _unmet(rules, table, case.target, suffix)
    return fired


def _untouched(case: CaseFiles) -> pd.DataFrame:
    """Return the table that the defect was planted into: drawn again, or the file of the real data set."""
    if case.is_of_real_data:
        return pd.read_parquet(case.folder / f"{case.facts['base']}.parquet")
    shape, task, n_rows, seed = case.facts["base"].removeprefix("clean-").split("-")
    return clean_table(shape, task, int(n_rows), int(seed)).table


def _known(clean: pd.DataFrame, case: CaseFiles, n_rows: int) -> list[tuple[str, Any]]:
    """Write the rules that clean rows suggest."""
    from great_expectations import expectations as gxe

    columns = list(dict.fromkeys([*clean.columns, *case.facts["options"].values()]))
    rules: list[tuple[str, Any]] = [
        ("columns_to_match_set", gxe.ExpectTableColumnsToMatchSet(column_set=columns, exact_match=True))
    ]
    if n_rows:
        bounds = gxe.ExpectTableRowCountToBeBetween(min_value=n_rows // 2)
        repeats = gxe.ExpectCompoundColumnsToBeUnique(column_list=list(clean.columns))
        rules += [("row_count", bounds), ("compound_columns_to_be_unique", repeats)]
    for name in clean.columns:
        values = clean[name].dropna()
        present = max(0.0, float(clean[name].notna().mean()) - 0.05) if len(values) < len(clean) else 1.0
        rules.append(("not_be_null", gxe.ExpectColumnValuesToNotBeNull(column=name, mostly=present)))
        if n_rows:
            rules.append(("unique_value_count", gxe.ExpectColumnUniqueValueCountToBeBetween(column=name, min_value=2)))
        if values.dtype.kind in "iuf":
            low, high, margin = float(values.min()), float(values.max()), float(np.ptp(values)) / 2
            mean, slack = float(values.mean()), float(values.std()) / 2
            rules += [
                ("in_type_list", gxe.ExpectColumnValuesToBeInTypeList(column=name, type_list=_NUMBERS)),
                (
                    "range",
                    gxe.ExpectColumnValuesToBeBetween(column=name, min_value=low - margin, max_value=high + margin),
                ),
                ("mean", gxe.ExpectColumnMeanToBeBetween(column=name, min_value=mean - slack, max_value=mean + slack)),
            ]
        elif values.dtype.kind not in "bM":
            rules.append(("in_type_list", gxe.ExpectColumnValuesToBeInTypeList(column=name, type_list=_TEXTS)))
            shares = values.value_counts(normalize=True)
            if len(shares) <= 50:
                rules.append(("in_set", gxe.ExpectColumnValuesToBeInSet(column=name, value_set=list(shares.index))))
            if name == case.target:
                partition = {"values": list(shares.index), "weights": [float(share) for share in shares]}
                rules.append(
                    (
                        "kl_divergence",
                        gxe.ExpectColumnKLDivergenceToBeLessThan(
                            column=name, partition_object=partition, threshold=0.1
                        ),
                    )
                )
    return rules


def _generic(table: pd.DataFrame, known: set[str]) -> list[tuple[str, Any]]:
    """Write the rules that need no clean rows, for columns that the suite has never seen; hygiene for all texts."""
    from great_expectations import expectations as gxe

    rules: list[tuple[str, Any]] = []
    for name in table.columns:
        if name not in known:
            rules += [
                ("not_be_null", gxe.ExpectColumnValuesToNotBeNull(column=name, mostly=0.5)),
                ("unique_value_count", gxe.ExpectColumnUniqueValueCountToBeBetween(column=name, min_value=2)),
            ]
        if pd.api.types.infer_dtype(table[name], skipna=True) == "string":
            for rule, regex in (("padded", _PADDED), ("placeholder", _PLACEHOLDER)):
                rules.append(
                    (f"not_match_regex {rule}", gxe.ExpectColumnValuesToNotMatchRegex(column=name, regex=regex))
                )
    return rules


def _unmet(rules: list[tuple[str, Any]], table: pd.DataFrame, target: str, suffix: str) -> list[Fired]:
    """Validate a table; an expectation that cannot be evaluated (a column is not there) is no complaint."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("tables").add_dataframe_asset("rows")
    texts = list(table.select_dtypes(exclude=["number", "bool", "datetime"]).columns)
    rows = table.astype(dict.fromkeys(texts, object))  # the types of values are looked at in columns of objects only
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": rows})
    names = {}
    for i, (name, rule) in enumerate(rules):
        rule.meta = {"place": i}
        names[i] = name
    outcome = batch.validate(gx.ExpectationSuite(name="clean", expectations=[rule for _, rule in rules]))
    fired = []
    for result in outcome.results:
        if not result.success and not _stopped(result.exception_info):
            config = result.expectation_config
            column = config.kwargs.get("column")
            name = names[config.meta["place"]]
            of_target = f"{name} (target)" if column == target and f"{name} (target)" in MAPPING else name
            check = f"{of_target}{suffix}" if f"{of_target}{suffix}" in MAPPING else of_target
            fired.append(Fired(check, () if column is None else (column,)))
    return fired


def _stopped(info: dict[str, Any]) -> bool:
    """Return whether an expectation could not be evaluated; one or more exceptions are told in different shapes."""
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(one.get("raised_exception") for one in info.values())


if __name__ == "__main__":
    run(Tool("Great Expectations", "great_expectations", MAPPING, complaints))
