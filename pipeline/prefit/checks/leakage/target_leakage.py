"""The check ``target-leakage``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import COPY_CORRELATION, code
from prefit.checks.leakage.price import priced
from prefit.checks.wording import listed
from prefit.evidence import Evidence, SingleFeature
from prefit.finding import Effect, Finding

__all__ = ["TargetLeakage"]


@dataclass(frozen=True)
class TargetLeakage:
    """Does a column give the target away?

    Parameters
    ----------
    min_skill : float, default 0.9
        Lower end of the one-column skill (0 = constant predictor, 1 = perfect) from which a column is suspected.
    min_gap : float, default 0.25
        Skill by which the suspects must stand apart from the best of all other columns.
    fail_skill : float, default 0.98
        Skill of the best suspect from which the check fails.
    fail_gap : float, default 0.15
        Gap that is enough at that skill.
    min_price : float, default 0.05
        Held-out skill that a model with all columns must lose without the suspects. When it loses less, the other
        columns say the same: a failure becomes a warning, and a warning nothing.
    max_columns : int, default 3
        More strong columns than this make an easy task, not a leak; so do several that are over a quarter of all.
        Columns that copy one another count as one.

    What it measures
    ----------------
    How well each column alone predicts the target, out of fold, with a 90 % interval; whether the best stand
    apart from all others; and what a small model with all columns loses without them. Texts and identifiers are
    judged by their words, first and last letters, digits and length too, dates by the time since other dates, numbers
    by their ranks beside those of a number to predict. Columns of moderate skill that become known too late (how long
    a call took, for whether it sold) look like any good feature: no figure tells them.
    A table with one feature is never accused.

    Why it hurts training
    ---------------------
    The model learns to read the answer. Every score before release is near perfect, and the first rows from
    real use, where the column is not yet known, show that nothing else was learnt.

    Example
    -------
    `churned` is to be predicted and `cancellation_code` is filled in when a customer has left.

    What to do
    ----------
    Ask when the value of the column comes to be known. If that is after the moment of prediction, drop it; a second
    run then says what the data can really do.

    When it may be a false alarm
    ----------------------------
    When the target is defined by the column and both are known in time (red shift and the class of a star).
    Keep the column then and waive the finding, or use a rule instead of a model.

    References
    ----------
    Kaufman, Rosset & Perlich (2012), Leakage in data mining, ACM TKDD 6, doi:10.1145/2382577.2382579.
    """

    id: ClassVar[str] = "target-leakage"
    stage: ClassVar[Stage] = "leakage"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("single_features",)

    min_skill: float = 0.9
    min_gap: float = 0.25
    fail_skill: float = 0.98
    fail_gap: float = 0.15
    min_price: float = 0.05
    max_columns: int = 3

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding when a few columns predict the target almost perfectly and stand apart."""
        suspects, others = self._suspects(evidence)
        if not suspects or not others:
            return
        best, runner_up = suspects[0], others[0]
        gap = suspects[-1].skill - runner_up.skill
        price = priced(evidence, [suspect.column for suspect in suspects])
        severity = int(gap >= self.min_gap)
        if best.skill >= self.fail_skill and gap >= self.fail_gap:
            severity = 2
        if price is not None and -price.delta < self.min_price:
            severity -= 1
        if severity <= 0:
            return
        columns = tuple(suspect.column for suspect in suspects)
        yield Finding(
            check=self.id,
            status="fail" if severity == 2 else "warn",
            message=f"The target can be read from {listed(columns)} alone: {best.column!r} predicts it with skill "
            f"{best.skill:.3f} (90 % interval {best.low:.3f} to {best.high:.3f}), the next best column with "
            f"{max(0.0, runner_up.skill):.2f}{_priced(price, len(columns), evidence.missing.get('leak_price', ''))}.",
            columns=columns,
            measured=best.skill,
            limit=self.fail_skill if severity == 2 else self.min_skill,
            unit="skill",
            interval=(best.low, best.high),
            why="A model that reads the answer scores near perfect until it is used: the column is not known then.",
            remedy="Find out when the value comes to be known. If that is after the moment of prediction: "
            f"`data.drop(columns={code(columns)})`, or `--drop`.",
            effect=price,
        )

    def _suspects(self, evidence: Evidence) -> tuple[list[SingleFeature], list[SingleFeature]]:
        """Return the strong columns and all others, the best first; no suspects where too many are strong.

        A column that is strong by the mere fact of being missing is left to `missingness-leakage`.
        """
        features = evidence.single_features or ()
        ordered = sorted(features, key=lambda feature: -feature.skill)
        ordered = [feature for feature in ordered if feature.missing_skill < 0.9 * feature.skill or feature.skill <= 0]
        strong = [feature for feature in ordered if feature.low >= self.min_skill]
        n_copies = len(strong) - _distinct(evidence, [feature.column for feature in strong])
        n_strong, n_features = len(strong) - n_copies, len(features) - n_copies
        if n_strong > self.max_columns or (n_strong > 1 and 4 * n_strong > n_features):
            return [], ordered
        return strong, [feature for feature in ordered if feature not in strong]


def _distinct(evidence: Evidence, names: Sequence[str]) -> int:
    """Count columns, those that copy one another once: a leak and its copy do not make an easy task."""
    copies = {
        frozenset((pair.first, pair.second))
        for pair in evidence.profile.correlations
        if abs(pair.r) >= COPY_CORRELATION
    }
    kept: list[str] = []
    for name in names:
        if not any(frozenset((name, other)) in copies for other in kept):
            kept.append(name)
    return len(kept)


def _priced(price: Effect | None, n_columns: int, unpriced: str) -> str:
    """Say what the columns are worth, or why that is not known."""
    if price is None:
        return f"; what it is worth could not be measured ({unpriced.removesuffix('.')})" if unpriced else ""
    without = "it" if n_columns == 1 else "them"
    return f"; without {without} a model of all columns loses {max(0.0, -price.delta):.2f} of skill"
