"""What a source is: anything that yields partitions of Arrow record batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pyarrow as pa

from prefit.errors import Contradiction
from prefit.profiling.fold import OnMalformed, Partition

__all__ = ["Contradiction", "OnMalformed", "Partition", "Source"]


class Source(Protocol):
    """Data that can be read in one pass."""

    @property
    def name(self) -> str:
        """Short name, free of credentials."""
        ...

    @property
    def schema(self) -> pa.Schema:
        """Schema of every batch."""
        ...

    @property
    def n_rows(self) -> int | None:
        """Number of rows, None where only reading would tell."""
        ...

    def partitions(self) -> Sequence[Partition]:
        """Return the partitions in row order; reading all of them yields every row once."""
        ...

    def settle(self) -> None:
        """Read with certainty from now on, after a partition raised `Contradiction`; the schema may change."""
        ...

    def to_table(self) -> pa.Table:
        """Read all rows into memory; lines that cannot be read are left out with a warning."""
        ...
