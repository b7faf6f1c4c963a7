"""Put what all tools said about the same cases side by side.

python -m benchmarks.truth.defects.peers.table CASES... --lines DIR

Reads every ``*.jsonl`` of a folder and prints Markdown. Only cases that every tool has finished or given up are counted. A
defect is found where a check of the tool fires that means the same fault and that names none or one of the planted
columns; a dash says that the tool has no such check. ``0/1/2`` is found at the weak, the medium and the strong strength.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.truth.defects.case import STRENGTHS
from benchmarks.truth.defects.peers.running import read_cases

__all__ = ["ToolResult", "is_found", "main", "table"]

_MODULES = {
    "Deepchecks": "deepchecks",
    "Evidently": "evidently",
    "ydata-profiling": "ydata",
    "cleanlab": "cleanlab",
    "Great Expectations": "gx",
}


@dataclass(frozen=True)
class ToolResult:
    """What one tool said.

    Parameters
    ----------
    name, version : str
    lines : mapping of case name to the line about it
    ids : frozenset of str
        The ids of prefit that a check of the tool matches.
    """

    name: str
    version: str
    lines: Mapping[str, Mapping[str, Any]]
    ids: frozenset[str]


def read_tools(folder: Path) -> list[ToolResult]:
    """Read the JSON lines of every tool, prefit first."""
    by_tool: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for text in path.read_text(encoding="utf-8").splitlines():
            line = json.loads(text)
            by_tool.setdefault(line["tool"], {})[line["case"]] = line
    order = [name for name in ("prefit", *_MODULES) if name in by_tool]
    return [
        ToolResult(name, next(iter(by_tool[name].values()))["version"], by_tool[name], _ids(name)) for name in order
    ]


def _ids(tool: str) -> frozenset[str]:
    if tool == "prefit":
        from benchmarks.truth.defects.peers.prefit import ids

        return frozenset(ids())
    mapping = importlib.import_module(f"benchmarks.truth.defects.peers.{_MODULES[tool]}").MAPPING
    return frozenset(one for ids in mapping.values() for one in ids)


def is_found(line: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Return whether a tool found the planted defect.

    Parameters
    ----------
    line : mapping
        What the tool said about the case.
    facts : mapping
        The JSON file of the case.
    """
    expected, planted = set(facts["expected"]), set(facts["columns"])
    return any(
        expected & set(fired["prefit"] or ())
        and (not fired["columns"] or not planted or bool(planted & set(fired["columns"])))
        for fired in line["fired"]
    )


def table(facts: Sequence[Mapping[str, Any]], tools: Sequence[ToolResult]) -> str:
    """Return recall at each strength, and false alarms on clean tables, as Markdown.

    Parameters
    ----------
    facts : sequence of mappings
        The JSON files of the cases that are counted.
    tools : sequence of ToolResult
    """
    clean = [one["name"] for one in facts if not one["defect"]]
    defects = list(dict.fromkeys(one["defect"] for one in facts if one["defect"]))
    lines = [f"| defect | cases | {' | '.join(tool.name for tool in tools)} |", f"|---|---|{'---|' * len(tools)}"]
    for defect in defects:
        of_defect = [one for one in facts if one["defect"] == defect]
        cells = [_cell(of_defect, defect, clean, tool) for tool in tools]
        lines.append(f"| `{defect}` | {len(of_defect)} | {' | '.join(cells)} |")
    rows = {
        "**found, of all cases with a defect**": [_found_in_all(facts, tool) for tool in tools],
        "**clean tables with an alarm of a check above**": [_alarms(clean, defects, tool) for tool in tools],
        "cases not finished (error or time limit)": [_unfinished(facts, tool) for tool in tools],
        "median seconds of a case": [_median_seconds(facts, tool) for tool in tools],
    }
    n_planted = sum(bool(one["defect"]) for one in facts)
    counts = (n_planted, len(clean), len(facts), len(facts))
    for (title, cells), count in zip(rows.items(), counts, strict=True):
        lines.append(f"| {title} | {count} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(facts: Sequence[Mapping[str, Any]], defect: str, clean: Sequence[str], tool: ToolResult) -> str:
    """Say how many were found at each strength, and on how many clean tables the checks that find it fire."""
    matching = {one for case in facts for one in case["expected"]} & tool.ids
    if not matching:
        return "-"
    shares = []
    for strength in STRENGTHS:
        found = [is_found(tool.lines[one["name"]], one) for one in facts if one["strength"] == strength]
        shares.append(f"{sum(found)}/{len(found)}" if found else "-")
    alarms = sum(_speaks(tool.lines[name], matching) for name in clean)
    return f"{' '.join(shares)}" + (f" ({alarms}/{len(clean)} false)" if alarms else "")


def _speaks(line: Mapping[str, Any], ids: set[str]) -> bool:
    return any(ids & set(fired["prefit"] or ()) for fired in line["fired"])


def _found_in_all(facts: Sequence[Mapping[str, Any]], tool: ToolResult) -> str:
    found = [is_found(tool.lines[one["name"]], one) for one in facts if one["defect"]]
    return f"{sum(found) / len(found):.2f}"


def _alarms(clean: Sequence[str], defects: Sequence[str], tool: ToolResult) -> str:
    return f"{sum(_speaks(tool.lines[name], set(defects)) for name in clean)}/{len(clean)}"


def _unfinished(facts: Sequence[Mapping[str, Any]], tool: ToolResult) -> str:
    return str(sum(tool.lines[one["name"]]["error"] is not None for one in facts))


def _median_seconds(facts: Sequence[Mapping[str, Any]], tool: ToolResult) -> str:
    return f"{statistics.median(tool.lines[one['name']]['seconds'] for one in facts):.1f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, nargs="+", help="folders written by benchmarks.truth.defects.cases")
    parser.add_argument("--lines", type=Path, required=True, help="folder of the JSON lines of the tools")
    options = parser.parse_args()
    tools = read_tools(options.lines)
    facts = [case.facts for folder in options.cases for case in read_cases(folder)]
    common = [one for one in facts if all(one["name"] in tool.lines for tool in tools)]
    print(", ".join(f"{tool.name} {tool.version}" for tool in tools))
    print(f"{len(common)} of {len(facts)} cases were run by every tool.\n")
    print(table(common, tools))


if __name__ == "__main__":
    main()
