"""Where the rows of a tidy CSV file begin and end, found by looking at its bytes without reading its fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from prefit.sources.base import Contradiction
from prefit.sources.dialect import Dialect
from prefit.sources.remote import Location

__all__ = ["Block", "blocks_of"]

_BLOCK_BYTES = 1 << 18
_MOST_BLOCK_BYTES = 1 << 20
"""Longest record: a reader of blocks of this size takes each one in."""

_LF, _CR, _ZERO = b"\n\r0"
_Bytes: TypeAlias = NDArray[np.uint8]
_Places: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """A run of whole records.

    Its bytes, where they begin in the file, how many rows they are, and whether a quoted field holds a line end.
    """

    content: bytes
    start: int
    n_rows: int
    spans_lines: bool


def blocks_of(path: Location, start: int, dialect: Dialect, label: str, *, is_crlf: bool) -> Iterator[Block]:
    """Cut a file at line ends that are ends of records.

    Readers agree on what a record is where every quote either opens a field, or closes one, or is doubled inside one,
    and all lines end alike. That is checked for every byte; ``0x1f`` and ``nan(1)``, which only some readers take for
    numbers, are no part of a tidy file either.

    Parameters
    ----------
    path : Location
    start : int
        Position of the first record.
    dialect : Dialect
    label : str
        What messages call the file.
    is_crlf : bool
        Whether lines end with a carriage return and a line feed.

    Raises
    ------
    Contradiction
        If the file is not tidy.
    """
    rest = b""
    with path.open("rb") as file:
        file.seek(start)
        while read := file.read(_BLOCK_BYTES):
            content = rest + read
            size, n_rows, spans_lines = _whole_records(content, dialect, label, is_crlf=is_crlf)
            if len(content) - size > _MOST_BLOCK_BYTES:
                raise _untidy(label, "a record of more than a mebibyte")
            if size:
                yield Block(content[:size], start, n_rows, spans_lines)
            start, rest = start + size, content[size:]
    if rest:
        line_end = b"\n" if not is_crlf else b"\n" if rest.endswith(b"\r") else b"\r\n"
        size, n_rows, spans_lines = _whole_records(rest + line_end, dialect, label, is_crlf=is_crlf)
        if size < len(rest):
            raise _untidy(label, "a quote without its end")
        yield Block(rest, start, n_rows, spans_lines)


def _whole_records(content: bytes, dialect: Dialect, label: str, *, is_crlf: bool) -> tuple[int, int, bool]:
    """Return how many bytes are whole records, how many rows these are, and whether one spans lines."""
    array = np.frombuffer(content, np.uint8)
    line_ends: _Places = np.flatnonzero(array == _LF)
    n_line_ends = len(line_ends)
    quotes: _Places = np.empty(0, np.int64)
    if dialect.quote and dialect.quote.encode() in content:
        quotes = np.flatnonzero(array == ord(dialect.quote))
        line_ends = line_ends[np.searchsorted(quotes, line_ends) % 2 == 0]
    if not len(line_ends):
        return 0, 0, False
    size = int(line_ends[-1]) + 1
    array, quotes = array[:size], quotes[: np.searchsorted(quotes, size)]
    _check_line_ends(content, size, label, is_crlf=is_crlf)
    _check_quotes(array, quotes, ord(dialect.delimiter), label)
    _check_numbers(array, content, ord(dialect.delimiter), label)
    n_blank = np.count_nonzero(np.diff(line_ends, prepend=-1) == 1 + is_crlf)
    return size, len(line_ends) - int(n_blank), n_line_ends > len(line_ends)


def _check_line_ends(content: bytes, size: int, label: str, *, is_crlf: bool) -> None:
    n_cr = content.count(b"\r", 0, size)
    n_crlf = content.count(b"\r\n", 0, size) if n_cr else 0
    if n_cr != n_crlf or n_crlf != (content.count(b"\n", 0, size) if is_crlf else 0):
        raise _untidy(label, "line ends of several kinds")
    if content.find(b"\0", 0, size) >= 0:
        raise _untidy(label, "bytes of zero")


def _check_quotes(array: _Bytes, quotes: _Places, delimiter: int, label: str) -> None:
    """Make sure that quotes open and close fields in turn; a doubled one closes and opens again."""
    opening, closing = quotes[::2], quotes[1::2]
    before, after = array[opening - 1], array[closing + 1]  # the last byte is a line end, as is what precedes the first
    opens = (before == delimiter) | (before == _LF)
    closes = (after == delimiter) | (after == _LF) | (after == _CR)
    if not opens.all():
        opens[1:] |= opening[1:] == closing[: len(opening) - 1] + 1
    if not closes.all():
        closes[: len(opening) - 1] |= opening[1:] == closing[: len(opening) - 1] + 1
    if not (opens.all() and closes.all()):
        raise _untidy(label, "quotes inside of fields")


def _check_numbers(array: _Bytes, content: bytes, delimiter: int, label: str) -> None:
    if b"(" in content and b"nan(" in content.lower():
        raise _untidy(label, "not-a-numbers with a payload")
    if b"x" not in content and b"X" not in content:
        return
    marks: _Places = np.flatnonzero((array | 32) == ord("x"))
    marks = marks[array[marks - 1] == _ZERO]
    before = array[marks - 2]
    is_inside = (before != delimiter) & ((before >= ord("0")) & (before <= ord("9")) | (before >= ord("A")))
    if not is_inside.all():
        raise _untidy(label, "numbers in hexadecimal")


def _untidy(label: str, got: str) -> Contradiction:
    return Contradiction(f"{label} must be tidy to be read in pieces; got {got}. It has to be read as a whole.")
