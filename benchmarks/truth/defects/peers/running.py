"""Run one tool over a folder of cases, one JSON line for each case.

Cases whose defect no check of the tool is meant for are left out, unless all are asked for.

Needs pandas and a Parquet reader only, so that it works in the environment of any tool.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

__all__ = ["CaseFiles", "Fired", "Tool", "read_cases", "run"]


@dataclass(frozen=True)
class CaseFiles:
    """A case as it lies on disk.

    Parameters
    ----------
    folder : Path
    facts : dict
        The JSON file of the case.
    """

    folder: Path
    facts: dict[str, Any]

    @property
    def name(self) -> str:
        """Name of the case."""
        return str(self.facts["name"])

    @property
    def target(self) -> str:
        """Column to predict."""
        return str(self.facts["target"])

    @property
    def is_regression(self) -> bool:
        """Whether the target is a quantity."""
        return self.facts["task"] == "regression"

    @property
    def is_of_real_data(self) -> bool:
        """Whether the table is a published data set, not one drawn at random."""
        return not str(self.facts["base"]).startswith("clean-")

    def concerns(self, mapping: Mapping[str, tuple[str, ...]]) -> bool:
        """Say whether a tool with these checks has one for the defect, or the case has none."""
        expected = set(self.facts["expected"])
        return not expected or any(expected & set(ids) for ids in mapping.values())

    def path(self, part: str) -> Path | None:
        """Return the file of a part (``train``, ``test`` or ``csv``); None where the case has no such part."""
        name = self.facts["files"].get(part)
        return None if name is None else self.folder / name

    def table(self, part: str = "train") -> pd.DataFrame | None:
        """Read a part of the case; None where the case has no such part."""
        path = self.path(part)
        return None if path is None else pd.read_parquet(path)


@dataclass(frozen=True)
class Fired:
    """What a tool complains about.

    Parameters
    ----------
    check : str
        The name that the tool itself gives to it.
    columns : tuple of str
        The columns that the complaint names; empty where it is about the table.
    """

    check: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tool:
    """A tool that is run over the cases.

    Parameters
    ----------
    name : str
    distribution : str
        The package whose version is reported.
    mapping : mapping of str to tuple of str
        For each check of the tool the ids of prefit that mean the same fault; empty where there is none.
    complaints : callable
        Takes a case, gives what the tool complains about.
    """

    name: str
    distribution: str
    mapping: Mapping[str, tuple[str, ...]]
    complaints: Callable[[CaseFiles], list[Fired]]


def read_cases(folder: Path) -> Iterator[CaseFiles]:
    """Yield the cases of a folder in the order of their names."""
    for path in sorted(folder.glob("*.json")):
        yield CaseFiles(folder, json.loads(path.read_text(encoding="utf-8")))


def run(tool: Tool) -> None:
    """Run a tool over the cases named on the command line; cases that the output already has are left out."""
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", type=Path, help="folder written by benchmarks.truth.defects.cases")
    parser.add_argument("--output", type=Path, required=True, help="file of JSON lines, continued if it is there")
    parser.add_argument("--limit", type=int, default=120, help="seconds for one case")
    parser.add_argument("--all", action="store_true", help="also cases that no check of the tool is meant for")
    options = parser.parse_args()
    done = set()
    if options.output.exists():
        done = {json.loads(line)["case"] for line in options.output.read_text(encoding="utf-8").splitlines()}
    os.environ.setdefault("TQDM_DISABLE", "1")
    signal.signal(signal.SIGALRM, _out_of_time)
    with options.output.open("a", encoding="utf-8") as lines:
        for case in read_cases(options.cases):
            if case.name not in done and (options.all or case.concerns(tool.mapping)):
                lines.write(json.dumps(_outcome(tool, case, options.limit)) + "\n")
                lines.flush()


def _outcome(tool: Tool, case: CaseFiles, limit_seconds: int) -> dict[str, Any]:
    """Run one case; what stops the tool is its outcome too."""
    started = time.perf_counter()
    error, complaints = None, []
    signal.alarm(limit_seconds)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            complaints = tool.complaints(case)
    except Exception as stopped:  # noqa: BLE001  a tool that cannot take a table is a result, and is counted
        error = f"{type(stopped).__name__}: {stopped}"[:300]
    finally:
        signal.alarm(0)
    fired = [{**asdict(one), "prefit": list(tool.mapping[one.check]) or None} for one in complaints]
    return {
        "tool": tool.name,
        "version": version(tool.distribution),
        "case": case.name,
        "fired": fired,
        "seconds": round(time.perf_counter() - started, 3),
        "error": error,
    }


def _out_of_time(*_: object) -> None:
    raise TimeoutError("the case took longer than its limit")
