"""Fold all partitions in this process, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prefit.profiling import Partition, Plan, State, fold

__all__ = ["run"]


def run(partitions: Sequence[Partition], plan: Plan, progress: Callable[[float], None] | None = None) -> State:
    """Measure a source.

    Parameters
    ----------
    partitions : sequence of Partition
        In row order.
    plan : Plan
    progress : callable, optional
        Told the fraction that is done, from 0 to 1, never less than before: by bytes where all partitions know their
        size, else by partitions; within a partition by rows, where the plan knows how many there are.

    Returns
    -------
    State
        The states of the partitions, merged in their order.

    Raises
    ------
    UnreadableInput
        If a partition cannot be read.
    """
    sizes = [partition.size_bytes for partition in partitions]
    if not all(sizes):
        sizes = [1] * len(sizes)
    state, done = State.empty(plan), 0
    reporter = _Reporter(progress, plan.n_rows)
    for partition, size in zip(partitions, sizes, strict=True):
        state = state + fold(partition, plan, reporter.rows)
        done += size
        reporter.at_least(done / sum(sizes))
    reporter.at_least(1.0)
    return state


class _Reporter:
    """Tells how much is done, and never takes it back."""

    def __init__(self, progress: Callable[[float], None] | None, n_rows: int | None) -> None:
        self._progress, self._n_rows = progress, n_rows
        self._done, self._seen = 0.0, 0

    def rows(self, n: int) -> None:
        self._seen += n
        if self._n_rows:
            self.at_least(min(1.0, self._seen / self._n_rows))

    def at_least(self, fraction: float) -> None:
        if self._progress is not None and fraction > self._done:
            self._done = fraction
            self._progress(fraction)
