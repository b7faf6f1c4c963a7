"""JSON Lines and arrays of JSON records: one row per object, one column per key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from prefit.errors import InputError, UnreadableInput
from prefit.profiling.values import MalformedRow
from prefit.sources.base import OnMalformed
from prefit.sources.duck import ARROW_TYPES, MAX_LINE_BYTES, connection, infer_types, literal, reason
from prefit.sources.encoding import examine
from prefit.sources.files import DataFile
from prefit.sources.json_kinds import Kind, kinds_of_keys, merge_kinds, structure
from prefit.sources.plain import TextForm, plain_text
from prefit.sources.remote import Location
from prefit.sources.schemas import check_columns, plain_type
from prefit.sources.stamps import stamp_of, unchanged
from prefit.sources.table import TableSource, batch_rows

__all__ = ["JsonPartition", "open_json"]

Shape = Literal["lines", "array"]

# a CASE, since DuckDB may turn round the sides of an AND, and json_type fails where the text is no JSON
_IS_RECORD = "CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END"
_TEXTS_AT_ONCE = 4096
_DATES = ("DATE", "TIMESTAMP", "TIMESTAMPTZ")


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
        """Yield the rows in order, at most 65,536 per batch; malformed lines are told after the last row."""
        with unchanged(self.path, self.stamp, self.name):
            yield from self._batches(on_malformed)

    def _batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
        import duckdb

        # all keys at once, as lists of texts: taken one by one, each would parse the line again
        keys = ", ".join(literal(_path(name)) for name in self.schema.names)
        columns = ", ".join(_typed(index, name, self.types[index]) for index, name in enumerate(self.schema.names))
        with plain_text(self.path, self.form, self.name) as plain, connection(len(self.types)) as con:
            records = f"FROM {_relation(plain, self.shape)} WHERE {_IS_RECORD}"
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


def open_json(name: str, files: Sequence[DataFile]) -> TableSource:
    """Open files of JSON records as one table; each is read through once, to know the types that hold for every row.

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
    schema = pa.schema([pa.field(key, _arrow_type(kind)) for key, kind in zip(names, types, strict=True)])
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
            relation = f"(FROM {_relation(plain, shape)} WHERE {_IS_RECORD})"
            n_rows, kinds = kinds_of_keys(_texts(con, relation))
            if not n_rows and (malformed := _malformed(con, plain, shape, file.label)):
                raise UnreadableInput(
                    f"{file.label} must hold JSON objects, one per line or in an array; got line {malformed[0].line}: "
                    f"{malformed[0].reason}. Check the file."
                )
            return _Survey(form, shape, n_rows, kinds | _dates(con, relation, kinds))
        except duckdb.Error as error:
            raise _unreadable(file.label, plain, error) from error


def _texts(con: Any, relation: str) -> Iterator[str]:
    for batch in con.sql(f"SELECT line FROM {relation}").to_arrow_reader(_TEXTS_AT_ONCE):  # noqa: S608
        yield from batch.column(0).to_pylist()


def _dates(con: Any, relation: str, kinds: dict[str, Kind]) -> dict[str, Kind]:
    """Return the types of the keys whose texts are all dates or times."""
    texts = [key for key, kind in kinds.items() if kind == "VARCHAR"]
    if not texts:
        return {}
    _, types = infer_types(con, relation, [(_text_of(key), _DATES) for key in texts])
    return {key: kind for key, kind in zip(texts, types, strict=True) if kind is not None}


def _check_array(con: Any, path: Path, shape: Shape, label: str) -> None:
    if shape == "array":
        query = f"SELECT count(*) FROM {_relation(path, shape)} WHERE NOT {_IS_RECORD}"  # noqa: S608
        [(n_others,)] = con.execute(query).fetchall()
        if n_others:
            raise InputError(
                f"{label} must be an array of objects; got {n_others} elements that are none. Take them out."
            )


def _shape(path: Path) -> Shape:
    """Tell an array of records from lines of records by the first byte that is not white space."""
    with path.open("rb") as file:
        return "array" if file.read(65_536).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[") else "lines"


def _relation(path: Path, shape: Shape) -> str:
    """Return SQL that gives one JSON text per record, as column ``line``, in file order."""
    if shape == "array":
        return f"(SELECT json AS line FROM read_json_objects({literal(str(path))}, format = 'array'))"  # noqa: S608
    return (
        f"read_csv({literal(str(path))}, columns = {{'line': 'VARCHAR'}}, auto_detect = false, header = false, "
        f"delim = '', quote = '', escape = '', comment = '', max_line_size = {MAX_LINE_BYTES})"
    )


def _arrow_type(kind: str) -> pa.DataType:
    if kind in ARROW_TYPES:
        return ARROW_TYPES[kind]
    with connection() as con:
        no_rows = "(SELECT '{}'::JSON AS line WHERE false)"
        relation = con.sql(f"SELECT json_transform(line, {literal(kind)}) FROM {no_rows}")  # noqa: S608
        return plain_type(relation.to_arrow_table().schema.field(0).type)


def _text_of(key: str) -> str:
    """SQL of the value of a key as text: a JSON text without its quotes, anything else as it is written."""
    return f"json_extract_string(line, {literal(_path(key))})"


def _typed(index: int, key: str, kind: str) -> str:
    """SQL of the value of a key in its type, given the list ``texts`` of the values of all keys."""
    text = f"texts[{index + 1}]"
    if kind == "VARCHAR":
        return text
    if kind in ARROW_TYPES:
        return f"CAST(NULLIF({text}, '') AS {kind})"
    return f"json_transform(json_extract(line, {literal(_path(key))}), {literal(kind)})"


def _path(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _malformed(con: Any, path: Path, shape: Shape, label: str) -> list[MalformedRow]:
    """Return the lines that are not blank and no JSON object."""
    if shape == "array":
        return []
    query = f"""
        SELECT number, CASE WHEN json_valid(line) THEN 'not a JSON object' ELSE 'not valid JSON' END
        FROM (SELECT row_number() OVER () AS number, line FROM {_relation(path, shape)})
        WHERE trim(line) <> '' AND NOT {_IS_RECORD} ORDER BY number
    """  # noqa: S608
    return [MalformedRow(line, label, why) for line, why in con.execute(query).fetchall()]


def _unreadable(label: str, path: Path, error: Exception) -> UnreadableInput:
    return UnreadableInput(
        f"{label} must be readable as JSON records; got {reason(error, path, label)}. Write it again."
    )
