"""Sentences with code in them: which parts are code."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["parts"]

MAX_LENGTH = 2000
_BRACKETS = r"(?:\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])"
_CHAIN = rf"[A-Za-z_]\w*(?:\.\w+)*{_BRACKETS}(?:\.\w+|{_BRACKETS})*"
_CODE = re.compile(rf"(?<![\w.'\"-])(?:--[a-z][a-z-]+|(?:(?:{_CHAIN}|\w+) = )?{_CHAIN})")
"""An option, or a chain of calls, attributes and subscripts, which may be assigned to something."""
_SURELY = re.compile(r"[._='\"]|\(\)")
"""What tells a chain from a word with a plural in brackets."""


def parts(text: str) -> list[tuple[bool, str]]:
    """Split a sentence into parts that are code and parts that are not.

    Code is what stands between backticks, and options and calls of functions outside of them.

    Examples
    --------
    >>> parts("See `prefit.toml`.")
    [(False, 'See '), (True, 'prefit.toml'), (False, '.')]
    >>> parts("df = df.drop(columns=['id']), or --drop id.")
    [(True, "df = df.drop(columns=['id'])"), (False, ', or '), (True, '--drop'), (False, ' id.')]
    >>> parts("df['a'] = df['a'].replace([...], None) in `pandas`")
    [(True, "df['a'] = df['a'].replace([...], None)"), (False, ' in '), (True, 'pandas')]
    >>> parts("Name the column(s) of the table (2).")
    [(False, 'Name the column(s) of the table (2).')]
    """
    if len(text) > MAX_LENGTH:
        return [(False, text)]
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return [(False, text)]
    found = [part for i, piece in enumerate(pieces) for part in ([(True, piece)] if i % 2 else _plain(piece))]
    return [part for part in found if part[1]]


def _plain(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the parts of a text without backticks."""
    last = 0
    for match in _CODE.finditer(text):
        if match[0].startswith("--") or _SURELY.search(match[0]):
            yield False, text[last : match.start()]
            yield True, match[0]
            last = match.end()
    yield False, text[last:]
