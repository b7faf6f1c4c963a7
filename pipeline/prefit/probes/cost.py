"""What a training will cost, and which trainings a budget buys: a model of the time, never the clock.

What is probed follows from the data, the budget and the level alone, so that equal runs give equal scores on any
machine. The constants were measured on one core of a 3 GHz server; on another machine a budget buys the same
trainings in more or less time.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, log2, sqrt

import numpy as np

from prefit.evidence import FAMILIES, Level
from prefit.probes.frame import Array, Frame

__all__ = ["Plan", "Shape", "anchors", "encode_seconds", "fit_seconds", "make_plan"]

SMALLEST_ANCHOR = 16

MOST_OF_REST = 0.65
"""Share of the rest of the budget that one size of one family may take."""

FINE_GRID = 8
"""Sizes from which every other one will do where all rows are held out in turn: the curve hardly has to go on."""

LOOKED_AT = 2_000
"""Rows that tell how many different values a column has."""

N_FOLDS = 5
"""Parts of which each is held out in turn, where all are."""

ONE_HOT_LIMIT = 40
"""Categories from which skrub encodes a column as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the cost of a training depends on, besides its rows.

    Attributes
    ----------
    n_columns : int
        Columns after encoding.
    n_dense : float
        The same, but a column of few different values counts as little as it costs to split on.
    n_classes, n_test : int
    n_encoded : int
        Columns that need an encoder.
    text_bytes : float
        Mean length per row of the columns that are encoded as text.
    own : mapping of str to float
        Estimators of the user, and how many times the time of the dearest family each takes.
    """

    n_columns: int
    n_dense: float
    n_classes: int
    n_test: int
    n_encoded: int = 0
    text_bytes: float = 0.0
    own: Mapping[str, float] = field(default_factory=dict)

    @property
    def families(self) -> tuple[str, ...]:
        """What is trained: prefit's families, and the estimators of the user."""
        return (*FAMILIES, *self.own)

    @property
    def n_outputs(self) -> int:
        """Columns that a model predicts: one, or one per class if there are more than two."""
        return self.n_classes if self.n_classes > 2 else 1

    @classmethod
    def of(cls, frame: Frame, *, n_classes: int, n_test: int) -> Shape:
        """Look at the columns of a frame."""
        dense = _density(frame.numeric[:LOOKED_AT])
        n_columns, n_dense, text_bytes = len(dense), float(dense.sum()), 0.0
        for name in frame.other.columns:
            column = frame.other[name]
            n_distinct = 0 if column.dtype.kind == "M" else column.nunique()
            as_text = n_distinct >= ONE_HOT_LIMIT
            new = 4 if column.dtype.kind == "M" else 15 if as_text else n_distinct
            n_columns += new
            n_dense += new if as_text else 0.05 * new
            text_bytes += 10.0 + float(column.str.len().mean()) if as_text else 0.0
        return cls(
            n_columns=max(n_columns, 1),
            n_dense=max(n_dense, 0.5),
            n_classes=n_classes,
            n_test=n_test,
            n_encoded=frame.other.shape[1],
            text_bytes=text_bytes,
        )


def _density(numbers: Array) -> Array:
    """Return 1 for columns of numbers that hardly repeat, down to 0.05 for those of two values."""
    ordered = np.sort(numbers, axis=0)
    distinct = 1 + (np.diff(ordered, axis=0) > 0).sum(axis=0)
    return np.asarray(np.clip(distinct / min(100, max(2, len(numbers))), 0.05, 1.0))


@dataclass(frozen=True, slots=True)
class Plan:
    """Which trainings to run.

    `repeats` maps (family, training rows) to a number of repeats; `seconds` is what they cost on one core; `left_out`
    says in sentences what the budget did not allow.
    """

    repeats: Mapping[tuple[str, int], int]
    seconds: float
    left_out: tuple[str, ...] = ()

    def families(self, size: int, repeat: int) -> tuple[str, ...]:
        """Return the families that are trained on `size` rows in the given repeat, which share an encoding."""
        names = dict.fromkeys(sorted((family for family, _ in self.repeats), key=_place))
        return tuple(family for family in names if self.repeats.get((family, size), 0) > repeat)


