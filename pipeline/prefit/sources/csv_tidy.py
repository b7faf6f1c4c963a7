"""Open tidy CSV files without reading their fields: one look at the bytes, and types by samples."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from prefit.sources.base import Contradiction
from prefit.sources.csv_layout import blocks_of
from prefit.sources.csv_options import WHITESPACE, CsvOptions
from prefit.sources.csv_ranges import CsvRange
from prefit.sources.csv_scan import scan
from prefit.sources.cutting import Block, ByteRange, cut_into_ranges, first_bytes
from prefit.sources.dialect import Dialect, find_dialect
from prefit.sources.duck import ARROW_TYPES, connection, merge_types
from prefit.sources.encoding import is_plain_utf8
from prefit.sources.files import DataFile
from prefit.sources.plain import TextForm, explained
from prefit.sources.remote import Location
from prefit.sources.stamps import stamp_of
from prefit.sources.table import TableSource
from prefit.sources.text_ranges import source_of_ranges

__all__ = ["open_tidy"]

_SNIFFED_LINES = 2_048
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class _Tidy:
    """What is known of a tidy file."""

    stamp: str
    dialect: Dialect
    ranges: tuple[ByteRange, ...]
    types: tuple[str | None, ...]


def open_tidy(name: str, files: Sequence[DataFile], options: CsvOptions) -> TableSource:
    """Open CSV files as one table of ranges of bytes.

    The numbers of rows are certain; the types are those of samples, to be proven by reading.

    Raises
    ------
    Contradiction
        If a file is not tidy, or the files differ in their columns: they have to be read as a whole.
    """
    import duckdb

    found: list[_Tidy] = []
    try:
        for file in files:
            with explained(file.label):
                found.append(_look_at(file, options))
    except duckdb.Error as error:
        raise Contradiction("No dialect fits a sample.") from error
    columns = found[0].dialect.columns
    if any(each.dialect.columns != columns for each in found):
        raise Contradiction("The files differ in their columns.")
    types = tuple(_merged(kinds) for kinds in zip(*(each.types for each in found), strict=True))
    schema = pa.schema(
        [pa.field(column, ARROW_TYPES.get(kind, pa.string())) for column, kind in zip(columns, types, strict=True)]
    )
    make = partial(_range, null_values=options.null_values)
    return source_of_ranges(name, schema, types, zip(files, found, strict=True), make)


def _range(file: _Tidy, piece: ByteRange, /, **common: Any) -> CsvRange:
    return CsvRange(spans_lines=piece.spans_lines, dialect=file.dialect, **common)


def _look_at(file: DataFile, options: CsvOptions) -> _Tidy:
    stamp = stamp_of(file.path)
    head = first_bytes(file.path)
    if options.delimiter == WHITESPACE or not is_plain_utf8(head, file.label, options.encoding):
        raise Contradiction(f"{file.label} has to be transcoded.")
    with _local(file.path, head) as path:
        dialect = find_dialect(path, file.label, options, n_lines=_SNIFFED_LINES)
    if not _is_common(dialect):
        raise Contradiction(f"{file.label} has an uncommon dialect.")
    ranges, sample = cut_into_ranges(_blocks(file, dialect, head), file.path.stat().st_size)
    with tempfile.TemporaryDirectory(prefix="prefit-") as folder, connection(len(dialect.columns)) as con:
        copy = Path(folder, "sample.csv")
        copy.write_bytes(sample)
        plain = replace(dialect, header=False, skipped_lines=0)
        scanned = scan(con, copy, file.label, TextForm(), plain, options.null_values)
    if scanned.malformed or scanned.n_rows == 0:
        raise Contradiction(f"{file.label} holds lines that are no rows.")
    return _Tidy(stamp, dialect, ranges, scanned.types)


def _blocks(file: DataFile, dialect: Dialect, head: bytes) -> Iterator[Block]:
    """Yield the blocks of a file without its header."""
    start, is_crlf = _first_record(head, dialect)
    for index, block in enumerate(blocks_of(file.path, start, dialect, file.label, is_crlf=is_crlf)):
        yield _without_header(block, dialect) if index == 0 and dialect.header else block


def _first_record(head: bytes, dialect: Dialect) -> tuple[int, bool]:
    """Return the position of the header or first row, and whether lines end with a carriage return."""
    start = len(_BOM) if head.startswith(_BOM) else 0
    line_end = head.find(b"\n")
    for _ in range(dialect.skipped_lines):
        start = head.find(b"\n", start) + 1
        if start == 0:
            raise Contradiction("The lines before the header are too long.")
    return start, line_end > 0 and head[line_end - 1 : line_end] == b"\r"


def _without_header(block: Block, dialect: Dialect) -> Block:
    content, quote = block.content, dialect.quote.encode()
    start = len(content) - len(content.lstrip(b"\r\n"))
    end = content.find(b"\n", start) + 1
    while quote and end and content.count(quote, start, end) % 2:
        end = content.find(b"\n", end) + 1
    if end == 0:  # nothing but a header
        end = len(content)
    return Block(content[end:], block.start + end, block.n_rows - 1, block.spans_lines)


def _is_common(dialect: Dialect) -> bool:
    marks = dialect.delimiter + dialect.quote
    return (
        len(dialect.columns) > 1
        and not dialect.lost_lines
        and len(dialect.delimiter) == 1
        and marks.isascii()
        and dialect.quote in ("", '"')
        and dialect.escape == dialect.quote
    )


def _merged(kinds: Sequence[str | None]) -> str:
    return "NULL" if all(kind is None for kind in kinds) else merge_types(kinds)


@contextmanager
def _local(path: Location, head: bytes) -> Iterator[Path]:
    """Give a path that DuckDB can look at: of an object, a copy of its head."""
    if isinstance(path, Path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="prefit-") as folder:
        copy = Path(folder, path.name)
        copy.write_bytes(head[: head.rfind(b"\n") + 1] or head)
        yield copy
