"""Making a measurement, or noting why it could not be made."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from prefit.errors import InputError, UsageError
from prefit.profiling.blas import one_thread
from prefit.stopwatch import StageProgress, Stopwatch

__all__ = ["Attempt"]

T = TypeVar("T")


@dataclass(frozen=True)
class Attempt:
    """Makes a measurement if a check needs it, and notes why it could not be made; `told` says so without values."""

    needed: frozenset[str]
    watch: Stopwatch
    told: Callable[[Exception], str]
    missing: dict[str, str] = field(default_factory=dict)

    def __call__(self, need: str, stage: str, measure: Callable[[StageProgress], T]) -> T | None:
        """Return the measurement, None where no check needs it or where it could not be made.

        Raises
        ------
        UsageError
            If what was asked for makes no sense.
        """
        if need not in self.needed:
            return None
        if time.monotonic() > self.watch.until:
            self.missing[need] = f"The deadline struck before {stage} could be measured. Give a later --deadline."
            return None
        try:
            with (
                self.watch.stage(stage) as progress,
                one_thread(),  # the same digits whatever the cores
                np.errstate(over="ignore", invalid="ignore"),  # judged as infinity
            ):
                return measure(progress)
        except UsageError:  # what was asked for makes no sense: the run ends, no check can say it
            raise
        except InputError as error:
            self.missing[need] = str(error)
        except Exception as error:  # noqa: BLE001 - a crash of a probe is a result: the verdict cannot tell
            self.missing[need] = f"Measuring {stage} failed: {type(error).__name__}: {self.told(error)}"
        return None
