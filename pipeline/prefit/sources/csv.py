"""CSV and TSV files: every line is either a row or a malformed row with its number and reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from prefit.errors import InputError, UnreadableInput
from prefit.sources.base import OnMalformed
from prefit.sources.csv_options import WHITESPACE, CsvOptions
from prefit.sources.csv_scan import Scan, malformed_rows, relation, scan
from prefit.sources.dialect import Dialect, find_dialect, parted_by_whitespace
from prefit.sources.duck import ARROW_TYPES, connection, merge_types
from prefit.sources.files import DataFile
from prefit.sources.table import MAX_BATCH_ROWS, TableSource
from prefit.sources.text import TextForm, examine, plain_text

__all__ = ["CsvPartition", "open_csv"]

_MAX_REPAIRS = 20


@dataclass(frozen=True, slots=True)
class CsvPartition:
    """A CSV file, to be read with the column types that hold for all files of the table."""

    name: str
    first_row: int
    size_bytes: int
    path: Path
    form: TextForm
    dialect: Dialect
    null_values: tuple[str, ...]
    types: tuple[str, ...]
    schema: pa.Schema
    n_rows: int

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, at most 65,536 per batch; malformed lines are told after the last row."""
        import duckdb

        columns = ", ".join(_typed(f"c{index}", kind) for index, kind in enumerate(self.types))
        n_rows = 0
        with plain_text(self.path, self.form, self.name) as plain, connection() as con:
            query = f"SELECT {columns} FROM {relation(plain, self.dialect, self.null_values)}"  # noqa: S608
            try:
                for batch in con.sql(query).to_arrow_reader(MAX_BATCH_ROWS):
                    n_rows += batch.num_rows
                    yield pa.RecordBatch.from_arrays(
                        [column.cast(field.type) for column, field in zip(batch.columns, self.schema, strict=True)],
                        schema=self.schema,
                    )
            except (duckdb.Error, pa.ArrowException, OSError) as error:
                raise UnreadableInput(f"{self.name} must be readable to its end; got {_short(error)}.") from error
            if n_rows != self.n_rows:
                raise UnreadableInput(
                    f"{self.name} must not change while it is read; got {n_rows} rows after {self.n_rows}. Start again."
                )
            for row in malformed_rows(con, plain, self.name, self.form, self.dialect):
                on_malformed(row)


def open_csv(name: str, files: Sequence[DataFile], options: CsvOptions) -> TableSource:
    """Open CSV files as one table; each is read through once, to know the types that hold for every row.

    Raises
    ------
    UnreadableInput
        If a file is no text or no dialect fits.
    InputError
        If a file is empty, two columns have one name, or the files differ in their columns.
    """
    surveys = [_survey(file, options) for file in files]
    columns = surveys[0].dialect.columns
    for file, survey in zip(files, surveys, strict=True):
        if survey.dialect.columns != columns:
            raise InputError(_other_columns(files[0].label, columns, file.label, survey.dialect.columns))
    types = tuple(merge_types(found) for found in zip(*(survey.scan.types for survey in surveys), strict=True))
    schema = pa.schema([pa.field(column, ARROW_TYPES[kind]) for column, kind in zip(columns, types, strict=True)])
    parts: list[CsvPartition] = []
    first_row = 0
    for file, survey in zip(files, surveys, strict=True):
        parts.append(
            CsvPartition(
                name=file.label,
                first_row=first_row,
                size_bytes=file.path.stat().st_size,
                path=file.path,
                form=survey.form,
                dialect=survey.dialect,
                null_values=options.null_values,
                types=types,
                schema=schema,
                n_rows=survey.scan.n_rows,
            )
        )
        first_row += survey.scan.n_rows
    return TableSource(name, schema, first_row, tuple(parts))


@dataclass(frozen=True, slots=True)
class _Survey:
    form: TextForm
    dialect: Dialect
    scan: Scan


def _survey(file: DataFile, options: CsvOptions) -> _Survey:
    """Find the form and the dialect in which all lines of a file can be read, and what they hold."""
    import duckdb

    form = examine(file.path, file.label, options.encoding)
    form = replace(form, tabs_for_whitespace=options.delimiter == WHITESPACE)
    try:
        survey = _survey_as(file, form, options)
    except duckdb.Error as error:
        if not form.mixed_line_ends:
            raise _no_dialect(file.label, error) from error
        try:
            survey = _survey_as(file, form.with_unified_line_ends(), options)
        except duckdb.Error as again:
            raise _no_dialect(file.label, again) from again
    if survey.scan.n_rows == 0 and survey.scan.malformed:
        first = survey.scan.malformed[0]
        raise UnreadableInput(
            f"{file.label} must have rows as wide as its header; got none: line {first.line} has {first.reason}. "
            "Mend the header, or name the dialect with CsvOptions(delimiter=..., header=..., quote=...)."
        )
    return survey


def _survey_as(file: DataFile, form: TextForm, options: CsvOptions) -> _Survey:
    with plain_text(file.path, form, file.label) as plain:
        dialect = find_dialect(plain, file.label, options)
        if (
            len(dialect.columns) == 1
            and options.delimiter is None
            and _may_be_spaced(file)
            and parted_by_whitespace(plain)
        ):
            spaced = replace(form, tabs_for_whitespace=True)
            return _survey_as(file, spaced, replace(options, delimiter=WHITESPACE))
        found = _scan(plain, file.label, form, dialect, options)
    for _ in range(_MAX_REPAIRS):
        if not found.unclosed_lines:
            return _Survey(form, dialect, found)
        # a quote without its end has swallowed lines: read again without the line where it opens
        form = replace(form, dropped_lines=tuple(sorted({*form.dropped_lines, *found.unclosed_lines})))
        with plain_text(file.path, form, file.label) as plain:
            found = _scan(plain, file.label, form, dialect, options)
    raise UnreadableInput(
        f"{file.label} must have quotes in pairs; got {len(form.dropped_lines)} lines with a quote without its end. "
        "If quotes have no meaning there, say so with CsvOptions(quote='')."
    )


def _scan(plain: Path, label: str, form: TextForm, dialect: Dialect, options: CsvOptions) -> Scan:
    with connection() as con:
        return scan(con, plain, label, form, dialect, options.null_values)


def _may_be_spaced(file: DataFile) -> bool:
    return not {".csv", ".tsv"} & set(file.path.suffixes)


def _typed(column: str, kind: str) -> str:
    """SQL of a column of texts in its type; an empty quoted text is a value of text columns alone."""
    return column if kind == "VARCHAR" else f"CAST(NULLIF({column}, '') AS {kind})"


def _no_dialect(label: str, error: Exception) -> UnreadableInput:
    return UnreadableInput(
        f"{label} must be a table in CSV; got lines that no dialect fits ({_short(error)}). "
        "Name the dialect with CsvOptions(delimiter=..., quote=..., header=...)."
    )


def _other_columns(first_file: str, expected: Sequence[str], file: str, columns: Sequence[str]) -> str:
    missing = [column for column in expected if column not in columns]
    added = [column for column in columns if column not in expected]
    got = (
        f"no column {missing[0]!r} in {file}" if missing
        else f"another column {added[0]!r} in {file}" if added
        else f"another order of columns in {file}"
    )  # fmt: skip
    return f"all files must have the columns of {first_file}; got {got}. Mend it, or check the files apart."


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200].rstrip(".")
