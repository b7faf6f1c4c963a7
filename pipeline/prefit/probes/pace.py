"""How long does the user's own estimator take, beside the families whose costs are known?"""

from __future__ import annotations

import math
import time

from prefit.own.model import OwnModel
from prefit.probes.cost import Shape, fit_seconds
from prefit.probes.problem import Problem
from prefit.probes.split import Split, training_order
from prefit.probes.trial import run_trial
from prefit.task import FAMILIES

__all__ = ["pace"]

ROWS = 256
"""Rows of the training that is timed."""

FASTEST = -2
"""Exponent of the smallest pace: what takes less time on few rows may grow faster."""

MOST_IDLE = 20.0
"""A twentieth of the time on the wall counts at least: what waits for another process takes no time of this one."""

STEP = 4.0
"""Paces are powers of this: small differences between machines, and from run to run, must not change the plan."""


def pace(model: OwnModel, problem: Problem, split: Split, shape: Shape, seed: int) -> float:
    """Return how many times the time of the dearest family an own estimator takes: 1/16, 1/4, 1, 4, 16, ...

    It is trained twice on 256 rows, and the shorter time counts: the first training imports libraries. It is processor
    time, which a busy machine does not lengthen, unless the estimator mostly waits.
    """
    train = problem.take(training_order(problem, split.train, seed)[:ROWS])
    test = problem.take(split.test)
    seconds = math.inf
    for _ in range(2):
        started, worked = time.perf_counter(), time.process_time()
        run_trial(train, test, (model.name,), seed, {model.name: model})
        idle = (time.perf_counter() - started) / MOST_IDLE
        seconds = min(seconds, max(time.process_time() - worked, idle))
    assumed = max(fit_seconds(family, train.n_rows, shape) for family in FAMILIES)
    return float(STEP ** max(FASTEST, math.ceil(math.log(max(seconds / assumed, 1e-9), STEP))))
