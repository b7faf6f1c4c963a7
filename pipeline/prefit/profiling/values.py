"""What the profile knows of a table: plain values, no data structure of the fold.

Checks and reports read these; :mod:`prefit.profiling.fold` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from prefit.profiling.class_values import ClassHistogram, ClassSupport, ClassTable
from prefit.profiling.joint_values import CoMissing

__all__ = [
    "ClassHistogram",
    "ClassSupport",
    "ClassTable",
    "CoMissing",
    "ColumnProfile",
    "Correlation",
    "Cuts",
    "DistinctCount",
    "Histogram",
    "Lengths",
    "Malformed",
    "MalformedRow",
    "NumericFacts",
    "Profile",
    "RowCount",
    "RowSample",
    "TextFacts",
    "UnreadPartition",
    "ValueCount",
    "VariantGroup",
]


@dataclass(frozen=True, slots=True)
class MalformedRow:
    """A line that could not be read: 1-based line number in the file, file name, and the reason."""

    line: int
    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """How many lines could not be read, and the first of them."""

    count: int = 0
    examples: tuple[MalformedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class UnreadPartition:
    """A piece of the input whose rows are not in the profile: what it is called, and why it was not read."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ValueCount:
    """A value (as Python object) and in how many rows it stands."""

    value: Any
    count: int


@dataclass(frozen=True, slots=True)
class DistinctCount:
    """Number of distinct non-null values, with a 90 % interval; `low` = `high` when it is exact."""

    estimate: float
    low: float
    high: float
    exact: bool


@dataclass(frozen=True, slots=True)
class RowCount:
    """A number of rows, with a 90 % interval, and the 0-based positions of some of them."""

    estimate: float
    low: float
    high: float
    exact: bool
    positions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Lengths:
    """Length of the texts of a column in bytes of UTF-8."""

    minimum: int
    maximum: int
    mean: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts of the row sample in bins between rounded edges; ``len(edges) == len(counts) + 1``.

    The first and the last bin also hold what is beyond their outer edge, so that the edges do not give the extremes
    away.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cuts:
    """Quantiles of `n_values` of the row sample at equal steps: the k-th of m is that of probability k / (m + 1).

    Each is the smallest value that so many of the values do not exceed.
    """

    values: tuple[float, ...]
    n_values: int


