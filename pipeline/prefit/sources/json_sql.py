"""JSON records in the SQL of DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from prefit.sources.duck import ARROW_TYPES, MAX_LINE_BYTES, connection, infer_types, literal
from prefit.sources.json_kinds import Kind
from prefit.sources.schemas import plain_type

__all__ = ["IS_RECORD", "Shape", "arrow_type", "dates_of", "pointer", "relation"]

Shape = Literal["lines", "array"]

# a CASE, since DuckDB may turn round the sides of an AND, and json_type fails where the text is no JSON
IS_RECORD = "CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END"
"""SQL that tells whether the text ``line`` is an object."""

_DATES = ("DATE", "TIMESTAMP", "TIMESTAMPTZ")


def relation(path: Path, shape: Shape) -> str:
    """Return SQL that gives one JSON text per record, as column ``line``, in file order."""
    if shape == "array":
        return f"(SELECT json AS line FROM read_json_objects({literal(str(path))}, format = 'array'))"  # noqa: S608
    return (
        f"read_csv({literal(str(path))}, columns = {{'line': 'VARCHAR'}}, auto_detect = false, header = false, "
        f"delim = '', quote = '', escape = '', comment = '', max_line_size = {MAX_LINE_BYTES})"
    )


def arrow_type(kind: str) -> pa.DataType:
    """Return the type in which values of a kind come, given by the name of a type or as a structure."""
    if kind in ARROW_TYPES:
        return ARROW_TYPES[kind]
    with connection() as con:
        no_rows = "(SELECT '{}'::JSON AS line WHERE false)"
        relation = con.sql(f"SELECT json_transform(line, {literal(kind)}) FROM {no_rows}")  # noqa: S608
        return plain_type(relation.to_arrow_table().schema.field(0).type)


def dates_of(con: Any, records: str, kinds: dict[str, Kind]) -> dict[str, Kind]:
    """Return the types of the keys whose texts are all dates or times, in SQL of records."""
    texts = [key for key, kind in kinds.items() if kind == "VARCHAR"]
    if not texts:
        return {}
    values = [f"json_extract_string(line, {literal(pointer(key))})" for key in texts]
    _, types = infer_types(con, records, [(value, _DATES) for value in values])
    return {key: kind for key, kind in zip(texts, types, strict=True) if kind is not None}


def pointer(key: str) -> str:
    """Return where the value of a key stands in a record, as a JSON pointer."""
    return "/" + key.replace("~", "~0").replace("/", "~1")
