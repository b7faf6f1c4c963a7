"""Text that comes from data, made fit for showing: nothing in it can act, hide or run on for pages."""

from __future__ import annotations

import unicodedata

__all__ = ["clip", "visible"]

_JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiners: Persian, Indic scripts and emoji cannot do without them."""
_ACTING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that steer a terminal or a text renderer instead of being drawn."""


def visible(text: str) -> str:
    r"""Write every character that is not drawn as its escape.

    Control characters (ANSI sequences, newlines), direction overrides, invisible formatting characters and lone
    surrogates become ``\x1b``, ``\n``, ``\u202e``, ...; all else stays, right-to-left scripts and emoji included.

    Examples
    --------
    >>> print(visible("a\x1b[31mb"))
    a\x1b[31mb
    """
    if text.isprintable():
        return text
    return "".join(_escape(char) if _acts(char) else char for char in text)


def clip(text: str, length: int) -> str:
    """Cut a text to at most `length` characters, with an ellipsis where something is left out.

    Examples
    --------
    >>> clip("balanced accuracy", 9)
    'balanced…'
    """
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _acts(char: str) -> bool:
    return char not in _JOINERS and unicodedata.category(char) in _ACTING


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
