"""Columns, orders, groups and times that know the answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
from benchmarks.truth.defects.case import Base, Defect, Planted
from benchmarks.truth.defects.plants.columns import added, strong_noise

__all__ = ["DEFECTS"]


def _codes(base: Base) -> np.ndarray:
    """Return the target as numbers: the classes counted through, or the ranks of a number between 0 and 1."""
    labels = base.table[base.target]
    if base.task == "classification":
        return np.array(pd.factorize(labels, sort=True)[0], dtype=float)
    return np.array(labels.rank(pct=True).fillna(0.5), dtype=float)


def _wrong(base: Base, share: float, random: np.random.Generator) -> np.ndarray:
    """Return the target as numbers with a share of the rows answered at random."""
    codes = _codes(base)
    lost = random.uniform(size=len(codes)) < share
    codes[lost] = random.permutation(codes)[lost]
    return codes


def _target_leak(base: Base, strength: int, random: np.random.Generator) -> Planted:
    """Write the answer as a number, a category, a text or an identifier."""
    codes = _wrong(base, (0.05, 0.01, 0.0)[strength], random)
    n_rows = len(codes)
    variant = int(random.integers(4)) if base.task == "classification" else 0
    if variant == 0:
        noise = 0.05 if base.task == "classification" else 0.01
        return Planted(*added(base, "fee", codes * 10 + noise * strong_noise((n_rows,), random)))
    if variant == 1:
        return Planted(*added(base, "closing_code", [f"C{int(code) + 3}" for code in codes]))
    if variant == 2:
        remarks = ("letter sent on", "no letter sent before", "called back by phone on", "visited at home on", "moved")
        texts = [f"case {random.integers(10**4)} {remarks[int(code) % 5]} day {random.integers(365)}" for code in codes]
        return Planted(*added(base, "remark", texts))
    numbers = codes * 10**6 + random.permutation(10**6)[:n_rows] if n_rows <= 10**6 else codes
    return Planted(*added(base, "file_number", numbers.astype(np.int64)))


def _missing_leak(base: Base, strength: int, random: np.random.Generator) -> Planted:
    """Fill a column in for the rows of one class only, as happens after the outcome."""
    codes = _wrong(base, (0.2, 0.04, 0.0)[strength], random)
    values = np.where(codes == 0, random.gamma(3, 10, len(codes)), np.nan)
    return Planted(*added(base, "days_in_arrears", values))


def _order_leak(base: Base, strength: int, random: np.random.Generator) -> Planted:
    codes = _wrong(base, (0.3, 0.1, 0.0)[strength], random)
    order = np.argsort(codes + 1e-6 * random.uniform(size=len(codes)), kind="stable")
    return Planted(base.table.iloc[order].reset_index(drop=True))


def _blocks(base: Base, block: np.ndarray, strength: int, random: np.random.Generator) -> pd.DataFrame:
    """Give the rows of a block a common mark and, for a share of the rows, the label of one of them."""
    n_blocks = int(block.max()) + 1
    table = base.table.copy()
    labels = table[base.target].dropna().to_numpy()
    of_block = random.choice(labels, n_blocks)[block]
    taken = random.uniform(size=len(table)) < (0.5, 0.75, 0.95)[strength]
    table[base.target] = table[base.target].mask(
        taken, pd.Series(of_block, index=table.index).astype(table[base.target].dtype)
    )
    for name in ("sensor_a", "sensor_b"):
        table[name] = random.normal(0, 10, n_blocks)[block] + 0.02 * strong_noise((len(table),), random)
    return table


def _group_leak(base: Base, strength: int, random: np.random.Generator) -> Planted:
    n_groups = max(8, len(base.table) // 25)
    group = random.integers(0, n_groups, len(base.table))
    table = _blocks(base, group, strength, random).assign(patient=[f"P{g:05d}" for g in group])
    return Planted(table, ("patient", "sensor_a", "sensor_b"), options={"group": "patient"})


def _time_leak(base: Base, strength: int, random: np.random.Generator) -> Planted:
    n_rows = len(base.table)
    block = np.arange(n_rows) // max(10, n_rows // 80)
    table = _blocks(base, block, strength, random)
    table["measured_at"] = pd.Timestamp("2021-03-01") + pd.to_timedelta(np.arange(n_rows) * 10, unit="min")
    table = table.iloc[random.permutation(n_rows)].reset_index(drop=True)
    return Planted(table, ("measured_at", "sensor_a", "sensor_b"), options={"time": "measured_at"})


DEFECTS = (
    Defect("target-leakage", _target_leak, ("missingness-leakage",)),
    Defect("missingness-leakage", _missing_leak, ("target-leakage",), task="classification"),
    Defect("order-leakage", _order_leak),
    Defect("group-leakage", _group_leak),
    Defect("time-leakage", _time_leak),
)
