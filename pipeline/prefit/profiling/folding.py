"""What a pass over all rows makes of them: the contract between what is measured and the engine that runs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

if TYPE_CHECKING:
    from prefit.profiling.fold import Partition

__all__ = ["Folding", "OnRows", "Sum", "Total"]

OnRows = Callable[[int], None]
"""Called after each batch with its number of rows; what it raises ends the fold."""


class Sum(Protocol):
    """What partitions are folded into: sums that are the same wherever the rows are cut."""

    def __add__(self, other: Self) -> Self:
        """Return what both hold."""
        ...


Total = TypeVar("Total", bound=Sum)


class Folding(Protocol[Total]):
    """How partitions are folded: picklable, equal on every worker, like the plan of a profile."""

    @property
    def n_rows(self) -> int | None:
        """Rows of the whole input, None where they are not known for certain."""
        ...

    @property
    def effort(self) -> float:
        """How many times as long a byte takes as it does to profile it: it decides how finely the work is cut."""
        ...

    def empty(self) -> Total:
        """Return the sum of no rows."""
        ...

    def folded(self, partition: Partition, onto: Total, on_rows: OnRows | None = None) -> Total:
        """Return a sum with the rows of a partition.

        Raises
        ------
        UnreadableInput
            If the partition cannot be read.
        """
        ...

    def packed(self, total: Total) -> Total:
        """Return a sum in the form in which it is sent to another process."""
        ...
