"""Earlier runs over a data set, as values: what a history keeps of a run, and the figures that are followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

__all__ = ["Estimate", "Figures", "Mark", "Run", "earlier_states"]


class Estimate(NamedTuple):
    """A figure with its 90 % interval."""

    mean: float
    low: float
    high: float


class Mark(NamedTuple):
    """One finding of a run: which check said what of which columns."""

    check: str
    status: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of a run that are compared with those of earlier ones.

    Attributes
    ----------
    n_rows : int
    missing : mapping of str to float
        Share of missing values of each column.
    class_shares : mapping of str to float
        Share of each class among the rows with a label, by the hash of its name; empty where there are no classes, or
        too many of them.
    metric : str or None
        What `score` is measured by.
    score, noise : Estimate or None
        Forecast held-out score of the best family; rate of wrong labels. None where not measured.
    fingerprint : str
        Equal for equal rows: runs over the same rows are one state of the data, however often they are repeated.
    target : str or None
    setting : str
        Digest of the options that the score depends on: scores of other settings are not compared.
    complete : bool
        Whether all rows were read; else the figures are of a part of the data, and nothing is compared with them.
    """

    n_rows: int
    missing: Mapping[str, float]
    class_shares: Mapping[str, float] = field(default_factory=dict)
    metric: str | None = None
    score: Estimate | None = None
    noise: Estimate | None = None
    fingerprint: str = ""
    target: str | None = None
    setting: str = ""
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a history keeps of one run over the data set `dataset`."""

    dataset: str
    created: str
    prefit_version: str
    verdict: str
    reason: str
    counts: Mapping[str, int]
    n_columns: int
    figures: Figures
    marks: tuple[Mark, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the run as plain data, for ``prefit history --format json``."""
        figures = self.figures
        return {
            "created": self.created,
            "prefit_version": self.prefit_version,
            "verdict": self.verdict,
            "reason": self.reason,
            "counts": dict(self.counts),
            "rows": figures.n_rows,
            "columns": self.n_columns,
            "complete": figures.complete,
            "fingerprint": figures.fingerprint,
            "setting": figures.setting,
            "target": figures.target,
            "forecast": figures.score and {"metric": figures.metric, **figures.score._asdict()},
            "label_noise": figures.noise and figures.noise._asdict(),
            "class_shares": dict(figures.class_shares),
            "missing": dict(figures.missing),
            "findings": [{**mark._asdict(), "columns": list(mark.columns)} for mark in self.marks],
        }


def earlier_states(runs: Sequence[Figures], now: Figures) -> list[Figures]:
    """Return the figures of the earlier states of the data, oldest first: each state once, the present one not at all.

    Runs that lack rows are left out, and so are repeated runs over the same rows: they would make the past look
    steadier than it is.
    """
    states = {figures.fingerprint: figures for figures in runs if figures.complete}
    states.pop(now.fingerprint, None)
    return list(states.values())
