"""What is to be learnt from the table, how well and how thoroughly: target, task kind, the role of every column."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

__all__ = [
    "COLUMN_KINDS",
    "ERRORS",
    "FAMILIES",
    "METRICS",
    "OF_TWO_CLASSES",
    "SCORES",
    "SET_BY_USER",
    "Annotators",
    "ColumnKind",
    "Level",
    "Requirement",
    "Task",
    "TaskKind",
]

TaskKind = Literal["classification", "regression"]
ColumnKind = Literal["numeric", "categorical", "text", "boolean", "datetime", "id-like", "embedding", "unsupported"]
Level = Literal["quick", "standard", "deep"]
FAMILIES: tuple[str, ...] = ("linear", "boosting", "forest", "neural")
COLUMN_KINDS: tuple[ColumnKind, ...] = get_args(ColumnKind)

SCORES: Mapping[TaskKind, str] = {"classification": "balanced_accuracy", "regression": "r2"}
"""What every curve and risk is told in."""

METRICS: Mapping[TaskKind, tuple[str, ...]] = {
    "classification": ("accuracy", "average_precision", "f1", "f1_macro", "log_loss", "roc_auc"),
    "regression": ("mae", "rmse"),
}
"""What can be forecast beside the score."""

ERRORS = ("log_loss", "mae", "rmse")
"""Metrics of which less is better, and 0 is perfect."""

OF_TWO_CLASSES = ("average_precision", "f1")
"""Metrics of a target with two classes; the rarer one is the positive class."""

SET_BY_USER = "set by you"
"""Why a column has the kind that the configuration gives it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What the user asks for by ``--require "METRIC>=X"``; of an error by ``"METRIC<=X"``, a `maximum`."""

    metric: str
    minimum: float | None = None
    maximum: float | None = None

    @property
    def limit(self) -> float:
        """The minimum or the maximum."""
        limit = self.maximum if self.minimum is None else self.minimum
        assert limit is not None
        return limit

    @property
    def said(self) -> str:
        """It as it was written."""
        return f"{self.metric}{'<=' if self.minimum is None else '>='}{self.limit:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotators:
    """Where the labels of several annotators are.

    Attributes
    ----------
    columns : tuple of str
        One column for each annotator; of a `long` table, in which each row is one annotation, the three columns that
        hold the item, who annotated it, and the label.
    long : bool
    """

    columns: tuple[str, ...]
    long: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be learnt.

    Attributes
    ----------
    target : str or None
        Column to predict; None when only the data are judged.
    kind : {"classification", "regression"} or None
        None without a target.
    features : tuple of str
        Columns that a model may see, in table order: neither the target, nor group, time or dropped ones,
        nor columns of kind ``unsupported``.
    kinds : mapping of str to ColumnKind
        Kind of every column of the table, the target included.
    kind_reasons : mapping of str to str
        For each column, why it was given that kind, in a few words.
    group, time : str or None
        Column whose groups must not straddle a split; column that orders the rows in time.
    dropped : tuple of str
        Columns that the user told prefit to leave out.
    annotators : Annotators or None
        Columns with the labels of several annotators: they tell the target, and are no features.
    """

    target: str | None = None
    kind: TaskKind | None = None
    features: tuple[str, ...] = ()
    kinds: Mapping[str, ColumnKind] = field(default_factory=dict)
    kind_reasons: Mapping[str, str] = field(default_factory=dict)
    group: str | None = None
    time: str | None = None
    dropped: tuple[str, ...] = ()
    annotators: Annotators | None = None

    def features_of(self, *kinds: ColumnKind) -> tuple[str, ...]:
        """Return the features of the given kinds, in table order."""
        return tuple(name for name in self.features if self.kinds[name] in kinds)

    def without(self, columns: Collection[str]) -> Task:
        """Return the task as if these columns had been dropped, the target among them if it is named."""
        keeps_target = self.target not in columns
        return replace(
            self,
            target=self.target if keeps_target else None,
            kind=self.kind if keeps_target else None,
            features=tuple(name for name in self.features if name not in columns),
            dropped=(*self.dropped, *columns),
        )
