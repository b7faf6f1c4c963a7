"""Where the rows of a tidy CSV file begin and end, found by looking at its bytes without reading its fields."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from prefit.sources.cutting import Block, check_line_ends, untidy, whole_blocks
from prefit.sources.dialect import Dialect
from prefit.sources.marks import NOWHERE, Bytes, Marks, after, before, between, count, cut, end, places
from prefit.sources.remote import Location

__all__ = ["blocks_of"]

_LF, _ZERO = b"\n0"
_Places: TypeAlias = NDArray[np.int64]


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
    found = partial(_whole_records, dialect=dialect, label=label, is_crlf=is_crlf)
    return whole_blocks(path, start, found, label, is_crlf=is_crlf)


def _whole_records(content: bytes, dialect: Dialect, label: str, *, is_crlf: bool) -> tuple[int, int, bool]:
    """Return how many bytes are whole records, how many rows these are, and whether one spans lines."""
    array = np.frombuffer(content, np.uint8)
    line_ends = record_ends = places(array, _LF)
    quotes = inside = NOWHERE
    if dialect.quote and dialect.quote.encode() in content:
        quotes = places(array, ord(dialect.quote))
        inside = between(quotes)
        record_ends = line_ends & ~inside
    size = end(record_ends)
    if size == 0:
        return 0, 0, False
    array, record_ends, line_ends = array[:size], cut(record_ends, size), cut(line_ends, size)
    check_line_ends(content, size, line_ends, label, is_crlf=is_crlf)
    if len(quotes):
        delimiters = places(array, ord(dialect.delimiter))
        ends = before(line_ends) if is_crlf else line_ends
        _check_quotes(cut(quotes, size), cut(inside, size), delimiters | line_ends, delimiters | ends, label)
    _check_numbers(array, content, ord(dialect.delimiter), label)
    starts = after(record_ends, first=True)
    blank = record_ends & (after(starts) if is_crlf else starts)
    n_records = count(record_ends)
    return size, n_records - count(blank), count(line_ends) > n_records


def _check_quotes(quotes: Marks, inside: Marks, precedes: Marks, follows: Marks, label: str) -> None:
    """Make sure that quotes open and close fields in turn; a doubled one closes and opens again.

    `precedes` and `follows` are the places of what may stand before and after a quoted field.
    """
    opening, closing = quotes & inside, quotes & ~inside
    opens = after(precedes, first=True) | after(closing)
    closes = before(follows) | before(opening)
    if (opening & ~opens).any() or (closing & ~closes).any():
        raise untidy(label, "quotes inside of fields")


def _check_numbers(array: Bytes, content: bytes, delimiter: int, label: str) -> None:
    if b"(" in content and b"nan(" in content.lower():
        raise untidy(label, "not-a-numbers with a payload")
    if b"x" not in content and b"X" not in content:
        return
    marks: _Places = np.flatnonzero((array | 32) == ord("x"))
    marks = marks[array[marks - 1] == _ZERO]
    before = array[marks - 2]
    is_inside = (before != delimiter) & ((before >= ord("0")) & (before <= ord("9")) | (before >= ord("A")))
    if not is_inside.all():
        raise untidy(label, "numbers in hexadecimal")
