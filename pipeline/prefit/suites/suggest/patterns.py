"""A regular expression that all texts of a column match, in the part of the language that Python and RE2 read alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

__all__ = ["find_pattern"]

_KNOWN: Sequence[tuple[str, str]] = (
    ("dates (ISO 8601)", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    (
        "instants (ISO 8601)",
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$",
    ),
    ("UUIDs", r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"),
    ("whole numbers", r"^[+-]?[0-9]+$"),
    ("numbers", r"^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?$"),
    ("addresses of mail", r"^[^@ ]+@[^@ ]+[.][A-Za-z]{2,}$"),
    ("addresses of the web", r"^https?://[^ ]+$"),
    ("addresses of the internet", r"^([0-9]{1,3}[.]){3}[0-9]{1,3}$"),
)

_MAX_PARTS = 12
_CLASSES = {"A": "[A-Z]", "a": "[a-z]", "0": "[0-9]"}


def find_pattern(texts: Sequence[str]) -> tuple[str, str] | None:
    r"""Find the form that texts share.

    Parameters
    ----------
    texts : sequence of str
        Distinct texts, at least one.

    Returns
    -------
    (str, str) or None
        What the texts are, and the pattern: a known one, or the sequence of runs of capitals, small letters and digits
        between punctuation. No letter and no digit of the data is in it.

    Examples
    --------
    >>> find_pattern(["AB-1", "XY-23"])
    ('codes', '^[A-Z]{2}-[0-9]+$')
    >>> find_pattern(["2026-01-31"])
    ('dates (ISO 8601)', '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')
    >>> find_pattern(["a word", "two more words"])
    """
    for name, pattern in _KNOWN:
        if all(re.match(pattern, text) for text in texts):
            return name, pattern
    forms = [_runs(text) for text in texts]
    classes = {tuple(kind for kind, _ in form) for form in forms}
    if len(classes) != 1 or len(forms[0]) > _MAX_PARTS or "" in texts:
        return None
    kinds = classes.pop()
    if not all(kind in _CLASSES or _is_punctuation(kind) for kind in kinds):
        return None
    if not any(kind in _CLASSES for kind in kinds) or (len(kinds) == 1 and len({len(text) for text in texts}) > 1):
        return None
    lengths = [{form[place][1] for form in forms} for place in range(len(kinds))]
    parts = (_part(kind, seen) for kind, seen in zip(kinds, lengths, strict=True))
    return "codes", f"^{''.join(parts)}$"


def _runs(text: str) -> list[tuple[str, int]]:
    """Return the runs of characters of one class, and how long they are; another character is a class of its own."""
    return [(kind, sum(1 for _ in run)) for kind, run in groupby(text, _class_of)]


def _class_of(char: str) -> str:
    if "A" <= char <= "Z":
        return "A"
    if "a" <= char <= "z":
        return "a"
    return "0" if "0" <= char <= "9" else char


def _is_punctuation(char: str) -> bool:
    return char.isprintable() and not char.isalnum()


def _part(kind: str, lengths: set[int]) -> str:
    unit = _CLASSES.get(kind) or (re.escape(kind) if kind in r"\.^$*+?{}[]|()" else kind)
    if lengths == {1}:
        return unit
    return f"{unit}{{{lengths.pop()}}}" if len(lengths) == 1 else f"{unit}+"
