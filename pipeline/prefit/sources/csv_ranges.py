"""Tidy CSV files, cut into ranges of bytes that are read apart, each with types that are proven by reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyarrow import csv

from prefit.errors import UnreadableInput
from prefit.sources.base import Contradiction, OnMalformed
from prefit.sources.dialect import Dialect
from prefit.sources.proving import joined, proven
from prefit.sources.remote import Location, segment
from prefit.sources.stamps import unchanged
from prefit.sources.table import batch_rows

__all__ = ["CsvRange"]

_BLOCK_BYTES = 1 << 20
_READ_AS = {"BOOLEAN": pa.bool_(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "NULL": pa.null()}


@dataclass(frozen=True, slots=True)
class CsvRange:
    """Some records of a CSV file.

    `spans_lines` says whether a quoted field holds a line end. The types are those of samples, ``"NULL"`` for a column
    without values. Reading proves them: each value is taken only in a form in which it has this type beyond doubt.
    """

    name: str
    first_row: int
    size_bytes: int
    path: Location
    start: int
    n_rows: int
    spans_lines: bool
    dialect: Dialect
    null_values: tuple[str, ...]
    types: tuple[str, ...]
    schema: pa.Schema
    stamp: str

    @property
    def identity(self) -> str:
        """What tells whether the same rows would be read again."""
        piece = f"{self.start}+{self.size_bytes}"
        return f"{self.path} {self.stamp} {piece} {self.dialect} {self.null_values} {self.types}"

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:  # noqa: ARG002 (there are none)
        """Yield the rows in order, at most 131,072 per batch.

        Raises
        ------
        Contradiction
            If a line is no row or a value is not of the type of its column.
        """
        with unchanged(self.path, self.stamp, self.name):
            if self.n_rows:
                yield from self._batches(batch_rows(self.schema, self.size_bytes / self.n_rows))

    def head(self, n_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, in batches of few more than so many, so that who stops has parsed no more.

        Raises
        ------
        Contradiction
            As `batches`, for the rows that are taken.
        """
        with unchanged(self.path, self.stamp, self.name):
            if self.n_rows:
                yield from self._batches(n_rows)

    def _batches(self, most: int) -> Iterator[pa.RecordBatch]:
        n_rows = 0
        try:
            with (
                segment(self.path, self.start, self.size_bytes) as stream,
                csv.open_csv(stream, **self._options()) as reader,
            ):
                for batch in joined(reader, most):
                    n_rows += batch.num_rows
                    columns = map(proven, batch.columns, self.types, self.schema.types)
                    yield pa.RecordBatch.from_arrays(list(columns), schema=self.schema)
        except pa.ArrowInvalid as error:
            raise self._contradiction(str(error).split("\n")[0][:200].rstrip(" .")) from error
        except OSError as error:
            if isinstance(error, UnreadableInput):
                raise
            raise UnreadableInput(f"{self.name} must be readable to its end; got {error}. Copy it again.") from error
        if n_rows != self.n_rows:
            raise self._contradiction(f"{n_rows} rows instead of {self.n_rows}")

    def _options(self) -> dict[str, Any]:
        names = [f"c{index}" for index in range(len(self.types))]
        return {
            "read_options": csv.ReadOptions(column_names=names, block_size=_BLOCK_BYTES, use_threads=False),
            "parse_options": csv.ParseOptions(
                delimiter=self.dialect.delimiter,
                quote_char=self.dialect.quote or False,
                newlines_in_values=self.spans_lines,
            ),
            "convert_options": csv.ConvertOptions(
                column_types={
                    name: _READ_AS.get(kind, pa.string()) for name, kind in zip(names, self.types, strict=True)
                },
                null_values=["", *self.null_values],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                true_values=["true", "True", "TRUE"],
                false_values=["false", "False", "FALSE"],
            ),
        }

    def _contradiction(self, got: str) -> Contradiction:
        return Contradiction(f"{self.name} must hold what its samples do; got {got}. It has to be read as a whole.")