@dataclass(frozen=True, slots=True)
class VariantGroup:
    """Categories that differ only by case, white space or Unicode form, with their row counts."""

    values: tuple[ValueCount, ...]


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What the row sample says of a text column. Fractions are of the `n_values` non-missing values looked at.

    `numeric_fraction`: parse as a number. `date_fraction`: parse as a date or time. `damaged_fraction`: hold
    replacement characters, mis-decoded bytes (mojibake) or control characters. `disguised`: spellings of "missing"
    such as ``?``, ``N/A``, ``unknown``, with their counts in the sample. `variants`: see :class:`VariantGroup`.
    `kind_fractions`: share of values that look like ``number``, ``date``, ``boolean``, ``text``.
    """

    n_values: int
    numeric_fraction: float = 0.0
    date_fraction: float = 0.0
    damaged_fraction: float = 0.0
    disguised: tuple[ValueCount, ...] = ()
    variants: tuple[VariantGroup, ...] = ()
    kind_fractions: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NumericFacts:
    """What the row sample says of a numeric column.

    `quantiles` maps a probability (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99) to a value. `robust_std` is the standard
    deviation after clipping to the 5 % and 95 % quantiles. `outlier_fraction`: share of the `n_values` finite values
    beyond median ± 5 `robust_std`; `max_robust_z`: the largest such distance in units of `robust_std`;
    `stray_fraction`: share of them that are at least ten times as far from the median as all others. `disguised`:
    values such as -999 that stand apart from the others, are much more frequent than their neighbours and follow a
    pattern of sentinels, with their counts in the sample.
    """

    n_values: int
    quantiles: Mapping[float, float] = field(default_factory=dict)
    robust_std: float = 0.0
    outlier_fraction: float = 0.0
    max_robust_z: float = 0.0
    disguised: tuple[ValueCount, ...] = ()
    stray_fraction: float = 0.0
    integer_valued: bool = False


@dataclass(frozen=True, slots=True)
class Correlation:
    """Two numeric columns, their Pearson correlation on the rows that have both, and how many rows that are."""

    first: str
    second: str
    r: float
    n_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """What one pass over all rows says of one column.

    Counts are exact over all rows. `n_nan`, `n_infinite`, `n_zero`, `n_negative` speak of numbers (booleans: False is
    zero); `n_empty` of zero-length texts, `n_blank` of texts of white space only (not empty). `minimum` and `maximum`
    are exact Python objects (int, float, Decimal, datetime, str, bool) over the non-null, non-NaN values, None where
    there is none or no order. Moments are over the finite values; None where there are none. `top` are the most
    frequent values, most frequent first, at most 100; `top_exact` says whether their counts are exact. `class_table`
    counts the values of a feature by class: up to 32 classes, fewer in tables of more than 128 columns; None without
    classes or with more. `class_histogram` counts finite numbers by class; None where the first rows have none. `cuts`
    are quantiles of the finite numbers of a numeric column, and of the lengths in bytes of a text column.
    """

    name: str
    type: str
    n_rows: int
    n_null: int = 0
    n_nan: int = 0
    n_infinite: int = 0
    n_zero: int = 0
    n_negative: int = 0
    n_empty: int = 0
    n_blank: int = 0
    minimum: Any = None
    maximum: Any = None
    mean: float | None = None
    std: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None
    distinct: DistinctCount = DistinctCount(0.0, 0.0, 0.0, True)
    top: tuple[ValueCount, ...] = ()
    top_exact: bool = True
    lengths: Lengths | None = None
    histogram: Histogram | None = None
    text: TextFacts | None = None
    numeric: NumericFacts | None = None
    class_table: ClassTable | None = None
    class_histogram: ClassHistogram | None = None
    cuts: Cuts | None = None

    @property
    def n_missing(self) -> int:
        """Rows without a value: null, NaN, empty text or white space only."""
        return self.n_null + self.n_nan + self.n_empty + self.n_blank

    @property
    def n_present(self) -> int:
        """Rows with a value."""
        return self.n_rows - self.n_missing

    @property
    def missing_fraction(self) -> float:
        """Share of the rows without a value; 0 for an empty table."""
        return self.n_missing / self.n_rows if self.n_rows else 0.0


@dataclass(frozen=True, slots=True)
class RowSample:
    """Rows drawn by a seeded hash of the row number: which rows does not depend on how the table was cut.

    `table` holds the rows in table order, `positions` (int64) their 0-based row numbers.
    """

    table: pa.Table
    positions: np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, kw_only=True)
class Profile:
    r"""What one pass over all rows says of a table.

    `class_counts`: values of the target and their row counts, most frequent first, missing ones left out; None
    without a target or when the target has more than 1,000 values. `class_sample`: up to a fixed number of rows of
    each class, so that rare classes are not lost. `duplicates`: rows equal to an earlier row in every column.
    `conflicts`: rows whose features equal those of a row with another target value (every row of such a group
    counts); None without a target. `n_empty_rows`: rows with no value in any feature; `n_hollow_rows`: with none but
    zeros. `class_support`: None without classes. `correlations`: pairs of numeric columns with \|r\| >= 0.9,
    strongest first; they are looked for among the first 500 numeric columns, which leaves `n_uncompared` out.
    `co_missing`: in how many rows columns have no value together. `fingerprint`: hexadecimal; equal for equal rows in
    any order with equal column names and types. `row_keys`: the distinct 64-bit row hashes, sorted; all of them when
    `row_keys_exact`, else the smallest ones. Hashes of equal rows of two tables are equal when the column names are,
    whatever the integer or float width of the columns. `feature_keys`: the same of the features
    alone, so that a table can be compared with one that has no target. `unread`: partitions of the input,
    `n_partitions` in all, that could not be read, or not in time; nothing here speaks of their rows.
    """

    n_rows: int
    columns: Mapping[str, ColumnProfile]
    target: str | None
    sample: RowSample
    class_sample: RowSample | None
    class_counts: tuple[ValueCount, ...] | None
    duplicates: RowCount
    conflicts: RowCount | None
    n_empty_rows: int
    correlations: tuple[Correlation, ...]
    malformed: Malformed
    fingerprint: str
    row_keys: np.ndarray[Any, np.dtype[np.uint64]]
    row_keys_exact: bool
    feature_keys: np.ndarray[Any, np.dtype[np.uint64]] = field(default_factory=lambda: np.zeros(0, np.uint64))
    feature_keys_exact: bool = True
    n_hollow_rows: int = 0
    n_uncompared: int = 0
    class_support: ClassSupport | None = None
    co_missing: CoMissing = field(default_factory=CoMissing)
    unread: tuple[UnreadPartition, ...] = ()
    n_partitions: int = 1
