"""DuckDB as a reader of text files: connections, literals, and which type fits all values of a column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from prefit.profiling.limits import batch_bytes

__all__ = [
    "ARROW_TYPES",
    "MAX_LINE_BYTES",
    "SCALARS",
    "TIMESTAMPTZ_PATTERN",
    "connection",
    "infer_types",
    "literal",
    "merge_types",
    "reason",
]

ARROW_TYPES: Mapping[str, pa.DataType] = {
    "BOOLEAN": pa.bool_(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "TIMESTAMPTZ": pa.timestamp("us", "UTC"),
    "VARCHAR": pa.string(),
}
SCALARS: tuple[str, ...] = ("BOOLEAN", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "TIMESTAMPTZ")
"""Types that a column of texts may turn out to be, narrowest first."""

MAX_LINE_BYTES = 4_000_000
"""Longest line that is read; DuckDB keeps some of that size in memory at once."""

_DAY = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?"
_ZONE = r"(Z|[+-]\d{2}(:?\d{2})?)"
TIMESTAMPTZ_PATTERN = f"{_DAY}{_CLOCK}{_ZONE}"
"""Form of a point in time with its zone, as a regular expression."""
_PATTERNS = {
    "BOOLEAN": "(?i:true|false)",
    "BIGINT": r"\s*[+-]?\d+\s*",
    "DATE": _DAY,
    "TIMESTAMP": f"{_DAY}({_CLOCK})?",
    "TIMESTAMPTZ": TIMESTAMPTZ_PATTERN,
}
# casts of DuckDB round '1.5' to 2 and take '1_000', '0x1f' and '2020/1/5': what a value looks like is tested too
_FITS: Mapping[str, str] = {
    kind: f"regexp_full_match($v, '{pattern}') AND TRY_CAST($v AS {kind}) IS NOT NULL"
    for kind, pattern in _PATTERNS.items()
} | {
    # whole numbers beyond int64 are identifiers, which a float would merge
    "DOUBLE": "TRY_CAST($v AS DOUBLE) IS NOT NULL AND NOT contains($v, '_') "
    "AND CASE WHEN length($v) > 18 AND NOT contains($v, '.') "
    f"THEN NOT regexp_full_match($v, '{_PATTERNS['BIGINT']}') OR TRY_CAST($v AS BIGINT) IS NOT NULL ELSE true END",
}
# a first look that lets pass whatever the test above lets pass
_NUMBER = r"[\s\d.eE+\-infatyINFATY]+"
_LOOKS_LIKE = {kind: re.compile(pattern) for kind, pattern in {**_PATTERNS, "DOUBLE": _NUMBER}.items()}
_GUESS_CELLS = 1 << 18
_MEMORY_MB, _LEAST_MEMORY_MB = 512, 96  # DuckDB fills what it may have with the text that it read
_TESTS_AT_ONCE = 1024  # each takes a vector or ten of DuckDB, of 32 kB


@contextmanager
def connection(n_columns: int = 0) -> Iterator[Any]:
    """Give a DuckDB connection with one thread, so that rows come in file order, and little memory for what it read."""
    import duckdb

    batches_mb = 4 * batch_bytes() >> 20
    memory_limit = f"{max(_LEAST_MEMORY_MB, min(_MEMORY_MB, batches_mb)) + n_columns // 2}MB"
    with duckdb.connect(config={"threads": 1, "memory_limit": memory_limit}) as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")
        con.execute("SET temp_directory = ''")  # it would be made in the working directory
        con.execute("SET disabled_optimizers = 'common_subexpressions'")  # quadratic in the number of columns
        try:
            yield con
        except RuntimeError as error:  # so DuckDB says that Ctrl-C ended a query
            if str(error) == "Query interrupted":
                raise KeyboardInterrupt from None
            raise


def literal(text: str) -> str:
    """Return the text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def reason(error: Exception, path: object, label: str) -> str:
    """Return what went wrong in one line, with the file called by its label and not by the path of a copy."""
    return str(error).split("\n")[0].replace(str(path), label)[:200].rstrip(" .")


