"""Evidence from explicit figures, without data: what the tests of the checks judge.

>>> healthy = evidence(numbers("age"), categories("job", [600, 400]), target=categories("income", [760, 240]))
>>> healthy.task.kind, healthy.profile.n_rows
('classification', 1000)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from prefit.checks.base import Check
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import (
    ColumnProfile,
    Correlation,
    DistinctCount,
    Malformed,
    NumericFacts,
    Profile,
    RowCount,
    RowSample,
    TextFacts,
    ValueCount,
)
from prefit.task import ColumnKind, Task, TaskKind

NORMAL = {0.01: -2.33, 0.05: -1.64, 0.25: -0.67, 0.5: 0.0, 0.75: 0.67, 0.95: 1.64, 0.99: 2.33}
"""Quantiles of a standard normal column."""


def exactly(count: float) -> DistinctCount:
    """Return a distinct count that is known for sure."""
    return DistinctCount(count, count, count, exact=True)


def rows_of(count: int) -> RowCount:
    """Return a number of rows that is known for sure, with the first positions."""
    return RowCount(count, count, count, exact=True, positions=tuple(range(min(count, 5))))


def tops(counts: Iterable[int], names: Sequence[Any] | None = None) -> tuple[ValueCount, ...]:
    """Return value counts, most frequent first; the values are ``v0``, ``v1``, ... unless named."""
    ordered = sorted(counts, reverse=True)
    values = names or [f"v{i}" for i in range(len(ordered))]
    return tuple(ValueCount(value, count) for value, count in zip(values, ordered, strict=True))[:100]


def numbers(
    name: str = "x", *, rows: int = 1000, robust: Mapping[str, Any] | None = None, **facts: Any
) -> ColumnProfile:
    """Return a standard normal column of doubles; `facts` replace its fields, `robust` those of its NumericFacts."""
    numeric = {"quantiles": NORMAL, "robust_std": 0.89, "max_robust_z": 4.0} | dict(robust or {})
    healthy = {
        "type": "double",
        "minimum": -3.5,
        "maximum": 3.5,
        "mean": 0.0,
        "std": 1.0,
        "skewness": 0.0,
        "kurtosis": 0.0,
        "distinct": exactly(rows),
        "top": tops([1] * min(rows, 100), [float(i) for i in range(min(rows, 100))]),
        "numeric": NumericFacts(n_values=rows, **numeric),
    }
    return ColumnProfile(name=name, n_rows=rows, **(healthy | facts))


def categories(
    name: str = "c", counts: Sequence[int] = (600, 400), *, text: Mapping[str, Any] | None = None, **facts: Any
) -> ColumnProfile:
    """Return a text column with a category for each count; `facts` replace its fields, `text` those of TextFacts."""
    present = sum(counts)
    missing = sum(facts.get(field, 0) for field in ("n_null", "n_empty", "n_blank"))
    healthy = {
        "type": "string",
        "n_rows": present + missing,
        "minimum": "v0",
        "maximum": f"v{max(len(counts) - 1, 0)}",
        "distinct": exactly(len(counts)),
        "top": tops(counts),
        "text": TextFacts(**({"n_values": present, "kind_fractions": {"text": 1.0}} | dict(text or {}))),
    }
    return ColumnProfile(name=name, **(healthy | facts))


def indicator(name: str = "flag", n_ones: int = 300, *, rows: int = 1000) -> ColumnProfile:
    """Return a column of whole numbers that is 1 in `n_ones` rows and 0 elsewhere."""
    return numbers(
        name,
        rows=rows,
        type="int64",
        n_zero=rows - n_ones,
        minimum=0,
        maximum=1,
        mean=n_ones / rows,
        std=(n_ones / rows * (1 - n_ones / rows)) ** 0.5,
        distinct=exactly(2),
        top=tuple(sorted((ValueCount(0, rows - n_ones), ValueCount(1, n_ones)), key=lambda top: -top.count)),
        robust={"integer_valued": True},
    )


def evidence(
    *features: ColumnProfile,
    target: ColumnProfile | None = None,
    task: TaskKind | None = None,
    kinds: Mapping[str, ColumnKind] | None = None,
    duplicates: RowCount | int = 0,
    conflicts: RowCount | int = 0,
    n_empty_rows: int = 0,
    correlations: Sequence[Correlation] = (),
    malformed: Malformed | None = None,
    n_rows: int | None = None,
    dropped: tuple[str, ...] = (),
    **measured: Any,
) -> Evidence:
    """Return the evidence of a table of these columns; `measured` are further fields of Evidence.

    A numeric target makes it a regression, any other a classification, unless `task` says so. Kinds follow from the
    Arrow types (text is categorical) unless `kinds` names them.
    """
    columns = {column.name: column for column in (*features, *([target] if target else []))}
    known = {name: _kind(column) for name, column in columns.items()} | dict(kinds or {})
    if target is not None and task is None:
        task = "regression" if known[target.name] == "numeric" else "classification"
    profile = Profile(
        n_rows=n_rows if n_rows is not None else max((column.n_rows for column in columns.values()), default=0),
        columns=columns,
        target=target.name if target else None,
        sample=RowSample(pa.table({}), np.array([], dtype=np.int64)),
        class_sample=None,
        class_counts=_class_counts(target),
        duplicates=rows_of(duplicates) if isinstance(duplicates, int) else duplicates,
        conflicts=None if target is None else rows_of(conflicts) if isinstance(conflicts, int) else conflicts,
        n_empty_rows=n_empty_rows,
        correlations=tuple(correlations),
        malformed=malformed or Malformed(),
        fingerprint="0" * 32,
        row_keys=np.array([], dtype=np.uint64),
        row_keys_exact=True,
    )
    names = tuple(f.name for f in features if f.name not in dropped and known[f.name] != "unsupported")
    described = Task(target=target.name if target else None, kind=task, features=names, kinds=known, dropped=dropped)
    return Evidence(task=described, profile=profile, **measured)


def judged(check: Check, given: Evidence) -> Finding | None:
    """Return the only finding of the check, None when it is silent."""
    found = list(check.judge(given))
    assert len(found) <= 1, f"{check.id} gives {len(found)} findings, not one"
    assert all(finding.check == check.id for finding in found)
    return found[0] if found else None


def status(check: Check, given: Evidence) -> str:
    """Return the status of the only finding; silence is a pass."""
    found = judged(check, given)
    return "pass" if found is None else found.status


def _kind(column: ColumnProfile) -> ColumnKind:
    if column.type.startswith(("int", "uint", "double", "float", "decimal")):
        return "numeric"
    if column.type.startswith(("timestamp", "date")):
        return "datetime"
    if column.type.startswith("fixed_size_list"):
        return "embedding"
    if column.type == "null":
        return "unsupported"
    return "boolean" if column.type == "bool" else "categorical"


def _class_counts(target: ColumnProfile | None) -> tuple[ValueCount, ...] | None:
    """As the profile does: all values where there are few, None where there are many or the target is a measurement."""
    if target is None or target.distinct.estimate > 1000:
        return None
    if target.distinct.estimate > len(target.top):
        if _kind(target) == "numeric":
            return None
        raise ValueError("a built target must name all its values in `top` or have more than 1,000")
    return target.top
