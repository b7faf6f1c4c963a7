"""Which findings of a report are new, worse, known or gone, beside those of an earlier one.

Two findings are the same where they are of one check, are about the same (one expectation, the table or a column) and
share a column. Statuses that did not judge (skipped, crashed) match only each other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from prefit.finding import Finding

__all__ = ["AGAINST_THE_BASELINE", "Matched", "match"]

AGAINST_THE_BASELINE = "baseline-drift"
"""The check that is about the baseline itself: what it finds is new by nature."""

Z90 = 1.6449
"""Half-width of a 90 % interval in standard errors."""

TOLERANCE = 0.25
"""Relative change from which a figure without interval, which is no count of rows and no share, is worse."""

_RULE = re.compile(r"^(expect_\w+\(.*?\)) (?:does not hold|could not be judged)", re.DOTALL)
_BADNESS = {"warn": 1, "fail": 2}


@dataclass(frozen=True, slots=True)
class Matched:
    """The findings with `new` and `worse` set, and what became of those of the baseline.

    `gone` are entries of the baseline that are not found any more by a check that judged; `unjudged` those whose check
    did not judge now, so that nobody knows.
    """

    findings: tuple[Finding, ...]
    gone: tuple[Mapping[str, Any], ...] = ()
    unjudged: tuple[Mapping[str, Any], ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many findings are new, worse, known, gone and not judged again."""
        live = [finding for finding in self.findings if finding.new is not None]
        return {
            "new": sum(finding.new is True for finding in live),
            "worse": sum(finding.worse is True for finding in live),
            "known": sum(finding.new is False and not finding.worse for finding in live),
            "gone": len(self.gone),
            "unjudged": len(self.unjudged),
        }


@dataclass
class _Earlier:
    """The findings of the baseline about one thing, and which of them were met again."""

    entries: list[Mapping[str, Any]] = field(default_factory=list)
    met: list[bool] = field(default_factory=list)

    def columns(self) -> set[str]:
        return {column for entry in self.entries for column in entry["columns"]}


def match(findings: Sequence[Finding], earlier: Sequence[Mapping[str, Any]], *, n_rows: tuple[int, int]) -> Matched:
    """Match the findings of a run with those of a baseline.

    Parameters
    ----------
    findings : sequence of Finding
    earlier : sequence of mapping
        The ``findings`` of the baseline.
    n_rows : tuple of int
        Rows of the baseline and of the run: counts of rows are compared as shares of them.
    """
    known: dict[tuple[str, str, bool], _Earlier] = {}
    for entry in earlier:
        if entry["status"] != "pass" and entry["check"] != AGAINST_THE_BASELINE:
            found = known.setdefault(_about(entry), _Earlier())
            found.entries.append(entry)
            found.met.append(False)
    matched = tuple(_matched(finding, known, n_rows) for finding in findings)
    judged = {finding.check for finding in findings if finding.status in ("pass", "warn", "fail")}
    left = [entry for same in known.values() for entry, met in zip(same.entries, same.met, strict=True) if not met]
    return Matched(
        findings=matched,
        gone=tuple(entry for entry in left if entry["check"] in judged),
        unjudged=tuple(entry for entry in left if entry["check"] not in judged),
    )


def _about(entry: Mapping[str, Any]) -> tuple[str, str, bool]:
    rule = _RULE.match(str(entry.get("message", "")))
    return str(entry["check"]), rule[1] if rule else "", entry["status"] in _BADNESS


def _matched(finding: Finding, known: Mapping[tuple[str, str, bool], _Earlier], n_rows: tuple[int, int]) -> Finding:
    if finding.status == "pass":
        return finding
    same = known.get(_about(finding.to_dict()))
    if same is None:
        return replace(finding, new=True)
    columns = set(finding.columns)
    alike = [
        place
        for place, entry in enumerate(same.entries)
        if columns & set(entry["columns"]) or (not columns and not entry["columns"])
    ]
    if not alike:
        return replace(finding, new=True)
    for place in alike:
        same.met[place] = True
    partners = [same.entries[place] for place in alike]
    grown = bool(columns - same.columns())
    worse = grown or all(_is_worse(finding, entry, n_rows) for entry in _of_unit(partners, finding.unit))
    return replace(finding, new=False, worse=worse)


def _of_unit(entries: Sequence[Mapping[str, Any]], unit: str) -> Iterable[Mapping[str, Any]]:
    """Prefer the entries whose figures can be compared."""
    return [entry for entry in entries if entry["unit"] == unit] or entries


def _is_worse(finding: Finding, entry: Mapping[str, Any], n_rows: tuple[int, int]) -> bool:
    """Whether a finding has a worse status than its partner, or a figure worse beyond doubt."""
    if _BADNESS.get(finding.status, 0) > _BADNESS.get(entry["status"], 0):
        return True
    if finding.measured is None or entry["measured"] is None or finding.unit != entry["unit"]:
        return False
    upward = finding.limit is None or finding.measured >= finding.limit
    before = _span(entry["measured"], entry["interval"], finding.unit, n_rows[0])
    now = _span(finding.measured, finding.interval, finding.unit, n_rows[1])
    if not upward:
        return now[1] < before[0]
    per_row = tuple(1 / max(1, n) if finding.unit == "rows" else 1.0 for n in n_rows)
    return now[0] * per_row[1] > before[1] * per_row[0]


def _span(measured: float, interval: Sequence[float | None] | None, unit: str, n_rows: int) -> tuple[float, float]:
    """Return the 90 % interval of a figure; where the finding has none, that of a count or a share of the rows.

    Findings are worse when the intervals of both are apart: of two draws from one source, about one in a hundred is.
    """
    if interval is not None and interval[0] is not None and interval[1] is not None:
        return float(interval[0]), float(interval[1])
    if unit == "rows":
        error = Z90 * math.sqrt(max(measured, 0.0))
    elif unit.startswith("fraction"):
        error = Z90 * math.sqrt(max(measured * (1 - measured), 0.0) / max(1, n_rows))
    elif float(measured).is_integer():
        error = 0.0
    else:
        error = TOLERANCE / 2 * abs(measured)
    return measured - error, measured + error
