"""The runs over a data set as a trend: a line for each figure, a table of the runs, or JSON."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from prefit.formats.figures import score
from prefit.formats.json import dump
from prefit.formats.terminal import draw, standard_output
from prefit.formats.visible import clip, visible
from prefit.formats.wording import VERDICT_WORDS
from prefit.past import Departure, Event, Run
from prefit.wording import count, metric_word, percent, plural

__all__ = ["render", "sparkline"]

MAX_CLASSES = 6
MAX_GAPS = 5
"""Lines of classes, and of the columns whose share of missing values varies most."""

MAX_POINTS = 40
_BARS = "▁▂▃▄▅▆▇█"
_STYLES = {"ready": "green", "at_risk": "yellow", "not_ready": "red", "cannot_tell": "magenta"}


def render(name: str, events: Sequence[Event], output_format: str, *, console: Console | None = None) -> str:
    """Return the runs over a data set, oldest first, as text for the terminal or as JSON.

    Parameters
    ----------
    name : str
        Of the data set.
    events : sequence of Event
        At least one.
    output_format : {"text", "json"}
    console : rich.console.Console, optional
        As for the report.
    """
    if output_format == "json":
        runs = [
            {**event.run.to_dict(), "departures": [departure._asdict() for departure in event.departures]}
            for event in events
        ]
        return dump({"dataset": name, "runs": runs})
    title = Text.assemble((clip(visible(name), 60), "bold"), f" · {plural(len(events), 'run')}")
    return draw([title, _lines([event.run for event in events]), _table(events)], console or standard_output())


def sparkline(values: Sequence[float | None]) -> str:
    """Draw a series as bars between its least and its greatest value; a gap is a dot.

    Examples
    --------
    >>> sparkline([1, 2, None, 8]), sparkline([3, 3])
    ('▁▂·█', '▄▄')
    """
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    steps = [None if value is None else (value - low) / (high - low) if high > low else 0.45 for value in values]
    return "".join("·" if step is None else _BARS[round(step * (len(_BARS) - 1))] for step in steps)


def _lines(runs: Sequence[Run]) -> RenderableType:
    """Return a line for each figure that was measured: how it went, and from where to where."""
    table = Table.grid(padding=(0, 2, 0, 0))
    figures = [run.figures for run in runs]
    lines: dict[str, tuple[list[float | None], bool]] = {"rows": ([each.n_rows for each in figures], False)}
    metric = next((each.metric for each in reversed(figures) if each.metric), None)
    if metric is not None:
        scores = [each.score.mean if each.score and each.metric == metric else None for each in figures]
        lines[f"forecast {metric_word(metric)}"] = scores, False
    if any(each.noise for each in figures):
        lines["wrong labels"] = [each.noise.mean if each.noise else None for each in figures], True
    last = figures[-1].class_shares
    for rank, key in enumerate(sorted(last, key=lambda key: (-last[key], key))[:MAX_CLASSES], 1):
        shares = [each.class_shares.get(key, 0.0) if each.class_shares else None for each in figures]
        lines[f"class {rank} {key}"] = shares, True
    varying = {column: [each.missing.get(column) for each in figures] for column in figures[-1].missing}
    for column in sorted(varying, key=lambda column: -_range(varying[column]))[:MAX_GAPS]:
        if _range(varying[column]) > 0:
            lines[f"missing in {clip(visible(column), 30)}"] = varying[column], True
    for label, (values, is_share) in lines.items():
        known = [value for value in values if value is not None]
        write = percent if is_share else count if label == "rows" else score
        ends = f"{write(known[0])} → {write(known[-1])}" if len(known) > 1 else write(known[0]) if known else ""
        table.add_row(Text(visible(label)), Text(sparkline(values[-MAX_POINTS:]), "cyan"), Text(ends))
    return table


def _table(events: Sequence[Event]) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("run", "verdict"):
        table.add_column(heading, no_wrap=True)
    measured = {
        "forecast": any(run.figures.score for run, _ in events),
        "noise": any(run.figures.noise for run, _ in events),
    }
    for heading in ("rows", *(heading for heading, found in measured.items() if found), "fail", "warn"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("left its past", overflow="fold")
    for run, departures in events:
        figures = run.figures
        table.add_row(
            Text(visible(run.created[:16].replace("T", " "))),
            Text(VERDICT_WORDS.get(run.verdict, visible(run.verdict)), _STYLES.get(run.verdict, "")),
            Text(count(figures.n_rows) + ("" if figures.complete else " (a part)")),
            *([score(figures.score.mean) if figures.score else ""] if measured["forecast"] else []),
            *([percent(figures.noise.mean) if figures.noise else ""] if measured["noise"] else []),
            str(run.counts.get("fail", 0)),
            str(run.counts.get("warn", 0)),
            Text("; ".join(map(_departed, departures)), "yellow"),
        )
    return table


def _departed(departure: Departure) -> str:
    write = {"rows": count, "score": score}.get(departure.group, percent)
    what = f"{departure.group} {clip(visible(departure.key), 30)}".strip()
    return f"{what} {write(departure.value)} ({write(departure.low)} to {write(departure.high)} expected)"


def _range(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return max(known) - min(known)
