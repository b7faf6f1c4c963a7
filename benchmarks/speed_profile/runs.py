"""Run the tools over the tables, and write what each run took as a JSON line.

A tool is run right after what it is compared with, so that both meet the same machine; a round runs every tool once.
Runs that the file already has are left out, so that a benchmark that was stopped goes on where it ended; what failed
is tried again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.speed_profile.processes import cost_of
from benchmarks.speed_profile.tables import Table, path_of
from benchmarks.speed_profile.tools import Tool, baselines_of, tools_for, versions

__all__ = ["read_lines", "run"]


def run(
    tables: Sequence[Table],
    folder: Path,
    peers: Mapping[str, str],
    *,
    rounds: int,
    limit_seconds: float,
    only: Sequence[str] = (),
) -> Path:
    """Run what is missing; return the file of lines.

    Parameters
    ----------
    tables : sequence of Table
    folder : Path
        Where the tables and the lines are.
    peers : mapping of str to str
        The Python of each peer that needs an environment of its own.
    rounds : int
    limit_seconds : float
        A process that takes longer is ended, and counted as failed.
    only : sequence of str
        Beginnings of the names of the tools; all when empty.
    """
    _compile()
    for table in tables:
        path_of(table, folder)
    lines = folder / "runs.jsonl"
    done = {(line["table"], line["tool"], line["round"]) for line in read_lines(lines) if not line["error"]}
    for table in tables:
        for number in range(rounds):
            for tool in tools_for(table, peers, only):
                if (table.name, tool.name, number) not in done and number < (tool.rounds or rounds):
                    line = _pair(tool, table, path_of(table, folder), peers, limit_seconds) | {"round": number}
                    with lines.open("a", encoding="utf-8") as sink:
                        print(json.dumps(line), file=sink)
                    print(_progress(line), flush=True)
    return lines


def _compile() -> None:
    """Write the bytecode of prefit, as pip does of all that it installs: a source tree may have none, or old one."""
    package = find_spec("prefit")
    folders = (package.submodule_search_locations if package is not None else None) or []
    subprocess.run([sys.executable, "-m", "compileall", "-q", *folders], check=True)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the runs so far."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def _pair(tool: Tool, table: Table, path: Path, peers: Mapping[str, str], limit_seconds: float) -> dict[str, Any]:
    """Run what a tool is compared with, and the tool."""
    line: dict[str, Any] = {"table": table.name, "tool": tool.name, "baselines": {}, "error": None}
    line["date"], line["load"] = datetime.now(UTC).date().isoformat(), os.getloadavg()[0]
    line["versions"] = {}
    for one in (*baselines_of(tool, table), tool):
        command = one.command(path, peers)
        try:
            line["versions"][one.name] = versions(command[0], one.packages)
            cost = asdict(cost_of(command, one.environment, limit_seconds))
        except (RuntimeError, OSError) as failure:
            return line | {"error": f"{one.name} {failure}"}
        if one is tool:
            line["cost"] = cost
        else:
            line["baselines"][one.name] = cost
    return line


def _progress(line: Mapping[str, Any]) -> str:
    shown = line["error"]
    if shown is None:
        cost = line["cost"]
        shown = f"{cost['cpu_seconds']:8.2f} s CPU{cost['wall_seconds']:8.2f} s{cost['peak_mib']:8.0f} MiB"
    return f"{line['table']:<14}{line['tool']:<34}{shown}"
