"""Runs the planned trainings, smallest first, side by side where that pays."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import resource_tracker
from typing import Any

import numpy as np

from prefit.own.model import OwnModel
from prefit.probes.cost import Plan
from prefit.probes.frame import Array
from prefit.probes.metrics import Measure
from prefit.probes.problem import Problem
from prefit.probes.split import Split, training_order
from prefit.probes.trial import Trial, run_trial

__all__ = ["Outcome", "run_permuted", "run_plan"]

WORKERS = 2
"""Processes. The default budget is stated for two cores."""

WORTH_PROCESSES = 14.0
"""Planned seconds from which processes pay: each takes 3 s to import the libraries."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Trials, and whether the clock ended the run before the plan was done."""

    trials: tuple[Trial, ...]
    stopped: bool


def run_plan(
    problem: Problem,
    splits: Sequence[Split],
    plan: Plan,
    *,
    seed: int,
    deadline: float,
    progress: Callable[[float], None],
    own: Mapping[str, OwnModel] | None = None,
    measures: Sequence[Measure] = (),
) -> Outcome:
    """Run all trainings of a plan.

    A ``joblib.parallel_config`` of the caller says where, and how many at once: on a Dask cluster, say. Without one
    two processes run them where that pays.

    Parameters
    ----------
    problem, plan : Problem, Plan
    splits : sequence of Split
        The repeats of a training take one after another.
    seed : int
    deadline : float
        Value of ``time.monotonic`` at which to stop waiting: the emergency stop.
    progress : callable
        Told the share of the planned seconds that is done, roughly.
    own : mapping, optional
        The estimators of the user among the families of the plan, by name.
    measures : sequence of Measure, optional
        Metrics to score by beside the score.
    """
    import joblib

    tests = [problem.take(split.test) for split in splits]
    n_repeats = max(plan.repeats.values())
    orders = [training_order(problem, splits[repeat % len(splits)].train, seed + repeat) for repeat in range(n_repeats)]
    # All sizes once, then again: should the clock strike, the curves reach as far as planned, with fewer repeats.
    jobs = [
        (size, repeat, families)
        for repeat in range(n_repeats)
        for size in sorted({size for _, size in plan.repeats})
        if (families := plan.families(size, repeat))
    ]
    total = float(sum(size for size, _, _ in jobs))
    backend, n_jobs = joblib.parallel.get_active_backend()
    placed = n_jobs not in (None, 1) or not isinstance(
        backend, joblib.parallel.BACKENDS[joblib.parallel.DEFAULT_BACKEND]
    )
    workers = n_jobs if placed else min(WORKERS, joblib.cpu_count()) if plan.seconds > WORTH_PROCESSES else 1
    with warnings.catch_warnings(action="ignore"):  # daemons may have no children: they train alone, unasked
        workers = backend.effective_n_jobs(workers)
    # Rows are pickled to the workers: mapping them to files would leave one file for each subsample behind.
    waits = workers > 1 and backend.supports_timeout
    timeout = max(1.0, deadline - time.monotonic()) if waits else None
    returned = "generator" if not placed or backend.supports_return_generator else "list"  # then without progress
    parallel = joblib.Parallel(n_jobs=None if placed else workers, return_as=returned, max_nbytes=None, timeout=timeout)
    calls = (
        joblib.delayed(run_trial)(
            problem.take(orders[repeat][:size]), tests[repeat % len(tests)], families, seed + repeat, own, measures
        )
        for size, repeat, families in jobs
    )
    trials: list[Trial] = []
    done = 0.0
    try:
        with _early_exit_is_meant(), _ended(_started(parallel, calls)) as results:
            for job, result in zip(jobs, results, strict=False):
                trials += result
                done += job[0]
                progress(done / total)
                if time.monotonic() > deadline and job is not jobs[-1]:
                    return Outcome(tuple(trials), stopped=True)
    except (TimeoutError, multiprocessing.TimeoutError):
        # A worker is still busy with a training that takes longer than all of the budget.
        return Outcome(tuple(trials), stopped=True)
    return Outcome(tuple(trials), stopped=False)


def _started(parallel: Any, calls: Iterator[Any]) -> Any:
    """Start the workers deaf to Ctrl-C, which a terminal sends to all processes: this one hears it, and stops them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows sends it in another way
        return parallel(calls)
    resource_tracker.ensure_running()  # starting it later would unblock the signal again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # processes inherit what is blocked
    try:
        return parallel(calls)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _ended(results: Any) -> Iterator[Any]:
    """Stop the trainings that are left when a generator of results is left; a list has none."""
    try:
        yield results
    finally:
        if not isinstance(results, list):
            results.close()


@contextlib.contextmanager
def _early_exit_is_meant() -> Iterator[None]:
    """Silence what joblib says of trainings that the emergency stop cancels."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "(?s).*You could benefit from adjusting the input task", UserWarning)
        yield


def run_permuted(
    problem: Problem, splits: Sequence[Split], family: str, size: int, *, repeats: int, seed: int
) -> list[Trial]:
    """Train a family on permuted labels: what it scores then, it scores without any signal."""
    trials: list[Trial] = []
    for repeat in range(repeats):
        split = splits[repeat % len(splits)]
        train = problem.take(training_order(problem, split.train, seed + repeat)[:size])
        shuffled = _with_target(train, np.random.default_rng(seed + repeat).permutation(train.target))
        trials += run_trial(shuffled, problem.take(split.test), (family,), seed + repeat)
    return trials


def _with_target(problem: Problem, target: Array) -> Problem:
    return Problem(frame=problem.frame, target=target, n_classes=problem.n_classes)
