"""Which check explains which: the table behind "one cause, one finding"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["RULES", "Rule", "Scope"]

Scope = Literal["columns", "drivers", "rows", "table", "not run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A finding of `cause` explains findings of the checks in `explains`, because of `because`.

    `scope` says which part of them:

    - ``columns``: what is gone when the columns of the cause are left out and the check judges again;
    - ``drivers``: the whole finding, where all its columns are columns of the cause;
    - ``rows``: the whole finding, where the share that it measures is within its limit without the rows of the cause;
    - ``table``: the whole finding, whatever its columns;
    - ``not run``: a skip, where the cause fails: the check does not apply, and is not listed.

    `fails` restricts the cause to failures.
    """

    cause: str
    explains: tuple[str, ...]
    scope: Scope
    because: str
    fails: bool = False


TRAINED = (
    "exploding-gradient-risk", "vanishing-gradient-risk", "flat-loss-risk", "zero-loss-risk", "ill-conditioned",
    "loss-function", "learning-rate", "initialization", "regularization",
)  # fmt: skip
"""Checks that need a training to be probed."""

MODELLED = (
    "target-leakage", "missingness-leakage", "order-leakage", "group-leakage", "time-leakage", "label-errors",
    "label-noise", "no-signal", "underfitting-risk", "overfitting-risk", "constant-prediction-risk", "more-data-helps",
    "target-out-of-reach", "unstable-score", "model-failed", *TRAINED,
)  # fmt: skip
"""Checks that need a model of the target."""

READ_WRONGLY = ("mixed-types", "high-cardinality", "inconsistent-categories", "rare-categories", "unseen-categories")
"""What numbers and dates look like when they are taken for categories."""

OF_A_COLUMN = (
    "date-as-text", "id-column", "missing-values", "constant-column", "quasi-constant-column", "disguised-missing",
    "numeric-as-text", "text-encoding", "infinite-values", "outliers", "unscaled-features", "correlated-features",
    "sparse-features", "thin-support", *READ_WRONGLY,
)  # fmt: skip
"""Faults that are gone when the column is."""

