"""cleanlab on the cases: the issues that Datalab finds at default settings.

python -m benchmarks.truth.defects.peers.cleanlab CASES --output cleanlab.jsonl

Datalab gets encoded features (numbers imputed and standardized, categories one-hot, texts as 20 components of their
term frequencies) and out-of-fold probabilities of a logistic regression, or predictions of a ridge regression, by
five-fold cross-validation. Missing values are looked for in the raw features, for which it has an issue of its own.
Rows without a label are left out, since it does not take them. It fires where at least one row has the issue. It names
rows, not columns, and knows no test rows.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd
from benchmarks.truth.defects.peers.running import CaseFiles, Fired, Tool, run

__all__ = ["MAPPING", "complaints"]

MAPPING: dict[str, tuple[str, ...]] = {
    "class_imbalance": ("class-imbalance",),
    "data_valuation": (),
    "label": ("label-errors",),
    "near_duplicate": ("duplicate-rows",),
    "non_iid": ("order-leakage",),
    "null": ("empty-rows",),
    "outlier": ("outliers",),
    "underperforming_group": (),
}


def complaints(case: CaseFiles) -> list[Fired]:
    """Return the kinds of issue of which a row of the training table has one."""
    from cleanlab import Datalab

    os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"
    table = case.table()
    assert table is not None
    table = table[table[case.target].notna()].reset_index(drop=True)
    features, labels = table.drop(columns=case.target), table[case.target].to_numpy()
    numbers = _encoder(features).fit_transform(features)
    numbers = np.asarray(numbers.toarray() if hasattr(numbers, "toarray") else numbers, dtype=float)
    task = "regression" if case.is_regression else "classification"
    lab = Datalab({"label": labels}, label_name="label", task=task, verbosity=0)
    if len(set(labels)) > 1:
        lab.find_issues(pred_probs=_out_of_fold(numbers, labels, task), features=numbers)
    else:
        lab.find_issues(features=numbers)
    found = _kinds(lab) - {"null"}
    raw = Datalab({"label": labels}, label_name="label", task=task, verbosity=0)
    raw.find_issues(features=_raw_numbers(features), issue_types={"null": {}})
    return [Fired(kind) for kind in sorted(found | _kinds(raw))]


def _kinds(lab: Any) -> set[str]:
    summary = lab.get_issue_summary()
    return set(summary.loc[summary["num_issues"] > 0, "issue_type"])


def _encoder(features: pd.DataFrame) -> Any:
    """Return what makes numbers of every kind of column."""
    from sklearn.compose import ColumnTransformer
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

    numeric, categories, texts = [], [], []
    for name in features.columns:
        if features[name].dtype.kind in "iufbM":
            numeric.append(name)
        elif features[name].nunique() <= 50:
            categories.append(name)
        else:
            texts.append(name)
    parts: list[tuple[str, Any, Any]] = [
        (
            "numbers",
            make_pipeline(FunctionTransformer(_raw_numbers), SimpleImputer(keep_empty_features=True), StandardScaler()),
            numeric,
        ),
        (
            "categories",
            make_pipeline(FunctionTransformer(_as_texts), OneHotEncoder(handle_unknown="ignore")),
            categories,
        ),
    ]
    for name in texts:
        terms = TfidfVectorizer(token_pattern=r"(?u)\S+", max_features=2000)
        parts.append((name, make_pipeline(FunctionTransformer(_plain), terms, TruncatedSVD(20)), name))
    return ColumnTransformer(parts, sparse_threshold=0)


def _raw_numbers(features: pd.DataFrame) -> np.ndarray:
    """Write every column as numbers with NaN where a value is missing or infinite; categories as codes."""
    columns = []
    for name in features.columns:
        values = features[name]
        if values.dtype.kind == "M":
            numbers = values.astype("int64").where(values.notna()).astype(float).to_numpy()
        elif values.dtype.kind in "iufb":
            numbers = values.to_numpy(dtype=float)
        else:
            codes = pd.factorize(values)[0].astype(float)
            numbers = np.where(codes < 0, np.nan, codes)
        columns.append(np.where(np.isfinite(numbers), numbers, np.nan))
    return np.column_stack(columns)


def _as_texts(features: pd.DataFrame) -> pd.DataFrame:
    return features.astype(object).where(features.notna(), "missing").astype(str)


def _plain(texts: pd.Series) -> pd.Series:
    return texts.astype(object).where(texts.notna(), "missing").astype(str)


def _out_of_fold(numbers: np.ndarray, labels: np.ndarray, task: str) -> np.ndarray:
    """Predict each row by a model that has not seen it."""
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict

    if task == "regression":
        folds = KFold(5, shuffle=True, random_state=0)
        return cross_val_predict(Ridge(), numbers, labels.astype(float), cv=folds)
    smallest = pd.Series(labels).value_counts().min()
    shuffled = (StratifiedKFold if smallest >= 5 else KFold)(5, shuffle=True, random_state=0)
    model = LogisticRegression(max_iter=1000)
    return cross_val_predict(model, numbers, labels, cv=shuffled, method="predict_proba")


if __name__ == "__main__":
    run(Tool("cleanlab", "cleanlab", MAPPING, complaints))
