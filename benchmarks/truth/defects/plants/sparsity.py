"""Values that are not there where the model looks for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from benchmarks.truth.defects.case import Base, Defect, Planted
from benchmarks.truth.defects.plants.columns import added, rows, strong_noise

__all__ = ["DEFECTS"]


def _missing_values(base: Base, strength: int, random: np.random.Generator) -> Planted:
    table = base.table.copy()
    name = str(random.choice(base.features))
    table[name] = table[name].mask(random.uniform(size=len(table)) < (0.6, 0.8, 0.97)[strength])
    return Planted(table, (name,))


def _empty_rows(base: Base, strength: int, random: np.random.Generator) -> Planted:
    table = base.table.copy()
    blank = np.zeros(len(table), bool)
    blank[rows(table, (0.01, 0.05, 0.2)[strength], random)] = True
    for name in base.features:
        table[name] = table[name].mask(blank)
    return Planted(table)


def _sparse_features(base: Base, strength: int, random: np.random.Generator) -> Planted:
    n_more = 3 * len(base.features) + 20
    shape = (len(base.table), n_more)
    kept = random.uniform(size=shape) < (0.035, 0.015, 0.006)[strength]
    counts = pd.DataFrame(np.where(kept, random.poisson(2, shape) + 1, 0), columns=[f"word {i}" for i in range(n_more)])
    return Planted(pd.concat([base.table, counts], axis=1), tuple(counts.columns))


def _thin_support(base: Base, strength: int, random: np.random.Generator) -> Planted:
    values = np.zeros(len(base.table))
    count = (4, 3, 1)[strength]
    values[random.choice(len(values), count, replace=False)] = 1 + np.abs(strong_noise((count,), random))
    return Planted(*added(base, "surcharge", values))


def _rare_categories(base: Base, strength: int, random: np.random.Generator) -> Planted:
    n_rows = len(base.table)
    values = random.choice(np.array(["north", "south", "east", "west"], dtype=object), n_rows)
    rare = random.permutation(n_rows)[: round((0.08, 0.15, 0.35)[strength] * n_rows)]
    values[rare] = [
        f"{'kmnprst'[k % 7]}{'aeiou'[k % 5]}{'bdfglz'[k // 7 % 6]}{k // 42}" for k in np.arange(len(rare)) // 2
    ]
    return Planted(*added(base, "district", values))


DEFECTS = (
    Defect("missing-values", _missing_values),
    Defect("empty-rows", _empty_rows),
    Defect("sparse-features", _sparse_features, ("thin-support",)),
    Defect("thin-support", _thin_support, ("quasi-constant-column", "sparse-features")),
    Defect("rare-categories", _rare_categories, ("high-cardinality",)),
)
