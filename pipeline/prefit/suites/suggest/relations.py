"""Rules between columns: one never above another, two always equal, two that identify a row together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from prefit.profiling.arrays import as_numpy, storage_of
from prefit.profiling.values import Profile
from prefit.suites.suggest.entry import Column, Suggested
from prefit.suites.suggest.margins import RULE_OF_THREE, share_text

__all__ = ["compound_key", "pairs"]

_SCREENED = 2_000
_MIN_PAIRS = 50
_BY_CHANCE = 0.05
_MAX_COLUMNS = 200
_MAX_RELATIONS = 20
_MAX_KEY_COLUMNS = 12
_COLLISIONS = 20.0
_COLLISION_SHARE = 0.1
_ROWS_PER_PART = 3
"""A key of two parts, such as shop and day, fills a grid: each part repeats, and by chance many rows would agree."""


def pairs(columns: Sequence[Column]) -> Iterator[Suggested]:
    """Suggest orders and equalities that hold in all rows of the sample, though the ranges of the columns overlap."""
    comparable = [column for column in columns if _order_of(column) and _is_varied(column)][:_MAX_COLUMNS]
    values = {column.name: _numbers(column) for column in comparable}
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for first, second in combinations(comparable, 2):
        if _order_of(first) == _order_of(second):
            relation = _relation(values[first.name], values[second.name])
            if relation is not None:
                kind, n_rows = relation
                pair = (second.name, first.name) if kind == "below" else (first.name, second.name)
                found[pair] = ("equal" if kind == "equal" else "order", n_rows)
    for (a, b), (kind, n_rows) in _direct(found)[:_MAX_RELATIONS]:
        expectation = "values_to_be_equal" if kind == "equal" else "values_a_to_be_greater_than_b"
        yield Suggested(
            expectation=f"expect_column_pair_{expectation}",
            kwargs={
                "column_A": a,
                "column_B": b,
                **({} if kind == "equal" else {"or_equal": True}),
                "ignore_row_if": "either_value_is_missing",
                "mostly": share_text(RULE_OF_THREE / n_rows),
            },
            severity="warning",
            rule="equal columns" if kind == "equal" else "order of columns",
            notes=f"Holds in all of {n_rows:,} rows looked at that have both (rule of three).",
        )


def _order_of(column: Column) -> str:
    """Name the order in which the values stand, or none: local and absolute times, for example, share no order."""
    type_ = column.sample.type
    if storage_of(type_) == "number":
        return "numbers"
    if pa.types.is_timestamp(type_):
        return "times" if type_.tz is None else "instants"
    return "dates" if pa.types.is_date(type_) else ""


def _is_varied(column: Column) -> bool:
    return column.n_values >= _MIN_PAIRS and column.profile.distinct.estimate > 2 and not column.profile.n_infinite


def _numbers(column: Column) -> NDArray[np.float64]:
    values = column.sample.combine_chunks()
    if storage_of(values.type) == "temporal":
        values = pc.cast(pc.cast(values, pa.timestamp("us"), safe=False), pa.int64())
    numbers = np.full(len(values), np.nan)
    numbers[as_numpy(pc.is_valid(values))] = as_numpy(pc.cast(values.drop_null(), pa.float64(), safe=False))
    return numbers


def _relation(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[str, int] | None:
    """Return how two columns stand to each other in every row, and in how many: above, below, equal; None if mixed."""
    with np.errstate(invalid="ignore"):
        part = first[:_SCREENED] - second[:_SCREENED]
        part = part[~np.isnan(part)]
        if len(part) < _MIN_PAIRS or (part.min() < 0.0 < part.max()):
            return None
        both = ~(np.isnan(first) | np.isnan(second))
        a, b = first[both], second[both]
    if np.array_equal(a, b):
        return "equal", len(a)
    kind = "above" if (a >= b).all() else "below" if (a <= b).all() else None
    if kind is None:
        return None
    upper, lower = (a, b) if kind == "above" else (b, a)
    shown = np.sort(upper[:_SCREENED])
    by_chance = float(np.searchsorted(shown, lower[:_SCREENED], side="left").mean()) / len(shown)
    return (kind, len(a)) if by_chance >= _BY_CHANCE else None


def _direct(
    found: Mapping[tuple[str, str], tuple[str, int]],
) -> list[tuple[tuple[str, str], tuple[str, int]]]:
    """Leave out orders that follow from two others."""
    above: dict[str, set[str]] = {}
    for (a, b), (kind, _) in found.items():
        if kind == "order":
            above.setdefault(a, set()).add(b)
    return [
        (pair, what)
        for pair, what in found.items()
        if what[0] == "equal"
        or not any(pair[1] in above.get(between, ()) for between in above[pair[0]] if between != pair[1])
    ]


def compound_key(columns: Sequence[Column], profile: Profile) -> Iterator[Suggested]:
    """Suggest two columns that identify a row together, where that is no coincidence and no column does it alone.

    Were the columns independent, many pairs of rows would agree in both: a tenth as many as there are rows.
    """
    n_rows = profile.n_rows
    if len(profile.sample.positions) < n_rows or n_rows < _MIN_PAIRS:
        return
    candidates = [column for column in columns if _may_be_part(column)]
    if any(column.kind == "id-like" for column in columns):
        return
    codes = {column.name: _codes(column) for column in candidates[:_MAX_KEY_COLUMNS]}
    for first, second in combinations(codes, 2):
        joint = codes[first] * (codes[second].max() + 1) + codes[second]
        by_chance = n_rows**2 / 2 * _agreement(codes[first]) * _agreement(codes[second])
        if by_chance >= max(_COLLISIONS, _COLLISION_SHARE * n_rows) and len(np.unique(joint)) == n_rows:
            yield Suggested(
                expectation="expect_compound_columns_to_be_unique",
                kwargs={"column_list": [first, second]},
                severity="warning",
                rule="key",
                notes=f"No two of {n_rows:,} rows agree in both; by chance about {by_chance:,.0f} pairs would.",
            )
            return


def _may_be_part(column: Column) -> bool:
    profile = column.profile
    whole = profile.numeric is None or profile.numeric.integer_valued
    kind = storage_of(column.sample.type)
    return (
        kind in ("number", "text", "temporal")
        and whole
        and column.kind not in ("text", "embedding", "unsupported")
        and column.n_values == profile.n_rows
        and 1 < profile.distinct.estimate <= profile.n_rows / _ROWS_PER_PART
        and not column.is_target
    )


def _codes(column: Column) -> NDArray[np.int64]:
    codes = column.sample.combine_chunks().dictionary_encode().indices
    return as_numpy(codes).astype(np.int64)


def _agreement(codes: NDArray[np.int64]) -> float:
    shares = np.bincount(codes) / len(codes)
    return float((shares**2).sum())
