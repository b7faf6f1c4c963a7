"""What is read from a database file, as the reader of either system finds it."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

__all__ = ["Column", "Relation", "Stretch"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the expression that reads it, and the type that comes of it."""

    name: str
    sql: str
    type: pa.DataType


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that lie together: those that a condition selects, in the order of an ``ORDER BY``; it may be empty."""

    condition: str
    n_rows: int
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or a query.

    Attributes
    ----------
    source : str
        What stands after FROM.
    columns : tuple of Column
    stretches : tuple of Stretch
        In the order in which the rows lie; at least one.
    """

    source: str
    columns: tuple[Column, ...]
    stretches: tuple[Stretch, ...]

    @property
    def schema(self) -> pa.Schema:
        """Schema of the rows."""
        return pa.schema([pa.field(column.name, column.type) for column in self.columns])
