"""Regular expressions of Python in the words of PostgreSQL, where it has the same ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from prefit.suites.re2 import for_duckdb

__all__ = ["complaints", "for_postgresql", "with_regexes"]

_TOKEN = re.compile(
    r"(?P<bracket>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<escape>\\.)|(?P<group>\(\?[^)]?[^)]?)|(?P<dot>\.)|(?P<end>\$)|(?P<other>.)",
    re.DOTALL,
)
_ESCAPES = {"\\b": "\\y", "\\B": "\\Y"}
_SAME_ESCAPES = frozenset("dDsSwWAZnrtfv123456789")
_GROUPS = ("(?:", "(?=", "(?!", "(?<=", "(?<!")
_POSIX_CLASSES = ("[:", "[.", "[=")
_ARGUMENTS = ("regex", "regex_list")
_LINE_END = r"(?=\n?\Z)"


def for_postgresql(pattern: str) -> str | None:
    r"""Return the pattern that finds in PostgreSQL what this one finds in Python, None if it has other means.

    Examples
    --------
    >>> for_postgresql(r"^\d+\b."), for_postgresql("(?P<year>[0-9]{4})")
    ('^\\d+\\y[^\\n]', None)
    """
    ignores_case = pattern.startswith("(?i)")
    parts = []
    for token in _TOKEN.finditer(pattern.removeprefix("(?i)")):
        text = _translated(str(token.lastgroup), token[0])
        if text is None:
            return None
        parts.append(text)
    return ("(?i)" if ignores_case else "") + "".join(parts)


def complaints(kwargs: Mapping[str, Any]) -> Iterator[str]:
    """Say what is wrong with the patterns among the arguments of an expectation.

    Examples
    --------
    >>> list(complaints({"column": "code", "regex_list": ["[A-Z]", "("]}))
    ['regex_list: missing ), unterminated subpattern at position 0']
    """
    for name, patterns in _given(kwargs).items():
        for pattern in patterns:
            try:
                re.compile(pattern)
            except (re.error, TypeError) as error:
                yield f"{name}: {error}"


def with_regexes(kwargs: Mapping[str, Any], *, in_postgresql: bool) -> dict[str, Any] | None:
    """Return the arguments of an expectation with its patterns translated, None if one of them cannot be."""
    translated = for_postgresql if in_postgresql else for_duckdb
    changed = dict(kwargs)
    for name, patterns in _given(kwargs).items():
        found = [translated(pattern) if isinstance(pattern, str) else None for pattern in patterns]
        if None in found:
            return None
        changed[name] = found[0] if isinstance(kwargs[name], str) else found
    return changed


def _given(kwargs: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the patterns among the arguments of an expectation, by the name of the argument."""
    listed = {name: [given] if isinstance(given := kwargs.get(name), str) else given for name in _ARGUMENTS}
    return {name: patterns for name, patterns in listed.items() if isinstance(patterns, list) and patterns}


def _translated(kind: str, text: str) -> str | None:
    match kind:
        case "bracket":
            return None if any(mark in text[1:] for mark in _POSIX_CLASSES) else text
        case "escape":
            same = not text[1].isalnum() or text[1] in _SAME_ESCAPES
            return _ESCAPES.get(text, text if same else None)
        case "group":
            return text if any(text.startswith(group) for group in _GROUPS) else None
        case "dot":
            return r"[^\n]"
        case "end":
            return _LINE_END
    return text