RULES: tuple[Rule, ...] = (
    Rule(
        cause="single-class",
        explains=("missing-label", "unseen-class"),
        scope="table",
        because="where one class is left, the others are missing in training or new in the test data",
    ),
    Rule(
        cause="missing-label",
        explains=(*MODELLED, "label-drift", "unseen-class"),
        scope="not run",
        because="without any label there is nothing to model or to compare",
    ),
    Rule(
        cause="single-class",
        explains=MODELLED,
        scope="not run",
        because="a model of a constant cannot be fitted or scored",
    ),
    Rule(
        cause="too-few-rows",
        explains=MODELLED,
        scope="not run",
        because="so few rows cannot be cut into a part to learn from and one to score",
    ),
    Rule(
        cause="too-few-rows",
        explains=(
            *("too-few-rows-per-class", "rare-class", "class-imbalance", "rare-categories", "high-cardinality"),
            *("thin-support", "too-many-features"),
        ),
        scope="table",
        because="where all rows together are too few, so are the rows of any class, category or feature",
        fails=True,
    ),
    Rule(
        cause="too-few-rows-per-class",
        explains=MODELLED,
        scope="not run",
        because="so few rows of a class cannot be cut into a part to learn from and one to score",
    ),
    Rule(
        cause="rare-class",
        explains=MODELLED,
        scope="not run",
        because="with one class that has more than a few rows there is nothing to tell apart",
    ),
    Rule(
        cause="model-failed",
        explains=MODELLED,
        scope="not run",
        because="a family that cannot be fitted has no forecast to judge",
    ),
    Rule(
        cause="schema-mismatch",
        explains=("split-overlap", "split-drift", "label-drift", "unseen-class"),
        scope="not run",
        because="rows of other columns cannot be compared",
    ),
    Rule(
        cause="split-overlap",
        explains=("duplicate-rows",),
        scope="rows",
        because="copies that were dealt to training and test data at random lie within the training data too",
    ),
    Rule(
        cause="target-leakage",
        explains=OF_A_COLUMN,
        scope="columns",
        because="the column is to be dropped, and its other faults with it",
    ),
    Rule(
        cause="missingness-leakage",
        explains=OF_A_COLUMN,
        scope="columns",
        because="the column is to be dropped, and its other faults with it",
    ),
    Rule(
        cause="empty-rows",
        explains=("missing-values", "duplicate-rows", "conflicting-labels"),
        scope="rows",
        because="empty rows are missing in every column, and equal to one another",
    ),
    Rule(
        cause="date-as-text",
        explains=("id-column", *READ_WRONGLY),
        scope="columns",
        because="as texts, dates are categories that hardly come again",
    ),
    Rule(
        cause="id-column",
        explains=(
            "disguised-missing",
            "numeric-as-text",
            "outliers",
            "unscaled-features",
            "correlated-features",
            *READ_WRONGLY,
        ),
        scope="columns",
        because="the column is to be dropped, and its other faults with it",
    ),
    Rule(
        cause="missing-values",
        explains=(
            "constant-column",
            "quasi-constant-column",
            "sparse-features",
            "thin-support",
            "high-cardinality",
            "rare-categories",
        ),
        scope="columns",
        because="what is left of a mostly empty column has few rows and few values",
    ),
    Rule(
        cause="disguised-missing",
        explains=("numeric-as-text", "outliers", "unscaled-features", "correlated-features", *READ_WRONGLY),
        scope="columns",
        because="a code for missing turns numbers into texts, or lies far from all other numbers",
    ),
    Rule(
        cause="numeric-as-text",
        explains=READ_WRONGLY,
        scope="columns",
        because="as texts, numbers are categories that hardly come again",
    ),
    Rule(
        cause="mixed-types",
        explains=tuple(check for check in READ_WRONGLY if check != "mixed-types"),
        scope="columns",
        because="a few words turn numbers into categories that hardly come again",
    ),
    Rule(
        cause="text-encoding",
        explains=("high-cardinality", "inconsistent-categories", "rare-categories", "unseen-categories"),
        scope="columns",
        because="a damaged spelling is a category of its own",
    ),
    Rule(
        cause="inconsistent-categories",
        explains=("high-cardinality", "rare-categories", "unseen-categories"),
        scope="columns",
        because="each spelling is a category of its own",
    ),
    Rule(
        cause="high-cardinality",
        explains=("rare-categories", "unseen-categories"),
        scope="columns",
        because="of many categories with a few rows each, other rows hold others",
    ),
    Rule(
        cause="rare-categories",
        explains=("unseen-categories",),
        scope="columns",
        because="of many categories with a few rows each, other rows hold others",
    ),
    Rule(
        cause="quasi-constant-column",
        explains=("thin-support",),
        scope="columns",
        because="the few rows that differ are the few that are not zero",
    ),
    Rule(
        cause="sparse-features",
        explains=("thin-support",),
        scope="drivers",
        because="in a sparse table features of a few non-zero rows are the rule, and its finding counts them",
    ),
    Rule(
        cause="skewed-target",
        explains=("outliers",),
        scope="columns",
        because="the far end of a long tail is far out",
    ),
    Rule(
        cause="outliers",
        explains=("unscaled-features",),
        scope="columns",
        because="it is the stray value that single precision cannot hold",
    ),
    Rule(
        cause="id-column",
        explains=("split-drift",),
        scope="drivers",
        because="identifiers of other rows are other identifiers",
    ),
    Rule(
        cause="unseen-categories",
        explains=("split-drift",),
        scope="drivers",
        because="the new categories are what tells the test rows from the training rows",
    ),
    Rule(
        cause="too-few-rows-per-class",
        explains=("class-imbalance",),
        scope="table",
        because="a class of a few rows among larger ones is both, and more rows of it are the remedy of both",
    ),
    Rule(
        cause="rare-class",
        explains=("class-imbalance",),
        scope="table",
        because="a class of a few rows among larger ones is both, and more rows of it are the remedy of both",
    ),
    Rule(
        cause="label-noise",
        explains=("label-errors",),
        scope="table",
        because="the rows that are named are the surest part of the rate",
    ),
    Rule(
        cause="no-signal",
        explains=("constant-prediction-risk", "flat-loss-risk", "overfitting-risk", "underfitting-risk"),
        scope="table",
        because="where there is nothing to learn, a constant is the best prediction and all else is noise",
    ),
    Rule(
        cause="constant-prediction-risk",
        explains=("class-imbalance", "underfitting-risk"),
        scope="table",
        because="that a constant pays is the harm of an imbalance, and a constant fits its own training rows badly",
    ),
    Rule(
        cause="vanishing-gradient-risk",
        explains=("flat-loss-risk",),
        scope="table",
        because="layers that no gradient reaches do not learn",
    ),
    Rule(
        cause="target-leakage",
        explains=("zero-loss-risk",),
        scope="table",
        because="a network that is told the target has nothing left to learn",
    ),
)
"""Which check explains which. A rule is applied after those above it, so that what is explained explains nothing."""
