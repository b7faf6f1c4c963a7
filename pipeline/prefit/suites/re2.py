"""Regular expressions of Python in the words of RE2, which DuckDB speaks, where it can say the same."""

from __future__ import annotations

import re

__all__ = ["for_duckdb"]

_TOKEN = re.compile(
    r"(?P<bracket>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<escape>\\.)|(?P<group>\(\?(?:P<|<[=!]|.))|(?P<other>.)", re.DOTALL
)
_SPACES = r" \t\n\v\f\r\x1c-\x1f\x85\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
_INSIDE = {r"\d": r"\p{Nd}", r"\D": r"\P{Nd}", r"\w": r"\p{L}\p{N}_", r"\s": _SPACES, r"\b": r"\x08"}
"""What stands for a class of Python in brackets: RE2 means ASCII alone by the same letters."""
_OUTSIDE = {
    r"\d": r"\p{Nd}",
    r"\D": r"\P{Nd}",
    r"\w": r"[\p{L}\p{N}_]",
    r"\W": r"[^\p{L}\p{N}_]",
    r"\s": f"[{_SPACES}]",
    r"\S": f"[^{_SPACES}]",
    r"\Z": r"\z",
}
_SAME = frozenset("Atnrfvx")
_GROUPS = ("(?:", "(?P<")
_POSIX_CLASSES = ("[:", "[.", "[=")
_LINE_END = r"\n?\z"


def for_duckdb(pattern: str) -> str | None:
    r"""Return the pattern that finds in DuckDB what this one finds in Python, None if RE2 has none, or it is not known.

    Examples
    --------
    >>> for_duckdb(r"^[A-Z]\d+$"), for_duckdb(r"(a)\1"), for_duckdb(r"a(?=b)"), for_duckdb(r"\bage\b")
    ('^[A-Z]\\p{Nd}+(?:\\n?\\z)', None, None, None)
    """
    ignores_case = pattern.startswith("(?i)")
    body = pattern.removeprefix("(?i)")
    if "{," in body:  # at most so many in Python, these very signs in RE2
        return None
    parts = []
    for token in _TOKEN.finditer(body):
        text = _translated(str(token.lastgroup), token[0], body[token.end() :])
        if text is None:
            return None
        parts.append(text)
    return ("(?i)" if ignores_case else "") + "".join(parts)


def _translated(kind: str, text: str, rest: str) -> str | None:
    if kind == "bracket":
        return _bracket(text)
    if kind == "escape":
        same = not text[1].isalnum() or text[1] in _SAME
        return _OUTSIDE.get(text, text if same else None)
    if kind == "group":
        return text if text in _GROUPS else None
    if text == "$":  # also before a line end that ends the text, which nothing may follow here
        return f"(?:{_LINE_END})" if rest[:1] in ("", ")", "|") else None
    return r"[^\n]" if text == "." else text


def _bracket(text: str) -> str | None:
    if any(mark in text[1:] for mark in _POSIX_CLASSES):
        return None
    parts = []
    for token in re.finditer(r"\\.|.", text, re.DOTALL):
        found = token[0]
        if len(found) == 2 and found[1].isalnum() and found[1] not in _SAME and found not in _INSIDE:
            return None
        parts.append(_INSIDE.get(found, found))
    return "".join(parts)
