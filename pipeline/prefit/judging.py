"""From evidence to a report: run the checks, waive, merge by cause, and compare with an earlier report."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version

from prefit import __version__, entries
from prefit.baselines import Content, baseline_drift, entry, match, refusing_damage
from prefit.causes import merge_causes, with_prices
from prefit.checks import by_id
from prefit.checks.base import Check, run_checks
from prefit.checks.pages import guide
from prefit.config import Options
from prefit.errors import UsageError, did_you_mean
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.measure.networks import trained_by_steps
from prefit.report import Report
from prefit.sources import Source
from prefit.stopwatch import Stopwatch
from prefit.verdict import worst_first
from prefit.waivers import apply_waivers

__all__ = ["check_asked", "judged"]

LIBRARIES = ("great-expectations", "lightgbm", "numpy", "pandas", "pyarrow", "scikit-learn", "skrub")


def check_asked(selected: Sequence[Check], options: Options) -> None:
    """Refuse waivers of checks that do not exist, and what no selected check would look at: it would seem to pass.

    Raises
    ------
    UsageError
        If an option names or needs a check that is not there.
    """
    known = by_id()
    for rule in options.waivers:
        if rule.check not in known:
            raise UsageError(f"waivers: check {rule.check!r} does not exist; checks: {did_you_mean(rule.check, known)}")
    chosen = {check.id for check in selected} | {check.stage for check in selected}
    for option, needed in {
        "require": {"target-out-of-reach"},
        "expectations": {"expectation-failed", "expectation-error"},
        "test": {"splits"},
        "annotators": {"annotator-disagreement"},
    }.items():
        lacking = ", ".join(sorted(needed - chosen))
        if getattr(options, option) is not None and lacking:
            raise UsageError(
                f"{option} needs checks that look at it; got a selection without {lacking}. Select that too, or leave "
                f"{option} out."
            )
    if options.metric is not None and not any("curves" in check.needs for check in selected):
        raise UsageError(
            "metric needs checks that look at it; got a selection without learning curves. Select the stage curves "
            "too, or leave metric out."
        )
    _check_models(selected, options)


def _check_models(selected: Sequence[Check], options: Options) -> None:
    """Refuse a model of the user that no selected check would look at, by learning curves or step by step."""
    needs = {need for check in selected for need in check.needs}
    if "curves" in needs:
        return
    by_steps = trained_by_steps(options) if "training" in needs else []
    for model in options.model:
        if not isinstance(model, str) and not any(model is other for other in by_steps):
            raise UsageError(
                f"model {model.name!r} needs checks that look at it; got a selection without learning curves"
                f"{'' if 'training' in needs else ' and without training risks'}. Select the stage curves too, or "
                "leave it out."
            )


def judged(
    source: Source,
    evidence: Evidence,
    selected: Sequence[Check],
    options: Options,
    watch: Stopwatch,
    earlier: Content | None = None,
) -> Report:
    """Judge the evidence, beside an earlier report where there is one, and write the report."""
    if earlier is None:
        return _report(source, evidence, _judge(selected, evidence, options), selected, options, watch)
    return _beside(earlier, source, evidence, selected, options, watch)


def _judge(selected: Sequence[Check], evidence: Evidence, options: Options) -> list[Finding]:
    """Run the checks, apply the waivers, and leave one finding for each cause, worst first."""

    def judge(checks: Sequence[Check], evidence: Evidence) -> list[Finding]:
        return apply_waivers(run_checks(checks, evidence), options.waivers, evidence.today)

    def judge_without(check: str, columns: frozenset[str]) -> list[Finding]:
        task = evidence.task.without(columns)
        return judge([same for same in selected if same.id == check], replace(evidence, task=task))

    return worst_first(merge_causes(with_prices(judge(selected, evidence), evidence.remedies or ()), judge_without))


def _beside(
    earlier: Content,
    source: Source,
    evidence: Evidence,
    selected: Sequence[Check],
    options: Options,
    watch: Stopwatch,
) -> Report:
    """Judge beside an earlier report: what drifted since, and which findings are new."""
    now = {
        "dataset": entries.dataset(options.name or source.name, evidence.profile, evidence.task, evidence.curves),
        "columns": entries.columns(evidence.profile, evidence.task, show_values=evidence.show_values),
        "environment": {"show_values": options.show_values},
    }
    with refusing_damage(earlier):
        drift = baseline_drift(earlier, Content(now), left_out=options.drop)
    findings = _judge(selected, replace(evidence, baseline=drift), options)
    with refusing_damage(earlier):
        n_rows = earlier.entries["dataset"]["rows"], evidence.profile.n_rows
        matched = match(findings, earlier.entries["findings"], n_rows=n_rows)
        said = entry(earlier, matched, drift, fail_on=options.fail_on)
    made = _report(source, evidence, worst_first(matched.findings), selected, options, watch)
    return replace(made, baseline=said)


def _report(
    source: Source,
    evidence: Evidence,
    findings: Sequence[Finding],
    selected: Sequence[Check],
    options: Options,
    watch: Stopwatch,
) -> Report:
    if options.only and not findings:
        raise UsageError(f"only must leave a check that applies to these data; got {options.only}. Select others.")
    suite, spoke = evidence.suite, {finding.check for finding in findings}
    known = by_id() | {check.id: check for check in selected}
    return Report(
        prefit_version=__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        dataset=entries.dataset(options.name or source.name, evidence.profile, evidence.task, evidence.curves),
        findings=tuple(findings),
        checks=guide(check for check in known.values() if check.id in spoke),
        forecast=entries.forecast(evidence),
        training=entries.training(evidence),
        label_noise=entries.label_noise(evidence),
        annotators=entries.annotators(evidence),
        label_issues=entries.with_consensus(entries.label_issues(evidence), evidence),
        remedies=entries.remedies(evidence, findings),
        columns=entries.columns(evidence.profile, evidence.task, show_values=evidence.show_values),
        expectations=None if suite is None else entries.expectations(suite, show_values=options.show_values),
        timings=watch.entries,
        environment={
            "python": platform.python_version(),
            "platform": platform.system(),
            "versions": {name: version(name) for name in LIBRARIES},
            "seed": options.seed,
            "show_values": options.show_values,
            "level": options.level,
            "budget_seconds": options.budget,
            "only": list(options.only) or None,
            "skip": list(options.skip) or None,
            "clock_struck": evidence.curves is not None and evidence.curves.emergency_stop,
        },
        fail_on=options.fail_on,
        strict=options.strict,
    )
