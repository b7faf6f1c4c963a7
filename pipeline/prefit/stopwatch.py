"""How long the stages of a run take, and who is told."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

__all__ = ["Progress", "StageProgress", "Stopwatch"]

Progress = Callable[[str, float], None]
"""Called with the name of a stage and the share of it that is done."""

StageProgress = Callable[[float], None]
"""Called with the share of a stage that is done."""


@dataclass(frozen=True)
class Stopwatch:
    """Measures how long the stages take, and tells the progress that they begin and end.

    `until` is the value of ``time.monotonic`` at which the run is to end.
    """

    progress: Progress
    entries: list[dict[str, Any]] = field(default_factory=list)
    until: float = math.inf

    @classmethod
    def started(cls, progress: Progress | None, deadline: float) -> Self:
        """Start a run that is to end in `deadline` seconds."""
        return cls(progress or (lambda _stage, _share: None), until=time.monotonic() + deadline)

    @contextmanager
    def stage(self, name: str) -> Iterator[StageProgress]:
        """Time a stage; gives a function to report the share that is done."""
        started = time.perf_counter()
        self.progress(name, 0.0)
        try:
            yield lambda share: self.progress(name, share)
        finally:  # a stage that fails took its time too
            self.entries.append({"stage": name, "seconds": round(time.perf_counter() - started, 3)})
            self.progress(name, 1.0)
