"""JSON Lines and arrays of JSON records: one row per object, one column per key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from prefit.errors import InputError, UnreadableInput
from prefit.profiling.values import MalformedRow
from prefit.sources.base import Contradiction, OnMalformed
from prefit.sources.duck import ARROW_TYPES, connection, literal, reason
from prefit.sources.encoding import examine
from prefit.sources.files import DataFile
from prefit.sources.json_kinds import Kind, kinds_of_keys, merge_kinds, structure
from prefit.sources.json_sql import IS_RECORD, Shape, arrow_type, dates_of, pointer, relation
from prefit.sources.json_tidy import open_tidy
from prefit.sources.plain import TextForm, plain_text
from prefit.sources.remote import Location
from prefit.sources.schemas import check_columns
from prefit.sources.settling import SettlingSource
from prefit.sources.stamps import stamp_of, unchanged
from prefit.sources.table import TableSource, batch_rows

__all__ = ["JsonPartition", "open_json", "open_whole"]

LARGE_BYTES = 4 << 20
"""Files of less are read through before, which is quick."""

_TEXTS_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class JsonPartition:
    """A file of JSON records, to be read with the column types that hold for all files of the table.

    `types` holds a type of `ARROW_TYPES` for columns of plain values, and the structure as DuckDB's ``json_transform``
    takes it for columns of lists and objects.
    """

    name: str
    first_row: int
    size_bytes: int
    path: Location
    form: TextForm
    shape: Shape
    types: tuple[str, ...]
    schema: pa.Schema
    stamp: str = ""

    @property
    def identity(self) -> str:
        """What tells whether the same rows would be read again."""
        return f"{self.path} {self.stamp} {self.form} {self.shape} {self.schema.names} {self.types}"

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, at most 131,072 per batch; malformed lines are told after the last row."""
        with unchanged(self.path, self.stamp, self.name):
            yield from self._batches(on_malformed)

    def _batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
        import duckdb

        # all keys at once, as lists of texts: taken one by one, each would parse the line again
        keys = ", ".join(literal(pointer(name)) for name in self.schema.names)
        columns = ", ".join(_typed(index, name, self.types[index]) for index, name in enumerate(self.schema.names))
        with plain_text(self.path, self.form, self.name) as plain, connection(len(self.types)) as con:
            records = f"FROM {relation(plain, self.shape)} WHERE {IS_RECORD}"
            query = f"SELECT {columns} FROM (SELECT line, json_extract_string(line, [{keys}]) AS texts {records})"  # noqa: S608
            try:
                for batch in con.sql(query).to_arrow_reader(batch_rows(self.schema)):
                    arrays = [column.cast(kind) for column, kind in zip(batch.columns, self.schema.types, strict=True)]
                    yield pa.RecordBatch.from_arrays(arrays, schema=self.schema)
                malformed = _malformed(con, plain, self.shape, self.name)
            except (duckdb.Error, pa.ArrowException, OSError) as error:
                raise _unreadable(self.name, plain, error) from error
            for row in malformed:
                on_malformed(row)


def open_json(name: str, files: Sequence[DataFile]) -> TableSource | SettlingSource:
    """Open files of JSON records as one table.

    Large tidy files of lines are cut into ranges, with the types of samples that reading is to prove; all others are
    read through once, to know the types that hold for every row.

    Raises
    ------
    UnreadableInput
        If a file is no text, an array is damaged, or no line is a JSON object.
    InputError
        If a file is empty.
    """
    if sum(file.path.stat().st_size for file in files) >= LARGE_BYTES:
        try:
            table = open_tidy(name, files)
        except Contradiction:
            return open_whole(name, files)
        return SettlingSource(table, partial(open_whole, name, files))
    return open_whole(name, files)


