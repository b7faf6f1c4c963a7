"""How right are the tools about the wrong labels that ``run.py`` planted? Prints Markdown.

    python -m benchmarks.truth.labels.figures LINES.jsonl

A set is *easy* where models predict at least 95 % of its labels out of fold before any wrong one is planted. The rate
of wrong labels is known of drawn sets, and of easy ones nearly; figures of rates are of these alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

EASY = 0.95

Line = dict[str, Any]


def groups(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """Group the lines by what is known of their set."""
    clean = {line["name"]: line["accuracy"] for line in lines if line["true"] == 0}
    found: dict[str, list[Line]] = {"easy": [], "other real": [], "drawn hard": [], "clean": []}
    for line in lines:
        if line["origin"] == "clean":
            found["clean"].append(line)
            continue
        easy = clean.get(line["name"], 0.0) >= EASY
        found["drawn hard" if line["origin"] == "drawn hard" else "easy" if easy else "other real"].append(line)
    return found


def of_tool(lines: Iterable[Line], tool: str, figure: str) -> np.ndarray:
    """Return a figure of a tool for every line that has it."""
    told = [line["tools"][tool].get(figure) for line in lines if tool in line["tools"]]
    return np.array([value for value in told if value is not None], dtype=float)


def ranks_table(lines: Sequence[Line]) -> str:
    """Tell how well the tools rank and flag the rows, by kind of set and rate."""
    rows = [("sets", "kind", "rate", "cases", "tool", "AUPRC", "F1", "precision", "recall")]
    for group, of_group in groups(lines).items():
        for kind, rate in sorted({(line["kind"], line["rate"]) for line in of_group if line["true"] > 0}):
            chosen = [line for line in of_group if (line["kind"], line["rate"]) == (kind, rate) and line["true"] > 0]
            for tool in tools(chosen):
                means = [f"{of_tool(chosen, tool, name).mean():.3f}" for name in ("auprc", "f1", "precision", "recall")]
                rows.append((group, kind, f"{rate:g}", str(len(chosen)), tool, *means))
    return markdown(rows)


def rates_table(lines: Sequence[Line]) -> str:
    """Tell how far the estimated rates are from the true ones, where those are known."""
    rows = [("sets", "kind", "rate", "cases", "tool", "mean error", "bias", "covered", "half-width")]
    known = {name: found for name, found in groups(lines).items() if name != "other real" and found}
    for group, of_group in known.items():
        for kind, rate in sorted({(line["kind"], line["rate"]) for line in of_group}):
            chosen = [line for line in of_group if (line["kind"], line["rate"]) == (kind, rate)]
            true = np.array([line["true"] for line in chosen])
            for tool in tools(chosen):
                errors = of_tool(chosen, tool, "rate") - true
                low, high = of_tool(chosen, tool, "low"), of_tool(chosen, tool, "high")
                covered = f"{((low <= true) & (true <= high)).mean():.3f}" if len(low) else "-"
                width = f"{(high - low).mean() / 2:.3f}" if len(low) else "-"
                error = (f"{np.abs(errors).mean():.4f}", f"{errors.mean():+.4f}", covered, width)
                rows.append((group, kind, f"{rate:g}", str(len(chosen)), tool, *error))
    return markdown(rows)


def ahead_table(lines: Sequence[Line]) -> str:
    """Count the cases in which prefit is ahead of another tool, ties as halves."""
    rows = [("sets", "against", "cases", "ahead in AUPRC", "ahead in F1", "nearer to the rate")]
    planted = [line for line in lines if line["true"] > 0]
    for group, of_group in {**groups(lines), "all": planted}.items():
        chosen = [line for line in of_group if line["true"] > 0]
        for tool in tools(chosen)[1:]:
            shares = [f"{ahead(chosen, tool, figure):.1%}" for figure in ("auprc", "f1")]
            nearer = ahead(chosen, tool, "rate", lambda said, line: -abs(said - line["true"]))
            rate = f"{nearer:.1%}" if group in ("easy", "drawn hard") else "-"
            rows.append((group, tool, str(len(chosen)), *shares, rate))
    return markdown(rows)


def ahead(
    lines: Iterable[Line], tool: str, figure: str, worth: Callable[[float, Line], float] = lambda said, _: said
) -> float:
    """Return the share of the lines in which prefit's figure is worth more than that of a tool."""
    own, other = (
        np.array([worth(line["tools"][name][figure], line) for line in lines if tool in line["tools"]])
        for name in ("prefit", tool)
    )
    return float(((own > other) + 0.5 * (own == other)).mean())


