"""Ranges of bytes of tidy CSV files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import pyarrow as pa
from pyarrow import csv

from prefit.sources.dialect import Dialect
from prefit.sources.text_ranges import BLOCK_BYTES, TextRange

__all__ = ["CsvRange"]

_READ_AS = {"BOOLEAN": pa.bool_(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "NULL": pa.null()}


@dataclass(frozen=True, kw_only=True)
class CsvRange(TextRange):
    """Some records of a CSV file; `spans_lines` says whether a quoted field holds a line end."""

    spans_lines: bool
    dialect: Dialect
    null_values: tuple[str, ...]

    @property
    def identity(self) -> str:
        """What tells whether the same rows would be read again."""
        return f"{super().identity} {self.dialect} {self.null_values}"

    def _reader(self, stream: BinaryIO) -> csv.CSVStreamingReader:
        names = [f"c{index}" for index in range(len(self.types))]
        read_as = {name: _READ_AS.get(kind, pa.string()) for name, kind in zip(names, self.types, strict=True)}
        return csv.open_csv(
            stream,
            read_options=csv.ReadOptions(column_names=names, block_size=BLOCK_BYTES, use_threads=False),
            parse_options=csv.ParseOptions(
                delimiter=self.dialect.delimiter,
                quote_char=self.dialect.quote or False,
                newlines_in_values=self.spans_lines,
            ),
            convert_options=csv.ConvertOptions(
                column_types=read_as,
                null_values=["", *self.null_values],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                true_values=["true", "True", "TRUE"],
                false_values=["false", "False", "FALSE"],
            ),
        )