def _place(family: str) -> int:
    return FAMILIES.index(family) if family in FAMILIES else len(FAMILIES)


def encode_seconds(rows: int, shape: Shape) -> float:
    """Return the seconds to fit the encoder on `rows` rows and to encode them and the held-out block."""
    both = rows + shape.n_test
    numbers = 2e-8 * both * shape.n_columns
    return 0.002 + numbers + shape.n_encoded * (0.015 + 1e-6 * both) + 1.6e-6 * both * shape.text_bytes


def fit_seconds(family: str, rows: int, shape: Shape) -> float:
    """Return the seconds to train a family on `rows` rows and to score it on them and on the held-out block."""
    if family in shape.own:
        return shape.own[family] * max(fit_seconds(known, rows, shape) for known in FAMILIES)
    return _COSTS[family](rows, rows + shape.n_test, shape)


def _linear(rows: int, both: int, shape: Shape) -> float:
    steps = 40 * shape.n_outputs if shape.n_classes else shape.n_columns / 100
    return 0.008 + 1.2e-9 * rows * shape.n_columns * steps + 5e-9 * both * shape.n_columns


def _boosting(rows: int, both: int, shape: Shape) -> float:
    leaves = min(31.0, rows / 20) if rows >= 40 else 0.0  # a leaf holds 20 rows at least
    bins = min(1.0, rows / 765)  # a bin holds 3 rows, and there are 255
    tree = 6e-5 + leaves * (2e-5 + 1.2e-6 * shape.n_dense * bins) + 4e-9 * rows * shape.n_dense
    return shape.n_outputs * (100 * tree + 2.5e-6 * both)


def _forest(rows: int, both: int, shape: Shape) -> float:
    distinct = shape.n_dense + 0.2 * (shape.n_columns - shape.n_dense)
    tried = sqrt(shape.n_columns) * distinct / shape.n_columns if shape.n_classes else distinct
    sort = 4.5e-8 if shape.n_classes else 3.5e-8
    return 0.01 + 100 * (9e-4 + sort * rows * log2(rows + 1) * tried + 1e-7 * both * (1 + 0.1 * shape.n_outputs))


def _neural(rows: int, _both: int, shape: Shape) -> float:
    epochs = 200.0 if rows < 4000 else max(50.0, 200 * (4000 / rows) ** 0.5)
    in_batch = min(rows, 200) / 200
    step = 2.8e-4 + 2.5e-6 * in_batch * (shape.n_columns + shape.n_outputs)
    return 0.01 + epochs * ceil(rows / 200) * step


_COSTS = {"linear": _linear, "boosting": _boosting, "forest": _forest, "neural": _neural}


def anchors(n_train: int, n_classes: int) -> list[int]:
    """Return training sizes from 16, or two rows per class, to all rows, each about 1.4 times the one before."""
    first = min(max(SMALLEST_ANCHOR, 2 * n_classes), n_train)
    grid = (ceil(SMALLEST_ANCHOR * 2 ** (k / 2)) for k in range(64))
    return [
        first,
        *(size for size in grid if 1.15 * first < size < n_train / 1.15),
        *([n_train] if n_train > first else []),
    ]


