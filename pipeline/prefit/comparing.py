"""Compare two reports, or two data sets that are judged for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefit import __version__, gate
from prefit.baselines import Content, contrast, is_report, read_report, refusing_damage
from prefit.config import load_config, make_options
from prefit.errors import UsageError
from prefit.finding import Finding
from prefit.measure import Progress
from prefit.verdict import FailOn, exit_code, judge

__all__ = ["Comparison", "compare"]

FORMAT_VERSION = 1

_OF_DATA = frozenset(
    {
        "target",
        "task",
        "group",
        "time",
        "drop",
        "columns",
        "csv",
        "checks",
        "waivers",
        "seed",
        "workers",
        "engine",
        "state",
    }
)
"""Entries of a configuration that say how data are to be read and judged; a baseline, for example, is none."""


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

        return comparison.render(self.to_dict())


def compare(
    first: Any,
    second: Any,
    *,
    target: str | None = None,
    task: str | None = None,
    drop: Sequence[str] | None = None,
    level: str | None = None,
    fail_on: str | None = None,
    seed: int | None = None,
    workers: int | None = None,
    deadline: str | float | None = None,
    config: str | Path | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """What changed from one report, or one data set, to another?

    Parameters
    ----------
    first, second : path, Report, mapping, URI or table
        A ``report.json``, a folder with one or a report in memory; anything else is taken for data, as by
        :func:`prefit.check`, and judged now.
    target : str, optional
        Column to predict, where data are judged; default that of the other one if that is a report.
    level : {"quick", "standard", "deep"}, default that of the other one if that is a report, else "quick"
    task, drop, seed, workers, deadline, config, progress
        As for :func:`prefit.check`, where data are judged.
    fail_on : {"any", "new"}, optional
        What makes :attr:`Comparison.exit_code` 1: any failure in the second one, or one that is new or worse.

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
    reports = [read_report(place, name) if is_report(place) else None for place, name in ((first, "A"), (second, "B"))]
    given: dict[str, Any] = {
        "target": target,
        "task": task,
        "drop": drop,
        "level": level,
        "seed": seed,
        "workers": workers,
    }
    given |= {"deadline": deadline}
    from_file = {} if config is None else {key: value for key, value in load_config(config).items() if key in _OF_DATA}
    options = from_file | {name: value for name, value in given.items() if value is not None}
    sides = [
        report or _judged(data, _like(other, options), progress)
        for report, data, other in zip(reports, (first, second), reversed(reports), strict=True)
    ]
    with refusing_damage(sides[0], "A"), refusing_damage(sides[1], "B"):
        found = contrast(*sides)
    return Comparison(entries=found.entries, findings=found.findings, fail_on=None if fail_on is None else judged_on)


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
