"""Put what all tools said about the same cases side by side.

python -m benchmarks.truth.defects.peers.table CASES... --lines DIR

Reads every ``*.jsonl`` of a folder and prints Markdown. Only cases that every tool has finished or given up, or has no
check for, are counted. A defect is found where a check of the tool fires that means the same fault, and that names no
column or one of the planted ones. ``0/2 1/2 2/2`` is found of cases at the weak, the medium and the strong strength; a
dash says that the tool has no such check. What a tool says about a real data set as it is, is taken off what it says
after planting; where nothing that finds the defect is left of what was said, the case is not counted for that tool.
"""

from __future__ import annotations

import argparse
import importlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.truth.defects.case import STRENGTHS
from benchmarks.truth.defects.peers.running import CaseFiles, read_cases

__all__ = ["ToolResult", "main", "read_tools", "table"]

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
    mapping : mapping of check to ids
        The ids of prefit that mean the same fault as a check of the tool.
    """

    name: str
    version: str
    lines: Mapping[str, Mapping[str, Any]]
    mapping: Mapping[str, tuple[str, ...]]

    @property
    def ids(self) -> set[str]:
        """The ids of prefit that a check of the tool matches."""
        return {one for ids in self.mapping.values() for one in ids}

    def speaks(self, case: str, ids: set[str], columns: Sequence[str] = (), *, beyond: str = "") -> bool:
        """Say whether a check that means one of the ids fires, on one of some columns where both name columns.

        What is said about the case `beyond` as well, in the same columns, does not count.
        """
        known = {(fired["check"], *fired["columns"]) for fired in self._fired(beyond)}
        return any(
            ids & set(self.mapping[fired["check"]])
            and (not fired["columns"] or not columns or bool(set(columns) & set(fired["columns"])))
            and (fired["check"], *fired["columns"]) not in known
            for fired in self._fired(case)
        )

    def _fired(self, case: str) -> Sequence[Mapping[str, Any]]:
        fired: Sequence[Mapping[str, Any]] = self.lines.get(case, {"fired": ()})["fired"]
        return fired

    def is_done(self, case: CaseFiles) -> bool:
        """Say whether the tool was run on a case, or has no check for it."""
        return case.name in self.lines or not case.concerns(self.mapping)

    def finds(self, facts: Mapping[str, Any]) -> bool | None:
        """Say whether the tool found the defect of a case; None where it says the same about the table without it.

        Parameters
        ----------
        facts : mapping
            The JSON file of the case.
        """
        name, ids, columns = facts["name"], set(facts["expected"]), facts["columns"]
        if _is_drawn(facts):
            return self.speaks(name, ids, columns)
        new = self.speaks(name, ids, columns, beyond=facts["base"])
        return new if new or not self.speaks(name, ids, columns) else None


def read_tools(folder: Path) -> list[ToolResult]:
    """Read the JSON lines of every tool, prefit first."""
    by_tool: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for text in path.read_text(encoding="utf-8").splitlines():
            line = json.loads(text)
            by_tool.setdefault(line["tool"], {})[line["case"]] = line
    order = [name for name in ("prefit", *_MODULES) if name in by_tool]
    return [
        ToolResult(name, next(iter(by_tool[name].values()))["version"], by_tool[name], _mapping(name)) for name in order
    ]


def _mapping(tool: str) -> Mapping[str, tuple[str, ...]]:
    if tool == "prefit":
        from benchmarks.truth.defects.peers.prefit import ids

        return {name: (name,) for name in ids()}
    mapping: Mapping[str, tuple[str, ...]] = importlib.import_module(f"{__package__}.{_MODULES[tool]}").MAPPING
    return mapping


def table(facts: Sequence[Mapping[str, Any]], tools: Sequence[ToolResult]) -> str:
    """Return recall at each strength, and false alarms on clean tables, as Markdown.

    Parameters
    ----------
    facts : sequence of mappings
        The JSON files of the cases that are counted.
    tools : sequence of ToolResult
    """
    clean = [one["name"] for one in facts if _is_clean(one)]
    defects = list(dict.fromkeys(one["defect"] for one in facts if one["defect"]))
    lines = [f"| defect | cases | {' | '.join(tool.name for tool in tools)} |", f"|---|---|{'---|' * len(tools)}"]
    for defect in defects:
        of_defect = [one for one in facts if one["defect"] == defect]
        cells = [_cell(of_defect, clean, tool) for tool in tools]
        lines.append(f"| `{defect}` | {len(of_defect)} | {' | '.join(cells)} |")
    rows = {
        "**found, of the cases that a check is meant for**": [_found(facts, tool, meant_only=True) for tool in tools],
        "**found, of all cases with a defect**": [_found(facts, tool, meant_only=False) for tool in tools],
        "**clean tables with an alarm of a check above**": [_alarms(facts, tool) for tool in tools],
        "cases not finished (error or time limit)": [_unfinished(facts, tool) for tool in tools],
    }
    n_planted = sum(bool(one["defect"]) for one in facts)
    counts = ("", n_planted, len(clean), len(facts))
    for (title, cells), count in zip(rows.items(), counts, strict=True):
        lines.append(f"| {title} | {count} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(facts: Sequence[Mapping[str, Any]], clean: Sequence[str], tool: ToolResult) -> str:
    """Say how many were found at each strength, and on how many clean tables the checks that find it fire."""
    matching = {one for case in facts for one in case["expected"]} & tool.ids
    if not _is_meant_for(tool, facts):
        return "-"
    shares = []
    for strength in STRENGTHS:
        found = _counted(tool, [one for one in facts if one["strength"] == strength])
        shares.append(f"{sum(found)}/{len(found)}" if found else "-")
    alarms = sum(tool.speaks(name, matching) for name in clean)
    return f"{' '.join(shares)}" + (f" ({alarms}/{len(clean)} false)" if alarms else "")


def _is_drawn(facts: Mapping[str, Any]) -> bool:
    return str(facts["base"]).startswith("clean-")


def _is_clean(facts: Mapping[str, Any]) -> bool:
    """Say whether there is nothing to find; a real data set as it is may have defects of its own."""
    return not facts["defect"] and _is_drawn(facts)


def _counted(tool: ToolResult, facts: Sequence[Mapping[str, Any]]) -> list[bool]:
    return [found for one in facts if (found := tool.finds(one)) is not None]


def _is_meant_for(tool: ToolResult, facts: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether the tool has a check for a defect; one for a related defect counts where it finds this one."""
    return any(one["defect"] in tool.ids or tool.finds(one) for one in facts)


