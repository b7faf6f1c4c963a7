"""Tidy CSV files, cut into ranges of bytes that are read apart, each with types that are proven by reading."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from prefit.errors import UnreadableInput
from prefit.sources.base import Contradiction, OnMalformed
from prefit.sources.dialect import Dialect
from prefit.sources.duck import TIMESTAMPTZ_PATTERN
from prefit.sources.remote import Location, open_up_to
from prefit.sources.stamps import unchanged
from prefit.sources.table import batch_rows, sliced

__all__ = ["CsvRange"]

_BLOCK_BYTES = 1 << 20
_DATE_LENGTH = 10
_INT64_END = 2**63
_MINUTES_LENGTH, _SECONDS_LENGTH = 16, 19
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
        """Yield the rows in order, at most 65,536 per batch.

        Raises
        ------
        Contradiction
            If a line is no row or a value is not of the type of its column.
        """
        with unchanged(self.path, self.stamp, self.name):
            if self.n_rows:
                yield from self._batches()

    def _batches(self) -> Iterator[pa.RecordBatch]:
        n_rows = 0
        try:
            with (
                open_up_to(self.path, self.start + self.size_bytes) as file,
                csv.open_csv(_Slice(file, self.start, self.size_bytes), **self._options()) as reader,
            ):
                for batch in _large(reader, batch_rows(self.schema, self.size_bytes / self.n_rows)):
                    n_rows += batch.num_rows
                    columns = map(_proven, batch.columns, self.types, self.schema.types)
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


class _Slice(io.RawIOBase):
    """Some bytes of a file, as a file."""

    def __init__(self, file: Any, start: int, size: int) -> None:
        self._file, self._left = file, size
        file.seek(start)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        content: bytes = self._file.read(wanted)
        self._left -= len(content)
        return content


def _large(batches: Iterable[pa.RecordBatch], most: int) -> Iterator[pa.RecordBatch]:
    """Put small batches together, up to so many rows."""
    waiting: list[pa.RecordBatch] = []
    n_rows = 0
    for batch in batches:
        if waiting and n_rows + batch.num_rows > most:
            yield from sliced(pa.concat_batches(waiting))
            waiting, n_rows = [], 0
        waiting.append(batch)
        n_rows += batch.num_rows
    if n_rows:
        yield from sliced(pa.concat_batches(waiting))


def _proven(column: pa.Array, kind: str, arrow_type: pa.DataType) -> pa.Array:
    """Return the values in their type, if the strict rules for types of texts give it too.

    Raises
    ------
    pyarrow.ArrowInvalid
        If they may not.
    """
    match kind:
        case "DOUBLE":
            proven = _is_below_int64(column)  # whole numbers beyond are identifiers
        case "DATE":
            proven = _all(pc.equal(pc.binary_length(column), _DATE_LENGTH))
        case "TIMESTAMP":
            lengths = pc.binary_length(column)
            short = pc.or_(pc.equal(lengths, _DATE_LENGTH), pc.equal(lengths, _MINUTES_LENGTH))
            proven = _all(pc.or_(short, pc.greater_equal(lengths, _SECONDS_LENGTH)))
        case "TIMESTAMPTZ":
            proven = _all(pc.match_substring_regex(column, f"^{TIMESTAMPTZ_PATTERN}$"))
        case _:
            proven = True
    if not proven:
        raise pa.ArrowInvalid(f"a value that is no {kind} beyond doubt")
    return column if column.type.equals(arrow_type) else column.cast(arrow_type)


def _is_below_int64(column: pa.Array) -> bool:
    values = np.frombuffer(column.buffers()[1], np.float64, len(column), 8 * column.offset)
    if np.fmax.reduce(np.abs(values), initial=0.0) < _INT64_END:  # whatever stands in the place of nulls
        return True
    extremes = pc.min_max(column.filter(pc.is_finite(column))).as_py()
    return max(-(extremes["min"] or 0), extremes["max"] or 0) < _INT64_END


def _all(tests: pa.Array) -> bool:
    """Whether a test holds for all values that are not null."""
    return pc.all(tests, min_count=0).as_py() is not False
