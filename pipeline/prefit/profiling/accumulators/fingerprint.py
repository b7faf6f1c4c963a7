"""Are two tables the same, whatever the order of their rows?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Self

import numpy as np

from prefit.profiling.batches import TableBatch
from prefit.profiling.hashing import HASH_VERSION, splitmix64
from prefit.profiling.plan import Plan

__all__ = ["Fingerprint"]

_SECOND = np.uint64(0x589965CC75374CC3)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Number of rows, and two sums of their mixed keys modulo 2**64."""

    n_rows: int = 0
    first: int = 0
    second: int = 0

    @classmethod
    def from_batch(cls, batch: TableBatch) -> Self:
        """Sum one batch."""
        first = np.add.reduce(splitmix64(batch.row_keys))
        second = np.add.reduce(splitmix64(batch.row_keys ^ _SECOND))
        return cls(len(batch), int(first), int(second))

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.n_rows + other.n_rows, (self.first + other.first) % 2**64, (self.second + other.second) % 2**64
        )

    def value(self, plan: Plan) -> str:
        """Return 32 hexadecimal digits that also stand for the names and types of the columns."""
        schema = sorted(f"{field.name!r}: {field.type}" for field in plan.sample_schema)
        text = f"{HASH_VERSION} {self.n_rows} {self.first} {self.second} {schema}"
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
