"""Finding known keys among many: by the place that their low bits name, without a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.arrays import Keys, Mask
from prefit.profiling.codebook import MOST_NUMBERS, Codebook, Coded
from prefit.profiling.codebooks import codebook_of

__all__ = ["Lookup", "Memo"]

_SLOTS_PER_KEY = 16
_FEWEST_SLOTS = 1_024
_MOST_SLOTS = 1 << 17
_MOST_KEYS = 1 << 16
_MOST_CLASSES = 1_000
_NUMBERS_PER_ROW = 2
_LONGEST_PAUSE = 63


class Lookup:
    """A table from the low bits of a key, which are as good as random, to the place of the key among the known ones.

    Where two known keys share their low bits, the more frequent one is found, and the other is taken for unknown:
    whoever uses this must treat an unknown key as one that may be known.
    """

    def __init__(self, keys: Keys, counts: NDArray[np.int64]) -> None:
        self.keys = keys
        n_slots = min(_MOST_SLOTS, max(_FEWEST_SLOTS, 1 << (_SLOTS_PER_KEY * len(keys) - 1).bit_length()))
        self._low_bits = np.uint64(n_slots - 1)
        self._places = np.zeros(n_slots, np.uint16)
        order = np.argsort(counts)
        self._places[(keys[order] & self._low_bits).view(np.int64)] = order

    def find(self, keys: Keys) -> tuple[NDArray[Any], Mask]:
        """Return the place of every key among the known ones, and whether it is really there."""
        places = self._places.take((keys & self._low_bits).view(np.int64)).astype(np.int64)
        return places, self.keys.take(places) == keys


@dataclass(slots=True)
class Memo:
    """What a fold remembers of a column from batch to batch to be quick; no result depends on it."""

    lookup: Lookup | None = None
    classes: Lookup | None = None
    book: Codebook | None = None
    most_numbers: int = MOST_NUMBERS
    skipped: int = 0
    pause: int = 0

    def coded(self, numbers: NDArray[Any], gaps: Mask | None, type_: pa.DataType) -> Coded | None:
        """Return the numbers of a column of few distinct ones as codes; None where they would not pay.

        Where a batch has too many, the next ones are not tried, at first one, in the end 63.
        """
        book = self.book
        if book is None:
            if self.skipped < self.pause:
                self.skipped += 1
                return None
            book = codebook_of(numbers, gaps, type_, self.most_numbers)
        found = None
        if book is not None:
            if len(book) > _NUMBERS_PER_ROW * len(numbers):
                return None
            found = book.coded(numbers, gaps)
        self.book = None if found is None else found.book
        if found is None:
            self.skipped, self.pause = 0, min(2 * self.pause + 1, _LONGEST_PAUSE)
        return found

    def lookup_of(self, keys: Keys, counts: NDArray[np.int64], n_rows: int) -> Lookup | None:
        """Return a lookup of these keys; None where it would cost more than it spares."""
        if not 0 < len(keys) <= min(_MOST_KEYS, n_rows // 4):
            return None
        lookup = self.lookup  # another thread may fold by the same plan
        if lookup is None or lookup.keys is not keys:
            lookup = self.lookup = Lookup(keys, counts)
        return lookup

    def remember_classes(self, keys: Keys) -> None:
        """Remember the classes of a target."""
        few = 0 < len(keys) <= _MOST_CLASSES
        self.classes = Lookup(keys, np.zeros(len(keys), np.int64)) if few else None

    def classes_of(self, keys: Keys) -> tuple[Keys, NDArray[np.int64]] | None:
        """Return the classes of rows and the place of each row among them; None if they are not those remembered."""
        classes = self.classes
        if classes is None:
            return None
        places, known = classes.find(keys)
        codes = places.astype(np.int64)
        if not known.all() or np.bincount(codes, minlength=len(classes.keys)).min() == 0:
            return None
        return classes.keys, codes
