"""The check ``missingness-leakage``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import code
from prefit.checks.leakage.price import priced
from prefit.checks.wording import listed
from prefit.evidence import Evidence, SingleFeature
from prefit.finding import Finding, Status
from prefit.wording import percent

__all__ = ["MissingnessLeakage"]


@dataclass(frozen=True)
class MissingnessLeakage:
    """Does the mere fact that a column is empty give the target away?

    Parameters
    ----------
    warn_skill : float, default 0.6
        Lower end of the skill (0 = constant predictor, 1 = perfect) of "is missing" from which it warns.
    fail_skill : float, default 0.9
        Lower end of that skill from which it fails, unless there are more than two classes.

    What it measures
    ----------------
    How well a model that sees only whether the column has a value predicts the target, out of fold, with a 90 %
    interval from the rows of each class that it was scored on. With more than two classes it is the class that this
    tells best from the rest that counts; one class of several is a part of the answer, and a warning.

    Why it hurts training
    ---------------------
    Columns are often filled in after the outcome, for one outcome only. A model then learns "has a value"
    instead of the value, is near perfect in every test, and useless on new rows, where the column is still
    empty.

    Example
    -------
    The number of cigarettes a day is missing exactly for those who do not smoke, and smoking is the target.

    What to do
    ----------
    Ask who fills in the column and when. If it is after the outcome, drop the column, and its missing indicator
    too.

    When it may be a false alarm
    ----------------------------
    When the column is left empty before the outcome is known, by a decision that the model may know of: a test
    that a doctor did not order.

    References
    ----------
    Kaufman, Rosset & Perlich (2012), Leakage in data mining, ACM TKDD 6, doi:10.1145/2382577.2382579.
    """

    id: ClassVar[str] = "missingness-leakage"
    stage: ClassVar[Stage] = "leakage"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("single_features",)

    warn_skill: float = 0.6
    fail_skill: float = 0.9

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding for each severity, with the columns whose missing values tell the target."""
        told: dict[Status, list[SingleFeature]] = {"fail": [], "warn": []}
        part_of_the_answer = len(evidence.profile.class_counts or ()) > 2 and evidence.task.kind == "classification"
        for feature in sorted(evidence.single_features or (), key=lambda feature: -feature.missing_skill):
            if feature.missing_low >= self.warn_skill:
                plain = feature.missing_low >= self.fail_skill and not part_of_the_answer
                told["fail" if plain else "warn"].append(feature)
        for status, features in told.items():
            if features:
                yield self._finding(evidence, status, features)

    def _finding(self, evidence: Evidence, status: Status, features: list[SingleFeature]) -> Finding:
        columns = tuple(feature.column for feature in features)
        worst = features[0]
        empty = evidence.profile.columns[worst.column].missing_fraction
        return Finding(
            check=self.id,
            status=status,
            message=f"Whether {listed(columns)} {'is' if len(columns) == 1 else 'are'} empty predicts the target: "
            f"{worst.column!r}, empty in {percent(empty)} of the rows, with skill {worst.missing_skill:.3f}.",
            columns=columns,
            measured=worst.missing_skill,
            limit=self.fail_skill if status == "fail" else self.warn_skill,
            unit="skill",
            interval=(worst.missing_low, worst.missing_high),
            why="A column that is filled in after the outcome is still empty when the model is used.",
            remedy="Find out who fills it in and when. If that is after the outcome: "
            f"`data.drop(columns={code(columns)})`, or `--drop`.",
            effect=priced(evidence, columns),
        )
