"""Lines of a CSV file at which no record can begin, because their quotes do not fit together."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from prefit.sources.dialect import Dialect

__all__ = ["misquoted_lines"]

_MAX_LINES, _MAX_BYTES = 1_000, 1 << 20


def misquoted_lines(lines: Iterable[bytes], dialect: Dialect) -> Iterator[int]:
    r"""Find the lines with a quote that never ends, or with text after a closing quote.

    A reader that trusts an opening quote loses all lines up to the next quote. Here the record is given up when what
    follows the next quote shows that it was no closing one, and the search goes on at the next line.

    Parameters
    ----------
    lines : iterable of bytes
        With their line ends.
    dialect : Dialect
        A quoted field of a good record spans at most 1,000 lines and 1 MiB.

    Yields
    ------
    int
        Line numbers, 1-based, ascending.

    Examples
    --------
    >>> dialect = Dialect(",", '"', '"', False, 0, ("a", "b"))
    >>> list(misquoted_lines([b'1,"x\n', b'2,"y"\n', b'3,z\n'], dialect))
    [1]
    """
    record = _record_pattern(dialect)
    quote = dialect.quote.encode()
    source = iter(lines)
    ahead: deque[bytes] = deque()
    number = 0
    while line := ahead.popleft() if ahead else next(source, b""):
        number += 1
        if quote not in line or record.fullmatch(line):
            continue
        ahead.extend(islice(source, max(0, _MAX_LINES - len(ahead))))
        found = record.match(_joined(line, ahead))
        if found is None:
            yield number
            continue
        end = found.end() - len(line)
        while end > 0:
            end -= len(ahead.popleft())
            number += 1


def _joined(line: bytes, ahead: Iterable[bytes]) -> bytes:
    parts, size = [line], len(line)
    for part in ahead:
        parts.append(part)
        size += len(part)
        if size > _MAX_BYTES:
            break
    return b"".join(parts)


def _record_pattern(dialect: Dialect) -> re.Pattern[bytes]:
    delimiter, quote, escape = (re.escape(mark.encode()) for mark in (dialect.delimiter, dialect.quote, dialect.escape))
    escaped = escape + (quote if escape == quote else b".")
    inside = rb"(?:[^%b%b]|%b)*+" % (quote, escape, escaped)
    quoted = rb"\ *%b%b%b\ *" % (quote, inside, quote)
    plain = rb"(?!\ *%b)[^%b\r\n]*+" % (quote, delimiter)
    field = rb"(?:%b|%b)" % (quoted, plain)
    return re.compile(rb"%b(?:%b%b)*+(?:\r?\n|\r|\Z)" % (field, delimiter, field), re.DOTALL)
