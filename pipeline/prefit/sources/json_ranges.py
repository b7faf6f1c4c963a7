"""Ranges of bytes of tidy files with JSON records in lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa

from prefit.sources.duck import ARROW_TYPES
from prefit.sources.text_ranges import BLOCK_BYTES, TextRange

if TYPE_CHECKING:
    from pyarrow import json

__all__ = ["JsonRange"]

_AS_THEY_ARE = ("BOOLEAN", "BIGINT", "DOUBLE")


@dataclass(frozen=True, kw_only=True)
class JsonRange(TextRange):
    """Some records of a file with one record in a line; keys are those of samples too: a record has no others."""

    def _reader(self, stream: BinaryIO) -> json.JSONStreamingReader:
        from pyarrow import json

        fields = zip(self.schema, self.types, strict=True)
        schema = pa.schema([pa.field(field.name, _read_as(kind, field.type)) for field, kind in fields])
        return json.open_json(
            stream,
            read_options=json.ReadOptions(block_size=BLOCK_BYTES, use_threads=False),
            parse_options=json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
        )


def _read_as(kind: str, type_: pa.DataType) -> pa.DataType:
    """Return the type to read a column in: texts where it is to be proven by how they are written."""
    if kind == "NULL":
        return pa.null()
    return pa.string() if kind in ARROW_TYPES and kind not in _AS_THEY_ARE else type_