def infer_types(con: Any, relation: str, columns: Sequence[tuple[str, Sequence[str]]]) -> tuple[int, list[str | None]]:
    """Find the narrowest type that every value of a text column fits, over all rows.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
    relation : str
        SQL of the table.
    columns : sequence of (expression, candidate types)
        SQL expressions of type VARCHAR, in which null and the empty text are no value.

    Returns
    -------
    n_rows : int
    types : list of str or None
        ``"VARCHAR"`` where no candidate fits; None for a column without any value.
    """
    # the first rows rule out most types, so that one test per column is left for all rows; where that fails, the wider
    # types are tested in another pass
    values = [value for value, _ in columns]
    guesses = _guesses(con, relation, columns)
    n_rows, results = _fitting(con, relation, list(zip(values, (guess[:1] for guess in guesses), strict=True)))
    failed = [index for index, result in enumerate(results) if not result.fitting and guesses[index][1:]]
    if failed:
        _, wider = _fitting(con, relation, [(values[index], guesses[index][1:]) for index in failed])
        for index, result in zip(failed, wider, strict=True):
            results[index] = result
    return n_rows, [None if result.n_values == 0 else next(iter(result.fitting), "VARCHAR") for result in results]


def merge_types(types: Sequence[str | None]) -> str:
    """Return the type that holds the values of a column in all files, given its type in each.

    Examples
    --------
    >>> merge_types(["BIGINT", None, "DOUBLE"]), merge_types(["BIGINT", "DATE"])
    ('DOUBLE', 'VARCHAR')
    """
    found = {kind for kind in types if kind is not None}
    if len(found) == 1:
        return found.pop()
    if found == {"BIGINT", "DOUBLE"}:
        return "DOUBLE"
    return "TIMESTAMP" if found == {"DATE", "TIMESTAMP"} else "VARCHAR"


@dataclass(frozen=True, slots=True)
class _Fitting:
    n_values: int
    fitting: tuple[str, ...]


def _guesses(con: Any, relation: str, columns: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, ...]]:
    """Return the candidate types that the first values of each column look like."""
    n_rows = max(100, min(1_000, _GUESS_CELLS // max(len(columns), 1)))
    values = ", ".join(value for value, _ in columns)
    rows = con.execute(f"SELECT {values} FROM {relation} LIMIT {n_rows}").fetchall()  # noqa: S608
    seen = zip(*rows, strict=True) if rows else [()] * len(columns)
    distinct = [{text for text in texts if text} for texts in seen]
    return [
        tuple(kind for kind in candidates if all(map(_LOOKS_LIKE[kind].fullmatch, texts)))
        for texts, (_, candidates) in zip(distinct, columns, strict=True)
    ]


def _fitting(con: Any, relation: str, columns: Sequence[tuple[str, Sequence[str]]]) -> tuple[int, list[_Fitting]]:
    """Count the rows, and for each column the values and which of its candidate types fit all of them."""
    n_rows, results = 0, []
    step = max(1, _TESTS_AT_ONCE // (1 + max(len(candidates) for _, candidates in columns)))
    for start in range(0, len(columns), step):
        n_rows, found = _fitting_at_once(con, relation, columns[start : start + step])
        results += found
    return n_rows, results


def _fitting_at_once(
    con: Any, relation: str, columns: Sequence[tuple[str, Sequence[str]]]
) -> tuple[int, list[_Fitting]]:
    values = ", ".join(f"NULLIF({value}, '') AS v{index}" for index, (value, _) in enumerate(columns))
    tests = [
        f"bool_and(CASE WHEN v{index} IS NOT NULL THEN {_FITS[kind].replace('$v', f'v{index}')} END)"
        for index, (_, candidates) in enumerate(columns)
        for kind in candidates
    ]
    counts = [f"count(v{index})" for index in range(len(columns))]
    query = f"SELECT count(*), {', '.join(counts + tests)} FROM (SELECT {values} FROM {relation})"  # noqa: S608
    [(n_rows, *answers)] = con.execute(query).fetchall()  # all of it: rejects are stored when the query ends
    verdicts = iter(answers[len(columns) :])
    return n_rows, [
        _Fitting(n_values, tuple(kind for kind in candidates if next(verdicts) is not False))
        for n_values, (_, candidates) in zip(answers[: len(columns)], columns, strict=True)
    ]
