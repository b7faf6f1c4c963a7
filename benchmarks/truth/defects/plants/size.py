"""Too few rows for what is to be learnt."""

from __future__ import annotations

import numpy as np
import pandas as pd
from benchmarks.truth.defects.case import Base, Defect, Planted
from benchmarks.truth.defects.plants.columns import some_rows, strong_noise

__all__ = ["DEFECTS"]


def _few_rows(base: Base, strength: int, random: np.random.Generator) -> Planted:
    return Planted(some_rows(base, (80, 50, 20)[strength], random))


def _few_rows_per_class(base: Base, strength: int, random: np.random.Generator) -> Planted:
    table = some_rows(base, 600, random)
    per_class = (8, 5, 3)[strength]
    table[base.target] = [f"label {k}" for k in random.permutation(np.arange(len(table)) // per_class)]
    return Planted(table, (base.target,), task="classification")


def _many_features(base: Base, strength: int, random: np.random.Generator) -> Planted:
    table = some_rows(base, 150, random)
    n_more = round((1.3, 3, 8)[strength] * len(table))
    noise = pd.DataFrame(strong_noise((len(table), n_more), random), columns=[f"gene {i}" for i in range(n_more)])
    return Planted(pd.concat([table, noise], axis=1), tuple(noise.columns))


DEFECTS = (
    Defect("too-few-rows", _few_rows),
    Defect("too-few-rows-per-class", _few_rows_per_class, ("rare-class",), task="classification"),
    Defect("too-many-features", _many_features),
)
