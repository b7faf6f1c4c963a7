"""From columns of a table to what an encoder and a model take: numbers, texts and dates, by column kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prefit.task import Task

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Array", "Frame", "as_dates", "as_numbers", "as_texts", "feature_frame", "is_text"]

Array = np.ndarray[Any, np.dtype[Any]]

LARGEST = float(np.finfo(np.float32).max) / 16
"""Numbers beyond this are cut: libraries that work in float32 refuse what does not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Features of some rows, columns that are numbers apart from those that an encoder has to turn into numbers.

    Attributes
    ----------
    numeric : ndarray of float32, shape (n_rows, n_numeric)
        Numbers and booleans, one column per component of an embedding; what is missing or infinite is NaN.
    numeric_owners : tuple of str
        Feature that each column of `numeric` comes from.
    other : pandas.DataFrame, shape (n_rows, n_other)
        Texts, categories and dates. Its columns are named ``c0``, ``c1``, ...: feature names may hold anything, and
        libraries refuse some of it.
    other_owners : tuple of str
        Feature that each column of `other` comes from.
    categorical : tuple of str
        Columns of `other` that hold categories: not to be parsed, whatever they look like.
    """

    numeric: Array
    numeric_owners: tuple[str, ...]
    other: pd.DataFrame
    other_owners: tuple[str, ...]
    categorical: tuple[str, ...]

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.numeric)

    def take(self, rows: Array) -> Frame:
        """Return the given rows, in the given order."""
        return Frame(
            numeric=self.numeric[rows],
            numeric_owners=self.numeric_owners,
            other=self.other.iloc[rows].reset_index(drop=True),
            other_owners=self.other_owners,
            categorical=self.categorical,
        )

    def only(self, features: Sequence[str]) -> Frame:
        """Return the columns that come from the given features."""
        wanted = set(features)
        numeric = [k for k, owner in enumerate(self.numeric_owners) if owner in wanted]
        other = [k for k, owner in enumerate(self.other_owners) if owner in wanted]
        names = [self.other.columns[k] for k in other]
        return Frame(
            numeric=self.numeric[:, numeric],
            numeric_owners=tuple(self.numeric_owners[k] for k in numeric),
            other=self.other[names],
            other_owners=tuple(self.other_owners[k] for k in other),
            categorical=tuple(name for name in self.categorical if name in names),
        )

    def stack(self, below: Frame) -> Frame:
        """Return the rows of both frames; what is a number in one of them only is left out."""
        import pandas as pd

        width = {owner: self.numeric_owners.count(owner) for owner in self.numeric_owners}
        common = [owner for owner in width if below.numeric_owners.count(owner) == width[owner]]
        common += [owner for owner in self.other_owners if owner in below.other_owners]
        upper, lower = self.only(common), below.only(common)
        other = lower.other.set_axis(upper.other.columns, axis="columns")
        return Frame(
            numeric=np.vstack([upper.numeric, lower.numeric]),
            numeric_owners=upper.numeric_owners,
            other=pd.concat([upper.other, other], ignore_index=True),
            other_owners=upper.other_owners,
            categorical=upper.categorical,
        )

    def row_keys(self) -> Array:
        """Return a 64-bit number per row, equal for equal rows."""
        import pandas as pd

        numbers = np.where(np.isnan(self.numeric), np.float32(np.nan), self.numeric + np.float32(0))  # -0 equals 0
        drawn = np.random.default_rng(0).integers(1, 2**63, size=numbers.shape[1])
        factors = np.bitwise_or(drawn.astype(np.uint64), np.uint64(1))
        keys = np.zeros(self.n_rows, dtype=np.uint64)
        for column in range(numbers.shape[1]):  # one column at a time: no copy of a wide matrix in 64 bits
            keys = (keys ^ (numbers[:, column].view(np.uint32) * factors[column])) * np.uint64(0x9E3779B97F4A7C15)
            keys ^= keys >> np.uint64(29)
        if self.other.shape[1]:
            keys ^= np.asarray(pd.util.hash_pandas_object(self.other, index=False), dtype=np.uint64)
        return keys


def feature_frame(table: pa.Table, features: Sequence[str], task: Task) -> Frame:
    """Turn columns of a table into numbers, texts, categories and dates, as their kinds say."""
    import pandas as pd

    blocks: list[Array] = []
    numeric_owners: list[str] = []
    others: dict[str, Any] = {}
    other_owners: list[str] = []
    categorical: list[str] = []
    for feature in features:
        column = table.column(feature)
        kind = task.kinds.get(feature, "unsupported")
        numbers = _numbers(column, kind)
        if numbers is not None:
            blocks.append(numbers)
            numeric_owners += [feature] * numbers.shape[1]
            continue
        name = f"c{len(others)}"
        others[name] = as_dates(column) if kind == "datetime" else as_texts(column)
        other_owners.append(feature)
        if kind in ("categorical", "boolean", "id-like"):
            categorical.append(name)
    return Frame(
        numeric=np.hstack(blocks) if blocks else np.empty((table.num_rows, 0), dtype=np.float32),
        numeric_owners=tuple(numeric_owners),
        other=pd.DataFrame(others, index=pd.RangeIndex(table.num_rows)),
        other_owners=tuple(other_owners),
        categorical=tuple(categorical),
    )


def _numbers(column: pa.ChunkedArray, kind: str) -> Array | None:
    """Return the column as float32, shape (n_rows, width); None where an encoder has to see it."""
    arrow = column.type
    if pa.types.is_list(arrow) or pa.types.is_fixed_size_list(arrow) or pa.types.is_large_list(arrow):
        return _embedding(column)
    as_text = is_text(arrow) or pa.types.is_dictionary(arrow)
    if kind == "numeric" or (kind in ("boolean", "id-like", "embedding") and not as_text):
        return _finite(as_numbers(column))
    return None


def _finite(values: Array) -> Array:
    numbers = np.clip(np.where(np.isinf(values), np.nan, values), -LARGEST, LARGEST).astype(np.float32)
    return numbers[:, None] if numbers.ndim == 1 else numbers


def _embedding(column: pa.ChunkedArray) -> Array:
    """Lay lists of numbers side by side; shorter ones and missing ones end in NaN."""
    lists = column.combine_chunks()
    lengths = np.asarray(pc.fill_null(pc.list_value_length(lists), 0), dtype=np.int64)
    values = np.full((len(lists), int(lengths.max(initial=0))), np.nan)
    inside = np.arange(values.shape[1]) < lengths[:, None]
    values[inside] = pc.list_flatten(lists).cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.where(np.isinf(values), np.nan, np.clip(values, -LARGEST, LARGEST)).astype(np.float32)


def as_texts(column: pa.ChunkedArray) -> pd.Series:
    """Return the column as text without surrounding white space; blank ones are missing."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    texts = column if is_text(column.type) else pc.cast(column, pa.string())
    texts = pc.utf8_trim_whitespace(texts.cast(pa.large_string()))
    present: pd.Series[Any] = pc.if_else(pc.equal(texts, ""), None, texts).to_pandas()
    return present.astype("str").reset_index(drop=True)


