"""The numbers of a column that has few distinct ones, and its rows as places among them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.arrays import Keys, Mask, as_arrow
from prefit.profiling.hashing import NAN_KEY, NULL_KEY, hash_array

__all__ = ["MOST_NUMBERS", "Codebook", "Coded", "from_raw"]

MOST_NUMBERS = 1 << 14
"""So many distinct numbers a codebook has at most: with their counts they stay in the cache of a core."""

T = TypeVar("T")


def from_raw(numbers: NDArray[Any], type_: pa.DataType) -> pa.Array:
    """Return numbers, as Arrow stores them, as values of a column."""
    if pa.types.is_boolean(type_):
        packed = np.packbits(numbers.astype(np.bool_), bitorder="little")
        return pa.Array.from_buffers(type_, len(numbers), [None, pa.py_buffer(packed)])
    return as_arrow(numbers, type_)


@dataclass(frozen=True, eq=False)
class Codebook(ABC):
    """Distinct numbers and their keys; the place of a number never changes, new ones are put behind the others.

    Attributes
    ----------
    type : pyarrow.DataType
        Of the column.
    numbers : ndarray
        As Arrow stores them: 0.0 and -0.0 may be two, and NaN some.
    most : int
        How many it may have.
    """

    type: pa.DataType
    numbers: NDArray[Any]
    most: int = MOST_NUMBERS
    ascending: ClassVar[bool] = False
    """Whether all numbers but NaN ascend: then no two have one key."""

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def keys(self) -> Keys:
        """Key of each number."""
        return hash_array(self.array)

    @cached_property
    def keys_and_null(self) -> Keys:
        """Key of each number, and that of null."""
        return np.append(self.keys, NULL_KEY)

    def remembered(self, what: str, of: Hashable, make: Callable[[], T]) -> T:
        """Return what was made of the numbers for something before, or make it."""
        known: dict[str, tuple[Hashable, T]] = self.__dict__.setdefault("_remembered", {})
        if what not in known or known[what][0] != of:
            known[what] = of, make()
        return known[what][1]

    @property
    def array(self) -> pa.Array:
        """The numbers as values of the column."""
        return from_raw(self.numbers, self.type)

    def extends(self, keys: Keys) -> bool:
        """Whether the first keys are these, so that what was counted by them can be summed on."""
        return len(keys) <= len(self) and (keys is self.keys or np.array_equal(keys, self.keys[: len(keys)]))

    @abstractmethod
    def coded(self, numbers: NDArray[Any], gaps: Mask | None) -> Coded | None:
        """Find the place of every number in a codebook with all of them; None where there are too many."""


@dataclass(frozen=True, eq=False)
class Coded:
    """The rows of a column as places in a codebook.

    Attributes
    ----------
    book : Codebook
    codes : ndarray of int64
        A null is behind all numbers.
    """

    book: Codebook
    codes: NDArray[np.int64]

    @cached_property
    def weights(self) -> NDArray[np.int64]:
        """Rows of each number, and of null."""
        return np.bincount(self.codes, minlength=len(self.book) + 1)

    @cached_property
    def used(self) -> NDArray[np.int64]:
        """Places of the numbers that rows have, without NaN."""
        return np.flatnonzero((self.weights[:-1] > 0) & (self.book.keys != NAN_KEY))

    def spread(self, of_numbers: NDArray[Any], out: NDArray[Any] | None = None) -> NDArray[Any]:
        """Give the rows what the numbers, and null, have."""
        return of_numbers.take(self.codes, out=out, mode="clip")
