"""Small tables, and reports on them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

import prefit
from prefit.baselines import Content, read_report

__all__ = ["content", "report_on", "rows"]


def rows(n: int = 1000, *, seed: int = 0, **changes: Any) -> pa.Table:
    """Return numbers, a category, a text and a label, all random; `changes` replace columns."""
    rng = np.random.default_rng(seed)
    label = rng.choice(["no", "yes"], size=n, p=[0.6, 0.4])
    columns: dict[str, Any] = {
        "price": rng.lognormal(size=n),
        "rooms": rng.integers(1, 6, n),
        "town": rng.choice(["Bern", "Oslo", "Rome"], size=n, p=[0.5, 0.3, 0.2]),
        "note": ["word " * k for k in rng.integers(1, 30, n)],
        "label": label,
    }
    return pa.table(columns | changes)


def report_on(table: pa.Table, **options: Any) -> prefit.Report:
    """Judge a table by the checks that take no time."""
    return prefit.check(table, **({"target": "label", "level": "quick", "only": ["size", "sparsity", "run"]} | options))


def content(table: pa.Table | None = None, **options: Any) -> Content:
    """Return the content of a report on a table, or on 1,000 rows."""
    return read_report(report_on(rows() if table is None else table, **options))
