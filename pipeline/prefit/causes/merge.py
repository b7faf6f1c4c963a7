"""Merge the findings that have one cause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from prefit.causes.rules import RULES, Rule
from prefit.finding import Finding, Status

__all__ = ["JudgeWithout", "merge_causes"]

JudgeWithout = Callable[[str, frozenset[str]], Sequence[Finding]]
"""Judges the check of an id again as if these columns had been dropped."""

EXPLAINABLE: dict[Status, tuple[Status, ...]] = {"fail": ("fail", "warn"), "warn": ("warn",)}
"""What a finding of a status can explain: nothing worse than itself."""


def merge_causes(
    findings: Iterable[Finding], judge_without: JudgeWithout, rules: Sequence[Rule] = RULES
) -> list[Finding]:
    """Leave one finding for each cause, and turn those that it explains into a ``pass`` that names it.

    Parameters
    ----------
    findings : iterable of Finding
        All findings of a run, waivers applied.
    judge_without : callable
        Gives the findings of one check when some columns are left out, waivers applied.
    rules : sequence of Rule
        In the order in which they are applied.

    Returns
    -------
    list of Finding
        The findings in the order of their checks. The verdict on them is that on `findings`.
    """
    run = _Run(judge_without)
    for finding in findings:
        run.found.setdefault(finding.check, []).append(finding)
    for rule in rules:
        causes = [cause for cause in run.found.get(rule.cause, ()) if _can_explain(rule, cause)]
        for cause in causes:
            for check in rule.explains:
                if check in run.found:
                    run.explain(rule, cause, check)
    return [run.told(finding) for found in run.found.values() for finding in found]


def _can_explain(rule: Rule, cause: Finding) -> bool:
    return cause.waived is None and cause.status in (("fail",) if rule.fails else EXPLAINABLE)


@dataclass
class _Run:
    """The findings of each check while they are merged, and the columns that it was judged without.

    `explained` and `not_run` are the checks that a finding explains, by its check and status.
    """

    judge_without: JudgeWithout
    found: dict[str, list[Finding]] = field(default_factory=dict)
    left_out: dict[str, frozenset[str]] = field(default_factory=dict)
    explained: dict[tuple[str, Status], list[str]] = field(default_factory=dict)
    not_run: dict[tuple[str, Status], list[str]] = field(default_factory=dict)

    def explain(self, rule: Rule, cause: Finding, check: str) -> None:
        """Replace the findings of a check by what the cause leaves of them."""
        before = self.found[check]
        if rule.scope == "columns":
            if not any(finding.status in EXPLAINABLE[cause.status] for finding in before):
                return
            columns = self.left_out.get(check, frozenset()) | set(cause.columns)
            after = _without_columns(cause, before, self.judge_without(check, columns))
            if after != before:
                self.left_out[check] = columns
        elif rule.scope == "not run":
            after = [finding for finding in before if not _covers(rule, cause, finding)]
        else:
            after = [_passed(cause, finding) if _covers(rule, cause, finding) else finding for finding in before]
        if after != before:
            self.found[check] = after
            checks = self.not_run if rule.scope == "not run" else self.explained
            checks.setdefault((cause.check, cause.status), []).append(check)

    def told(self, finding: Finding) -> Finding:
        """Return the finding with the names of the checks that it explains."""
        key = (finding.check, finding.status)
        explained, not_run = self.explained.get(key), self.not_run.get(key)
        if finding.waived is not None or not (explained or not_run):
            return finding
        seen = f" Seen also as {', '.join(explained)}." if explained else ""
        judged = f" Not judged for this reason: {_named(not_run)}." if not_run else ""
        return replace(finding, message=f"{finding.message}{seen}{judged}")


def _covers(rule: Rule, cause: Finding, finding: Finding) -> bool:
    """Whether the rule explains the finding as a whole."""
    if finding.waived is not None:
        return False
    if rule.scope == "not run":
        return cause.status == "fail" and finding.status == "skip"
    if finding.status not in EXPLAINABLE[cause.status]:
        return False
    if rule.scope == "rows":
        return _within_limit_without_rows(cause, finding)
    return rule.scope == "table" or (bool(finding.columns) and set(finding.columns) <= set(cause.columns))


def _within_limit_without_rows(cause: Finding, finding: Finding) -> bool:
    """Whether the share of rows that a finding measures keeps its limit among the rows that the cause does not hold."""
    if cause.measured is None or finding.measured is None or finding.limit is None or cause.measured >= 1:
        return False
    return (finding.measured - cause.measured) / (1 - cause.measured) <= finding.limit


def _without_columns(cause: Finding, before: list[Finding], again: Sequence[Finding]) -> list[Finding]:
    """Return what a check still finds without the columns of the cause, and a ``pass`` for what is gone.

    Nothing is explained where something worse than the cause would go, or something new would come.
    """
    told = {finding.status: finding for finding in before if finding.status in EXPLAINABLE}
    left: dict[Status, Finding] = {finding.status: finding for finding in again if finding.status != "pass"}
    if not left.keys() <= told.keys() or any(finding.waived is not None for finding in before):
        return before
    after = []
    for finding in before:
        rest = left.get(finding.status)
        lost = tuple(column for column in finding.columns if rest is None or column not in rest.columns)
        if finding.status not in EXPLAINABLE or (rest is not None and rest.columns == finding.columns):
            after.append(finding)
        elif finding.status not in EXPLAINABLE[cause.status]:
            return before
        elif rest is None:
            after.append(_passed(cause, finding))
        elif set(rest.columns) < set(finding.columns):
            after += [rest, _passed_part(cause, finding, lost)]
        else:
            return before
    return after


def _passed(cause: Finding, finding: Finding) -> Finding:
    message = f"Explained by {cause.check}: {finding.message}"
    return replace(finding, status="pass", message=message, why="", remedy="", effect=None)


def _passed_part(cause: Finding, finding: Finding, columns: tuple[str, ...]) -> Finding:
    named = _named([repr(column) for column in columns])
    message = f"Explained by {cause.check}: column{'' if len(columns) == 1 else 's'} {named}."
    return Finding(check=finding.check, status="pass", message=message, columns=columns)


def _named(names: Sequence[str], *, limit: int = 3) -> str:
    more = f" and {len(names) - limit:,} more" if len(names) > limit else ""
    return f"{', '.join(names[:limit])}{more}"
