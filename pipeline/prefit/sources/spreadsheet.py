"""Sheets of Excel and OpenDocument workbooks, which are read into memory: none has more than a million rows."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from prefit.errors import InputError, InputNotFound, UnreadableInput, did_you_mean
from prefit.sources.extras import need
from prefit.sources.files import DataFile
from prefit.sources.memory import open_memory
from prefit.sources.schemas import check_columns, conform, plain_schema, unify
from prefit.sources.table import TableSource

__all__ = ["open_spreadsheets", "split_sheet"]

_SHEET = re.compile(r"(?P<location>.+\.(?:xlsx|xlsm|xlsb|xls|ods))\?sheet=(?P<sheet>.+)", re.IGNORECASE | re.DOTALL)
_UNNAMED = "__UNNAMED__"


def split_sheet(location: str) -> tuple[str, str | None]:
    """Take the name of a sheet from behind the path of a workbook.

    Examples
    --------
    >>> split_sheet("data/sales.xlsx?sheet=March 2026")
    ('data/sales.xlsx', 'March 2026')
    """
    found = _SHEET.fullmatch(location)
    return (location, None) if found is None else (found["location"], found["sheet"])


def open_spreadsheets(name: str, files: Sequence[DataFile], sheet: str | None) -> TableSource:
    """Open one sheet of each workbook as one table; the first row of a sheet has the names of the columns.

    Raises
    ------
    InputNotFound
        If a workbook has no sheet of that name.
    InputError
        If several sheets of a workbook hold rows and none is named, or the sheets do not fit together.
    UnreadableInput
        If a file is no workbook.
    """
    need("fastexcel", "excel", "spreadsheets")
    tables = [(file.label, _table(file, sheet)) for file in files]
    schema = unify([(label, plain_schema(table.schema)) for label, table in tables])
    batches = [conform(batch, schema) for _, table in tables for batch in table.to_batches()]
    source = open_memory(pa.Table.from_batches(batches, schema))
    return TableSource(name, source.schema, source.n_rows, source.parts)


def _table(file: DataFile, wanted: str | None) -> pa.Table:
    import fastexcel

    try:
        with file.path.open("rb") as opened, _quiet():
            book = fastexcel.read_excel(opened.read())
            sheet = _chosen(file, book, wanted)
            found = book.load_sheet(sheet, schema_sample_rows=None, skip_whitespace_tail_rows=True)
            table = _narrowed(pa.Table.from_batches([found.to_arrow()]))
            # what is read gives the second of two equal names another one
            first = book.load_sheet(sheet, header_row=None, n_rows=1, dtypes="string").to_arrow()
    except fastexcel.FastExcelError as error:
        raise UnreadableInput(
            f"{file.label} must be a workbook that can be read; got {str(error).splitlines()[0][:200].rstrip('. ')}. "
            "Save it again, without a password."
        ) from None
    unnamed = [int(column.removeprefix(_UNNAMED)) for column in table.schema.names if column.startswith(_UNNAMED)]
    if unnamed:
        raise InputError(
            f"columns of {file.label} must have names in the first row of sheet {sheet!r}; got none for column "
            f"{unnamed[0] + 1}. Name it, and remove what stands above the names."
        )
    check_columns([name for column in first.columns for name in column.to_pylist()], file.label)
    return table


def _chosen(file: DataFile, book: Any, wanted: str | None) -> str:
    names: list[str] = book.sheet_names
    if wanted is not None:
        if wanted not in names:
            raise InputNotFound(
                f"sheet {wanted!r} must be in {file.label}; got no such sheet. Sheets: {did_you_mean(wanted, names)}"
            )
        return wanted
    filled = [name for name in names if _holds_rows(book.load_sheet(name, n_rows=1))]
    if len(filled) == 1:
        return filled[0]
    if not filled:
        raise InputError(f"{file.label} must hold rows below a row of names; got {len(names)} empty sheets. Fill one.")
    raise InputError(
        f"{file.label} must have one sheet with rows; got {did_you_mean('', filled)} "
        f"Name one: {file.path.name}?sheet={filled[0]}"
    )


def _narrowed(table: pa.Table) -> pa.Table:
    """Return whole numbers and days as such: workbooks have but one kind of number and one kind of moment."""
    columns = [_narrowest(table.column(place)) for place in range(table.num_columns)]
    return pa.Table.from_arrays(columns, table.schema.names)


def _narrowest(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_timestamp(kind):
        days = column.cast(pa.date32())  # which drops the time of the day
        return days if pc.all(pc.equal(days.cast(kind), column)).as_py() else column
    if not pa.types.is_floating(kind) or column.null_count == len(column):
        return column
    try:
        return column.cast(pa.int64())
    except pa.ArrowInvalid:  # a fraction
        return column


def _holds_rows(sheet: Any) -> bool:
    return bool(sheet.visible == "visible" and sheet.to_arrow().num_rows)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what is logged of columns without a value and of sheets of charts from standard error."""
    loggers = [logging.getLogger(name) for name in ("fastexcel", "calamine")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
