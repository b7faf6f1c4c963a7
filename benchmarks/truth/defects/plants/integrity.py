"""Values, columns and rows that are not what they seem to be."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
from benchmarks.truth.defects.case import Base, Defect, Planted
from benchmarks.truth.defects.plants.columns import added, numeric_column, rows, spread, strong_noise

__all__ = ["DEFECTS"]


def _constant(base: Base, strength: int, random: np.random.Generator) -> Planted:
    values = pd.Series([("DE", 7, "2024")[strength]] * len(base.table))
    if strength == 0:
        values = values.mask(random.uniform(size=len(values)) < 0.2)
    return Planted(*added(base, "country", values))


def _quasi_constant(base: Base, strength: int, random: np.random.Generator) -> Planted | None:
    if len(base.table) < 250:  # one row of them is more than the share that is worth a word
        return None
    values = np.array(["live"] * len(base.table), dtype=object)
    values[rows(base.table, (0.004, 0.002, 0.0005)[strength], random)] = "test"
    return Planted(*added(base, "mode", values))


def _id_column(base: Base, strength: int, random: np.random.Generator) -> Planted:
    n_rows = len(base.table)
    if strength == 0:
        return Planted(*added(base, "customer_id", random.permutation(n_rows * 7)[:n_rows] + 10_000))
    if strength == 1:
        return Planted(*added(base, "line", np.arange(n_rows)))
    codes = random.integers(0, 2**62, n_rows)
    return Planted(*added(base, "key", [f"{code:016x}" for code in codes]))


def _high_cardinality(base: Base, strength: int, random: np.random.Generator) -> Planted:
    n_rows = len(base.table)
    n_values = round(n_rows / (6, 3, 1.5)[strength])
    letters = np.array(list("abcdefghijklmnoprstuvwyz"))
    names = np.array(["".join(random.choice(letters, 6)) for _ in range(n_values)], dtype=object)
    return Planted(*added(base, "merchant", names[random.integers(0, n_values, n_rows)]))


def _duplicates(base: Base, strength: int, random: np.random.Generator) -> Planted:
    copies = base.table.iloc[random.choice(len(base.table), round((0.06, 0.15, 0.4)[strength] * len(base.table)))]
    table = pd.concat([base.table, copies])
    return Planted(table.iloc[random.permutation(len(table))].reset_index(drop=True))


def _infinite(base: Base, strength: int, random: np.random.Generator) -> Planted | None:
    name = numeric_column(base, random)
    if name is None:
        return None
    values = base.table[name].astype(float).to_numpy(copy=True)
    values[rows(base.table, (0, 0.01, 0.1)[strength], random)] = random.choice([np.inf, -np.inf])
    return Planted(base.table.assign(**{name: values}), (name,))


def _outliers(base: Base, strength: int, random: np.random.Generator) -> Planted | None:
    name = numeric_column(base, random)
    if name is None:
        return None
    values = base.table[name].astype(float).to_numpy(copy=True)
    n_strays = min((1, 3, 6)[strength], max(1, len(values) // 60))
    positions = random.choice(len(values), n_strays, replace=False)
    distance = (70, 300, 1e5)[strength] * spread(base.table[name])
    values[positions] = np.nanmedian(values) + distance * random.uniform(1, 1.5, len(positions))
    return Planted(base.table.assign(**{name: values}), (name,))


def _correlated(base: Base, strength: int, random: np.random.Generator) -> Planted | None:
    name = numeric_column(base, random)
    if name is None:
        return None
    values = base.table[name].astype(float)
    copy = (
        values + 0.03 * values.std() * strong_noise((len(values),), random),  # r = 0.99955
        values * 2.54 + 3,
        values,
    )[strength]
    table, new = added(base, f"{name} again", copy)
    return Planted(table, (name, *new))


def _unscaled(base: Base, strength: int, random: np.random.Generator) -> Planted:
    noise = strong_noise((len(base.table),), random)
    values = (3e6 + noise, 1.7e9 + noise, 1e22 * noise)[strength]
    return Planted(*added(base, "clock", values))


def _disguised(base: Base, strength: int, random: np.random.Generator) -> Planted:
    """Write codes for "missing": a number beyond all others, a zero among measurements, or a word."""
    n_rows = len(base.table)
    hit = rows(base.table, (0.015, 0.06, 0.25)[strength], random, at_least=6)
    variant = int(random.integers(4))
    if variant == 0:
        values: np.ndarray = random.integers(18, 90, n_rows).astype(float)
        values[hit] = random.choice([-999, -1, 999, 9999])
        return Planted(*added(base, "age", values))
    if variant == 1:
        values = np.round(random.normal(120, 15, n_rows), 1)
        values[hit] = 0
        return Planted(*added(base, "blood_pressure", values))
    spelling = str(random.choice(["?", "N/A", "unknown", "not recorded", "-"]))
    if variant == 2:
        texts = np.round(random.normal(120, 15, n_rows), 1).astype(str).astype(object)
        texts[hit] = spelling
        return Planted(*added(base, "weight", texts))
    texts = random.choice(np.array(["red", "green", "blue", "white"], dtype=object), n_rows)
    texts[hit] = spelling
    return Planted(*added(base, "colour", texts))


def _malformed(base: Base, strength: int, random: np.random.Generator) -> Planted:
    """Cut fields off some lines of a CSV file, and add some to others."""
    buffer = io.StringIO()
    base.table.to_csv(buffer, index=False)
    lines = buffer.getvalue().splitlines()
    hit = 1 + random.choice(len(lines) - 1, max(2, round((0.002, 0.02, 0.15)[strength] * len(lines))), replace=False)
    for i in hit:
        lines[i] = lines[i] + ",1,2" if random.uniform() < 0.5 else lines[i].rsplit(",", 2)[0]
    return Planted(base.table, csv="\n".join(lines) + "\n")


DEFECTS = (
    Defect("constant-column", _constant),
    Defect("quasi-constant-column", _quasi_constant, ("thin-support", "rare-categories")),
    Defect("id-column", _id_column, ("target-leakage",)),
    Defect("high-cardinality", _high_cardinality, ("rare-categories",)),
    Defect("duplicate-rows", _duplicates),
    Defect("infinite-values", _infinite),
    Defect("outliers", _outliers),
    Defect("correlated-features", _correlated),
    Defect("unscaled-features", _unscaled),
    Defect("disguised-missing", _disguised),
    Defect("malformed-rows", _malformed),
)
