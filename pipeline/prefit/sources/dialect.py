"""How a CSV file is written: delimiter, quotes, header and column names."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefit.errors import UnreadableInput
from prefit.sources.csv_options import WHITESPACE, CsvOptions
from prefit.sources.duck import connection, literal
from prefit.sources.schemas import check_columns

__all__ = ["Dialect", "find_dialect", "parted_by_whitespace"]

_LOOK_AT_LINES = 1000
_SNIFFED_LINES = 20_480


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file is written.

    `skipped_lines` stand before the header (or the first row): comments, or `lost_lines` that are of no use, which is
    rare. `columns` are the final names.
    """

    delimiter: str
    quote: str
    escape: str
    header: bool
    skipped_lines: int
    columns: tuple[str, ...]
    lost_lines: tuple[int, ...] = ()


def find_dialect(path: Path, label: str, options: CsvOptions, *, n_lines: int = _SNIFFED_LINES) -> Dialect:
    """Find out how a file is written; the options outrank what is found.

    Parameters
    ----------
    path : pathlib.Path
        Plain UTF-8 text.
    label : str
        What messages call the file.
    options : CsvOptions
    n_lines : int, optional
        How many lines to look at.

    Raises
    ------
    InputError
        If two columns have the same name.
    duckdb.Error
        If no dialect fits the file.
    """
    sniffed = _sniff(path, label, options, n_lines)
    delimiter = _delimiter(options) or sniffed["Delimiter"]
    quote = _quote(sniffed["Quote"], delimiter, options)
    escape = sniffed["Escape"] or quote
    header = bool(sniffed["HasHeader"])
    skipped, lost_lines = _preamble(path, int(sniffed["SkipRows"]), sniffed["Comment"])
    if header and options.header is None:
        header = not _looks_like_values(_first_row(path, label, delimiter, quote, escape, skipped, strict=False))
    if not header:
        names = [f"column{index}" for index in range(len(sniffed["Columns"]))]
    else:
        names = _header_names(path, label, delimiter, quote, escape, skipped)
    return Dialect(delimiter, quote, escape if quote else "", header, skipped, tuple(names), lost_lines)


def parted_by_whitespace(path: Path) -> bool:
    """Whether the lines look like fields parted by runs of blanks: as many in every line, half of them numbers."""
    with path.open(encoding="utf-8", errors="replace") as file:
        lines = [line.split() for line in itertools.islice(file, _LOOK_AT_LINES) if line.strip()]
    widths = {len(fields) for fields in lines}
    if len(lines) < 2 or len(widths) != 1 or widths == {1}:
        return False
    cells = [field for fields in lines[1:] for field in fields if field not in ("?", "NA", "-")]
    return sum(_is_number(cell) for cell in cells) > len(cells) / 2


def _sniff(path: Path, label: str, options: CsvOptions, n_lines: int) -> dict[str, Any]:
    arguments = [literal(str(path)), "ignore_errors = true", f"sample_size = {n_lines}"]
    if (delimiter := _delimiter(options)) is not None:
        arguments.append(f"delim = {literal(delimiter)}")
    if options.quote is not None:
        arguments.append(f"quote = {literal(options.quote)}")
    if options.header is not None:
        arguments.append(f"header = {str(options.header).lower()}")
    import duckdb

    with connection() as con:
        try:
            cursor = con.execute(f"FROM sniff_csv({', '.join(arguments)})")
        except duckdb.Error:
            return _sniff_first_line(path, label, options)
        names = [column[0] for column in cursor.description]
        found = dict(zip(names, cursor.fetchone(), strict=True))
    return {key: "" if value == "(empty)" else value for key, value in found.items()}


def _sniff_first_line(path: Path, label: str, options: CsvOptions) -> dict[str, Any]:
    """Take the delimiter that cuts the first line into the most fields, for files too damaged to be sniffed."""
    quote = '"' if options.quote is None else options.quote
    candidates = _delimiter(options) or ",;\t|"
    first_rows = {mark: _first_row(path, label, mark, quote, quote, 0, strict=False) for mark in candidates}
    delimiter, row = max(first_rows.items(), key=lambda item: len(item[1]))
    looks_like_header = not any(_is_number(field) for field in row)
    return {
        "Delimiter": delimiter, "Quote": quote, "Escape": quote, "SkipRows": 0, "Comment": "", "Columns": row,
        "HasHeader": looks_like_header if options.header is None else options.header,
    }  # fmt: skip


def _preamble(path: Path, skipped: int, comment: str) -> tuple[int, tuple[int, ...]]:
    """Return how many lines stand before the header, and which of them are neither blank nor comments.

    Comments count at the top of a file only: further down, the mark may be data.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        top = list(itertools.islice(file, max(skipped, _LOOK_AT_LINES)))
    if comment and top and top[0].startswith(comment):
        skipped = max(skipped, len(list(itertools.takewhile(lambda line: line.startswith((comment, "\n")), top))))
    useless = [not line.strip() or bool(comment and line.startswith(comment)) for line in top[:skipped]]
    return skipped, tuple(number for number, is_useless in enumerate(useless, start=1) if not is_useless)


def _delimiter(options: CsvOptions) -> str | None:
    return "\t" if options.delimiter == WHITESPACE else options.delimiter


def _quote(sniffed: str, delimiter: str, options: CsvOptions) -> str:
    if options.quote is not None:
        return options.quote
    # quotes may first occur beyond what was sniffed; tab-separated files without any tend to have none at all
    return sniffed or ("" if delimiter == "\t" else '"')


def _first_row(
    path: Path, label: str, delimiter: str, quote: str, escape: str, skipped: int, *, strict: bool = True
) -> list[str]:
    """Read the first row as it stands: DuckDB would rename columns of the same name silently."""
    style: dict[str, Any] = {"delimiter": delimiter, "quoting": csv.QUOTE_NONE}
    if quote:
        style |= {"quoting": csv.QUOTE_MINIMAL, "quotechar": quote, "doublequote": escape == quote, "strict": strict}
        style |= {} if escape == quote else {"escapechar": escape}
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        lines = list(itertools.islice(file, skipped, skipped + _LOOK_AT_LINES))
    lines = list(itertools.dropwhile(lambda line: not line.strip(), lines))
    # like DuckDB, see a quote after blanks as the start of a quoted field
    spaced = bool(quote and lines and re.search(f"{re.escape(delimiter)} +{re.escape(quote)}", lines[0]))
    try:
        return next(csv.reader(lines, **style, skipinitialspace=spaced), [])
    except csv.Error as error:
        raise UnreadableInput(
            f"{label} must begin with a header or a row; got {error} in its first line. Mend it, or set "
            "delimiter and quote under [csv] in prefit.toml."
        ) from error


def _header_names(path: Path, label: str, delimiter: str, quote: str, escape: str, skipped: int) -> list[str]:
    names = _first_row(path, label, delimiter, quote, escape, skipped)
    check_columns([name for name in names if name] or ["unnamed"], label)
    return _named(names)


def _named(names: Sequence[str]) -> list[str]:
    """Give names to the columns that have none: ``column3`` for the fourth."""
    taken = {name for name in names if name}
    result: list[str] = []
    for index, name in enumerate(names):
        candidate = name or f"column{index}"
        while not name and candidate in taken:
            candidate += "_"
        result.append(candidate)
        taken.add(candidate)
    return result


def _looks_like_values(names: Sequence[str]) -> bool:
    """Whether a first row is no header, though other rows differ from it: decimal numbers, or one number twice."""
    numbers = [name for name in names if _is_number(name)]
    return len(set(numbers)) < len(numbers) or any("." in number for number in numbers)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
