"""Open tidy files of JSON records in lines: one look at the bytes, and types by samples."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from prefit.sources.base import Contradiction
from prefit.sources.cutting import (
    Block,
    ByteRange,
    check_line_ends,
    cut_into_ranges,
    first_bytes,
    untidy,
    whole_blocks,
)
from prefit.sources.duck import connection
from prefit.sources.encoding import BOM, is_plain_utf8
from prefit.sources.files import DataFile
from prefit.sources.json_kinds import Kind, kinds_of_keys, merge_kinds, structure
from prefit.sources.json_ranges import JsonRange
from prefit.sources.json_sql import IS_RECORD, arrow_type, dates_of, relation
from prefit.sources.marks import after, before, count, cut, end, places
from prefit.sources.plain import explained
from prefit.sources.schemas import check_columns
from prefit.sources.stamps import stamp_of
from prefit.sources.table import TableSource
from prefit.sources.text_ranges import source_of_ranges

__all__ = ["open_tidy"]

_LF = ord("\n")


@dataclass(frozen=True, slots=True)
class _Tidy:
    """What is known of a tidy file."""

    stamp: str
    ranges: tuple[ByteRange, ...]
    kinds: dict[str, Kind]


def open_tidy(name: str, files: Sequence[DataFile]) -> TableSource:
    """Open files of JSON records in lines as one table of ranges of bytes.

    The numbers of rows are those of lines; keys and types are those of samples. Reading is to prove both.

    Raises
    ------
    Contradiction
        If a file is not tidy: it has to be read as a whole.
    UnreadableInput
        If a file is empty or no text, or cannot be read.
    """
    found: list[_Tidy] = []
    for file in files:
        with explained(file.label):
            found.append(_look_at(file))
    kinds: dict[str, Kind] = {}
    for each in found:
        kinds |= {key: merge_kinds(kinds.get(key), kind) for key, kind in each.kinds.items()}
    check_columns(list(kinds), name)
    types = tuple(map(_type, kinds.values()))
    schema = pa.schema(
        [
            pa.field(key, pa.string() if kind == "NULL" else arrow_type(kind))
            for key, kind in zip(kinds, types, strict=True)
        ]
    )
    return source_of_ranges(name, schema, types, zip(files, found, strict=True), _range)


def _range(_file: _Tidy, _piece: ByteRange, /, **common: Any) -> JsonRange:
    return JsonRange(**common)


def _type(kind: Kind) -> str:
    if kind is None:
        return "NULL"
    return kind if isinstance(kind, str) else structure(kind) if kind else "VARCHAR"


def _look_at(file: DataFile) -> _Tidy:
    stamp = stamp_of(file.path)
    head = first_bytes(file.path)
    if not is_plain_utf8(head, file.label):
        raise Contradiction(f"{file.label} has to be transcoded.")
    blocks = _blocks(file, len(BOM) if head.startswith(BOM) else 0, is_crlf=_is_crlf(head))
    ranges, sample = cut_into_ranges(blocks, file.path.stat().st_size)
    return _Tidy(stamp, ranges, _kinds(file.label, sample))


def _kinds(label: str, sample: bytes) -> dict[str, Kind]:
    import duckdb

    try:
        _, kinds = kinds_of_keys(line for line in sample.decode().split("\n") if line.strip())
    except json.JSONDecodeError as error:
        raise Contradiction(f"{label} holds lines that are no JSON.") from error
    with tempfile.TemporaryDirectory(prefix="prefit-") as folder, connection(len(kinds)) as con:
        copy = Path(folder, "sample.jsonl")
        copy.write_bytes(sample)
        try:
            return kinds | dates_of(con, f"(FROM {relation(copy, 'lines')} WHERE {IS_RECORD})", kinds)
        except duckdb.Error as error:
            raise Contradiction(f"{label} holds lines that are no JSON.") from error


def _is_crlf(head: bytes) -> bool:
    line_end = head.find(b"\n")
    return line_end > 0 and head[line_end - 1 : line_end] == b"\r"


def _blocks(file: DataFile, start: int, *, is_crlf: bool) -> Iterator[Block]:
    """Cut a file at the ends of its lines.

    Every line begins and ends with a brace or is blank, so that no object spans two lines that can be read.
    """
    measure = partial(_whole_lines, label=file.label, is_crlf=is_crlf)
    return whole_blocks(file.path, start, measure, file.label, is_crlf=is_crlf)


def _whole_lines(content: bytes, label: str, *, is_crlf: bool) -> tuple[int, int, bool]:
    """Return how many bytes are whole lines, and how many rows these are."""
    array = np.frombuffer(content, np.uint8)
    line_ends = places(array, _LF)
    size = end(line_ends)
    if size == 0:
        return 0, 0, False
    array, line_ends = array[:size], cut(line_ends, size)
    check_line_ends(content, size, line_ends, label, is_crlf=is_crlf)
    starts = cut(after(line_ends, first=True), size)
    blank = line_ends & (after(starts) if is_crlf else starts)
    filled = line_ends & ~blank
    firsts = starts & ~(before(blank) if is_crlf else blank)
    lasts = before(before(filled)) if is_crlf else before(filled)
    if (firsts & ~places(array, ord("{"))).any() or (lasts & ~places(array, ord("}"))).any():
        raise untidy(label, "lines that are no objects")
    if not content.isascii() and not _is_utf8(content[:size]):
        raise untidy(label, "bytes that are not UTF-8")
    return size, count(filled), False


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
