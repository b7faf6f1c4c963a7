"""How many lines could not be read, and which are the first of them?"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from prefit.profiling import values
from prefit.profiling.values import MalformedRow

__all__ = ["Malformed"]

_EXAMPLES = 100


@dataclass(frozen=True, slots=True)
class Malformed:
    """Number of unreadable lines, and the first 100 of them by file and line."""

    count: int = 0
    examples: tuple[MalformedRow, ...] = ()

    @classmethod
    def from_rows(cls, rows: Sequence[MalformedRow]) -> Self:
        """Count the reported lines."""
        return cls(len(rows), tuple(heapq.nsmallest(_EXAMPLES, rows, key=_place)))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.count + other.count, self.from_rows(self.examples + other.examples).examples)

    def value(self) -> values.Malformed:
        """Return the value of the profile."""
        return values.Malformed(self.count, self.examples)


def _place(row: MalformedRow) -> tuple[str, int, str]:
    return row.file, row.line, row.reason
