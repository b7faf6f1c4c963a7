"""A source that is opened by samples, and read again with certainty when they turn out not to tell all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa

from prefit.sources.base import Contradiction, Partition
from prefit.sources.table import TableSource

__all__ = ["SettlingSource"]


class SettlingSource:
    """A table whose partitions may raise `Contradiction`, until it is settled.

    Parameters
    ----------
    table : TableSource
        As the samples have it.
    certain : callable
        Opens the same data so that what is known holds for all rows.
    """

    def __init__(self, table: TableSource, certain: Callable[[], TableSource]) -> None:
        self._table = table
        self._certain: Callable[[], TableSource] | None = certain

    @property
    def name(self) -> str:
        """Short name, free of credentials."""
        return self._table.name

    @property
    def schema(self) -> pa.Schema:
        """Schema of every batch."""
        return self._table.schema

    @property
    def n_rows(self) -> int | None:
        """Number of rows that can be read."""
        return self._table.n_rows

    @property
    def parts(self) -> tuple[Partition, ...]:
        """The partitions in row order."""
        return self._table.parts

    def partitions(self) -> Sequence[Partition]:
        """Return the partitions in row order; reading all of them yields every row once."""
        return self._table.parts

    def settle(self) -> None:
        """Open the data so that what is known holds for all rows; schema and partitions may change."""
        if self._certain is not None:
            self._table, self._certain = self._certain(), None

    def to_table(self) -> pa.Table:
        """Read everything into memory.

        Raises
        ------
        UnreadableInput
            If the bytes of a partition cannot be decoded.
        """
        try:
            return self._table.to_table()
        except Contradiction:
            self.settle()
            return self._table.to_table()
