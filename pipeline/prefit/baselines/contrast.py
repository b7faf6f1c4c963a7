"""Two reports side by side: what the second has that the first lacks, and how the columns moved between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from prefit.baselines.content import Content
from prefit.baselines.drift import baseline_drift
from prefit.baselines.entry import changed_columns, check_same_data, short, worst_first
from prefit.baselines.matching import AGAINST_THE_BASELINE, Matched, match
from prefit.evidence.comparisons import BaselineDrift
from prefit.finding import Finding, Waiver
from prefit.verdict import worst_first as worst_findings_first

__all__ = ["Contrast", "contrast"]


@dataclass(frozen=True, slots=True)
class Contrast:
    """The findings of the second report, what drifted since the first among them, and all of it as plain data."""

    findings: tuple[Finding, ...]
    entries: Mapping[str, Any]


def contrast(first: Content, second: Content, judge: Callable[[BaselineDrift], Iterable[Finding]]) -> Contrast:
    """Compare two reports on the same data set; `judge` says what the drift between them amounts to.

    Raises
    ------
    UsageError
        If they are about different data sets or targets.
    """
    names = [column["name"] for column in second.entries["columns"]]
    check_same_data(first, names, second.entries["dataset"]["target"], name="the first report")
    drift = baseline_drift(first, second)
    found = [
        _finding(entry, shown=second.shown)
        for entry in second.entries["findings"]
        if entry["check"] != AGAINST_THE_BASELINE
    ]
    n_rows = first.entries["dataset"]["rows"], second.entries["dataset"]["rows"]
    findings = worst_findings_first([*found, *judge(drift)])
    matched = match(findings, first.entries["findings"], n_rows=n_rows)
    entries = {
        "first": _side(first),
        "second": _side(second),
        "notes": list(_notes(first, second)),
        "counts": matched.counts,
        "findings": _sorted(matched),
        "columns_gone": list(drift.gone),
        "columns_new": list(drift.added),
        "columns_changed": changed_columns(drift),
        "forecast": _forecasts(first.entries.get("forecast"), second.entries.get("forecast")),
        "drift": [asdict(column) for column in worst_first(drift)],
    }
    return Contrast(matched.findings, entries)


def _side(content: Content) -> dict[str, Any]:
    entries, dataset = content.entries, content.entries["dataset"]
    return {
        "path": content.path,
        "name": str(dataset["name"]),
        "created": entries["created"],
        "verdict": entries["verdict"],
        "counts": {status: int(n) for status, n in entries["counts"].items()},
        "rows": int(dataset["rows"]),
        "columns": len(entries["columns"]),
        "target": dataset["target"],
        "task": dataset["task"],
        "fingerprint": str(dataset["fingerprint"]),
        "level": entries.get("environment", {}).get("level"),
    }


def _finding(entry: Mapping[str, Any], *, shown: bool) -> Finding:
    """Read a finding; where its report shows raw values its message stays there."""
    interval, waived = entry["interval"], entry.get("waived")
    return Finding(
        check=str(entry["check"]),
        status=entry["status"],
        message="" if shown else str(entry.get("message", "")),
        columns=tuple(map(str, entry["columns"])),
        measured=entry["measured"],
        limit=entry["limit"],
        unit=str(entry["unit"]),
        interval=None if interval is None or None in interval else (float(interval[0]), float(interval[1])),
        waived=None if waived is None else Waiver(**waived),
    )


def _sorted(matched: Matched) -> dict[str, list[dict[str, Any]]]:
    """Return the findings by what became of them."""
    by_fate: dict[str, list[dict[str, Any]]] = {"new": [], "worse": [], "known": []}
    for finding in matched.findings:
        if finding.new is not None:
            fate = "new" if finding.new else "worse" if finding.worse else "known"
            by_fate[fate].append(short(finding.to_dict()) | {"message": finding.message})
    left = {"gone": matched.gone, "unjudged": matched.unjudged}
    return by_fate | {fate: [short(found) | {"message": ""} for found in members] for fate, members in left.items()}


def _notes(first: Content, second: Content) -> Iterator[str]:
    sides = (first.entries, second.entries)
    if sides[0]["dataset"]["fingerprint"] == sides[1]["dataset"]["fingerprint"]:
        yield "Both are about the same rows."
    levels = [entries.get("environment", {}).get("level") for entries in sides]
    if levels[0] != levels[1]:
        yield f"The levels differ ({levels[0]} and {levels[1]}): checks of one alone are new, or not judged again."
    targets = [entries["dataset"]["target"] for entries in sides]
    if targets[0] != targets[1]:
        yield "Only one of the two has a target, so that labels are not compared."
    if any("top_complete" not in column for entries in sides for column in entries["columns"]):
        yield "One of the two lists no values of categories, as earlier versions did: their shares are not compared."


def _forecasts(first: Mapping[str, Any] | None, second: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return the held-out forecasts of the families that both have, the largest change first."""
    if first is None or second is None or first["metric"] != second["metric"]:
        return []
    found = [
        {
            "family": family,
            "metric": second["metric"],
            "first": before["held_out"],
            "second": after["held_out"],
            "change": after["held_out"]["mean"] - before["held_out"]["mean"],
            "apart": not _overlap(before["held_out"], after["held_out"]),
        }
        for family, after in second["families"].items()
        if (before := first["families"].get(family)) is not None
    ]
    return sorted(found, key=_by_change)


def _overlap(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    return bool(one["low"] <= other["high"] and other["low"] <= one["high"])


def _by_change(forecast: Mapping[str, Any]) -> float:
    return -abs(float(forecast["change"]))
