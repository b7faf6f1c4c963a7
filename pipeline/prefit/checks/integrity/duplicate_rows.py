"""The check ``duplicate-rows``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.chance import near_fraction, repeated_fraction
from prefit.checks.wording import among_them, span
from prefit.evidence import Evidence
from prefit.evidence.copies import NearTwins
from prefit.finding import Effect, Finding
from prefit.wording import percent, rows

__all__ = ["DuplicateRows"]


@dataclass(frozen=True)
class DuplicateRows:
    """Do rows repeat one another, exactly or nearly, more than chance explains?

    Parameters
    ----------
    max_fraction : float, default 0.007
        Share of rows that repeat an earlier row, beyond what chance explains, above which the check warns. If they are
        pairs, a random 30 % hold-out then finds 1 % of its rows among the training rows (2 · 0.007 · 0.7), which is
        also what ``split-overlap`` allows.
    harmful_fraction : float, default 0.035
        The same share above which it warns whatever the copies do to the score of a small model: a larger model may
        well learn a twentieth of a hold-out by heart (2 · 0.035 · 0.7). Up to there it warns where the score is surely
        too good, the lower end of that interval above 0, or where that could not be measured.
    min_rows : int, default 3
        Fewer repeated rows than this are no finding, whatever their share.

    What it measures
    ----------------
    The rows that equal an earlier row in every column, the target included, as a share of all rows, less the share that
    chance gives: a table of a few flags cannot help repeating rows, one of measurements cannot do it. Chance is
    computed from how often two rows agree in each column.

    To these come the rows of a sample that nearly repeat another one: the same categories, counts and target, numbers
    within a hundredth of the interquartile range of their column and 100 times closer than the next row, texts that
    share 80 % of their five-byte shingles, embeddings at a cosine of 0.98 or more. Identifiers are not compared. Chance
    is computed from the rows that are less close. Where copies are found, a small model says what they do to a score:
    it is scored with the copies of the held-out rows among its training rows, and without. A few copies that change no
    score are mentioned and no warning.

    Why it hurts training
    ---------------------
    Copies that straddle a split are answered from memory, so that the score is too good, and most so for models that
    memorize well: the wrong model is chosen. Rows that count many times outweigh the others.

    Example
    -------
    A widespread copy of the Cleveland heart data has 1,025 rows, of which 723 repeat an earlier one: nearly
    every row that is held out was trained on. Messages that differ in a name or a date are near copies.

    What to do
    ----------
    Find out whether the copies are errors (a join, two exports) or cases that look alike. Drop errors; keep true
    repeats together in a split (GroupKFold), or replace them by one row with a weight.

    When it may be a false alarm
    ----------------------------
    When values are coarse and many cases are truly equal, more often than the columns taken by themselves suggest.

    References
    ----------
    Barz & Denzler (2020), Do we train on test data?, doi:10.3390/jimaging6060041.
    Broder (1997), On the resemblance and containment of documents, doi:10.1109/SEQUEN.1997.666900.
    """

    id: ClassVar[str] = "duplicate-rows"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    max_fraction: float = 0.007
    harmful_fraction: float = 0.035
    min_rows: int = 3

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding when more rows are repeated than chance explains."""
        profile = evidence.profile
        if profile.n_rows < 2:
            return
        chance = repeated_fraction(profile.columns.values(), profile.n_rows)
        exact = tuple(
            max(0.0, n / profile.n_rows - chance)
            for n in (profile.duplicates.estimate, profile.duplicates.low, profile.duplicates.high)
        )
        near = _near_repeats(evidence.near_twins)
        share, low, high = (min(1.0, one + other) for one, other in zip(exact, near, strict=True))
        if low <= self.max_fraction or share * profile.n_rows < self.min_rows - 0.5:
            if "near_twins" in evidence.missing:
                yield Finding(check=self.id, status="skip", message=evidence.missing["near_twins"])
            return
        gap = evidence.inflation
        harmless = gap is not None and gap.low <= 0 and low <= self.harmful_fraction
        yield Finding(
            check=self.id,
            status="pass" if harmless else "warn",
            message=". ".join(_sentences(evidence, chance, exact[1] > 0, near[1] > 0)) + ".",
            measured=share,
            limit=self.harmful_fraction if harmless else self.max_fraction,
            unit="fraction",
            interval=(low, high),
            why="Copies on both sides of a split are answered from memory, so that the score is too good. What is "
            f"measured is the share beyond chance; at the limit of {percent(self.max_fraction)}, pairs put 1 % of a "
            "random 30 % hold-out among the training rows.",
            remedy="If they are errors, df = df.drop_duplicates(), and for near copies one row of each group; if they "
            "are cases that are alike, keep them on one side of every split.",
            effect=None if gap is None else Effect(metric="skill", delta=-gap.gap, low=-gap.high, high=-gap.low),
        )


def _near_repeats(near: NearTwins | None) -> tuple[float, float, float]:
    """Return the share of rows that nearly repeat an earlier one beyond chance: of each group, all but one."""
    if near is None or not near.n_near:
        return 0.0, 0.0, 0.0
    share, low, high = (value * near.n_extra / near.n_near for value in near_fraction(near))
    return share, low, high


def _sentences(evidence: Evidence, chance: float, exact: bool, near: bool) -> Iterator[str]:
    profile, twins, gap = evidence.profile, evidence.near_twins, evidence.inflation
    if exact:
        duplicates = profile.duplicates
        yield (
            f"{rows(duplicates.estimate)} ({percent(duplicates.estimate / profile.n_rows)}) repeat an earlier row; "
            f"chance explains {percent(chance)}{among_them(duplicates.positions)}"
        )
    if near:
        assert twins is not None
        yield (
            f"{rows(twins.n_extra)} of {twins.n_rows:,} different ones compared nearly repeat another; chance explains "
            f"{percent(twins.chance)}{among_them(twins.positions.tolist())}"
        )
    if gap is not None:
        yield (
            f"A small model's skill is {gap.random:.3f} when copies of held-out rows are trained on, {gap.apart:.3f} "
            f"when they are not ({span(gap.low, gap.high)} of the difference)"
        )