def as_dates(column: pa.ChunkedArray) -> pd.Series[Any]:
    """Return the column as dates and times, NaT where it holds none; texts are read in whatever form each has."""
    import pandas as pd

    dates: pd.Series[Any]
    if is_text(column.type) or pa.types.is_dictionary(column.type):
        dates = pd.to_datetime(as_texts(column), errors="coerce", format="mixed", utc=True)
        return dates.dt.as_unit("us")  # whatever the finest of these rows is, so that equal dates are equal elsewhere
    dates = column.cast(pa.timestamp("us"), safe=False).to_pandas()
    return dates


def is_text(arrow: pa.DataType) -> bool:
    """Whether a type holds text."""
    return bool(pa.types.is_string(arrow) or pa.types.is_large_string(arrow) or pa.types.is_string_view(arrow))


def as_numbers(column: pa.ChunkedArray) -> Array:
    """Return the column as float64, NaN where it holds no number; times and durations in their own unit."""
    import pandas as pd

    arrow = column.type
    if is_text(arrow) or pa.types.is_dictionary(arrow):
        return np.asarray(pd.to_numeric(as_texts(column), errors="coerce"), dtype=np.float64)
    if pa.types.is_temporal(arrow):
        column = column.cast(pa.int32() if arrow.bit_width == 32 else pa.int64())
    return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)
