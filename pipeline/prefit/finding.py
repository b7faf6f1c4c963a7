"""What a check says: a finding is a value, also when the check could not run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

__all__ = ["STATUSES", "URGENCY", "Effect", "Finding", "Status", "Waiver"]

Status = Literal["fail", "warn", "pass", "skip", "error"]
STATUSES: tuple[Status, ...] = get_args(Status)
"""Worst judgement first; ``skip`` and ``error`` mean that the check did not judge."""

URGENCY: tuple[Status, ...] = ("fail", "error", "skip", "warn", "pass")
"""Order of reading: what did not run stands before warnings, because it decides before them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a defect costs: the change of a held-out score, with a 90 % interval."""

    metric: str
    delta: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A finding that somebody accepts for a time: who, why, until when (ISO date)."""

    reason: str
    owner: str
    expires: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One judgement of one check.

    Attributes
    ----------
    check : str
        Id of the check, as ``prefit explain`` takes it.
    status : {"fail", "warn", "pass", "skip", "error"}
        ``skip`` and ``error`` carry their reason in `message`.
    message : str
        One sentence: what was found, with the figure that crossed the limit.
    columns : tuple of str
        The columns it speaks of, worst first; empty when it speaks of the table.
    measured, limit : float or None
        The figure and the limit it was judged against, both in `unit`.
    unit : str
        For example ``"fraction"``, ``"rows"``, ``"probability"``.
    interval : tuple of float or None
        90 % interval of `measured`.
    why, remedy : str
        How it hurts training, and what to do about it.
    effect : Effect or None
        What it costs on the held-out score, where a probe has priced it.
    waived : Waiver or None
        Set by the waivers of the configuration; a waived finding stays visible.
    new : bool or None
        Whether a baseline report lacks it; None without a baseline, and of a ``pass``.
    worse : bool or None
        Whether a baseline report has it in a milder form; None where `new` is.
    """

    check: str
    status: Status
    message: str
    columns: tuple[str, ...] = ()
    measured: float | None = None
    limit: float | None = None
    unit: str = ""
    interval: tuple[float, float] | None = None
    why: str = ""
    remedy: str = ""
    effect: Effect | None = None
    waived: Waiver | None = None
    new: bool | None = None
    worse: bool | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the entry of ``report.json``."""
        entry = asdict(self)
        entry["columns"] = list(self.columns)
        entry["interval"] = None if self.interval is None else list(self.interval)
        return entry
