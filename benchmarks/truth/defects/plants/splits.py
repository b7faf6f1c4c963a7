"""What can be wrong between training and test rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from benchmarks.truth.defects.case import Base, Defect, Planted
from benchmarks.truth.defects.plants.columns import numeric_column, rows

__all__ = ["DEFECTS", "halves"]


def halves(base: Base, random: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Deal the rows at random to training (70 %) and test data."""
    order = random.permutation(len(base.table))
    n_test = round(0.3 * len(order))
    return (
        base.table.iloc[order[n_test:]].reset_index(drop=True),
        base.table.iloc[order[:n_test]].reset_index(drop=True),
    )


def _overlap(base: Base, strength: int, random: np.random.Generator) -> Planted:
    """Copy training rows into the test rows: as they are, with another label, or with numbers written otherwise."""
    train, test = halves(base, random)
    hit = rows(test, (0.04, 0.12, 0.35)[strength], random)
    copied = train.iloc[random.choice(len(train), len(hit), replace=False)].reset_index(drop=True)
    variant = int(random.integers(3))
    if variant == 1:
        copied[base.target] = random.permutation(copied[base.target].to_numpy())
    if variant == 2:
        for name in copied.columns:
            if copied[name].dtype.kind == "f" and name != base.target:
                copied[name] *= 1 + 1e-7 * random.standard_normal(len(copied))
    kept = test.drop(index=hit)
    return Planted(train, test=pd.concat([kept, copied]).sample(frac=1, random_state=1).reset_index(drop=True))


def _drift(base: Base, strength: int, random: np.random.Generator) -> Planted | None:
    train, test = halves(base, random)
    name = numeric_column(base, random)
    if name is None:
        return None
    test[name] = test[name].astype(float) + (0.6, 1.2, 3.0)[strength] * train[name].std()
    train[name] = train[name].astype(float)
    return Planted(train, (name,), test=test)


def _label_drift(base: Base, strength: int, random: np.random.Generator) -> Planted:
    train, test = halves(base, random)
    labels = test[base.target]
    most = train[base.target].value_counts().index[0]
    chosen = labels == most if base.task == "classification" else labels > labels.median()
    # keep all of the chosen rows, and of the others only a share
    kept = chosen | (random.uniform(size=len(test)) < (0.4, 0.15, 0.03)[strength])
    return Planted(train, (base.target,), test=test[kept].reset_index(drop=True))


def _unseen_categories(base: Base, strength: int, random: np.random.Generator) -> Planted:
    train, test = halves(base, random)
    names = np.array(["north", "south", "east", "west"], dtype=object)
    train["region"], test["region"] = random.choice(names, len(train)), random.choice(names, len(test))
    hit = rows(test, (0.04, 0.12, 0.6)[strength], random)
    test.loc[hit, "region"] = random.choice(["overseas", "islands"], len(hit))
    return Planted(train, ("region",), test=test)


def _unseen_class(base: Base, strength: int, random: np.random.Generator) -> Planted:
    train, test = halves(base, random)
    labels = train[base.target].dropna()
    new = "withdrawn" if isinstance(labels.iloc[0], str) else labels.max() + 1
    hit = rows(test, (0.01, 0.05, 0.25)[strength], random)
    values = test[base.target].astype(object)
    values.iloc[hit] = new
    return Planted(train, (base.target,), test=test.assign(**{base.target: values.infer_objects()}))


def _schema(base: Base, strength: int, random: np.random.Generator) -> Planted:
    train, test = halves(base, random)
    if strength == 0:
        return Planted(train, ("exported_at",), test=test.assign(exported_at="2024-05-01"))
    if strength == 1:
        name = str(random.choice(base.features))
        return Planted(train, (name,), test=test.drop(columns=name))
    numbers = [name for name in base.features if base.table[name].dtype.kind in "if"]
    name = str(random.choice(numbers)) if numbers else base.features[0]
    changed = test[name].astype(str) + " EUR" if numbers else np.arange(len(test))
    return Planted(train, (name,), test=test.assign(**{name: changed}))


DEFECTS = (
    Defect("split-overlap", _overlap),
    Defect("split-drift", _drift),
    Defect("label-drift", _label_drift),
    Defect("unseen-categories", _unseen_categories, ("split-drift",)),
    Defect("unseen-class", _unseen_class, task="classification"),
    Defect("schema-mismatch", _schema),
)
