"""How long the stages of a run take, and who is told."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Self

from prefit.resident import Guard

__all__ = ["Progress", "StageProgress", "Stopwatch"]

Progress = Callable[[str, float], None]
"""Called with the name of a stage and the share of it that is done."""

StageProgress = Callable[[float], None]
"""Called with the share of a stage that is done."""


@dataclass(frozen=True)
class Stopwatch:
    """Measures how long the stages take, and tells the progress that they begin and end.

    `until` is the value of ``time.monotonic`` at which the run is to end, `guard` ends what takes too much memory.
    """

    progress: Progress
    entries: list[dict[str, Any]] = field(default_factory=list)
    until: float = math.inf
    guard: Guard | None = None

    @classmethod
    def started(cls, progress: Progress | None, deadline: float, memory: int | None = None) -> Self:
        """Start a run that is to end in `deadline` seconds and to stay below `memory` bytes."""
        guard = None if memory is None else Guard(memory)
        return cls(progress or (lambda _stage, _share: None), until=time.monotonic() + deadline, guard=guard)

    @contextmanager
    def stage(self, name: str) -> Iterator[StageProgress]:
        """Time a stage, and watch its memory; gives a function to report the share that is done.

        Raises
        ------
        OverMemory
            If the stage comes near the memory that the run may take.
        """
        started = time.perf_counter()
        self.progress(name, 0.0)
        try:
            with nullcontext() if self.guard is None else self.guard.kept(name):
                yield lambda share: self.progress(name, share)
        finally:  # a stage that fails took its time too
            self.entries.append({"stage": name, "seconds": round(time.perf_counter() - started, 3)})
            self.progress(name, 1.0)
