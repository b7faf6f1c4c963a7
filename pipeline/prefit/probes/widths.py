"""How wide intervals must be of kinds of score that the prior was not fitted on.

The factors are in ``widths.json``, with the data sets that they come from, and their licences.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from prefit.probes.frame import Array

__all__ = ["SHIPPED", "Widths", "load_widths"]

SHIPPED = Path(__file__).with_name("widths.json")


@dataclass(frozen=True, slots=True)
class Widths:
    """By what to multiply intervals, at some doublings beyond the last size, by kind of score."""

    doublings: Array
    factors: Mapping[str, Array]

    def factor(self, kind: str, doublings: float) -> float:
        """Return the factor at a distance; 1 for kinds of which nothing is known."""
        known = self.factors.get(kind)
        return 1.0 if known is None else float(np.interp(doublings, self.doublings, known))


@lru_cache(maxsize=1)
def load_widths(path: Path = SHIPPED) -> Widths:
    """Read the factors."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    factors = {kind: np.array(values, dtype=np.float64) for kind, values in stored["factors"].items()}
    return Widths(np.array(stored["doublings"], dtype=np.float64), factors)
