"""The report: everything that one run found out, as a value. All formats are made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefit.finding import Finding, Status
from prefit.verdict import FailOn, Verdict, count, exit_code, judge

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FORMAT_VERSION", "Report"]

FORMAT_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Report:
    """The outcome of a check run.

    Attributes
    ----------
    dataset, forecast, training, label_noise, annotators, columns, expectations, baseline, history, remedies, timings,
    environment
        The entries of ``report.json``, as plain data; the shipped JSON Schema describes them. None where the run
        did not measure them.
    checks : mapping
        What a reader of a finding has to know of its check: stage, question, limits, when it may be a false alarm.
    findings : tuple of Finding
        Worst first; every check that applies has at least one.
    label_issues : pyarrow.Table or None
        Every row whose label was looked at, most suspicious first; written beside the formats.
    created : str
        ISO 8601 time with zone.
    fail_on : {"any", "new"}
        Whether a ``fail`` that the baseline had as well makes it *not ready*.
    strict : bool
        Whether *at risk* counts as a failure in :attr:`exit_code`.
    """

    prefit_version: str
    created: str
    dataset: Mapping[str, Any]
    findings: tuple[Finding, ...]
    checks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    forecast: Mapping[str, Any] | None = None
    training: Mapping[str, Any] | None = None
    label_noise: Mapping[str, Any] | None = None
    annotators: Mapping[str, Any] | None = None
    label_issues: pa.Table | None = None
    columns: Sequence[Mapping[str, Any]] = ()
    expectations: Mapping[str, Any] | None = None
    baseline: Mapping[str, Any] | None = None
    history: Mapping[str, Any] | None = None
    remedies: Sequence[Mapping[str, Any]] = ()
    timings: Sequence[Mapping[str, Any]] = ()
    environment: Mapping[str, Any] = field(default_factory=dict)
    fail_on: FailOn = "any"
    strict: bool = False

    @property
    def verdict(self) -> Verdict:
        """One of ready, at_risk, not_ready, cannot_tell."""
        return judge(self.findings, self.fail_on)[0]

    @property
    def reason(self) -> str:
        """The verdict in one sentence."""
        return judge(self.findings, self.fail_on)[1]

    @property
    def counts(self) -> dict[Status, int]:
        """How many findings have each status."""
        return count(self.findings)

    @property
    def exit_code(self) -> int:
        """Exit code of the command line: 0, 1 or 3 for the verdict; 2 instead of 0 if no history could be kept."""
        code = exit_code(self.verdict, strict=self.strict)
        lost = self.history is not None and self.history["error"] is not None
        return 2 if lost and code == 0 else code

    def to_dict(self) -> dict[str, Any]:
        """Return the content of ``report.json`` as plain data."""
        return {
            "format_version": FORMAT_VERSION,
            "prefit_version": self.prefit_version,
            "created": self.created,
            "verdict": self.verdict,
            "reason": self.reason,
            "exit_code": self.exit_code,
            "dataset": dict(self.dataset),
            "counts": self.counts,
            "findings": [finding.to_dict() for finding in self.findings],
            "checks": dict(self.checks),
            "forecast": self.forecast,
            "training": self.training,
            "label_noise": self.label_noise,
            "annotators": self.annotators,
            "columns": list(self.columns),
            "expectations": self.expectations,
            "baseline": self.baseline,
            "history": self.history,
            "remedies": list(self.remedies),
            "timings": list(self.timings),
            "environment": dict(self.environment),
        }

    def save(self, directory: str | Path, formats: Sequence[str] = ("html", "json", "md")) -> list[Path]:
        """Write the report into a directory, all files or none.

        Parameters
        ----------
        directory : path
            Made if it does not exist. Files of an earlier report there are replaced.
        formats : sequence of {"html", "json", "md", "junit", "sarif", "pdf"}, default the first three

        Returns
        -------
        list of pathlib.Path
            The files written.

        Raises
        ------
        UsageError
            If a format is not known or the directory cannot be written.
        """
        from prefit.formats import write

        return write(self, Path(directory), formats)

    def _repr_html_(self) -> str:
        from prefit.formats.notebook import embed

        return embed(self)