def _found(facts: Sequence[Mapping[str, Any]], tool: ToolResult, *, meant_only: bool) -> str:
    by_defect: dict[str, list[Mapping[str, Any]]] = {}
    for one in facts:
        if one["defect"]:
            by_defect.setdefault(one["defect"], []).append(one)
    found = [
        hit
        for cases in by_defect.values()
        if not meant_only or _is_meant_for(tool, cases)
        for hit in _counted(tool, cases)
    ]
    return f"{sum(found)}/{len(found)}"


def _alarms(facts: Sequence[Mapping[str, Any]], tool: ToolResult) -> str:
    looked_for = {one for case in facts for one in case["expected"]}
    alarms = [tool.speaks(one["name"], looked_for) for one in facts if _is_clean(one)]
    return f"{sum(alarms)}/{len(alarms)}"


def _unfinished(facts: Sequence[Mapping[str, Any]], tool: ToolResult) -> str:
    lines = [tool.lines[one["name"]] for one in facts if one["name"] in tool.lines]
    return f"{sum(line['error'] is not None for line in lines)}/{len(lines)}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, nargs="+", help="folders written by benchmarks.truth.defects.cases")
    parser.add_argument("--lines", type=Path, required=True, help="folder of the JSON lines of the tools")
    options = parser.parse_args()
    tools = read_tools(options.lines)
    cases = [case for folder in options.cases for case in read_cases(folder)]
    common = [case.facts for case in cases if all(tool.is_done(case) for tool in tools)]
    print(", ".join(f"{tool.name} {tool.version}" for tool in tools))
    print(f"{len(common)} of {len(cases)} cases.\n")
    print(table(common, tools))


if __name__ == "__main__":
    main()
