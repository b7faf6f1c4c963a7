"""The history of a run: opened before the work, read before the judgement, written after it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from prefit.checks import configured
from prefit.checks.followed import followed
from prefit.checks.run.history_anomaly import HistoryAnomaly
from prefit.config import Options, load_config, make_options
from prefit.errors import PrefitError, UsageError
from prefit.evidence import Evidence
from prefit.past import Event, Mark, Run, departures
from prefit.records.store import History, open_history
from prefit.report import Report

__all__ = ["history", "keep", "open_ledger", "with_past"]

MAX_RUNS = 500
"""How many of the last runs are read: repeated ones count once, and the limits are made from 50 states."""


def open_ledger(options: Options, data: Any) -> History | None:
    """Open the history that the options name, so that a run ends before its work where it cannot be kept.

    Raises
    ------
    UsageError
        If it cannot be opened or written, or the data have no name by which to find them again.
    """
    if options.history is None:
        return None
    if options.name is None and not isinstance(data, str | os.PathLike):
        raise UsageError("history needs the name of a data set; got data in memory. Give them one: name='customers'.")
    return open_history(options.history)


def with_past(ledger: History | None, name: str, evidence: Evidence) -> Evidence:
    """Return the evidence with the earlier runs over the data set."""
    return evidence if ledger is None else replace(evidence, past=tuple(ledger.runs(name, MAX_RUNS)))


def keep(ledger: History | None, report: Report, evidence: Evidence) -> Report:
    """Keep the run, and return the report with what came of it.

    Failing to do so is no reason to lose the report: its entry ``history`` says so, and its exit code is not 0.
    """
    if ledger is None:
        return report
    run, error, n_runs = _run(report, evidence), None, len(evidence.past or ())
    try:
        ledger.record(run)
        n_runs = ledger.count(run.dataset)
    except PrefitError as refused:
        error = str(refused)
    return replace(report, history={"place": ledger.place.shown, "runs": n_runs, "error": error})


def history(
    name: str, url: str | None = None, *, last: int | None = None, config: str | Path | None = None
) -> list[Event]:
    """Return the runs over a data set, oldest first, each judged by those before it.

    Parameters
    ----------
    name : str
        What reports call the data set.
    url : str, optional
        As for ``--history``; default that of the configuration.
    last : int, optional
        How many of the last runs; default all.
    config : path, optional
        A ``prefit.toml`` or ``pyproject.toml``: its limits of ``history-anomaly`` decide what leaves its past.

    Returns
    -------
    list of Event
        Each with its `run`, and its `departures`: the figures that left their own past.

    Raises
    ------
    UsageError
        If no history is named, it cannot be read, or it has no run over the data set.
    """
    from_file = load_config(config) if config is not None else {}
    options = make_options({"history": url or from_file.get("history"), "checks": from_file.get("checks")})
    if last is not None and last < 1:
        raise UsageError(f"last must be a whole number of at least 1; got {last!r}. Change it.")
    if options.history is None:
        raise UsageError("history must be named; got none. Add --history URL, or write history = URL in prefit.toml.")
    limits = next(check.of_figures for check in configured(options.checks) if isinstance(check, HistoryAnomaly))
    runs = open_history(options.history, reads_only=True).runs_of(name)
    figures = [run.figures for run in runs]
    first = 0 if last is None else max(len(runs) - last, 0)
    return [
        Event(runs[place], tuple(departures(figures[max(place - MAX_RUNS, 0) : place], figures[place], limits)))
        for place in range(first, len(runs))
    ]


def _run(report: Report, evidence: Evidence) -> Run:
    return Run(
        dataset=str(report.dataset["name"]),
        created=report.created,
        prefit_version=report.prefit_version,
        verdict=report.verdict,
        reason=report.reason,
        counts={str(status): n for status, n in report.counts.items()},
        n_columns=len(evidence.profile.columns),
        figures=followed(evidence),
        marks=tuple(Mark(finding.check, finding.status, finding.columns) for finding in report.findings),
    )
