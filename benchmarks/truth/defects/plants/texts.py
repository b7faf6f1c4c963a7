"""Texts that are numbers, dates, damaged, or the same category twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
from benchmarks.truth.defects.case import Base, Defect, Planted
from benchmarks.truth.defects.plants.columns import added, rows

__all__ = ["DEFECTS"]

_CITIES = ("München", "Köln", "Zürich", "Málaga", "Århus", "Orléans", "Göteborg", "Łódź")


def _prices(base: Base, random: np.random.Generator) -> np.ndarray:
    return np.round(np.exp(random.normal(4, 1, len(base.table))), 2)


def _mixed(base: Base, strength: int, random: np.random.Generator) -> Planted:
    texts = _prices(base, random).astype(str).astype(object)
    hit = rows(base.table, (0.015, 0.03, 0.08)[strength], random)
    texts[hit] = random.choice(["free", "see note", "two or three", "approx"], len(hit))
    return Planted(*added(base, "price", texts))


def _numbers(base: Base, strength: int, random: np.random.Generator) -> Planted:
    write = (lambda x: f"${x:,.2f}", lambda x: f"{x:.2f}".replace(".", ","), lambda x: f"{x:.2f}")[strength]
    return Planted(*added(base, "price", [write(price) for price in _prices(base, random)]))


def _dates(base: Base, strength: int, random: np.random.Generator) -> Planted:
    days = pd.Timestamp("2019-01-01") + pd.to_timedelta(random.integers(0, 1500, len(base.table)), unit="D")
    return Planted(*added(base, "ordered", days.strftime(("%d %b %Y", "%m/%d/%Y", "%Y-%m-%d")[strength]).tolist()))


def _variants(base: Base, strength: int, random: np.random.Generator) -> Planted:
    texts = random.choice(np.array(["Berlin", "New York", "Hamburg", "Lyon"], dtype=object), len(base.table))
    spell = (str.upper, lambda text: f"{text} ", str.lower, lambda text: text.replace("n", "n\u0303"))
    for i in rows(base.table, (0.004, 0.02, 0.15)[strength], random, at_least=2):
        texts[i] = spell[int(random.integers(3))](texts[i])
    return Planted(*added(base, "city", texts))


def _damaged(base: Base, strength: int, random: np.random.Generator) -> Planted:
    texts = random.choice(np.array(_CITIES, dtype=object), len(base.table))
    for i in rows(base.table, (0.01, 0.05, 0.3)[strength], random, at_least=2):
        broken = texts[i].encode("utf-8").decode("cp1252", errors="replace")
        texts[i] = (
            broken
            if random.uniform() < 0.7
            else texts[i].encode("latin-1", errors="replace").decode("utf-8", "replace")
        )
    return Planted(*added(base, "birthplace", texts))


DEFECTS = (
    Defect("mixed-types", _mixed, ("numeric-as-text",)),
    Defect("numeric-as-text", _numbers),
    Defect("date-as-text", _dates),
    Defect("inconsistent-categories", _variants),
    Defect("text-encoding", _damaged),
)
