"""What the checks of single settings share: a change is warned of where it surely pays, and pays enough."""

from __future__ import annotations

from collections.abc import Iterator

from prefit.evidence import Evidence
from prefit.finding import Effect, Finding
from prefit.wording import metric_word

__all__ = ["judge_change"]

CLAIM = (
    "The change was trained on folds of the row sample and scored on rows that neither training nor choice had seen."
)


def judge_change(
    check: str,
    evidence: Evidence,
    *,
    setting: str,
    planned: str,
    advised: str,
    why: str,
    effect: Effect | None,
    limit: float,
    remedy: str,
) -> Iterator[Finding]:
    """Yield a warning where the advised value surely scores better, by more than the limit; else a pass that says why.

    Parameters
    ----------
    check : str
    evidence : Evidence
    setting : str
        Name of the setting, as a sentence begins with it.
    planned, advised : str
        Equal where no change is advised.
    why : str
        Of the advice.
    effect : Effect or None
    limit : float
        In skill: the share of the way from the constant predictor to the perfect one.
    remedy : str
    """
    if effect is None or advised == planned or effect.low <= 0:
        yield Finding(check=check, status="pass", message=f"{setting}: {why}")
        return
    gain = effect.delta / (1 - _constant(evidence))
    worth = gain >= limit
    yield Finding(
        check=check,
        status="warn" if worth else "pass",
        message=f"{setting} {advised} instead of {planned} scores {effect.delta:+.3f} {metric_word(effect.metric)} on "
        f"held-out rows. {why}",
        measured=gain,
        limit=limit,
        unit="skill",
        interval=(effect.low / (1 - _constant(evidence)), effect.high / (1 - _constant(evidence))),
        why=CLAIM if worth else "",
        remedy=remedy if worth else "",
        effect=effect,
    )


def _constant(evidence: Evidence) -> float:
    counts = evidence.profile.class_counts
    if evidence.task.kind != "classification" or not counts:
        return 0.0
    return min(0.5, 1 / len(counts))
