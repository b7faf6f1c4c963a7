"""What the checks of single settings share: a change is warned of where it surely pays, and pays enough."""

from __future__ import annotations

from collections.abc import Iterator

from prefit.evidence import Evidence
from prefit.evidence.advice import Choice
from prefit.finding import Finding, Status
from prefit.wording import metric_word

__all__ = ["judge_change"]

CLAIM = (
    "The change was trained on folds of the row sample and scored on rows that neither training nor choice had seen."
)


def judge_change(
    check: str, evidence: Evidence, choice: Choice, *, setting: str, limit: float, remedy: str
) -> Iterator[Finding]:
    """Yield a warning where the advised value surely scores better, by more than the limit; else a pass that says why.

    What could not be tried is a skip where the plan names it: that was to be judged. What the plan leaves open was
    chosen by nobody: it passes, and the message says that it was not tried.

    Parameters
    ----------
    check : str
    evidence : Evidence
    choice : Choice
    setting : str
        Name of the setting, as a sentence begins with it.
    limit : float
        In skill: the share of the way from the constant predictor to the perfect one.
    remedy : str
    """
    effect = choice.effect
    if effect is None or not choice.pays:
        status: Status = "skip" if choice.untried and choice.is_named else "pass"
        yield Finding(check=check, status=status, message=f"{setting}: {choice.why}")
        return
    gain = effect.delta / (1 - _constant(evidence))
    worth = gain >= limit
    yield Finding(
        check=check,
        status="warn" if worth else "pass",
        message=f"{setting}: with {choice.advised} instead of {choice.planned} the planned training scores "
        f"{effect.delta:+.3f} {metric_word(effect.metric)} on held-out rows. {choice.why}",
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