def open_whole(name: str, files: Sequence[DataFile]) -> TableSource:
    """Open files of JSON records of any kind; each is read through once, to know the types that hold for every row.

    A key that a record lacks is null there. A column of values of several kinds is text.

    Raises
    ------
    UnreadableInput
        If a file is no text, an array is damaged, or no line is a JSON object.
    InputError
        If a file is empty.
    """
    stamps = [stamp_of(file.path) for file in files]
    surveys = [_survey(file) for file in files]
    kinds: dict[str, Kind] = {}
    for survey in surveys:
        kinds |= {key: merge_kinds(kinds.get(key), kind) for key, kind in survey.kinds.items()}
    check_columns(list(kinds), name)
    names = list(kinds)
    types = tuple(kind if isinstance(kind, str) else structure(kind) if kind else "VARCHAR" for kind in kinds.values())
    schema = pa.schema([pa.field(key, arrow_type(kind)) for key, kind in zip(names, types, strict=True)])
    parts: list[JsonPartition] = []
    first_row = 0
    for file, survey, stamp in zip(files, surveys, stamps, strict=True):
        size_bytes = file.path.stat().st_size
        parts.append(
            JsonPartition(file.label, first_row, size_bytes, file.path, survey.form, survey.shape, types, schema, stamp)
        )
        first_row += survey.n_rows
    return TableSource(name, schema, first_row, tuple(parts))


@dataclass(frozen=True, slots=True)
class _Survey:
    form: TextForm
    shape: Shape
    n_rows: int
    kinds: dict[str, Kind]


def _survey(file: DataFile) -> _Survey:
    import duckdb

    form = replace(examine(file.path, file.label), replace_damaged=True)
    if form.mixed_line_ends:
        form = form.with_unified_line_ends()
    with plain_text(file.path, form, file.label) as plain, connection() as con:
        shape = _shape(plain)
        try:
            _check_array(con, plain, shape, file.label)
            records = f"(FROM {relation(plain, shape)} WHERE {IS_RECORD})"
            n_rows, kinds = kinds_of_keys(_texts(con, records))
            if not n_rows and (malformed := _malformed(con, plain, shape, file.label)):
                raise UnreadableInput(
                    f"{file.label} must hold JSON objects, one per line or in an array; got line {malformed[0].line}: "
                    f"{malformed[0].reason}. Check the file."
                )
            return _Survey(form, shape, n_rows, kinds | dates_of(con, records, kinds))
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            if isinstance(error, UnreadableInput):
                raise
            raise _unreadable(file.label, plain, error) from error


def _texts(con: Any, records: str) -> Iterator[str]:
    for batch in con.sql(f"SELECT line FROM {records}").to_arrow_reader(_TEXTS_AT_ONCE):  # noqa: S608
        yield from batch.column(0).to_pylist()


def _check_array(con: Any, path: Path, shape: Shape, label: str) -> None:
    if shape == "array":
        query = f"SELECT count(*) FROM {relation(path, shape)} WHERE NOT {IS_RECORD}"  # noqa: S608
        [(n_others,)] = con.execute(query).fetchall()
        if n_others:
            raise InputError(
                f"{label} must be an array of objects; got {n_others} elements that are none. Take them out."
            )


def _shape(path: Path) -> Shape:
    """Tell an array of records from lines of records by the first byte that is not white space."""
    with path.open("rb") as file:
        return "array" if file.read(65_536).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[") else "lines"


def _typed(index: int, key: str, kind: str) -> str:
    """SQL of the value of a key in its type, given the list ``texts`` of the values of all keys."""
    text = f"texts[{index + 1}]"
    if kind == "VARCHAR":
        return text
    if kind in ARROW_TYPES:
        return f"CAST(NULLIF({text}, '') AS {kind})"
    return f"json_transform(json_extract(line, {literal(pointer(key))}), {literal(kind)})"


def _malformed(con: Any, path: Path, shape: Shape, label: str) -> list[MalformedRow]:
    """Return the lines that are not blank and no JSON object."""
    if shape == "array":
        return []
    query = f"""
        SELECT number, CASE WHEN json_valid(line) THEN 'not a JSON object' ELSE 'not valid JSON' END
        FROM (SELECT row_number() OVER () AS number, line FROM {relation(path, shape)})
        WHERE trim(line) <> '' AND NOT {IS_RECORD} ORDER BY number
    """  # noqa: S608
    return [MalformedRow(line, label, why) for line, why in con.execute(query).fetchall()]


def _unreadable(label: str, path: Path, error: Exception) -> UnreadableInput:
    return UnreadableInput(
        f"{label} must be readable as JSON records; got {reason(error, path, label)}. Write it again."
    )
