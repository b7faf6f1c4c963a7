"""Targets that cannot be learnt as they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from benchmarks.truth.defects.case import Base, Defect, Planted
from benchmarks.truth.defects.plants.columns import rows

__all__ = ["DEFECTS"]


def _imbalance(base: Base, strength: int, random: np.random.Generator) -> Planted | None:
    labels = base.table[base.target]
    counts = labels.value_counts()
    rare = labels == counts.index[-1]
    n_others = int((labels.notna() & ~rare).sum())
    share = (0.06, 0.03, 0.008)[strength] / len(counts)
    n_kept = round(share / (1 - share) * n_others)
    if len(counts) < 2 or not 1 <= n_kept <= rare.sum():
        return None
    kept = random.permutation(np.flatnonzero(rare))[:n_kept]
    positions = np.sort(np.concatenate([np.flatnonzero(~rare), kept]))
    return Planted(base.table.iloc[positions].reset_index(drop=True), (base.target,))


def _rare_class(base: Base, strength: int, random: np.random.Generator) -> Planted:
    table = base.table.copy()
    labels = table[base.target].astype(object)
    new = "rest" if isinstance(labels.dropna().iloc[0], str) else labels.dropna().max() + 1
    labels.iloc[random.choice(len(table), (8, 4, 2)[strength], replace=False)] = new
    table[base.target] = labels.infer_objects()
    return Planted(table, (base.target,))


def _single_class(base: Base, strength: int, random: np.random.Generator) -> Planted:
    labels = base.table[base.target]
    table = base.table.copy()
    table[base.target] = pd.Series([labels.dropna().iloc[0]] * len(table), dtype=labels.dtype)
    if strength == 0:  # some rows have no label at all, which looks like a second class
        table[base.target] = table[base.target].mask(random.uniform(size=len(table)) < 0.1)
    return Planted(table, (base.target,))


def _missing_label(base: Base, strength: int, random: np.random.Generator) -> Planted:
    table = base.table.copy()
    blank = np.zeros(len(table), bool)
    blank[rows(table, (0.02, 0.1, 0.4)[strength], random)] = True
    table[base.target] = table[base.target].mask(blank)
    return Planted(table, (base.target,))


def _skewed(base: Base, strength: int, _: np.random.Generator) -> Planted:
    table = base.table.copy()
    values = table[base.target].astype(float)
    table[base.target] = np.exp((0.95, 1.4, 2.2)[strength] * (values - values.mean()) / values.std())
    return Planted(table, (base.target,))


def _conflicts(base: Base, strength: int, random: np.random.Generator) -> Planted | None:
    labels = base.table[base.target].dropna()
    classes = labels.unique()
    if len(classes) < 2:
        return None
    drawn = base.table.iloc[
        random.permutation(labels.index)[: round((0.015, 0.05, 0.15)[strength] * len(labels))]
    ].copy()
    place = {label: i for i, label in enumerate(classes)}
    moved = [classes[(place[label] + 1) % len(classes)] for label in drawn[base.target]]
    drawn[base.target] = pd.Series(moved, index=drawn.index, dtype=labels.dtype)
    return Planted(pd.concat([base.table, drawn]).sample(frac=1, random_state=0).reset_index(drop=True), (base.target,))


DEFECTS = (
    Defect("class-imbalance", _imbalance, ("rare-class",), task="classification"),
    Defect("rare-class", _rare_class, task="classification"),
    Defect("single-class", _single_class),
    Defect("missing-label", _missing_label),
    Defect("skewed-target", _skewed, ("outliers",), task="regression"),
    Defect("conflicting-labels", _conflicts, ("label-errors",), task="classification"),
)
