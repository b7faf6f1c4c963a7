"""The check ``label-errors``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.labels.amounts import wrong_values
from prefit.checks.labels.cleaning import advice, effect
from prefit.checks.wording import among_them
from prefit.evidence import Evidence
from prefit.evidence.amounts import AmountNoise
from prefit.finding import Finding
from prefit.wording import percent, rows

__all__ = ["LabelErrors"]


@dataclass(frozen=True)
class LabelErrors:
    """Which labels are most probably wrong?

    Parameters
    ----------
    min_rows : int, default 3
        Fewer suspects than this are no finding: one surprise in many rows is to be expected.
    min_fraction : float, default 0.005
        Share of wrong labels that must be sure, the lower end of its 90 % interval, before any row is named. Models
        contradict some rows of every table.

    What it measures
    ----------------
    The rows whose label models that did not see them contradict, in a region where labels rarely contradict them; as
    many as find the most wrong labels for the fewest right ones. At most half of a class is named, since models do not
    know a rare class. What dropping them, or giving them the label that is suggested, does to the score of held-out
    rows that look clean is measured.

    Why it hurts training
    ---------------------
    Each is learnt as if it were true; and one in the held-out rows counts a correct prediction as an error.

    Example
    -------
    A photo of a wolf that is labelled "husky".

    What to do
    ----------
    Look at the named rows in ``label_issues.parquet``, which holds every scored row with the label that it has, the one
    that is suggested, and a score; correct or drop them.

    When it may be a false alarm
    ----------------------------
    Rare but true cases look like errors to models; look before you drop. So do the rows of a class that is spread
    thin through the midst of another one.

    References
    ----------
    Northcutt, Athalye & Mueller (2021), Pervasive label errors in test sets, arXiv:2103.14749.
    """

    id: ClassVar[str] = "label-errors"
    stage: ClassVar[Stage] = "labels"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("label_noise",)

    min_rows: int = 3
    min_fraction: float = 0.005

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding where rows are to be acted on."""
        noise = evidence.label_noise
        assert noise is not None
        if isinstance(noise, AmountNoise):
            target = evidence.task.target or ""
            yield from wrong_values(noise, target, min_rows=self.min_rows, min_fraction=self.min_fraction)
            return
        act, n_scored = noise.suspects.positions[noise.suspects.of_tier("act")], noise.suspects.n_rows
        if len(act) < self.min_rows or noise.low <= self.min_fraction:
            return
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{rows(len(act))} of {n_scored:,} that were looked at ({percent(len(act) / n_scored)})"
            f" most probably have a wrong label{among_them(act.tolist())}.",
            columns=(evidence.task.target or "",),
            measured=len(act) / n_scored,
            limit=self.min_fraction,
            unit="fraction",
            why="Models that did not see these rows are sure of another label.",
            remedy="Look at them first: pandas.read_parquet('label_issues.parquet').query(\"tier == 'act'\")"
            f"{advice(noise)}",
            effect=effect(noise),
        )
