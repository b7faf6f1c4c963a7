"""Which scalings of the inputs are worth a trial, and why."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from prefit.plan import TrainingPlan
from prefit.probes.frame import Array
from prefit.probes.training.inputs import tails
from prefit.wording import two_digits

__all__ = ["input_facts", "scaling_candidates"]

LARGE, SMALL = 10.0, 0.1
"""Root mean squares of a column beyond which gradient descent on unscaled inputs diverges or stands still."""

TAIL = 20.0
"""Standard deviations from the mean that a normal column never reaches: a few rows are then most of the variance."""


def input_facts(matrix: Array) -> dict[str, float]:
    """Return scale, tails and density of the encoded, imputed and unscaled inputs."""
    if not matrix.size:
        return {"rms_ratio": 1.0, "largest_rms": 0.0, "smallest_rms": 0.0, "tail": 0.0, "density": 0.0}
    with np.errstate(all="ignore"):
        rms = np.sqrt((matrix**2).mean(axis=0))
    filled = rms[rms > 0]
    return {
        "rms_ratio": float(filled.max() / filled.min()) if len(filled) else 1.0,
        "largest_rms": float(rms.max()),
        "smallest_rms": float(filled.min()) if len(filled) else 0.0,
        "tail": float(tails(matrix).max(initial=0.0)),
        "density": float((matrix != 0).mean()),
    }


def scaling_candidates(plan: TrainingPlan, facts: Mapping[str, float]) -> tuple[tuple[str, str], ...]:
    """Return scalings to try and the reason of each."""
    found = []
    if plan.scaling == "none" and (facts["largest_rms"] > LARGE or facts["smallest_rms"] < SMALL):
        reason = (
            f"unscaled columns have root mean squares from {two_digits(facts['smallest_rms'])} to "
            f"{two_digits(facts['largest_rms'])}; one learning rate cannot suit all of them"
        )
        found.append(("standard", reason))
    if plan.scaling in ("none", "standard") and facts["tail"] > TAIL:
        found.append(
            ("quantile", f"a column reaches {facts['tail']:.0f} standard deviations: a few rows make up its variance")
        )
    return tuple(found)
