"""The check ``disguised-missing``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import also, features, reads_as_other, shown_values, target
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import ColumnProfile, ValueCount
from prefit.wording import percent

__all__ = ["DisguisedMissing"]


@dataclass(frozen=True)
class DisguisedMissing:
    """Do values stand for "missing" without being missing?

    Parameters
    ----------
    min_fraction : float, default 0.005
        Share of the values of a column from which the check warns: what is wrong in fewer rows costs less than half a
        point of accuracy.

    What it measures
    ----------------
    Texts that spell "missing" (`?`, `N/A`, `unknown`, ...), and numbers such as -999 that stand apart from all others,
    are far more frequent than their neighbours and follow the pattern of such codes; all three must hold. A zero counts
    where no other value comes near it beside their spread (a blood pressure of 0), and most values are not zero. Among
    categories, "none" is an answer and does not count, nor does a spelling that most rows have. In the target every
    spelling counts, however rare: it becomes a class.

    Why it hurts training
    ---------------------
    A mean, a scaler and a linear model take -999 for a number: the other values shrink to a point. Texts become a
    category, and missing labels a class. Nothing that treats missing values sees them.

    Example
    -------
    An insulin level of 0 in half of the patients, an age of 999.

    What to do
    ----------
    Name them when the data are read (`na_values=`), or replace them by null.

    When it may be a false alarm
    ----------------------------
    When the value is real: 99 of a scale, or "none" as an answer.

    References
    ----------
    Qahtan et al. (2018), FAHES: a robust disguised missing values detector, doi:10.1145/3219819.3220109.
    """

    id: ClassVar[str] = "disguised-missing"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    min_fraction: float = 0.005

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the columns with disguised missing values."""
        label = target(evidence)
        found = [column for column in features(evidence) if 0 < disguised_fraction(column) >= self.min_fraction]
        found += [label] if label and disguises(label) else []
        if not found:
            return
        worst, *_ = found = sorted(found, key=disguised_fraction, reverse=True)
        names = tuple(column.name for column in found)
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{percent(disguised_fraction(worst))} of the values of {worst.name!r} stand for "
            f"'missing'{shown_values(evidence, disguises(worst))} (limit {percent(self.min_fraction)}){also(names)}.",
            columns=names,
            measured=disguised_fraction(worst),
            limit=self.min_fraction,
            unit="fraction",
            why="A model takes them for numbers, categories or classes, and nothing that treats missing values sees "
            f"them. What is wrong in fewer than {percent(self.min_fraction)} of the rows costs less than that of "
            "accuracy.",
            remedy=f"df[{worst.name!r}] = df[{worst.name!r}].replace([...], None) with the values that "
            "`--show-values` names, or na_values=[...] when the file is read.",
        )


def disguises(column: ColumnProfile) -> tuple[ValueCount, ...]:
    """Return the values of a column that stand for "missing".

    Among categories, "none" is an answer, and so is a spelling that most rows have.
    """
    facts = column.text or column.numeric
    found = facts.disguised if facts else ()
    if column.text is None or reads_as_other(column):
        return found
    answer = column.text.n_values  # a spelling with more rows than all proper values together is what is usual
    return tuple(entry for entry in found if str(entry.value).strip().casefold() != "none" and entry.count <= answer)


def disguised_fraction(column: ColumnProfile) -> float:
    """Return the share of the values looked at that stand for "missing"."""
    n_disguised = sum(entry.count for entry in disguises(column))
    facts = column.text or column.numeric
    if not n_disguised or facts is None:
        return 0.0
    n_spelt = sum(entry.count for entry in column.text.disguised) if column.text else 0  # not among `n_values`
    return n_disguised / (facts.n_values + n_spelt)
