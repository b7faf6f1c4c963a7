"""Files of records, cut into ranges of bytes that are read apart, with samples of what they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from prefit.sources.base import Contradiction
from prefit.sources.marks import Marks, after, places
from prefit.sources.remote import Location
from prefit.sources.table import MAX_BATCH_ROWS

__all__ = ["Block", "ByteRange", "check_line_ends", "cut_into_ranges", "first_bytes", "untidy", "whole_blocks"]

_CR = ord("\r")

_BLOCK_BYTES = 1 << 18
_MOST_BLOCK_BYTES = 1 << 20
"""Longest record: a reader of blocks of this size takes each one in."""

_HEAD_BYTES = 16 << 20
_SAMPLED_HEAD_BYTES = 2 << 20
_LEAST_RANGE_BYTES, _MOST_RANGE_BYTES = 16 << 20, 256 << 20
_RANGES = 256
_SAMPLED_RANGES = 8


@dataclass(frozen=True, slots=True)
class Block:
    """A run of whole records.

    Its bytes, where they begin in the file, how many rows they are, and whether a record spans lines.
    """

    content: bytes
    start: int
    n_rows: int
    spans_lines: bool


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Where some records of a file lie, how many rows they are, and whether one spans lines."""

    start: int
    size_bytes: int
    n_rows: int
    spans_lines: bool


Measure = Callable[[bytes], tuple[int, int, bool]]
"""Tells of some bytes how many are whole records, how many rows these are, and whether one spans lines."""


def first_bytes(path: Location) -> bytes:
    """Read as much of a file as tells how it is written; of an object some more, as it is not looked at again."""
    with path.open("rb") as file:
        return file.read(_SAMPLED_HEAD_BYTES if isinstance(path, Path) else _HEAD_BYTES)


def whole_blocks(path: Location, start: int, measure: Measure, label: str, *, is_crlf: bool) -> Iterator[Block]:
    """Read a file from the position of its first record on, in blocks of whole records.

    Raises
    ------
    Contradiction
        If a record does not end, or is longer than a mebibyte; and whatever `measure` raises.
    """
    rest = b""
    with path.open("rb") as file:
        file.seek(start)
        while read := file.read(_BLOCK_BYTES):
            content = rest + read
            size, n_rows, spans_lines = measure(content)
            if len(content) - size > _MOST_BLOCK_BYTES:
                raise untidy(label, "a record of more than a mebibyte")
            if size:
                yield Block(content[:size], start, n_rows, spans_lines)
            start, rest = start + size, content[size:]
    if rest:
        line_end = b"\n" if not is_crlf else b"\n" if rest.endswith(b"\r") else b"\r\n"
        size, n_rows, spans_lines = measure(rest + line_end)
        if size < len(rest):
            raise untidy(label, "a record without its end")
        yield Block(rest, start, n_rows, spans_lines)


def cut_into_ranges(blocks: Iterable[Block], file_bytes: int) -> tuple[tuple[ByteRange, ...], bytes]:
    """Cut a file into ranges, if possible of whole batches, and take samples of some of them."""
    least_bytes = min(_MOST_RANGE_BYTES, max(_LEAST_RANGE_BYTES, file_bytes // _RANGES))
    most_bytes = 2 * least_bytes
    sampled_every = 1 + file_bytes // most_bytes // _SAMPLED_RANGES
    ranges: list[ByteRange] = []
    samples: list[bytes] = []
    start, size_bytes, n_rows, spans_lines, n_seen = 0, 0, 0, False, 0
    for block in blocks:
        is_full_batch = n_rows % MAX_BATCH_ROWS + block.n_rows > MAX_BATCH_ROWS
        if size_bytes > most_bytes or (is_full_batch and size_bytes > least_bytes):
            ranges.append(ByteRange(start, size_bytes, n_rows, spans_lines))
            size_bytes, n_rows, spans_lines = 0, 0, False
        if size_bytes == 0:
            start = block.start
        if (size_bytes == 0 and len(ranges) % sampled_every == 0) or n_seen < _SAMPLED_HEAD_BYTES:
            samples.append(block.content)
        size_bytes += len(block.content)
        n_seen += len(block.content)
        n_rows += block.n_rows
        spans_lines |= block.spans_lines
    ranges.append(ByteRange(start, size_bytes, n_rows, spans_lines))
    return tuple(ranges), b"".join(samples)


def check_line_ends(content: bytes, size: int, line_ends: Marks, label: str, *, is_crlf: bool) -> None:
    """Make sure that the lines of the first bytes all end alike, and that none of these bytes is zero.

    Raises
    ------
    Contradiction
        If that is not so.
    """
    if content.find(b"\0", 0, size) >= 0:
        raise untidy(label, "bytes of zero")
    if is_crlf:
        alike = bool((after(places(np.frombuffer(content, np.uint8, size), _CR)) == line_ends).all())
    else:
        alike = content.find(_CR, 0, size) < 0
    if not alike:
        raise untidy(label, "line ends of several kinds")


def untidy(label: str, got: str) -> Contradiction:
    """Return what is raised of a file that readers may see in several ways."""
    return Contradiction(f"{label} must be tidy to be read in pieces; got {got}. It has to be read as a whole.")
