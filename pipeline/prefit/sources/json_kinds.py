"""What kind of values the keys of JSON records hold, over all records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from prefit.sources.duck import merge_types

__all__ = ["Kind", "kinds_of_keys", "merge_kinds", "structure"]

Kind = Any
"""None for no value, the name of a DuckDB type, a list with the kind of its elements, or a dict of kinds."""

_SCALARS = {bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE", str: "VARCHAR"}
_INT64 = range(-(2**63), 2**63)


def kinds_of_keys(records: Iterable[str]) -> tuple[int, dict[str, Kind]]:
    """Read records and return how many they are, and the kind of each key in order of appearance.

    Examples
    --------
    >>> kinds_of_keys(['{"a": 1, "b": null}', '{"a": 2.5, "c": [1]}'])
    (2, {'a': 'DOUBLE', 'b': None, 'c': ['BIGINT']})
    """
    n_records = 0
    kinds: dict[str, Kind] = {}
    for text in records:
        n_records += 1
        for key, value in json.loads(text).items():
            known = kinds.get(key)
            kind = _kind(value)
            if key not in kinds or kind != known:
                kinds[key] = merge_kinds(known, kind)
    return n_records, kinds


def merge_kinds(first: Kind, second: Kind) -> Kind:
    """Return the kind that holds the values of both; texts hold everything."""
    if first is None or second is None:
        return second if first is None else first
    if isinstance(first, list) and isinstance(second, list):
        return [merge_kinds(first[0], second[0])]
    if isinstance(first, dict) and isinstance(second, dict):
        return {key: merge_kinds(first.get(key), second.get(key)) for key in {**first, **second}}
    if isinstance(first, str) and isinstance(second, str):
        return merge_types([first, second])
    return "VARCHAR"


def structure(kind: Kind) -> str:
    """Return the kind of a list or an object as ``json_transform`` of DuckDB takes it."""
    return json.dumps(_with_types(kind))


def _kind(value: Any) -> Kind:
    scalar = _SCALARS.get(type(value))
    if scalar is not None:
        # whole numbers beyond int64 are identifiers, which a float would merge
        return "VARCHAR" if scalar == "BIGINT" and value not in _INT64 else scalar
    if isinstance(value, list):
        kind: Kind = None
        for element in value:
            kind = merge_kinds(kind, _kind(element))
        return [kind]
    if isinstance(value, dict):
        return {key: _kind(element) for key, element in value.items()}
    return None


def _with_types(kind: Kind) -> Kind:
    if isinstance(kind, list):
        return [_with_types(kind[0])]
    if isinstance(kind, dict) and kind:
        return {key: _with_types(value) for key, value in kind.items()}
    return kind or "VARCHAR"  # so are objects that are all empty: Arrow has no type for them
