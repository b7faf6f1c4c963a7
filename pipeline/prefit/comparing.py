"""Compare two reports, or two data sets that are judged for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefit import __version__, gate
from prefit.baselines import Content, contrast, is_report, read_report, refusing_damage
from prefit.checks import configured
from prefit.checks.run.baseline_drift import BaselineDrift
from prefit.config import load_config, make_options
from prefit.errors import UsageError, did_you_mean
from prefit.evidence.comparisons import BaselineDrift as Drift
from prefit.finding import Finding
from prefit.stopwatch import Progress
from prefit.verdict import FailOn, exit_code, judge
from prefit.waivers import apply_waivers

__all__ = ["Comparison", "compare"]

FORMAT_VERSION = 1

_OF_DATA = frozenset(
    {
        *("target", "task", "group", "time", "drop", "columns", "csv", "model", "plan", "planned_rows"),
        *("checks", "waivers"),
        *("level", "budget", "deadline", "seed", "workers", "engine", "state", "memory"),
    }
)
"""Options that say how data are to be read and judged; a baseline, for example, is none."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What the second of two reports has that the first lacks, and how the data moved between them.

    Attributes
    ----------
    entries : mapping
        Plain data: ``first``, ``second``, ``notes``, ``counts``, ``findings`` (new, worse, known, gone, unjudged),
        ``columns_gone``, ``columns_new``, ``columns_changed``, ``forecast``, ``drift``.
    findings : tuple of Finding
        Those of the second report, worst first, with ``new`` and ``worse``; ``baseline-drift`` speaks of the drift.
    fail_on : {"any", "new"} or None
    """

    entries: Mapping[str, Any]
    findings: tuple[Finding, ...]
    fail_on: FailOn | None = None

    @property
    def exit_code(self) -> int:
        """0 whatever was found; with `fail_on` that of the verdict on the second report, its drift included."""
        return 0 if self.fail_on is None else exit_code(judge(self.findings, self.fail_on)[0])

    def to_dict(self) -> dict[str, Any]:
        """Return the content of ``comparison.json`` as plain data."""
        return {"comparison_version": FORMAT_VERSION, "prefit_version": __version__, **self.entries}

    def save(self, directory: str | Path) -> list[Path]:
        """Write ``comparison.html`` and ``comparison.json`` into a directory, both or none.

        Raises
        ------
        UsageError
            If the directory cannot be written.
        """
        from prefit.formats import comparison, write_comparison

        return write_comparison(self.to_dict(), Path(directory), comparison.render(self.to_dict()))

    def _repr_html_(self) -> str:
        from prefit.formats import comparison
        from prefit.formats.notebook import framed

        return framed(comparison.render(self.to_dict()), "prefit comparison")


def compare(
    first: Any,
    second: Any,
    *,
    fail_on: str | None = None,
    config: str | Path | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Comparison:
    """What changed from one report, or one data set, to another?

    Parameters
    ----------
    first, second : path, Report, mapping, URI or table
        A ``report.json``, a folder with one or a report in memory; anything else is taken for data, as by
        :func:`prefit.check`, and judged now.
    fail_on : {"any", "new"}, optional
        What makes :attr:`Comparison.exit_code` 1: any failure in the second one, or one that is new or worse.
    config : path, optional
        A ``prefit.toml`` or ``pyproject.toml``: of its options those below are taken.
    progress : callable, optional
        As for :func:`prefit.check`.
    **options
        How data are read and judged: ``target``, ``task`` and ``level`` (default those of the other one if that is a
        report, else level ``"quick"``), ``group``, ``time``, ``drop``, ``columns``, ``csv``, ``model``,
        ``plan``, ``planned_rows``, ``checks``, ``waivers``, ``budget``, ``deadline``, ``seed``, ``workers``,
        ``engine``, ``state`` and ``memory``, as for :func:`prefit.check`.

    Raises
    ------
    UsageError
        If the two are about different data sets, or an option is wrong.
    InputError
        If a report is damaged or data cannot be read.

    Examples
    --------
    >>> import pyarrow as pa
    >>> found = compare(pa.table({"a": range(100)}), pa.table({"a": range(50, 150)}))
    >>> found.entries["drift"][0]["column"]
    'a'
    """
    judged_on = make_options({} if fail_on is None else {"fail_on": fail_on, "baseline": "first"}).fail_on
    asked = {name: value for name, value in options.items() if value is not None}
    for name in asked:
        if name not in _OF_DATA:
            raise UsageError(
                f"option {name!r} does not exist here; options: {did_you_mean(name, sorted(_OF_DATA), limit=20)}"
            )
    reports = [read_report(place, name) if is_report(place) else None for place, name in ((first, "A"), (second, "B"))]
    if asked and None not in reports:
        raise UsageError(
            f"{next(iter(asked))} says how data are read and judged; got two reports, which stay as they are. Leave it "
            "out, or name data in the place of a report."
        )
    from_file = {} if config is None else load_config(config)
    given = {name: value for name, value in from_file.items() if name in _OF_DATA - {"level"}} | asked
    sides = tuple(
        report or _judged(data, _like(other, given), progress)
        for report, data, other in zip(reports, (first, second), reversed(reports), strict=True)
    )
    with refusing_damage(sides[0], "A"), refusing_damage(sides[1], "B"):
        found = contrast(sides[0], sides[1], _judge_of(given))
    return Comparison(entries=found.entries, findings=found.findings, fail_on=None if fail_on is None else judged_on)


def _judge_of(options: Mapping[str, Any]) -> Callable[[Drift], list[Finding]]:
    """Return what judges the drift as a run would: by the limits and the waivers of the configuration."""
    chosen = make_options({name: options.get(name) for name in ("checks", "waivers")})
    check = next(check for check in configured(chosen.checks) if isinstance(check, BaselineDrift))
    return lambda drift: apply_waivers(check.findings(drift), chosen.waivers, dt.date.today())


def _like(report: Content | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """Judge data as the report that they are compared with does, where nothing else is asked for."""
    if report is None:
        return {"level": "quick", **options}
    dataset, environment = report.entries["dataset"], report.entries.get("environment", {})
    same = {"target": dataset["target"], "task": dataset["task"], "level": environment.get("level") or "quick"}
    if options.get("target", same["target"]) != same["target"]:
        raise UsageError(
            f"target must be that of the report; got {options['target']!r} beside a report with target "
            f"{same['target']!r}. Leave --target out, or compare with a report on that target."
        )
    return {**{name: value for name, value in same.items() if value is not None}, **options}


def _judged(data: Any, options: Mapping[str, Any], progress: Progress | None) -> Content:
    return read_report(gate.check(data, **options, progress=progress))
