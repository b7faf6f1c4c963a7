"""A live bar per stage on standard error, and nothing at all where that is not a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from prefit.stopwatch import Progress

__all__ = ["live_progress"]


@contextmanager
def live_progress(*, enabled: bool = True) -> Iterator[Progress]:
    """Give a function that shows how far each stage is."""
    if not (enabled and sys.stderr.isatty()):
        yield lambda _stage, _share: None
        return
    import rich.progress
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    layout = (TextColumn("{task.description:<24}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    bars: dict[str, TaskID] = {}
    with rich.progress.Progress(*layout, console=Console(stderr=True), transient=True) as shown:

        def update(stage: str, share: float) -> None:
            if stage not in bars:
                bars[stage] = shown.add_task(stage, total=1.0)
            shown.update(bars[stage], completed=share)

        yield update
