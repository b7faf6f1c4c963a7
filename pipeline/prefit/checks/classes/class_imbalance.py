"""The check ``class-imbalance``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import class_sizes, shown_values
from prefit.checks.intervals import proportion
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import percent, rows

__all__ = ["ClassImbalance"]


@dataclass(frozen=True)
class ClassImbalance:
    """Is a class far rarer than an equal share?

    Parameters
    ----------
    min_fraction : float, default 0.1
        Share of the rarest class, as a fraction of the equal share 1/K of K classes, below which the check warns: 5 %
        of two classes, 2 % of five. A model that never predicts a class of 5 % is right in 95 % of the rows.

    What it measures
    ----------------
    The share of the rarest class times the number of classes. Classes that are equally frequent give 1, whatever their
    number. The share is a fact about the training rows, so the answer does not depend on how many rows there are.

    Why it hurts training
    ---------------------
    The loss is a mean over rows, so that the frequent classes decide it. A model lowers its loss most by moving towards
    the constant prediction of the frequent class, and accuracy rewards it for that.

    Example
    -------
    Fraud is 0.2 % of the payments: "never fraud" is right in 99.8 % of the cases and useless.

    What to do
    ----------
    Judge by balanced accuracy, average precision or the cost of errors, never by accuracy. Weight the classes
    (`class_weight="balanced"`), or move the decision threshold after training. Collect more of the rare class
    where that is possible: its number of rows, not the total, says how well it can be learnt.

    When it may be a false alarm
    ----------------------------
    When the classes are told apart easily, imbalance does no harm. Resampling and weights then distort the
    probabilities for nothing.

    References
    ----------
    He & Garcia (2009), Learning from imbalanced data, doi:10.1109/TKDE.2008.239. The form of the limit is that of
    cleanlab's Datalab.
    """

    id: ClassVar[str] = "class-imbalance"
    stage: ClassVar[Stage] = "classes"
    applies_to: ClassVar[Applies] = "classification"
    needs: ClassVar[tuple[str, ...]] = ()

    min_fraction: float = 0.1

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding when the rarest class is too rare beside the others."""
        sizes = class_sizes(evidence)
        n_rows = sum(sizes)
        if len(sizes) < 2 or sizes[-1] * len(sizes) >= self.min_fraction * n_rows:
            return
        share, limit = sizes[-1] / n_rows, self.min_fraction / len(sizes)
        name = evidence.task.target or ""
        yield Finding(
            check=self.id,
            status="warn",
            message=f"The rarest of {len(sizes)} classes has {percent(share)} of the rows ({rows(sizes[-1])}); the "
            f"limit is {percent(limit)}{shown_values(evidence, (evidence.profile.class_counts or ())[-1:])}.",
            columns=(name,),
            measured=share,
            limit=limit,
            unit="fraction",
            interval=proportion(sizes[-1], n_rows),
            why=f"Always predicting the most frequent class is right in {percent(sizes[0] / n_rows)} of the rows, so "
            f"that loss and accuracy reward a constant prediction. The limit is {percent(self.min_fraction)} of the "
            f"equal share of {len(sizes)} classes.",
            remedy="Score by balanced accuracy or average precision and weight the classes: class_weight='balanced' "
            "(scikit-learn, LightGBM). Collect more rows of the rare class.",
        )