def silence_table(lines: Sequence[Line]) -> str:
    """Name the checks that speak of tables in which no label was made wrong."""
    rows = [("sets", "cases", "label-errors", "label-noise", "who speaks")]
    for group, of_group in groups(lines).items():
        clean = [line for line in of_group if line["true"] == 0]
        speak = {
            check: [line for line in clean if check in line["tools"]["prefit"]["warned"]] for check in rows[0][2:4]
        }
        names = sorted({f"{line['name']} ({line['rows']:,})" for found in speak.values() for line in found})
        rows.append((group, str(len(clean)), *(str(len(found)) for found in speak.values()), ", ".join(names)))
    return markdown(rows)


def aims(lines: Sequence[Line]) -> str:
    """Hold the figures against what is aimed at, one line each."""
    by_group = groups(lines)
    easy = [line for line in by_group["easy"] if (line["kind"], line["rate"]) == ("uniform", 0.1)]
    known = [line for line in by_group["easy"] + by_group["drawn hard"] if 0.05 <= line["rate"] <= 0.2]
    errors = of_tool(known, "prefit", "rate") - np.array([line["true"] for line in known])
    hard = [line for line in by_group["drawn hard"] if line["true"] == 0]
    spread = [line for line in by_group["easy"] + by_group["drawn hard"] if line["true"] > 0]
    covered = [line["tools"]["prefit"]["low"] <= line["true"] <= line["tools"]["prefit"]["high"] for line in spread]
    said = [
        ("AUPRC at 10 % uniform, easy sets", of_tool(easy, "prefit", "auprc"), "at least 0.95", "{:.3f}"),
        ("F1 at 10 % uniform, easy sets", of_tool(easy, "prefit", "f1"), "at least 0.88", "{:.3f}"),
        ("mean error of the rate at 5-20 %", np.abs(errors), "at most 0.010", "{:.4f}"),
        ("bias on hard and clean sets", of_tool(hard, "prefit", "rate"), "at most 0.01", "{:.4f}"),
        ("intervals that hold the true rate", np.array(covered, dtype=float), "0.87 to 0.93", "{:.3f}"),
    ]
    rows = [("figure", "cases", "prefit", "aim")]
    for name, values, aim, shape in said:
        rows.append((name, str(len(values)), shape.format(values.mean()) if len(values) else "-", aim))
    return markdown(rows)


def tools(lines: Sequence[Line]) -> list[str]:
    """Return the tools that were run on all of the lines, prefit first."""
    return [name for name in (lines[0]["tools"] if lines else ()) if all(name in line["tools"] for line in lines)]


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Lay a table out, its first row as the head."""
    head, *body = rows
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *body))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=Path)
    given = parser.parse_args()
    lines = [json.loads(line) for line in given.lines.read_text(encoding="utf-8").splitlines()]
    failed = [line for line in lines if "failure" in line]
    lines = [line for line in lines if "failure" not in line]
    print(f"{len(lines)} cases of {len({line['name'] for line in lines})} data sets\n")
    for table in (aims, ahead_table, rates_table, ranks_table, silence_table):
        print(table(lines), end="\n\n")
    for line in failed:
        print(f"failed: {line['name']}, {line['kind']} {line['rate']}: {line['failure']}")


if __name__ == "__main__":
    main()
