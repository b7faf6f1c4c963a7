"""Schemas: plain types, one schema for several files, and batches that follow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from prefit.errors import InputError

__all__ = ["check_columns", "conform", "decoded", "plain_schema", "plain_type", "unify"]

_ORDINARY = {
    pa.large_string(): pa.string(), pa.string_view(): pa.string(),
    pa.large_binary(): pa.binary(), pa.binary_view(): pa.binary(),
}  # fmt: skip


def check_columns(names: Sequence[str], label: str) -> None:
    """Refuse tables without columns and with two columns of one name.

    Raises
    ------
    InputError
        If there is no column or a name stands twice.
    """
    if not names:
        raise InputError(f"{label} must have columns; got none. Check that it is the right file or table.")
    twice = {name: count for name, count in Counter(names).items() if count > 1}
    if twice:
        listed = ", ".join(f"{name!r} ({count} times)" for name, count in list(twice.items())[:8])
        raise InputError(f"columns of {label} must have different names; got {listed}. Rename or drop them.")


def plain_type(kind: pa.DataType) -> pa.DataType:
    """Return the ordinary type that holds the same values.

    Examples
    --------
    >>> plain_type(pa.dictionary(pa.int8(), pa.large_string()))
    DataType(string)
    """
    if isinstance(kind, pa.BaseExtensionType):
        return plain_type(kind.storage_type)
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return plain_type(kind.value_type)
    if types.is_fixed_size_list(kind):
        return pa.list_(plain_type(kind.value_type), kind.list_size)
    if types.is_list(kind) or types.is_large_list(kind) or types.is_list_view(kind):
        return pa.list_(plain_type(kind.value_type))
    return _ORDINARY.get(kind, kind)


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """Return the schema with plain types, without metadata."""
    return pa.schema([pa.field(field.name, plain_type(field.type)) for field in schema])


def unify(schemas: Sequence[tuple[str, pa.Schema]]) -> pa.Schema:
    """Find the one schema that all files of a table can be read with.

    Integers and floats are widened where files differ; a column that is all null in one file takes the type of the
    others. The column order is that of the first file.

    Parameters
    ----------
    schemas : sequence of (file name, pyarrow.Schema)
        Not empty; plain schemas.

    Raises
    ------
    InputError
        If a file lacks a column, has one that the first file lacks, or has one of another kind.
    """
    first_name, unified = schemas[0]
    for name, schema in schemas[1:]:
        if schema.equals(unified):
            continue
        _check_same_columns(unified.names, schema.names, first_name, name)
        for index, field in enumerate(unified):
            other = schema.field(field.name).type
            widened = _widen(field.type, other)
            if widened is None:
                raise InputError(
                    f"column {field.name!r} must have one type in all files; got {field.type} in {first_name} and "
                    f"{other} in {name}. Convert one of them, or check the files apart."
                )
            unified = unified.set(index, field.with_type(widened))
    return unified


def conform(batch: pa.RecordBatch, schema: pa.Schema, constants: Mapping[str, Any] | None = None) -> pa.RecordBatch:
    """Return the batch with the columns and types of `schema`; columns that it lacks come from `constants`.

    Texts that come as a dictionary stay one.

    Raises
    ------
    pyarrow.ArrowInvalid
        If a value does not fit the type.
    """
    if batch.schema.equals(schema):
        return batch
    present = set(batch.schema.names)
    columns = [
        _cast(batch.column(field.name), field.type)
        if field.name in present
        else pa.repeat(pa.scalar((constants or {})[field.name], field.type), batch.num_rows)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema.names)


def decoded(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Return a batch that follows `schema` without dictionaries."""
    if batch.schema.equals(schema):
        return batch
    columns = [
        column.dictionary_decode() if isinstance(column, pa.DictionaryArray) else column for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _check_same_columns(expected: Sequence[str], names: Sequence[str], first_file: str, file: str) -> None:
    known, given = set(expected), set(names)
    for column in expected:
        if column not in given:
            raise InputError(
                f"all files must have the same columns; got {file} without column {column!r} of {first_file}. "
                "Check the files apart, or leave that one out."
            )
    for column in names:
        if column not in known:
            raise InputError(
                f"all files must have the same columns; got column {column!r} in {file} but not in {first_file}. "
                "Check the files apart, or leave that one out."
            )


def _widen(first: pa.DataType, second: pa.DataType) -> pa.DataType | None:
    if types.is_string(first) != types.is_string(second) and not (types.is_null(first) or types.is_null(second)):
        return None  # Arrow would turn text into bytes
    fields = [pa.schema([pa.field("column", kind)]) for kind in (first, second)]
    try:
        return pa.unify_schemas(fields, promote_options="permissive").field(0).type
    except pa.ArrowTypeError:
        return None


def _cast(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if types.is_run_end_encoded(column.type):
        column = pc.run_end_decode(column)
    if isinstance(column, pa.DictionaryArray):  # its own cast knows fewer types of values
        dictionary = _cast(column.dictionary, kind)
        if types.is_string(kind) and len(dictionary) <= len(column):
            return pa.DictionaryArray.from_arrays(column.indices.cast(pa.int32()), dictionary)
        return dictionary.take(column.indices)
    return column if column.type.equals(kind) else column.cast(kind)