def make_plan(n_train: int, shape: Shape, *, budget_seconds: float, level: Level, n_splits: int = 1) -> Plan:
    """Choose training sizes and repeats for a budget.

    The cheapest next step of any family is taken as long as the budget allows, so that families reach sizes of
    about equal cost. Where the trainings at all sizes are too dear, every other size is left out, then more.

    Parameters
    ----------
    n_train : int
        Rows that may be trained on.
    shape : Shape
    budget_seconds : float
        Seconds on one core.
    level : {"standard", "deep"}
        Deep takes twice the repeats.
    n_splits : int, default 1
        Ways in which rows are held out: a training is repeated with each of them where that is affordable.
    """
    sizes = anchors(n_train, shape.n_classes)
    wanted = {size: _repeats(size, n_train, n_splits) * (2 if level == "deep" else 1) for size in sizes}
    finest = 2 if n_splits > 1 and len(sizes) >= FINE_GRID else 1
    plans = [_grow(_thin(sizes, step), shape, budget_seconds, wanted) for step in (finest, 2, 4)]
    # A finer grid is worth less than reaching further: take it only where it reaches nearly as far.
    reach = [sum(np.log(_largest(plan, family)) for family in shape.families) for plan in plans]
    best = next(k for k in range(len(plans)) if reach[k] >= max(reach) - 0.7)
    return _with_sentences(plans[best], n_train, shape.families)


def _grow(sizes: list[int], shape: Shape, budget_seconds: float, wanted: Mapping[int, int]) -> Plan:
    """Take the cheapest next size of a family, until none is affordable."""
    chosen: dict[tuple[str, int], int] = {}
    encoded: dict[int, int] = {}
    spent = 0.0
    owed = {
        family: fit_seconds(family, sizes[0], shape) for family in shape.families
    }  # kept for the first size of each
    waiting = [(seconds, 0, family) for family, seconds in owed.items()]
    heapq.heapify(waiting)
    while waiting:
        seconds, step, family = heapq.heappop(waiting)
        size = sizes[step]
        owed.pop(family, None)
        left = budget_seconds - spent - sum(owed.values())
        repeats, price = _affordable(size, seconds, encoded.get(size, 0), shape, left, wanted[size])
        if not repeats and step:
            continue
        repeats, price = (repeats, price) if repeats else (1, seconds)  # the first size is tried whatever it costs
        chosen[family, size] = repeats
        encoded[size] = max(encoded.get(size, 0), repeats)
        spent += price
        if step + 1 < len(sizes):
            heapq.heappush(waiting, (fit_seconds(family, sizes[step + 1], shape), step + 1, family))
    return Plan(chosen, spent)


def _affordable(size: int, seconds: float, n_encoded: int, shape: Shape, left: float, wanted: int) -> tuple[int, float]:
    """Return the repeats of a training that the rest of the budget allows, and their price with the encodings they add.

    Never all of it goes into one size of one family, so that the others can still grow.
    """
    for repeats in range(wanted, 0, -1):
        price = repeats * seconds + max(0, repeats - n_encoded) * encode_seconds(size, shape)
        if price <= left * MOST_OF_REST:
            return repeats, price
    return 0, 0.0


def _repeats(size: int, n_train: int, n_splits: int) -> int:
    """Return how often to train at a size: small samples are cheap, and their scores scatter.

    Where every row is held out in turn, once is enough for sizes that only show where the curve comes from.
    """
    if n_splits > 1:
        return n_splits if 2 * size >= n_train else min(n_splits, N_FOLDS)
    return int(np.clip(round(4 * sqrt(256 / size)), 3, 8))


def _thin(sizes: list[int], step: int) -> list[int]:
    """Keep every `step`-th size, counted from the largest, and the smallest."""
    return sorted({sizes[0], *sizes[::-1][::step]})


def _largest(plan: Plan, family: str) -> int:
    return max(size for name, size in plan.repeats if name == family)


def _with_sentences(plan: Plan, n_train: int, families: Sequence[str]) -> Plan:
    sentences = [
        f"{family}: trained on up to {_largest(plan, family):,} of {n_train:,} rows; more did not fit the budget."
        for family in families
        if _largest(plan, family) < n_train
    ]
    return Plan(plan.repeats, plan.seconds, tuple(sentences))
