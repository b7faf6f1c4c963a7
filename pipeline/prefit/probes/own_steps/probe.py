"""A short run of an own estimator by ``partial_fit``, with what its weights show before it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from prefit.evidence.network import NetworkProbe, StepTrace
from prefit.evidence.training import PlanProbe
from prefit.own.model import OwnModel
from prefit.plan import TrainingPlan
from prefit.probes.models import quiet
from prefit.probes.own import contained, where
from prefit.probes.own_steps.causes import HIGH, Change, causes_of
from prefit.probes.own_steps.course import Course, run_steps, stepped
from prefit.probes.own_steps.feeding import Fed, feed
from prefit.probes.own_steps.reading import read
from prefit.probes.own_steps.setting import changes_of, plan_of, rows_per_call
from prefit.probes.own_steps.stepping import Stepper, WrongAnswers
from prefit.probes.problem import Problem
from prefit.probes.training.probe import as_values
from prefit.probes.training.risk import risks_of
from prefit.probes.training.rows import Rows
from prefit.wording import without_values

__all__ = ["probe_fed", "probe_steps"]

MOST_CALLS, FEWEST_CALLS = 600, 24
BATCH_CALLS, BATCH_ROWS = 100, 64
SHARE_OF_RUN, SHARE_OF_CHANGES = 0.15, 0.6
"""Of the seconds, for one run of the estimator, and for those of changes of it; as much again goes into what else is
measured of each."""

CALL_SECONDS, PART_SECONDS = 1.2e-3, 4e-4
"""Seconds of a call of ``partial_fit`` with what is read before and after it, and more for each layer of a network or
each class of a linear model: nearly all of them checks of what is given."""

OPERATIONS = 5e-10
"""Seconds more by weight and row."""

FAR_SLOWER = 20.0
"""Times the cost model that a call may take, in CPU time, before the run is cut short: so far beyond, that a busy
machine does not decide what is probed."""

TIMED_CALLS = 3
UNSEEN_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Run:
    """How copies of an estimator are trained: by how many calls, each with how many rows."""

    plan: TrainingPlan
    rows_a_call: int
    n_calls: int
    n_rows_planned: int
    seed: int

    def course(self, fed: Fed, n_calls: int) -> Course:
        """Take the first steps on these rows."""
        return run_steps(fed, rows_a_call=self.rows_a_call, n_calls=n_calls, seed=self.seed)

    def probe(self, fed: Fed) -> tuple[PlanProbe | None, Course, Course]:
        """Probe an estimator: None where its weights cannot be read, its course, and that without inputs."""
        course = self.course(fed, self.n_calls)
        blind = self.course(replace(fed, inputs=fed.inputs * 0), min(BATCH_CALLS, self.n_calls))
        own = plan_of(fed, self.plan)
        found = read(fed, own, course, blind, seed=self.seed, n_rows_planned=self.n_rows_planned)
        if found is None:
            return None, course, blind
        return as_values(replace(found, plan=own), risks_of(found)), course, blind

    def unseen(self, fed: Fed) -> float:
        """Return the loss over the reference of a quarter of the rows, after a run on the others.

        Rows with equal inputs stay on one side.
        """
        equal = fed.groups()
        left_out = np.random.default_rng([self.seed, 7]).random(equal.max() + 1)[equal] < UNSEEN_SHARE
        if left_out.all() or not left_out.any():
            return 1.0
        seen, unseen = fed.take(np.flatnonzero(~left_out)), fed.take(np.flatnonzero(left_out))
        course = run_steps(
            seen,
            rows_a_call=min(self.rows_a_call, seen.n_rows),
            n_calls=self.n_calls,
            seed=self.seed,
            unseen=unseen,
        )
        return course.unseen / course.trajectory.reference

    def under(self, fed: Fed, change: Change) -> PlanProbe:
        """Probe the estimator with a change."""
        found, _, _ = self.probe(fed.under(change))
        assert found is not None
        return found


def probe_steps(
    own: OwnModel,
    problem: Problem,
    rows: Callable[[], Rows],
    plan: TrainingPlan,
    *,
    seed: int,
    n_rows_planned: int,
    seconds: float = 3.0,
) -> NetworkProbe:
    """Make the estimator, and train copies of it step by step.

    What the user's code raises is a finding, not an error: `failure` says what and where. The estimator and numpy's
    random generator are left as they were.

    Parameters
    ----------
    own : OwnModel
    problem : Problem
        With the features as the table has them, which a pipeline is given.
    rows : callable
        Returns the same rows encoded and imputed, for any other estimator.
    plan : TrainingPlan
        Passes over the rows, and rows of a batch where the estimator has no number of its own.
    seed : int
    n_rows_planned : int
    seconds : float
        CPU seconds, by a model of the cost.
    """
    with contained(seed), quiet():
        try:
            fed = feed(own, problem, rows, seed)
            return probe_fed(own.name, fed, plan, seed, n_rows_planned, seconds)
        except Exception as error:  # noqa: BLE001 - whatever the user's code raises is the result
            return NetworkProbe(name=own.name, kind="estimator", failure=_summary(error))


def probe_fed(name: str, fed: Fed, plan: TrainingPlan, seed: int, n_rows_planned: int, seconds: float) -> NetworkProbe:
    """Train copies of an estimator on rows as ``partial_fit`` takes them."""
    n_calls, n_changes, stopped = _calls(fed, plan, n_rows_planned, seconds)
    run = Run(plan, rows_per_call(fed, plan), n_calls, n_rows_planned, seed)
    probe, course, blind = run.probe(fed)
    seen, changes = course.trajectory, () if probe is None else tuple(changes_of(fed, probe.inputs))[:n_changes]
    trace = StepTrace(
        loss=Stepper(fed).loss,
        rows_a_call=run.rows_a_call,
        reference=seen.reference,
        losses=tuple(
            (int(step), float(loss / seen.reference)) for step, loss in zip(seen.steps, seen.losses, strict=True)
        ),
        one_batch=_one_batch(fed, seed, min(BATCH_CALLS, n_calls)),
        without_inputs=float(blind.trajectory.losses[-1] / blind.trajectory.reference),
        updates=course.updates,
    )
    return NetworkProbe(
        name=name,
        kind="estimator",
        layers=tuple(f"layer {number}" for number in range(1, len(course.updates) + 1)),
        constant_outputs=course.constant,
        stopped=stopped,
        trace=trace,
        probe=probe,
        causes=() if probe is None else causes_of(probe, changes, lambda change: run.under(fed, change)),
        unseen=run.unseen(fed) if probe is not None and probe.risks.zero_loss >= HIGH else None,
    )


def _calls(fed: Fed, plan: TrainingPlan, n_rows_planned: int, seconds: float) -> tuple[int, int, bool]:
    """Return the calls of a run and the changes that are probed, and whether it is cut short.

    Both follow from the cost model; there are fewer calls where one takes far longer than that says.
    """
    size = rows_per_call(fed, plan)
    batch = fed.take(np.arange(size))
    timed, taken = Stepper(fed), []
    for _ in range(TIMED_CALLS):
        started = time.thread_time()
        broken = stepped(timed, batch)
        taken.append(time.thread_time() - started)
        if broken:
            break
    layers = timed.weights()
    n_parts = fed.n_classes if len(layers) == 1 and fed.n_classes > 2 else len(layers)
    price = CALL_SECONDS + PART_SECONDS * n_parts + OPERATIONS * sum(layer.size for layer in layers) * size
    affordable = int(np.clip(SHARE_OF_RUN * seconds / price, FEWEST_CALLS, MOST_CALLS))
    n_calls = min(plan_of(fed, plan).epochs * -(-n_rows_planned // size), affordable)
    n_changes = max(1, int(SHARE_OF_CHANGES * seconds / (n_calls * price)))
    slower = min(taken) / (FAR_SLOWER * price)
    if slower > 1:
        return min(n_calls, max(FEWEST_CALLS, int(n_calls / slower))), n_changes, True
    return n_calls, n_changes, False


def _one_batch(fed: Fed, seed: int, n_calls: int) -> float:
    """Return the loss over the reference after a copy was trained on one batch alone, again and again."""
    batch = fed.take(np.random.default_rng([seed, 6]).permutation(fed.n_rows)[:BATCH_ROWS])
    alone = run_steps(batch, rows_a_call=BATCH_ROWS, n_calls=n_calls, seed=seed).trajectory
    return float(alone.losses[-1] / (alone.reference or 1.0))


def _summary(error: Exception) -> str:
    """Say what was raised, and where in the user's code."""
    lines = str(error).splitlines() or [""]
    what = lines[0] if isinstance(error, WrongAnswers) else f"{type(error).__name__}: {without_values(lines[0], ())}"
    return f"{what}{where(error)}"
