"""The check ``inconsistent-categories``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import also, features, shown_values, target
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import ColumnProfile, VariantGroup
from prefit.wording import percent

__all__ = ["InconsistentCategories"]

CODE_LENGTH = 3
SLIP_SHARE = 0.2
"""Share of a category in its rarer spellings above which case is no slip."""


@dataclass(frozen=True)
class InconsistentCategories:
    """Is one category spelt in several ways?

    Parameters
    ----------
    min_fraction : float, default 0.001
        Share of the values in a rarer spelling from which the check warns. One slip in more than a thousand rows is
        one row that is misread.

    What it measures
    ----------------
    For every categorical column and the target, the categories that differ only by case, white space or Unicode form,
    and the share of values that are not in the usual one of these spellings.

    Why it hurts training
    ---------------------
    A category is cut in two: each part has fewer rows to learn from, and the rare spelling is learnt as something else.
    In the target it becomes a class of its own.

    Example
    -------
    "Berlin", "berlin" and "Berlin " are three cities to the model.

    What to do
    ----------
    Bring them to one form, and do the same to every new row that is predicted.

    When it may be a false alarm
    ----------------------------
    When case carries meaning: codes in which "a" and "A" differ.

    References
    ----------
    Unicode Standard Annex 15, Unicode normalization forms.
    """

    id: ClassVar[str] = "inconsistent-categories"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    min_fraction: float = 0.001

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the columns with several spellings of a category."""
        label = target(evidence)
        columns = features(evidence, "categorical", "boolean")
        if label is not None and evidence.task.kind == "classification":
            columns = [label, *columns]
        shares = {column.name: variant_fraction(column) for column in columns}
        names = tuple(
            sorted((name for name in shares if 0 < shares[name] >= self.min_fraction), key=lambda name: -shares[name])
        )
        if not names:
            return
        worst = evidence.profile.columns[names[0]]
        groups = variants(worst)
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{percent(shares[names[0]])} of the values of {worst.name!r} are in a rarer spelling of their "
            f"category, in {len(groups)} "
            f"categor{'y' if len(groups) == 1 else 'ies'}{shown_values(evidence, groups[0].values)}{also(names)}.",
            columns=names,
            measured=shares[names[0]],
            limit=self.min_fraction,
            unit="fraction",
            why="A category that is cut in two has fewer rows to learn from in each part, and the rare spelling is "
            "learnt as something else. Below the limit it is single rows that are misread.",
            remedy=f"df[{worst.name!r}] = df[{worst.name!r}].str.normalize('NFKC').str.strip().str.casefold()",
        )


def variants(column: ColumnProfile) -> tuple[VariantGroup, ...]:
    """Return the groups of spellings that mean one category."""
    return tuple(group for group in column.text.variants if not _codes(group)) if column.text else ()


def variant_fraction(column: ColumnProfile) -> float:
    """Return the share of the values that are in a rarer spelling of their category."""
    if not column.n_present:
        return 0.0
    return min(sum(_rarer(group) for group in variants(column)) / column.n_present, 1.0)


def _rarer(group: VariantGroup) -> int:
    counts = [value.count for value in group.values]
    return sum(counts) - max(counts)


def _codes(group: VariantGroup) -> bool:
    """Whether the spellings are rather different codes: short, the same but for case, and each of them frequent."""
    texts = [str(value.value) for value in group.values]
    short = max(map(len, texts)) <= CODE_LENGTH and len({text.lower() for text in texts}) == 1
    return short and _rarer(group) > SLIP_SHARE * sum(value.count for value in group.values)
