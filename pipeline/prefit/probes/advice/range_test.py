"""In which range a learning rate trains: a run whose rate grows with every step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from prefit.plan import TrainingPlan
from prefit.probes.frame import Array
from prefit.probes.training.network import Network
from prefit.probes.training.optimizers import make_step
from prefit.probes.training.rows import Prepared
from prefit.probes.training.trainable import Trainable

__all__ = ["RangeTest", "range_test", "read_range"]

LOWEST, HIGHEST = 1e-6, 10.0
STEPS = 100
MEMORY = 0.9
"""Share of the running mean of the loss that a new batch leaves."""

DIVERGED = 4.0
"""Times the best loss (from the reference on) at which the test ends."""

Curve = tuple[tuple[float, float], ...]
RangeTest = tuple[float, float, float, Curve]
"""Low, high, limit and curve."""


def range_test(rows: Prepared, plan: TrainingPlan, *, seed: int = 0, network: Trainable | None = None) -> RangeTest:
    """Train new weights, or those of a network, while the rate grows from 1e-6 to 10, and read the range from the loss.

    References
    ----------
    Smith (2017), Cyclical learning rates for training neural networks, doi:10.1109/WACV.2017.58.
    """
    if network is None:
        network = Network(rows.inputs.shape[1], rows.n_outputs, plan, np.random.default_rng([seed, 1]))
    rates = np.geomspace(LOWEST, HIGHEST, STEPS)
    random = np.random.default_rng([seed, 4])
    batch_size = min(max(plan.batch_size, 64), rows.n_rows)  # small batches hide the slope of the loss in their noise
    seen = []
    # The step of the optimizer is linear in its rate: one that remembers its moments serves all of them.
    unit = make_step(replace(plan, learning_rate=1.0, weight_decay=0.0), network.parameters)
    with np.errstate(all="ignore"):
        for rate in rates:
            batch = random.choice(rows.n_rows, batch_size, replace=False)
            loss = network.learn(rows.inputs[batch], rows.targets[batch], rows.loss)
            seen.append(loss)
            if not np.isfinite(loss):
                break
            before = network.parameters.copy()
            unit(network.gradient)
            network.parameters[:] = before + np.float32(rate) * (network.parameters - before)
    return read_range(rates[: len(seen)], np.array(seen))


def read_range(rates: Array, losses: Array) -> RangeTest:
    """Read low, high and limit from the losses of a range test.

    The limit is where the smoothed loss is least, or where it has grown to four times that: beyond, steps undo what
    they learn. `high` is a tenth of the rate at the least loss, or a third of the rate of the steepest fall where that
    is more; `low` is a tenth of `high`.
    """
    smooth = _smoothed(losses)
    finite = np.isfinite(smooth)
    if not finite.any():
        return LOWEST, LOWEST * 10, LOWEST, ()
    kept = smooth[finite]
    best = int(np.nanargmin(kept))
    burst = np.flatnonzero((np.arange(len(kept)) > best) & (kept > DIVERGED * kept[best]))
    end = int(burst[0]) if len(burst) else len(kept) - 1
    slopes = np.gradient(kept[: best + 1]) if best >= 2 else np.array([0.0])
    steepest = float(rates[int(slopes.argmin())])
    high = max(float(rates[best]) / 10, min(steepest / 3, float(rates[best]) / 3))
    limit = float(rates[end]) if len(burst) or not finite.all() else float("inf")
    curve = tuple((float(rate), float(loss)) for rate, loss in zip(rates[: end + 1], kept[: end + 1], strict=True))
    return high / 10, high, limit, curve


def _smoothed(losses: Array) -> Array:
    running, smooth = 0.0, []
    for step, loss in enumerate(losses, start=1):
        running = MEMORY * running + (1 - MEMORY) * float(loss)
        smooth.append(running / (1 - MEMORY**step))
    return np.array(smooth)
