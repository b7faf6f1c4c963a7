"""Columns whose values in the test data are of another kind than in training, and cannot be compared with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from prefit.profiling.values import ColumnProfile

__all__ = ["changed_kinds", "value_kind"]

_KINDS = (
    (r"u?int\d+|halffloat|float|double|decimal|bool", "numbers"),
    (r"(large_)?string(_view)?|utf8", "text"),
    (r"(large_|fixed_size_)?binary", "bytes"),
    (r"timestamp|date|time|duration", "times"),
    (r"(fixed_size_|large_)?list", "lists"),
)


def changed_kinds(
    train: Mapping[str, ColumnProfile], test: Mapping[str, ColumnProfile], names: Iterable[str]
) -> dict[str, tuple[str, str]]:
    """Return the kind of values in training and in the test data, of the named columns in which they differ.

    A column without any value fits every kind.
    """
    kinds = {
        name: (value_kind(train[name].type), value_kind(test[name].type))
        for name in names
        if name in train and name in test and test[name].n_present
    }
    return {name: pair for name, pair in kinds.items() if pair[0] != pair[1]}


def value_kind(type_name: str) -> str:
    """Return what a column of an Arrow type holds, coarse enough that reading it twice gives the same.

    Examples
    --------
    >>> value_kind("int8"), value_kind("double"), value_kind("dictionary<values=string, indices=int32, ordered=0>")
    ('numbers', 'numbers', 'text')
    >>> value_kind("fixed_size_list<item: float>[384]")
    'lists of 384'
    """
    dictionary = re.match(r"dictionary<values=([^,]+)", type_name)
    name = dictionary[1] if dictionary else type_name
    kind = next((kind for pattern, kind in _KINDS if re.match(pattern, name)), name)
    length = re.search(r"\[(\d+)\]$", name)
    return f"{kind} of {length[1]}" if length and kind == "lists" else kind
