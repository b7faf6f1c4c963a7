"""Tests of what is the same of a row in whatever batch it comes: its features, its fold, and what models say of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from prefit.probes.frame import feature_frame
from prefit.probes.labels.every_row import Folds, Lookalike
from prefit.probes.labels.steady import steadily
from prefit.task import Task

N_FOLDS = 5
TASK = Task(
    target="y",
    kind="classification",
    features=("number", "word", "day", "vector"),
    kinds={"number": "numeric", "word": "text", "day": "datetime", "vector": "embedding", "y": "categorical"},
    group="site",
)


def drawn(n_rows: int) -> pa.Table:
    """Return rows of all kinds of features: dates as texts of several finenesses, vectors of several lengths."""
    rng = np.random.default_rng(0)
    places = rng.integers(0, 9, n_rows)
    days = ["2020-01-01", "2021-02-03 10:00", "2022-03-04 05:06:07.123456789", None]
    return pa.table(
        {
            "number": pa.array([None if place == 3 else float(place) for place in places]),
            "word": [f" word {place} " for place in places],
            "day": [days[place % 4] for place in places],
            "vector": [[0.5] * int(place % 3 + 1) for place in places],
            "site": pa.array([None if place % 5 == 0 else f"site {place}" for place in range(n_rows)]),
        }
    )


def folds_of(sample: pa.Table, fold: list[int]) -> tuple[Folds, Lookalike]:
    """Remember a sample whose rows lie in these folds."""
    frame = feature_frame(sample, TASK.features, TASK)
    return Folds.of(sample, frame, TASK, np.array(fold), N_FOLDS), Lookalike(TASK, frame.numeric_owners)


def put(table: pa.Table, **columns: Any) -> pa.Table:
    """Replace columns."""
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(values))
    return table


def test_row_has_one_fold_in_whatever_batch_it_comes() -> None:
    """Alone or among others, with its missing values, its dates and its vectors."""
    sample, table = drawn(20), drawn(200)
    folds, lookalike = folds_of(sample, list(np.arange(20) % N_FOLDS))
    together = folds.fold(table, lookalike.frame(table), TASK)
    rows = [table.slice(row, 1) for row in range(200)]
    assert [int(folds.fold(row, lookalike.frame(row), TASK)[0]) for row in rows] == together.tolist()
    assert len(set(together[20:])) == N_FOLDS


def test_models_that_score_a_row_have_not_seen_its_group() -> None:
    """Whatever its features are, those of a row of another group too."""
    sample = put(drawn(6), site=list("abcdef"))
    folds, lookalike = folds_of(sample, [0, 1, 2, 3, 4, 0])
    others = put(sample, site=list("fedcba"))
    assert folds.fold(others, lookalike.frame(others), TASK).tolist() == [0, 4, 3, 2, 1, 0]


def test_models_that_score_a_row_of_a_new_group_have_not_seen_a_copy_of_it() -> None:
    """Nor has the row a group at all."""
    sample = put(drawn(5), site=list("abcde"), number=[10.0, 11.0, 12.0, 13.0, 14.0])
    folds, lookalike = folds_of(sample, [4, 3, 2, 1, 0])
    for sites in (list("vwxyz"), pa.nulls(5, pa.string())):
        others = put(sample, site=sites)
        assert folds.fold(others, lookalike.frame(others), TASK).tolist() == [4, 3, 2, 1, 0]


@pytest.mark.parametrize(
    ("model", "method"),
    [
        (make_pipeline(StandardScaler(), LogisticRegression()), "predict_proba"),
        (make_pipeline(StandardScaler(), KNeighborsClassifier(15)), "predict_proba"),
        (ExtraTreesClassifier(10, random_state=0), "predict_proba"),
        (Ridge(), "predict"),
    ],
    ids=["logistic", "neighbours", "trees", "ridge"],
)
@pytest.mark.parametrize("n_columns", [3, 40])
def test_predictions_are_the_same_however_many_rows_are_predicted_at_once(
    model: Any, method: str, n_columns: int
) -> None:
    """To the last bit, which linear algebra leaves open."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(900, n_columns)).astype(np.float32)
    y = (x[:, 0] > 0).astype(np.int64) + (x[:, 1] > 1)
    fitted = model.fit(x[:300], y[:300])
    expected = steadily(fitted, method, x)
    assert expected == pytest.approx(getattr(fitted, method)(x), abs=1e-4)
    for step in (43, 333):
        pieces = [steadily(fitted, method, x[start : start + step]) for start in range(0, 900, step)]
        assert (np.concatenate(pieces) == expected).all()
