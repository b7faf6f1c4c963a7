"""How well single features predict the target, and what those are worth that predict it too well."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LeakPrice", "SingleFeature"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleFeature:
    """How well one column alone predicts the target, out of fold.

    `skill` is (score - constant) / (1 - constant) of the best one-column model, `low` and `high` its 90 % interval;
    `missing_skill`, `missing_low` and `missing_high` the same for the mere fact that the column is missing; with
    more than two classes, for telling one of them from the rest.
    """

    column: str
    skill: float
    low: float
    high: float
    missing_skill: float = 0.0
    missing_low: float = 0.0
    missing_high: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakPrice:
    """Held-out skill of a small probe with all features and without `columns`, on the same rows.

    Skill is (score - constant) / (1 - constant). `delta` is what the columns are worth, with its 90 % interval:
    positive when the skill falls without them.
    """

    columns: tuple[str, ...]
    with_columns: float
    without_columns: float
    delta: float
    low: float
    high: float
