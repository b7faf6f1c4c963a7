"""Which losses a target gives cause to try."""

from __future__ import annotations

import numpy as np

from prefit.probes.advice.target import candidates, facts_of, remark

RANDOM = np.random.default_rng(0)


def tried(target: np.ndarray, n_classes: int = 0, planned: str | None = None) -> list[str]:
    """Return the names of the candidates."""
    return [
        c.name for c in candidates(facts_of(target, n_classes), planned or ("cross_entropy" if n_classes else "mse"))
    ]


def test_normal_target_and_even_classes_need_no_other_loss() -> None:
    """Where nothing speaks for another loss none is tried."""
    assert tried(RANDOM.normal(size=500)) == []
    assert tried(np.arange(500) % 3, 3) == []


def test_rare_class_calls_for_weights() -> None:
    """A class of 2 % is tried with weights."""
    assert tried((np.arange(500) % 50 == 0).astype(np.int64), 2) == ["cross_entropy with class weights"]


def test_counts_call_for_poisson() -> None:
    """Skewed counts with zeros are tried as such."""
    assert "poisson" in tried(RANDOM.poisson(0.5, size=500).astype(float))


def test_amounts_with_many_zeros_call_for_poisson() -> None:
    """Claims: most are zero, the others are amounts."""
    claims = RANDOM.lognormal(size=500) * (RANDOM.random(500) < 0.3)
    assert tried(claims)[0] == "poisson"


def test_what_cannot_be_tried_is_said() -> None:
    """Wrong labels call for smoothing, shares for a bounded output; a clean target for nothing."""
    labels = np.arange(500) % 3
    assert "About 15%" in remark(facts_of(labels, 3, 0.15))
    assert "between 0 and 1" in remark(facts_of(RANDOM.random(500), 0))
    assert remark(facts_of(labels, 3, 0.02)) == remark(facts_of(RANDOM.normal(size=500), 0)) == ""


def test_heavy_tails_call_for_huber() -> None:
    """Student's t with two degrees of freedom has tails that a squared error serves first."""
    assert tried(RANDOM.standard_t(2, size=500)) == ["huber"]


def test_skewed_amounts_call_for_a_logarithm() -> None:
    """Log-normal amounts are tried as their logarithm."""
    assert "mse on log1p of the target" in tried(RANDOM.lognormal(sigma=1.2, size=500))


def test_unusual_plan_is_compared_with_the_usual_loss() -> None:
    """Who plans absolute error on a normal target has squared error tried."""
    assert tried(RANDOM.normal(size=500), planned="mae") == ["mse"]


def test_huge_amounts_are_not_tried_by_poisson() -> None:
    """It is learnt in units of the target, which single precision does not hold."""
    amounts = np.random.default_rng(0).exponential(size=500) ** 2
    amounts[:100] = 0
    assert "poisson" in {found.loss for found in candidates(facts_of(amounts, 0), "mse")}
    assert "poisson" not in {found.loss for found in candidates(facts_of(amounts * 1e100, 0), "mse")}
