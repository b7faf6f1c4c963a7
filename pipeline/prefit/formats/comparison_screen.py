"""Two reports side by side on one screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from prefit.formats.figures import score, signed, span
from prefit.formats.terminal import draw, standard_output
from prefit.formats.visible import clip, visible
from prefit.formats.wording import VERDICT_WORDS, beside_baseline
from prefit.wording import count, percent, plural

__all__ = ["render"]

MAX_FINDINGS = 12
MAX_COLUMNS = 12
_FATES = {"new": "bold red", "worse": "bold red", "gone": "green", "unjudged": "magenta"}


def render(comparison: Mapping[str, Any], *, written: Sequence[Path] = (), console: Console | None = None) -> str:
    """Return a comparison as one screen of text.

    Parameters
    ----------
    comparison : mapping
        As :meth:`prefit.comparing.Comparison.to_dict` returns it.
    written : sequence of path
        Files that it was written to.
    console : rich.console.Console, optional
        Decides on width and colour; default what the standard output is.
    """
    blocks: list[RenderableType] = [_sides(comparison), Text(beside_baseline(comparison["counts"]), "bold")]
    blocks += [Text(visible("\n".join(comparison["notes"])), "yellow")] if comparison["notes"] else []
    blocks += list(_findings(comparison["findings"]))
    blocks += list(_schema(comparison))
    if comparison["forecast"]:
        blocks += [_forecast(comparison["forecast"])]
    if comparison["drift"]:
        blocks += [_drift(comparison["drift"])]
    if written:
        blocks += [Text.assemble("Comparison: ", (visible(", ".join(map(str, written))), "bold"))]
    return draw(blocks, console or standard_output())


def _sides(comparison: Mapping[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    sides = (("A", comparison["first"]), ("B", comparison["second"]))
    for letter, side in sides:
        table.add_column(Text(f"{letter}  {_name(side['name'])}"), overflow="fold")
    rows: tuple[tuple[str, list[str]], ...] = (
        ("verdict", [VERDICT_WORDS[side["verdict"]] for _, side in sides]),
        ("rows", [count(side["rows"]) for _, side in sides]),
        ("columns", [count(side["columns"]) for _, side in sides]),
        ("target", ["none" if side["target"] is None else f"{side['target']} ({side['task']})" for _, side in sides]),
        ("failed, warned", [f"{side['counts'].get('fail', 0)}, {side['counts'].get('warn', 0)}" for _, side in sides]),
        ("made", [side["created"] for _, side in sides]),
    )
    for heading, cells in rows:
        table.add_row(Text(heading, "dim"), *(Text(_name(cell)) for cell in cells))
    return table


def _findings(findings: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[RenderableType]:
    found = [(fate, finding) for fate in _FATES for finding in findings[fate]]
    if not found:
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for fate, finding in found[:MAX_FINDINGS]:
        said = visible(finding["message"]) or _name(", ".join(finding["columns"][:4]), 100)
        sentence = Text.assemble((_name(finding["check"]), "bold"), f" {finding['status']}  {clip(said, 180)}")
        table.add_row(Text(fate.upper(), _FATES[fate]), sentence)
    if len(found) > MAX_FINDINGS:
        table.add_row("", Text(f"and {len(found) - MAX_FINDINGS} more", "dim"))
    yield table


def _schema(comparison: Mapping[str, Any]) -> Iterator[Text]:
    changed = [
        f"{column['column']} ({column['before']}, now {column['now']})" for column in comparison["columns_changed"]
    ]
    lists = (("Gone", comparison["columns_gone"]), ("New", comparison["columns_new"]), ("Other kind", changed))
    lines = [
        f"{heading} {plural(len(names), 'column')}: {_name(', '.join(names), 200)}" for heading, names in lists if names
    ]
    if lines:
        yield Text("\n".join(lines))


def _forecast(forecasts: Sequence[Mapping[str, Any]]) -> Table:
    table = _table("Forecast, held out", "family", ("A", "B", "change"))
    for made in forecasts:
        before, after = (f"{score(made[side]['mean'])} ({span(made[side])})" for side in ("first", "second"))
        table.add_row(Text(_name(made["family"], 20)), before, after, signed(made["change"]))
    return table


def _drift(drift: Sequence[Mapping[str, Any]]) -> Table:
    title = "Drift: share of the rows that would have to change for a column to be as it was"
    table = _table(title, "column", ("moved", "90 % interval", "median, sd", "missing", "new categories"))
    for column in drift[:MAX_COLUMNS]:
        compared = column["measure"] is not None
        table.add_row(
            Text(f"{_name(column['column'], 30)}{' (target)' if column['label'] else ''}"),
            percent(column["distance"]) if compared else "not compared",
            f"{percent(column['low'])} to {percent(column['high'])}" if compared else "",
            "" if column["shift"] is None else f"{column['shift']:+.2f}",
            percent(column["missing"]) if column["missing"] else "",
            f"{column['n_new']} in {percent(column['new_rows'])}" if column["n_new"] else "",
        )
    if len(drift) > MAX_COLUMNS:
        table.caption = f"and {plural(len(drift) - MAX_COLUMNS, 'column')} that moved less"
    return table


def _table(title: str, first: str, headings: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    table.add_column(first, overflow="fold")
    for heading in headings:
        table.add_column(heading, justify="right", overflow="fold")
    return table


def _name(text: Any, length: int = 48) -> str:
    return clip(visible(str(text)), length)
