"""Write docs/checks/ from the docstrings of the checks, or say what there is stale.

::

    python docs/generate.py            write the pages
    python docs/generate.py --check    write nothing; exit code 1 and the names of stale pages if there are any
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from prefit.checks import ALL
from prefit.checks.pages import index, page

CHECKS = Path(__file__).parent / "checks"


def pages() -> dict[str, str]:
    """Return the text of every file that belongs into docs/checks, by its name."""
    return {"index.md": index()} | {f"{check.id}.md": page(check.id) for check in ALL}


def stale(folder: Path, wanted: dict[str, str]) -> list[str]:
    """Return the files of the folder that are missing, differ or do not belong there."""
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in there | wanted if there.get(name) != wanted.get(name))


def write(folder: Path, wanted: dict[str, str]) -> None:
    """Make the folder hold just these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale(folder, wanted):
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, and fail if a page is stale")
    parser.add_argument("--output", type=Path, default=CHECKS, help="folder of the pages")
    given = parser.parse_args(arguments)
    if not given.check:
        write(given.output, pages())
        return 0
    names = stale(given.output, pages())
    for name in names:
        print(f"{given.output / name} is stale. Run: python docs/generate.py", file=sys.stderr)
    return int(bool(names))


if __name__ == "__main__":
    sys.exit(main())
