"""What the distribution of the target says of the loss: which losses are worth a trial, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from prefit.probes.frame import Array

__all__ = ["Candidate", "TargetFacts", "candidates", "facts_of", "remark"]

TAIL = 3.5
"""Robust standard deviations from the median beyond which a value lies in a tail."""

HEAVY_TAIL_SHARE = 0.02
HEAVY_KURTOSIS = 10.0
SKEWED = 2.0
INFLATED = 0.1
"""Share of zeros among amounts from which a loss that expects zeros is worth a trial."""

IMBALANCED = 0.2
"""Smallest class over an even share below which weighting the classes is worth a trial."""

NOISY = 0.1
MAD_TO_STD = 1.4826

LOG, WEIGHTED = " on log1p of the target", " with class weights"


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """Figures of the target by name, and what kind of numbers it holds: all of it is counts, or all within bounds.

    `beyond` says that some are beyond single precision, in which networks compute.
    """

    figures: Mapping[str, float]
    n_classes: int = 0
    counts: bool = False
    bounded: bool = False
    beyond: bool = False

    def __getitem__(self, name: str) -> float:
        return self.figures[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A loss to try in place of the planned one.

    `loss` is its name in the plan; `weighted` means that classes count the same, `log` that log1p of the target is
    learnt. `reason` follows "because".
    """

    loss: str
    reason: str
    weighted: bool = False
    log: bool = False

    @property
    def name(self) -> str:
        """What the loss is called in a report."""
        return self.loss + (LOG if self.log else "") + (WEIGHTED if self.weighted else "")


def facts_of(target: Array, n_classes: int, label_noise: float | None = None) -> TargetFacts:
    """Look at the target of the sample.

    Parameters
    ----------
    target : ndarray
        Class numbers, or finite values.
    n_classes : int
        0 for values.
    label_noise : float, optional
        Share of wrong labels that another probe has found.
    """
    if n_classes:
        shares = np.bincount(target, minlength=n_classes) / len(target)
        figures = {
            "classes": float(n_classes),
            "largest_class_share": float(shares.max()),
            "smallest_class_share": float(shares[shares > 0].min()),
        }
        return TargetFacts(figures | ({} if label_noise is None else {"label_noise": label_noise}), n_classes)
    centred = target - target.mean()
    std = max(float(target.std()), 1e-300)
    spread = MAD_TO_STD * float(np.median(np.abs(target - np.median(target))))
    tail = np.abs(target - np.median(target)) > TAIL * (spread if spread > 0 else std)
    with np.errstate(over="ignore"):
        skewness, kurtosis = float(((centred / std) ** 3).mean()), float(((centred / std) ** 4).mean())
    figures = {
        "skewness": skewness,
        "kurtosis": kurtosis,
        "tail_share": float(tail.mean()),
        "zero_share": float((target == 0).mean()),
        "negative_share": float((target < 0).mean()),
        "distinct": float(len(np.unique(target))),
    }
    whole = bool((target == np.round(target)).all())
    return TargetFacts(
        figures,
        counts=whole and figures["negative_share"] == 0 and figures["distinct"] > 2,
        bounded=not whole and float(target.min()) >= 0 and float(target.max()) <= 1,
        beyond=float(target.max()) > float(np.finfo(np.float32).max),
    )


def remark(facts: TargetFacts) -> str:
    """Say what the plan has no key for, and so was not tried; empty where there is nothing to say."""
    if facts.n_classes and facts.figures.get("label_noise", 0.0) > NOISY:
        share = facts["label_noise"]
        return (
            f" About {share:.0%} of the labels are wrong: label smoothing of that size keeps a network from learning "
            "them by heart (not tried)."
        )
    if facts.bounded:
        return " All targets lie between 0 and 1: a logistic output keeps predictions there (not tried)."
    return ""


def candidates(facts: TargetFacts, planned: str) -> tuple[Candidate, ...]:
    """Return the losses that this target gives cause to try, those for which most speaks first.

    A target that gives none has no candidates: the planned loss stays, and nothing is measured.
    """
    found = _for_classes(facts) if facts.n_classes else _for_numbers(facts)
    default = "cross_entropy" if facts.n_classes else "mse"
    if planned != default:
        kind = "classes" if facts.n_classes else "numbers"
        found = (
            *found,
            Candidate(loss=default, reason=f"it is the loss that suits {kind} where nothing else is known"),
        )
    unique = {candidate.name: candidate for candidate in found if candidate.name != planned}
    return tuple(unique.values())


def _for_classes(facts: TargetFacts) -> tuple[Candidate, ...]:
    balance = facts["smallest_class_share"] * facts.n_classes
    if balance >= IMBALANCED:
        return ()
    return (
        Candidate(
            loss="cross_entropy",
            weighted=True,
            reason=f"the smallest class has {balance:.2g} of an even share, and an unweighted loss hardly sees it",
        ),
    )


def _for_numbers(facts: TargetFacts) -> tuple[Candidate, ...]:
    found = []
    if facts.beyond:
        pass  # Poisson is the one loss for which targets are not standardized
    elif facts.counts and facts["skewness"] > 1:
        what = "counts with zeros" if facts["zero_share"] else "counts"
        found.append(Candidate(loss="poisson", reason=f"the target holds {what}, whose spread grows with their mean"))
    elif facts["zero_share"] > INFLATED and facts["negative_share"] == 0 and facts["skewness"] > 1:
        reason = f"a share of {facts['zero_share']:.2g} of the targets is zero and the others are skewed amounts"
        found.append(Candidate(loss="poisson", reason=reason))
    if facts["skewness"] > SKEWED and facts["negative_share"] == 0:
        found.append(
            Candidate(
                loss="mse", log=True, reason=f"the target is positive with a skewness of {facts['skewness']:.1f}"
            )
        )  # fmt: skip
    if facts["kurtosis"] > HEAVY_KURTOSIS or facts["tail_share"] > HEAVY_TAIL_SHARE:
        found.append(
            Candidate(
                loss="huber",
                reason=f"a share of {facts['tail_share']:.2g} of the targets lies in the tails (kurtosis "
                f"{facts['kurtosis']:.3g}), and a squared error serves them first",
            )
        )
    return tuple(found)
