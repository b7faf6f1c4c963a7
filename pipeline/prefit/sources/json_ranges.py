"""Tidy files of JSON records in lines, cut into ranges of bytes that are read apart, with types proven by reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from prefit.errors import UnreadableInput
from prefit.sources.base import Contradiction, OnMalformed
from prefit.sources.duck import ARROW_TYPES
from prefit.sources.proving import joined, proven
from prefit.sources.remote import Location, segment
from prefit.sources.stamps import unchanged
from prefit.sources.table import batch_rows

__all__ = ["JsonRange"]

_BLOCK_BYTES = 1 << 20
_AS_THEY_ARE = ("BOOLEAN", "BIGINT", "DOUBLE")


@dataclass(frozen=True, slots=True)
class JsonRange:
    """Some records of a file with one record in a line.

    Keys and types are those of samples, ``"NULL"`` for a key without values. Reading proves them: a record has no other
    keys, and each value is taken only in a form in which it has this type beyond doubt.
    """

    name: str
    first_row: int
    size_bytes: int
    path: Location
    start: int
    n_rows: int
    types: tuple[str, ...]
    schema: pa.Schema
    stamp: str

    @property
    def identity(self) -> str:
        """What tells whether the same rows would be read again."""
        return f"{self.path} {self.stamp} {self.start}+{self.size_bytes} {self.schema.names} {self.types}"

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:  # noqa: ARG002 (there are none)
        """Yield the rows in order, at most 131,072 per batch.

        Raises
        ------
        Contradiction
            If a line is no record, or a key or a value is not as in the samples.
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
        from pyarrow import json

        n_rows = 0
        try:
            with (
                segment(self.path, self.start, self.size_bytes) as stream,
                json.open_json(stream, **self._options()) as reader,
            ):
                for batch in joined(reader, most):
                    n_rows += batch.num_rows
                    columns = map(proven, batch.columns, self.types, self.schema.types)
                    yield pa.RecordBatch.from_arrays(list(columns), schema=self.schema)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise self._contradiction(str(error).split("\n")[0][:200].rstrip(" .")) from error
        except OSError as error:
            if isinstance(error, UnreadableInput):
                raise
            raise UnreadableInput(f"{self.name} must be readable to its end; got {error}. Copy it again.") from error
        if n_rows != self.n_rows:
            raise self._contradiction(f"{n_rows} rows instead of {self.n_rows}")

    def _options(self) -> dict[str, Any]:
        from pyarrow import json

        fields = zip(self.schema, self.types, strict=True)
        schema = pa.schema([pa.field(field.name, _read_as(kind, field.type)) for field, kind in fields])
        return {
            "read_options": json.ReadOptions(block_size=_BLOCK_BYTES, use_threads=False),
            "parse_options": json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
        }

    def _contradiction(self, got: str) -> Contradiction:
        return Contradiction(f"{self.name} must hold what its samples do; got {got}. It has to be read as a whole.")


def _read_as(kind: str, type_: pa.DataType) -> pa.DataType:
    """Return the type to read a column in: texts where it is to be proven by how they are written."""
    if kind == "NULL":
        return pa.null()
    return pa.string() if kind in ARROW_TYPES and kind not in _AS_THEY_ARE else type_
