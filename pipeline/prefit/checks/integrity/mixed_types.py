"""The check ``mixed-types``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import also, features
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import ColumnProfile
from prefit.wording import percent

__all__ = ["MixedTypes"]


@dataclass(frozen=True)
class MixedTypes:
    """Do text columns of numbers or dates hold some values of another type?

    Parameters
    ----------
    min_fraction : float, default 0.01
        Share of the values of another type below which they are slips that hardly any row feels.
    max_fraction : float, default 0.1
        Share above which two types are probably meant (codes of which some look like numbers).

    What it measures
    ----------------
    For every text column that consists of numbers or dates for the most part, the share of values that are
    none. It warns inside the zone from `min_fraction` to `max_fraction`. Empty values and spellings of "missing" do not
    count; `disguised-missing` has those.

    Why it hurts training
    ---------------------
    A few words keep a whole column of numbers from being read as numbers: each number becomes a category of its own,
    and order and distance are lost.

    Example
    -------
    `salary` holds 48,200 numbers and 1,800 entries such as "see contract".

    What to do
    ----------
    Read the column as numbers, decide what the other entries mean, and keep that in a column of its own.

    When it may be a false alarm
    ----------------------------
    Codes and names of which most happen to look like numbers: house numbers with a letter, model names.

    References
    ----------
    The zone of 1 % to 10 % follows the check of mixed data types of Deepchecks.
    """

    id: ClassVar[str] = "mixed-types"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    min_fraction: float = 0.01
    max_fraction: float = 0.1

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the text columns with a few values of another type."""
        shares = {
            column.name: other_fraction(column) for column in features(evidence, "categorical", "text", "id-like")
        }
        inside = {name: share for name, share in shares.items() if self.min_fraction <= share <= self.max_fraction}
        if not inside:
            return
        names = tuple(sorted(inside, key=lambda name: -inside[name]))
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{percent(inside[names[0]])} of the values of {names[0]!r} are of another type than the rest "
            f"(limit {percent(self.min_fraction)}){also(names)}.",
            columns=names,
            measured=inside[names[0]],
            limit=self.min_fraction,
            unit="fraction",
            why="A few words keep a column of numbers from being read as numbers, so that order and distance are "
            f"lost. Between {percent(self.min_fraction)} and {percent(self.max_fraction)} the other type is too "
            "frequent for a slip and too rare to be meant.",
            remedy=f"Look at them: df[pd.to_numeric(df[{names[0]!r}], "
            f"errors='coerce').isna()][{names[0]!r}].value_counts()",
        )


def other_fraction(column: ColumnProfile) -> float:
    """Return the share of values that are of another type than most, 0 where most are neither numbers nor dates."""
    if column.text is None or not column.text.n_values:
        return 0.0
    kinds = column.text.kind_fractions
    usual = max(kinds, key=lambda kind: kinds[kind], default="text")
    return 1 - kinds[usual] if usual in ("number", "date") else 0.0
