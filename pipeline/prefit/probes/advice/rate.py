"""In which range the learning rate belongs: a bound where it is exact, a range test, and trials on held-out rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from prefit.evidence.advice import RateRange
from prefit.probes.advice.range_test import range_test
from prefit.probes.advice.rate_bound import stable_rate
from prefit.probes.advice.settle import Option, Settled, settle
from prefit.probes.advice.trials import SCREENING, Trials, Variant
from prefit.probes.training.rows import Prepared

__all__ = ["learning_rate"]

MUCH_SHORTER = 2.0
FACTORS = (0.1, 10**-0.5, 1.0, 10**0.5, 10.0)
"""Multiples of the planned rate that are tried, beside what the range test gives."""

BELOW_LIMIT = (3.0, 10.0, 30.0)
"""Parts of the rate at which the loss grows that are tried where the planned one is above."""

AS_GOOD = 0.02
"""Score below the best up to which a rate belongs into the range."""

HALF_STEP = 10**0.25
"""Half the distance between rates that are tried: how far the range may go beyond them."""


def learning_rate(
    trials: Trials, now: Variant, prepared: Prepared, *, shorter: float = 1.0
) -> tuple[Variant, RateRange]:
    """Advise on the learning rate of a plan whose other settings are settled.

    Parameters
    ----------
    trials : Trials
    now : Variant
    prepared : Prepared
        Rows of the sample as they reach the optimizer.
    shorter : float, default 1
        Steps of the planned run over those of a trial. In trials that are much shorter a low rate looks worse than it
        is: then no higher one is advised.
    """
    plan = now.plan
    planned = plan.step_size
    low, high, limit, curve = range_test(prepared, plan, seed=trials.seed)
    exact = plan.depth == 1 and plan.optimizer == "sgd" and prepared.loss in ("mse", "cross_entropy")
    if exact:
        limit = stable_rate(
            prepared.inputs, n_outputs=prepared.n_outputs, loss=prepared.loss, weight_decay=plan.weight_decay
        )
    below = {limit / factor for factor in BELOW_LIMIT} if planned > limit else set()
    rates = sorted({planned * factor for factor in FACTORS} | {high} | below)
    rates = [rate for rate in rates if rate < 2 * limit]
    variants = {rate: replace(now, plan=replace(plan, learning_rate=rate)) for rate in rates}
    learns = True
    if not trials.untried:
        scores = {rate: trials.score(variant, SCREENING) for rate, variant in variants.items()}
        low, high = _range(scores, limit)
        learns = trials.learns(max(scores.values()))
        low, high = (low, high) if learns else (rates[0], rates[-1])
    most = limit if shorter < MUCH_SHORTER else min(limit, planned)
    options = [
        Option(f"{rate:.2g}", variant, "") for rate, variant in variants.items() if rate != planned and rate <= most
    ]  # fmt: skip
    settled = settle(trials, now, options)
    advised = settled.variant.plan.step_size
    if advised <= limit:  # the planned rate too, where no other is surely better
        low, high = min(low, advised), max(high, advised)
    return settled.variant, RateRange(
        planned=planned,
        low=float(low),
        high=float(high),
        method="stability bound" if exact else "range test",
        limit=limit,
        advised=advised,
        why=_why(planned, low, high, limit, exact, settled, learns=learns),
        curve=curve,
        effect=settled.effect,
        untried=settled.untried,
        learns=learns,
        is_named=plan.learning_rate is not None,
    )


def _range(scores: dict[float, float], limit: float) -> tuple[float, float]:
    """Return the rates around the best one that score about as well."""
    rates = list(scores)
    best = max(range(len(rates)), key=lambda place: scores[rates[place]])
    enough = scores[rates[best]] - AS_GOOD
    first = last = best
    while first > 0 and scores[rates[first - 1]] >= enough:
        first -= 1
    while last < len(rates) - 1 and scores[rates[last + 1]] >= enough:
        last += 1
    low, high = rates[first], rates[last]
    if first == last:
        low, high = low / HALF_STEP, high * HALF_STEP
    return low, min(high, limit)


def _why(planned: float, low: float, high: float, limit: float, exact: bool, settled: Settled, *, learns: bool) -> str:
    bound = (
        f"Twice the inverse of the largest curvature, {limit:.2g}, bounds it exactly"
        if exact
        else f"In the range test the loss grows from {limit:.2g} on"
        if np.isfinite(limit)
        else "In the range test the loss did not grow to four times its least up to a rate of 10"
    )
    if settled.untried:
        return f"{bound}; no other rate than {planned:.2g} was tried: {settled.untried}."
    if not learns:
        return f"{bound}; with no rate that was tried, from {low:.2g} to {high:.2g}, does the plan learn anything."
    if planned > limit:
        verdict = f"{planned:.2g} is above: steps undo what they learn"
    elif settled.changed:
        verdict = f"{planned:.2g} is too {'low, training crawls' if planned < low else 'high, steps overshoot'}"
        if low <= planned <= high:
            verdict = f"{planned:.2g} scores lower on held-out rows"
    else:
        verdict = f"no other rate is surely better than {planned:.2g}"
    return f"{bound}; {verdict}. Rates from {low:.2g} to {high:.2g} train about as well."
