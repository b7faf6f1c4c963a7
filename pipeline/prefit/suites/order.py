"""In which order the entries of a suite are judged, and by what.

By the schema, by two rows that tell the types, by SQL on all rows, or by columns in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa

from prefit.errors import did_you_mean
from prefit.suites.custom import is_only_in_memory, reads_all_columns
from prefit.suites.frame import with_instants
from prefit.suites.judging import frame_batch, judge_in_memory, judge_in_sql, raised, sql_batches
from prefit.suites.library import Refusal, build, unfit
from prefit.suites.load import SuiteEntry
from prefit.suites.regexes import complaints, with_regexes
from prefit.suites.routes import Route, needed_columns, only_in_sql, route_of
from prefit.suites.rows import MOST_COLUMNS, Rows, collected, in_sql, witnesses

__all__ = ["judge_all"]

_LIBRARIES_BYTES = 300 << 20
"""What the process takes with Great Expectations loaded, before it reads a row."""
_DATABASE_BYTES = 80 << 20
"""What DuckDB takes beyond its limit."""
_LEAST_BYTES = 96 << 20
_COPIES = 4
"""Judging a frame takes so many times the memory of the Arrow columns that it is made of."""

_TWINS = "Great Expectations does not tell {twins} apart, and would judge the first of them. Rename a column."

Outcomes = dict[int, Any]


def judge_all(
    gx: ModuleType, entries: Sequence[SuiteEntry], rows: Rows, folder: Path, memory_bytes: int
) -> Mapping[int, Any]:
    """Judge every entry, in SQL where that gives the outcome that pandas gives.

    Returns
    -------
    dict
        For the number of each entry the result of Great Expectations, or a `Refusal`.
    """
    outcomes: Outcomes = {}
    able = frozenset(in_sql(rows.schema))
    waiting: dict[Route, list[int]] = {"schema": [], "types": [], "sql": [], "memory": []}
    for number, entry in enumerate(entries):
        refusal = _unfit(gx, entry, number, rows.schema)
        if refusal is not None:
            outcomes[number] = refusal
        elif is_only_in_memory(entry.expectation):
            waiting["memory"].append(number)
        else:
            waiting[route_of(entry, rows.schema, able, in_postgresql=rows.database is not None)].append(number)
    run = _Run(gx, entries, rows, max(_LEAST_BYTES, memory_bytes - _LIBRARIES_BYTES))
    outcomes |= run.on_schema(waiting["schema"])
    outcomes |= run.on_types(waiting["types"])
    in_database = run.in_sql(waiting["sql"], folder)
    failed = [n for n, outcome in in_database.items() if raised(outcome) and not only_in_sql(entries[n])]
    outcomes |= in_database
    return outcomes | run.in_memory([*waiting["memory"], *failed])


def _unfit(gx: ModuleType, entry: SuiteEntry, number: int, schema: pa.Schema) -> Refusal | None:
    """Return why an entry can be judged on no row."""
    built = build(gx, entry, number, with_instants(entry.kwargs, schema))
    if isinstance(built, Refusal):
        return built
    if wrong := "; ".join(complaints(entry.kwargs)):
        return unfit(wrong)
    if entry.expectation == "expect_column_to_exist":
        return None
    missing = next((name for name in entry.columns if name not in schema.names), None)
    if missing is None:
        return None
    return Refusal("error", f"{missing!r} is not a column; columns: {did_you_mean(missing, schema.names)}")


class _Run:
    """The entries of a suite and the rows that they are judged on."""

    def __init__(self, gx: ModuleType, entries: Sequence[SuiteEntry], rows: Rows, spare_bytes: int) -> None:
        self._gx = gx
        self._entries = entries
        self._rows = rows
        self._spare_bytes = spare_bytes

    def on_schema(self, numbers: Sequence[int]) -> Outcomes:
        """Judge what speaks of columns and not of rows."""
        return self._on_table(self._rows.schema.empty_table(), numbers) if numbers else {}

    def on_types(self, numbers: Sequence[int]) -> Outcomes:
        """Judge what speaks of the types that columns have in pandas."""
        columns = self._columns(numbers)
        if _alike(columns):
            return self.in_memory(numbers)
        return self._on_table(witnesses(self._rows, columns), numbers) if numbers else {}

    def in_sql(self, numbers: Sequence[int], folder: Path) -> Outcomes:
        """Judge on all rows in a database."""
        if not numbers:
            return {}
        groups = self._grouped(numbers)
        outcomes: Outcomes = {}
        with self._batches(list(groups), folder) as batches:
            for batch, some in zip(batches, groups.values(), strict=True):
                built = self._built(some, sql=True)
                outcomes |= judge_in_sql(self._gx, batch, built, has_positions=self._rows.has_positions)
        return outcomes

    def in_memory(self, numbers: Sequence[int]) -> Outcomes:
        """Judge on frames of no more columns than are needed, all at once if they fit together."""
        if not numbers:
            return {}
        together = self._columns(numbers)
        if not _alike(together):
            judged = self._on_columns(together, numbers)
            if judged is not None:
                return judged
        by_columns: dict[tuple[str, ...], list[int]] = {}
        for number in numbers:
            by_columns.setdefault(self._columns([number]), []).append(number)
        outcomes: Outcomes = {}
        for columns, some in by_columns.items():
            if twins := _alike(columns):
                outcomes |= dict.fromkeys(some, Refusal("error", _TWINS.format(twins=" and ".join(map(repr, twins)))))
                continue
            judged = self._on_columns(columns, some)
            outcomes |= dict.fromkeys(some, self._too_large(columns)) if judged is None else judged
        return outcomes

    def _batches(self, groups: Sequence[Sequence[str]], folder: Path) -> AbstractContextManager[Iterator[Any]]:
        if self._rows.database is None:
            memory_bytes = max(_LEAST_BYTES, self._spare_bytes - _DATABASE_BYTES)
            return sql_batches(self._gx, self._rows, groups, folder, memory_bytes)
        from prefit.suites.postgresql import postgresql_batches

        return postgresql_batches(self._gx, self._rows, groups)

    def _grouped(self, numbers: Sequence[int]) -> Mapping[tuple[str, ...], Sequence[int]]:
        """Put entries together while they need few columns, since every query works through all columns of a view."""
        able = in_sql(self._rows.schema)
        everything: list[int] = []
        groups: list[tuple[set[str], list[int]]] = [(set(), [])]
        for number in numbers:
            needed = set(self._needed(number))
            if len(needed) > MOST_COLUMNS:
                everything.append(number)
                continue
            if len(groups[-1][0] | needed) > MOST_COLUMNS:
                groups.append((set(), []))
            groups[-1][0].update(needed)
            groups[-1][1].append(number)
        groups.append((set(able), everything))
        return {tuple(name for name in able if name in columns): some for columns, some in groups if some}

    def _on_columns(self, columns: Sequence[str], numbers: Sequence[int]) -> Outcomes | None:
        table = collected(self._rows, columns, self._spare_bytes // _COPIES)
        return None if table is None else self._on_table(table, numbers)

    def _on_table(self, table: pa.Table, numbers: Sequence[int]) -> Outcomes:
        return judge_in_memory(self._gx, frame_batch(self._gx, table), self._built(numbers, sql=False))

    def _too_large(self, columns: Sequence[str]) -> Refusal:
        shown = ", ".join(map(repr, columns[:5])) + (", ..." if len(columns) > 5 else "")
        return Refusal(
            "not_run",
            f"only Python can judge it, which takes {shown} of all rows in memory; got more than the"
            f" {self._spare_bytes // _COPIES >> 20} MB left for them. Give more --memory, or check fewer rows.",
        )

    def _built(self, numbers: Sequence[int], *, sql: bool) -> list[Any]:
        return [build(self._gx, self._entries[n], n, self._kwargs(self._entries[n], sql=sql)) for n in numbers]

    def _kwargs(self, entry: SuiteEntry, *, sql: bool) -> dict[str, Any]:
        kwargs = with_instants(entry.kwargs, self._rows.schema, sql=sql)
        return with_regexes(kwargs, in_postgresql=self._rows.database is not None) or kwargs if sql else kwargs

    def _needed(self, number: int) -> Sequence[str]:
        """Return the columns that an entry may read."""
        entry, schema = self._entries[number], self._rows.schema
        return tuple(schema.names) if reads_all_columns(entry.expectation) else needed_columns(entry, schema)

    def _columns(self, numbers: Sequence[int]) -> tuple[str, ...]:
        """Return the columns that any of these entries needs, in the order of the table; at least one."""
        wanted: set[str] = set()
        for number in numbers:
            wanted.update(self._needed(number))
        return tuple(name for name in self._rows.schema.names if name in wanted) or (self._rows.schema.names[0],)


def _alike(columns: Sequence[str]) -> tuple[str, ...]:
    """Return columns whose names differ by their capitals alone, the first such group."""
    groups: dict[str, list[str]] = {}
    for name in columns:
        groups.setdefault(name.lower(), []).append(name)
    return next((tuple(names) for names in groups.values() if len(names) > 1), ())
