"""Choosing columns and rows to plant into."""

from __future__ import annotations

import numpy as np
import pandas as pd
from benchmarks.truth.defects.case import Base

__all__ = ["added", "numeric_column", "rows", "some_rows", "spread", "strong_noise"]


def rows(table: pd.DataFrame, share: float, random: np.random.Generator, *, at_least: int = 1) -> np.ndarray:
    """Draw the positions of a share of the rows."""
    return random.choice(len(table), max(at_least, round(share * len(table))), replace=False)


def some_rows(base: Base, count: int, random: np.random.Generator) -> pd.DataFrame:
    """Draw rows of a base, all of them where it has fewer."""
    return base.table.iloc[random.permutation(len(base.table))[:count]].reset_index(drop=True)


def numeric_column(base: Base, random: np.random.Generator) -> str | None:
    """Choose a continuous feature at random; None where the base has none."""
    names = [
        name
        for name in base.features
        if base.table[name].dtype.kind in "fiu" and base.table[name].nunique() > min(50, len(base.table) / 4)
    ]
    return str(random.choice(names)) if names else None


def spread(values: pd.Series) -> float:
    """Return a robust standard deviation, 1 where all values are equal."""
    low, high = values.quantile([0.05, 0.95])
    inner = values[(values >= low) & (values <= high)].std()
    return float(inner) if inner and np.isfinite(inner) else 1.0


def added(base: Base, name: str, values: object) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Add a feature to a copy of the base, and name it as it is not named yet."""
    while name in base.table.columns:
        name += "_"
    table = base.table.copy()
    table.insert(len(table.columns) // 2, name, values)
    return table, (name,)


def strong_noise(shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    """Draw numbers that say nothing."""
    return random.standard_normal(shape)
