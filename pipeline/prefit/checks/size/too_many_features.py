"""The check ``too-many-features``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import ONE_HOT_LIMIT, constant, features, labelled_rows
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import ColumnProfile
from prefit.task import ColumnKind
from prefit.wording import rows, two_digits

__all__ = ["TooManyFeatures", "encoded_width"]

TEXT_WIDTH = 15
"""Components of a text, and of a column of more than `ONE_HOT_LIMIT` categories."""

DATETIME_WIDTH = 5
"""Year, month, day, hour and seconds since 1970."""


@dataclass(frozen=True)
class TooManyFeatures:
    """Are there more features than rows?

    Parameters
    ----------
    max_features_per_row : float, default 1.0
        Encoded features per row with a label above which the check warns. From one on, a linear model reproduces any
        labels whatever, also random ones.

    What it measures
    ----------------
    The numbers that the feature columns become when they are encoded: one for a number or a flag, one per category up
    to 40, 15 for text and for columns of more categories, 5 for a date, all entries of an embedding. Columns with a
    single value do not count.

    Why it hurts training
    ---------------------
    With as many features as rows there is an exact solution for any labels, so that the training score is perfect and
    means nothing. Only regularization decides what is learnt; up to two features per row it is even odds whether random
    labels can be separated without error.

    Example
    -------
    The expression of 2,000 genes in 62 tissue samples: a linear model fits every labelling of the samples.

    What to do
    ----------
    Use a strong penalty chosen by cross-validation (LogisticRegressionCV, RidgeCV, LassoCV), or reduce the features
    inside the cross-validation, never before it: choosing features by their relation to the target on all rows leaks.

    When it may be a false alarm
    ----------------------------
    Kernels, heavily penalized linear models and trees on a few strong features can work with many more features than
    rows. The learning curves of this report show whether they do here.

    References
    ----------
    Cover (1965), Geometrical and statistical properties of systems of linear inequalities,
    doi:10.1109/PGEC.1965.264137. Ambroise & McLachlan (2002), Selection bias in gene extraction,
    doi:10.1073/pnas.102102699.
    """

    id: ClassVar[str] = "too-many-features"
    stage: ClassVar[Stage] = "size"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ()

    max_features_per_row: float = 1.0

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding when the encoded features outnumber the labelled rows."""
        n_rows = labelled_rows(evidence)
        columns = [column for column in features(evidence) if column.n_present and not constant(column)]
        n_features = sum(_width(column, evidence) for column in columns)
        if n_rows < 2 or n_features <= self.max_features_per_row * n_rows:
            return
        per_row = n_features / n_rows
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{len(columns):,} columns become {n_features:,} features for {rows(n_rows)} with a label: "
            f"{two_digits(per_row)} per row (limit {self.max_features_per_row:g}).",
            measured=per_row,
            limit=self.max_features_per_row,
            unit="features per row",
            why="With as many features as rows a linear model reproduces any labels, so that a perfect training "
            "score means nothing. That number is the limit.",
            remedy="Choose a penalty by cross-validation (LogisticRegressionCV, RidgeCV) or reduce the features "
            "inside a pipeline: make_pipeline(StandardScaler(), PCA(20), LogisticRegression())",
        )


def _width(column: ColumnProfile, evidence: Evidence) -> int:
    kind = evidence.task.kinds[column.name]
    sampled = evidence.profile.sample.table
    if kind == "embedding" and column.name in sampled.column_names:  # a list type need not say its length
        return max((len(vector) for vector in sampled[column.name].drop_null().slice(0, 1)), default=1)
    return encoded_width(column, kind)


def encoded_width(column: ColumnProfile, kind: ColumnKind) -> int:
    """Return how many numbers the column becomes for a model."""
    if kind == "categorical":
        categories = round(column.distinct.estimate)
        return TEXT_WIDTH if categories > ONE_HOT_LIMIT else 1 if categories == 2 else categories
    if kind == "embedding":
        length = re.search(r"\[(\d+)\]$", column.type)
        return int(length.group(1)) if length else 1
    is_text = column.type in ("string", "large_string", "string_view")
    return {"text": TEXT_WIDTH, "datetime": DATETIME_WIDTH, "id-like": TEXT_WIDTH if is_text else 1}.get(kind, 1)
