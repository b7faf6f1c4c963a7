"""CSV and TSV files: every line is either a row or a malformed row with its number and reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from prefit.errors import InputError, UnreadableInput
from prefit.sources.base import Contradiction, OnMalformed
from prefit.sources.csv_options import CsvOptions
from prefit.sources.csv_scan import malformed_rows, relation
from prefit.sources.csv_survey import survey
from prefit.sources.csv_tidy import open_tidy
from prefit.sources.dialect import Dialect
from prefit.sources.duck import ARROW_TYPES, connection, merge_types, reason
from prefit.sources.files import DataFile
from prefit.sources.plain import TextForm, plain_text
from prefit.sources.remote import Location
from prefit.sources.settling import SettlingSource
from prefit.sources.stamps import stamp_of, unchanged
from prefit.sources.table import TableSource, batch_rows

__all__ = ["CsvPartition", "open_csv", "open_whole"]

LARGE_BYTES = 4 << 20
"""Files of less are read through before, which is quick."""


@dataclass(frozen=True, slots=True)
class CsvPartition:
    """A CSV file, to be read with the column types that hold for all files of the table."""

    name: str
    first_row: int
    size_bytes: int
    path: Location
    form: TextForm
    dialect: Dialect
    null_values: tuple[str, ...]
    types: tuple[str, ...]
    schema: pa.Schema
    n_rows: int
    stamp: str = ""

    @property
    def identity(self) -> str:
        """What tells whether the same rows would be read again."""
        return f"{self.path} {self.stamp} {self.form} {self.dialect} {self.null_values} {self.types}"

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, at most 131,072 per batch; malformed lines are told after the last row."""
        with unchanged(self.path, self.stamp, self.name):
            yield from self._batches(on_malformed)

    def _batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
        import duckdb

        columns = ", ".join(_typed(f"c{index}", kind) for index, kind in enumerate(self.types))
        n_rows, most = 0, batch_rows(self.schema, self.size_bytes / max(self.n_rows, 1))
        with plain_text(self.path, self.form, self.name) as plain, connection(len(self.types)) as con:
            query = f"SELECT {columns} FROM {relation(plain, self.dialect, self.null_values)}"  # noqa: S608
            try:
                for batch in con.sql(query).to_arrow_reader(most):
                    n_rows += batch.num_rows
                    yield pa.RecordBatch.from_arrays(
                        [column.cast(field.type) for column, field in zip(batch.columns, self.schema, strict=True)],
                        schema=self.schema,
                    )
            except (duckdb.Error, pa.ArrowException, OSError) as error:
                raise UnreadableInput(
                    f"{self.name} must be readable to its end; got {reason(error, plain, self.name)}. Copy it again."
                ) from error
            if n_rows != self.n_rows:
                raise UnreadableInput(
                    f"{self.name} must not change while it is read; got {n_rows} rows after {self.n_rows}. Start again."
                )
            for row in malformed_rows(con, plain, self.name, self.form, self.dialect):
                on_malformed(row)


def open_csv(name: str, files: Sequence[DataFile], options: CsvOptions) -> TableSource | SettlingSource:
    """Open CSV files as one table.

    Large tidy files are cut into ranges, with the types of samples that reading is to prove; all others are read
    through once, to know the types that hold for every row.

    Raises
    ------
    UnreadableInput
        If a file is no text or no dialect fits.
    InputError
        If a file is empty, two columns have one name, or the files differ in their columns.
    """
    if sum(file.path.stat().st_size for file in files) >= LARGE_BYTES:
        try:
            table = open_tidy(name, files, options)
        except Contradiction:
            return open_whole(name, files, options)
        return SettlingSource(table, partial(open_whole, name, files, options))
    return open_whole(name, files, options)


def open_whole(name: str, files: Sequence[DataFile], options: CsvOptions) -> TableSource:
    """Open CSV files of any kind; each is read through once, to know the types that hold for every row.

    Raises
    ------
    UnreadableInput
        If a file is no text or no dialect fits.
    InputError
        If a file is empty, two columns have one name, or the files differ in their columns.
    """
    stamps = [stamp_of(file.path) for file in files]
    surveys = [survey(file, options) for file in files]
    columns = surveys[0].dialect.columns
    for file, found in zip(files, surveys, strict=True):
        if found.dialect.columns != columns:
            raise InputError(_other_columns(files[0].label, columns, file.label, found.dialect.columns))
    types = tuple(merge_types(kinds) for kinds in zip(*(each.scan.types for each in surveys), strict=True))
    schema = pa.schema([pa.field(column, ARROW_TYPES[kind]) for column, kind in zip(columns, types, strict=True)])
    parts: list[CsvPartition] = []
    first_row = 0
    for file, found, stamp in zip(files, surveys, stamps, strict=True):
        parts.append(
            CsvPartition(
                name=file.label,
                first_row=first_row,
                size_bytes=file.path.stat().st_size,
                path=file.path,
                form=found.form,
                dialect=found.dialect,
                null_values=options.null_values,
                types=types,
                schema=schema,
                n_rows=found.scan.n_rows,
                stamp=stamp,
            )
        )
        first_row += found.scan.n_rows
    return TableSource(name, schema, first_row, tuple(parts))


def _typed(column: str, kind: str) -> str:
    """SQL of a column of texts in its type; an empty quoted text is a value of text columns alone."""
    return column if kind == "VARCHAR" else f"CAST(NULLIF({column}, '') AS {kind})"


def _other_columns(first_file: str, expected: Sequence[str], file: str, columns: Sequence[str]) -> str:
    missing = [column for column in expected if column not in columns]
    added = [column for column in columns if column not in expected]
    got = (
        f"no column {missing[0]!r} in {file}" if missing
        else f"another column {added[0]!r} in {file}" if added
        else f"another order of columns in {file}"
    )  # fmt: skip
    return f"all files must have the columns of {first_file}; got {got}. Mend it, or check the files apart."
