"""Of what prefit says about untouched real data sets, how much is right?

    python benchmarks/corpus.py CORPUS --level quick --output found.jsonl
    python -m benchmarks.truth.defects.precision found.jsonl

``judged.jsonl`` beside this file has a line for each finding that was looked at: data set, check, columns, ``right``
or ``false``, and why. Right means that what the finding claims is true of the data when computed again by other means,
and that its consequence follows. Prints the precision of every check as Markdown, then the findings not yet judged.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

__all__ = ["main", "precision_table"]

_JUDGED = Path(__file__).with_name("judged.jsonl")


def precision_table(found: list[dict[str, Any]], judged: dict[tuple[str, str], str]) -> str:
    """Return a Markdown table of the findings of each check: how many, how many judged, how many of these right."""
    said = Counter(finding["check"] for finding in found)
    verdicts = Counter((finding["check"], judged.get((finding["data"], finding["check"]))) for finding in found)
    lines = ["| check | findings | judged | right | precision |", "|---|---|---|---|---|"]
    for check in sorted(said):
        right, false = verdicts[check, "right"], verdicts[check, "false"]
        lines.append(f"| `{check}` | {said[check]} | {right + false} | {right} | {_share(right, right + false)} |")
    right = sum(count for (_, verdict), count in verdicts.items() if verdict == "right")
    n_judged = right + sum(count for (_, verdict), count in verdicts.items() if verdict == "false")
    lines.append(f"| **all** | {len(found)} | {n_judged} | {right} | {_share(right, n_judged)} |")
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "-"


def main() -> None:
    """Print the precision of what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("found", type=Path, help="output of benchmarks/corpus.py")
    options = parser.parse_args()
    outcomes = [json.loads(line) for line in options.found.read_text(encoding="utf-8").splitlines()]
    found = [
        {"data": outcome["name"], **finding}
        for outcome in outcomes
        for finding in outcome.get("findings", ())
        if finding["status"] in ("warn", "fail")
    ]
    lines = [json.loads(line) for line in _JUDGED.read_text(encoding="utf-8").splitlines()]
    judged = {(line["data"], line["check"]): line["judgement"] for line in lines}
    print(precision_table(found, judged))
    for finding in found:
        if (finding["data"], finding["check"]) not in judged:
            print(f"not judged: {finding['data']}: {finding['status']} {finding['check']}: {finding['message']}")


if __name__ == "__main__":
    main()
