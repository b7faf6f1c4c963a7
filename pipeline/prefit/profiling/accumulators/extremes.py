"""Which are the least and the greatest value of a column?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prefit.profiling.arrays import plain_type, storage_of, taken
from prefit.profiling.batches import ColumnBatch
from prefit.profiling.instants import python_instant
from prefit.profiling.numeric import NumericBatch

__all__ = ["Extremes"]

_MANY = 256


@dataclass(frozen=True, slots=True)
class Extremes:
    """Exact extremes of the values that are neither null nor NaN, infinity included; None where there is none.

    Integers keep all digits. Temporal values are held as integers of their unit, so that nanoseconds are not lost on
    the way.
    """

    least: Any = None
    greatest: Any = None

    @classmethod
    def from_batch(cls, column: ColumnBatch) -> Self:
        """Look at one batch."""
        if column.storage in ("text", "decimal"):
            entries = _outer_texts(column) if column.storage == "text" else column.entries
            if column.storage == "decimal" and entries.type.bit_width < 128:  # min_max takes wide ones only
                entries = entries.cast(pa.decimal128(entries.type.precision, entries.type.scale))
            found = pc.min_max(entries).as_py()
            return cls(found["min"], found["max"])
        if column.storage in ("number", "boolean"):
            return cls._of_numbers(column.numeric, bool if column.storage == "boolean" else np.generic.item)
        if column.storage != "temporal" or len(column.numbers) == 0:
            return cls()
        return cls(column.numbers.min().item(), column.numbers.max().item())

    @classmethod
    def _of_numbers(cls, numbers: NumericBatch, convert: Callable[[Any], Any]) -> Self:
        finite = [] if numbers.least is None else [convert(numbers.least + 0), convert(numbers.greatest + 0)]
        seen = [-math.inf] * bool(numbers.n_below) + finite + [math.inf] * bool(numbers.n_above)
        return cls(seen[0], seen[-1]) if seen else cls()  # + 0 above: -0.0 becomes 0.0

    def __add__(self, other: Self) -> Self:
        if self.least is None:
            return other
        if other.least is None:
            return self
        return type(self)(min(self.least, other.least), max(self.greatest, other.greatest))

    def value(self, type_: pa.DataType) -> tuple[Any, Any]:
        """Return least and greatest as Python objects of the column's type.

        Timestamps and times are cut to microseconds; an instant that Python's datetime cannot hold is given as ISO
        8601 text.
        """
        type_ = plain_type(type_)
        if self.least is None or storage_of(type_) != "temporal":
            return self.least, self.greatest
        return python_instant(self.least, type_), python_instant(self.greatest, type_)


def _outer_texts(column: ColumnBatch) -> pa.Array:
    """Return some texts among which are the least and the greatest."""
    used = None if column.codes is None and column.valid is None else np.flatnonzero(column.weights)
    if used is None and len(column) > _MANY:
        return taken(column.entries, column.texts.ends())
    if used is None:
        return column.entries
    return taken(column.entries, column.texts.ends(used) if len(used) > _MANY else used)
