"""States of runs of pieces, merged as they come in, each with its neighbours."""

from __future__ import annotations

from prefit.profiling import Plan, State

__all__ = ["Segments"]


class Segments:
    """States of disjoint runs of pieces.

    A state merges with that of the run before it and of the run after it as soon as both are there, so that few states
    are held at once. They always stand in the order of the pieces; that the sum does not depend on which were added
    first is the law of every accumulator.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._states: dict[int, tuple[int, State]] = {}  # by the first piece of the run: one past its last, its state
        self._starts: dict[int, int] = {}  # the first piece of a run by one past its last

    def add(self, first: int, end: int, state: State) -> None:
        """Add the state of the pieces from `first` to before `end`."""
        if first in self._starts:
            start = self._starts.pop(first)
            _, before = self._states.pop(start)
            first, state = start, before + state
        if end in self._states:
            after_end, after = self._states.pop(end)
            end, state = after_end, state + after
        self._states[first] = (end, state)
        self._starts[end] = first

    def total(self) -> State:
        """Return the sum of all, in the order of the pieces."""
        states = [state for _, (_, state) in sorted(self._states.items(), key=lambda item: item[0])]
        total = states[0] if states else State.empty(self._plan)
        for state in states[1:]:
            total = total + state
        return total
