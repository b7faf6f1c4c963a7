"""The check ``label-noise``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.labels.amounts import noisy_values, rounded_values
from prefit.checks.labels.cleaning import advice, effect
from prefit.checks.wording import span
from prefit.evidence import Evidence
from prefit.evidence.amounts import AmountNoise
from prefit.finding import Finding
from prefit.wording import percent, rows

__all__ = ["LabelNoise"]


@dataclass(frozen=True)
class LabelNoise:
    """Are so many labels wrong that training and every score suffer?

    Parameters
    ----------
    max_fraction : float, default 0.03
        Share of wrong labels above which the check warns, once the whole 90 % interval lies above. Of 100 correct
        predictions, three are then counted as errors at least: a score cannot be told from one that is 0.03 lower, the
        differences between models that are usually compared.
    max_rounding : float, default 0.1
        Of a target that is a number: share of the unexplained variance that rounding may add. A tenth is 5 % of the
        root mean square error.

    What it measures
    ----------------
    The rate at which labels contradict models that did not see them, where these models are sure: classes that overlap
    do it less the surer a model is, wrong labels do it everywhere. The rate of the latter is the noise, the rest is the
    ambiguity of the task, and no fault of the labels.

    Of a target that is a number: the share of values that are wrong (see `label-errors`), and what is lost because some
    values are multiples of a coarse step far more often than by chance.

    Why it hurts training
    ---------------------
    Models that can memorize do so with the errors as well, others lose accuracy; and whatever is scored on such labels
    is scored too low, at most at 1 less the rate.

    Example
    -------
    A crowd labelled images at a cent each; one worker in twelve chose at random.

    What to do
    ----------
    Look at the rows of ``label_issues.parquet``, most suspicious first; have them labelled again. Where that cannot be
    done, drop those to act on, use a loss that tolerates noise, and clean the held-out rows first.

    When it may be a false alarm
    ----------------------------
    When a feature that tells such rows apart is missing from the data; when the classes are random at a constant rate,
    which nothing tells from errors.

    References
    ----------
    Wichmann & Hill (2001), The psychometric function: I, doi:10.3758/BF03194544.
    Northcutt, Jiang & Chuang (2021), Confident learning, doi:10.1613/jair.1.12125.
    """

    id: ClassVar[str] = "label-noise"
    stage: ClassVar[Stage] = "labels"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("label_noise",)

    max_fraction: float = 0.03
    max_rounding: float = 0.1

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding where surely more labels are wrong than the limit."""
        noise = evidence.label_noise
        assert noise is not None
        if isinstance(noise, AmountNoise):
            target = evidence.task.target or ""
            yield from noisy_values(noise, target, max_fraction=self.max_fraction)
            yield from rounded_values(noise, target, max_rounding=self.max_rounding, show_values=evidence.show_values)
            return
        if noise.low <= self.max_fraction:
            return
        yield Finding(
            check=self.id,
            status="warn",
            message=f"About {percent(noise.mean)} of the labels are wrong ({span(noise.low, noise.high)}, of "
            f"{rows(noise.n_rows)}); another {percent(noise.ambiguity)} of the rows contradict the models because the "
            "classes overlap.",
            columns=(evidence.task.target or "",),
            measured=noise.mean,
            limit=self.max_fraction,
            unit="fraction",
            interval=(noise.low, noise.high),
            why="Models learn the errors, and no score that is measured on such labels can be trusted to that share.",
            remedy="Label the rows of label_issues.parquet again, most suspicious first: "
            f"pandas.read_parquet('label_issues.parquet').query(\"tier == 'act'\"){advice(noise)}",
            effect=effect(noise),
        )
