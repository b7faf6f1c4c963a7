"""Runs as tables of Markdown, for ``benchmarks/RESULTS.md``."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.speed_profile.tables import TABLES
from benchmarks.speed_profile.tools import TOOLS

__all__ = ["markdown"]

Line = Mapping[str, Any]


def markdown(lines: Sequence[Line]) -> str:
    """Return one table for each table that was profiled."""
    parts = [_conditions(lines)]
    for name, table in TABLES.items():
        mine = [line for line in lines if line["table"] == name]
        if mine:
            rows = [*_readers(mine), *_tools(mine)]
            head = [
                f"### {name}: {table.caption}\n",
                "| tool | runs | CPU s | times reading (CPU) | times 1 worker (wall) | wall s | peak MiB | computes |",
                "|---|---|---|---|---|---|---|---|",
            ]
            parts.append("\n".join([*head, *rows]))
    return "\n\n".join(parts) + "\n"


def _conditions(lines: Sequence[Line]) -> str:
    """Say when and where, and with which versions."""
    dates = sorted({line["date"] for line in lines})
    used = {package for line in lines for shown in line["versions"].values() for package in shown.split(", ")}
    load = max((line["load"] for line in lines), default=0.0)
    return (
        f"{' to '.join(dict.fromkeys((dates[0], dates[-1]))) if dates else 'no runs'}; {_processor()}, "
        f"Python {platform.python_version()}; greatest load average before a run {load:.1f}. "
        f"{', '.join(sorted(used))}. Medians; ratios are medians over pairs of runs, one right after the other "
        "(for CSV over the least of the readers). Peak memory is that of the largest single process."
    )


def _processor() -> str:
    """Return the model of the processor and how many cores may be used."""
    info = Path("/proc/cpuinfo")
    rows = info.read_text().splitlines() if info.exists() else []
    models = [row.split(":")[1].strip() for row in rows if row.startswith("model name")]
    return f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores"


def _readers(lines: Sequence[Line]) -> Iterator[str]:
    """Yield a row for each tool that merely reads, from all pairs that it stands in."""
    for tool in TOOLS:
        costs = [line["baselines"][tool.name] for line in lines if tool.name in line["baselines"]]
        if tool.reads_only and costs:
            yield _row(tool.name, costs, [], [], tool.computes)


def _tools(lines: Sequence[Line]) -> Iterator[str]:
    """Yield a row for each of the other tools."""
    for tool in TOOLS:
        mine = [line for line in lines if line["tool"] == tool.name]
        pairs = [line for line in mine if line["error"] is None]
        if pairs:
            measure = "wall_seconds" if tool.against else "cpu_seconds"
            ratios = [
                line["cost"][measure] / min(other[measure] for other in line["baselines"].values()) for line in pairs
            ]
            against = ([], ratios) if tool.against else (ratios, [])
            yield _row(tool.name, [line["cost"] for line in pairs], *against, tool.computes)
        elif mine:
            yield f"| {tool.name} | {len(mine)} | | | | | | failed: {mine[-1]['error']} |"


def _row(name: str, costs: Sequence[Mapping[str, float]], reading: list[float], wall: list[float], what: str) -> str:
    figures = {key: median(cost[key] for cost in costs) for key in ("cpu_seconds", "wall_seconds", "peak_mib")}
    return (
        f"| {name} | {len(costs)} | {figures['cpu_seconds']:.2f} | {_ratio(reading)} | {_ratio(wall)} "
        f"| {figures['wall_seconds']:.2f} | {figures['peak_mib']:.0f} | {what} |"
    )


def _ratio(ratios: Sequence[float]) -> str:
    """Show the median and, of several, the range."""
    if not ratios:
        return ""
    shown = f"{median(ratios):.2f}"
    return shown if len(ratios) == 1 else f"{shown} ({min(ratios):.2f} to {max(ratios):.2f})"
