"""One pass of DuckDB over a CSV file: the rows as text, and the lines that are no rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefit.profiling.values import MalformedRow
from prefit.sources.dialect import Dialect
from prefit.sources.duck import MAX_LINE_BYTES, SCALARS, infer_types, literal
from prefit.sources.plain import TextForm, count_lines_before

__all__ = ["Scan", "malformed_rows", "relation", "scan"]

_REASONS = {
    "UNQUOTED VALUE": "a quote without its end, or text after it",
    "INVALID ENCODING": "bytes that are not UTF-8",
    "LINE SIZE OVER MAXIMUM": f"longer than {MAX_LINE_BYTES:,} bytes",
    "INVALID STATE": "quotes and line ends that do not fit together",
}


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over all rows found.

    `types` has one entry per column, None for a column without values; `has_misquoted` says whether quotes did not fit
    together somewhere, so that lines may have been lost.
    """

    n_rows: int
    types: tuple[str | None, ...]
    malformed: tuple[MalformedRow, ...]
    has_misquoted: bool


def relation(path: Path, dialect: Dialect, null_values: Sequence[str] = ()) -> str:
    """Return SQL that reads the file with all columns as text, named ``c0``, ``c1``, ...

    Nothing is padded, cut or skipped in silence: whatever is no row of the right width goes to the table of rejects.
    """
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(dialect.columns)))
    nulls = ", ".join(literal(text) for text in ("", *null_values))
    arguments = [
        literal(str(path)), f"columns = {{{columns}}}", "auto_detect = false", f"delim = {literal(dialect.delimiter)}",
        f"quote = {literal(dialect.quote)}", f"escape = {literal(dialect.escape)}", "comment = ''",
        f"header = {str(dialect.header).lower()}", f"skip = {dialect.skipped_lines}",
        f"nullstr = [{nulls}]", "allow_quoted_nulls = false", "null_padding = false", "strict_mode = true",
        "store_rejects = true", "rejects_limit = 0", f"max_line_size = {MAX_LINE_BYTES}",
    ]  # fmt: skip
    return f"read_csv({', '.join(arguments)})"


def scan(con: Any, path: Path, label: str, form: TextForm, dialect: Dialect, null_values: Sequence[str]) -> Scan:
    """Read all rows once: how many there are, which types fit, and which lines are no rows.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Fresh, as :func:`malformed_rows` wants it.
    path : pathlib.Path
        The plain text of the file.
    label : str
        Name of the file in the malformed rows.
    form : TextForm
        How the plain text was made, which tells line numbers of the original.
    dialect : Dialect
    null_values : sequence of str
    """
    columns = [(f"c{index}", SCALARS) for index in range(len(dialect.columns))]
    n_rows, types = infer_types(con, relation(path, dialect, null_values), columns)
    malformed = malformed_rows(con, path, label, form, dialect)
    misquoted = con.execute(
        "SELECT count(*) FROM reject_errors WHERE error_type IN ('UNQUOTED VALUE', 'LINE SIZE OVER MAXIMUM')"
    ).fetchall()
    return Scan(n_rows, tuple(types), tuple(malformed), misquoted != [(0,)])


def malformed_rows(con: Any, path: Path, label: str, form: TextForm, dialect: Dialect) -> list[MalformedRow]:
    """Return the lines that the last query on `con` could not read, in file order."""
    rejects = con.execute("""
        SELECT line_byte_position, arg_min(error_type, coalesce(column_idx, 0)), min(column_idx), max(column_idx)
        FROM reject_errors
        WHERE scan_id = (SELECT max(scan_id) FROM reject_errors)
        GROUP BY line_byte_position ORDER BY line_byte_position
    """).fetchall()
    # positions count from 1 and are of the first byte of a line, but after \r\n of the \n before it
    before = count_lines_before(path, [position for position, *_ in rejects], form.line_end)
    reasons = dict.fromkeys(form.dropped_lines, _REASONS["UNQUOTED VALUE"])
    reasons |= dict.fromkeys(dialect.lost_lines, "stands before the header")
    for n_before, (_, error, fewest, most) in zip(before, rejects, strict=True):
        n_fields = most if error == "TOO MANY COLUMNS" else fewest
        reasons[form.original_line(n_before + 1)] = _reason(error, n_fields, len(dialect.columns))
    return [MalformedRow(line, label, reason) for line, reason in sorted(reasons.items())]


def _reason(error: str, n_fields: int | None, n_columns: int) -> str:
    if error in ("MISSING COLUMNS", "TOO MANY COLUMNS"):
        return f"{n_fields} field{'s' if n_fields != 1 else ''} instead of {n_columns}"
    return _REASONS.get(error, error.lower())
