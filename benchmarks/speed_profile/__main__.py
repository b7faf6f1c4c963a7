"""Run the benchmark, and print its tables."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.speed_profile.markdown import markdown
from benchmarks.speed_profile.runs import read_lines, run
from benchmarks.speed_profile.tables import TABLES


def _peer(given: str) -> tuple[str, str]:
    name, _, python = given.partition("=")
    if not Path(python).is_file():
        raise argparse.ArgumentTypeError(f"peer must be NAME=PYTHON with a Python that is there; got {given!r}")
    return name, python


def main() -> None:
    """Run what is missing, then print the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the tables and runs.jsonl are kept")
    real = [name for name in TABLES if not name.startswith("tiny")]
    parser.add_argument("--tables", nargs="*", default=real, choices=list(TABLES), help="default: all real ones")
    parser.add_argument("--tools", nargs="*", default=[], help="beginnings of their names; default: all")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=1_200.0, help="seconds for one process")
    parser.add_argument("--peer", type=_peer, nargs="*", default=[], help="ydata=PYTHON whylogs=PYTHON")
    options = parser.parse_args()
    tables = [TABLES[name] for name in options.tables]
    path = run(
        tables,
        options.folder,
        dict(options.peer),
        rounds=options.rounds,
        limit_seconds=options.limit,
        only=options.tools,
    )
    lines = read_lines(path)
    print("\n" + markdown([line for line in lines if line["table"] in options.tables]))


if __name__ == "__main__":
    main()
