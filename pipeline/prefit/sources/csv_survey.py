"""In which form and dialect a CSV file can be read with the fewest malformed lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from prefit.errors import UnreadableInput
from prefit.sources.csv_options import WHITESPACE, CsvOptions
from prefit.sources.csv_scan import Scan, scan
from prefit.sources.dialect import Dialect, find_dialect, parted_by_whitespace
from prefit.sources.duck import connection, reason
from prefit.sources.encoding import examine
from prefit.sources.files import DataFile
from prefit.sources.plain import TextForm, lines_of, plain_text
from prefit.sources.quotes import misquoted_lines

__all__ = ["Survey", "survey"]


@dataclass(frozen=True, slots=True)
class Survey:
    """How to read a CSV file, and what a pass over all its lines found."""

    form: TextForm
    dialect: Dialect
    scan: Scan

    @property
    def is_convincing(self) -> bool:
        """Whether there is no reason to try another dialect.

        Single quotes are rare, and apostrophes in text look like them; a single column with lines of several fields is
        a wrong delimiter.
        """
        is_one_column = len(self.dialect.columns) == 1 and bool(self.scan.malformed)
        return self.dialect.quote != "'" and self.scan.n_rows > 0 and not is_one_column

    @property
    def merit(self) -> tuple[bool, int]:
        """What makes one reading better than another: several columns, then few malformed lines."""
        n_malformed = len(self.scan.malformed)
        return len(self.dialect.columns) > 1 and 2 * n_malformed < self.scan.n_rows, -n_malformed


def survey(file: DataFile, options: CsvOptions) -> Survey:
    """Find the form and the dialect in which the lines of a file can be read, and what they hold.

    Raises
    ------
    UnreadableInput
        If the file is empty or no text, no dialect fits it, or no line is as wide as the header.
    InputError
        If two columns have one name.
    """
    import duckdb

    form = replace(
        examine(file.path, file.label, options.encoding), tabs_for_whitespace=options.delimiter == WHITESPACE
    )
    best: Survey | None = None
    failures: list[Exception] = []
    for tried_form, tried_options in _attempts(form, options):
        try:
            found = _survey_as(file, tried_form, tried_options)
        except duckdb.Error as error:
            failures.append(error)
            continue
        if best is None or found.merit > best.merit:
            best = found
        if best.is_convincing:
            break
    if best is None:
        why = reason(failures[0], file.path, file.label)
        raise UnreadableInput(
            f"{file.label} must be a table in CSV; got lines that no dialect fits ({why}). "
            "Set delimiter, quote and header under [csv] in prefit.toml."
        ) from failures[0]
    if best.scan.n_rows == 0 and best.scan.malformed:
        first = best.scan.malformed[0]
        raise UnreadableInput(
            f"{file.label} must have rows as wide as its header; got none: line {first.line} has {first.reason}. "
            "Mend the header, or set delimiter, quote and header under [csv] in prefit.toml."
        )
    return best


def _attempts(form: TextForm, options: CsvOptions) -> Iterator[tuple[TextForm, CsvOptions]]:
    """Yield the readings to try: as it looks, with double quotes, and both with all line ends made one."""
    forms = [form, form.with_unified_line_ends()] if form.mixed_line_ends else [form]
    for tried in forms:
        yield tried, options
        if options.quote is None:
            yield tried, replace(options, quote='"')


def _survey_as(file: DataFile, form: TextForm, options: CsvOptions) -> Survey:
    with plain_text(file.path, form, file.label) as plain:
        dialect = find_dialect(plain, file.label, options)
        may_be_spaced = options.delimiter is None and not {".csv", ".tsv"} & set(file.path.suffixes)
        if len(dialect.columns) == 1 and may_be_spaced and parted_by_whitespace(plain):
            spaced = replace(form, tabs_for_whitespace=True)
            return _survey_as(file, spaced, replace(options, delimiter=WHITESPACE))
        found = _scan(plain, file.label, form, dialect, options)
        if found.has_misquoted:
            # DuckDB loses the lines up to the next quote, so it reads again without the lines at fault
            lines = islice(lines_of(plain, form.line_end), dialect.skipped_lines, None)
            misquoted = tuple(dialect.skipped_lines + line for line in misquoted_lines(lines, dialect))
            form = replace(form, dropped_lines=misquoted)
    if form.dropped_lines:
        with plain_text(file.path, form, file.label) as plain:
            found = _scan(plain, file.label, form, dialect, options)
    return Survey(form, dialect, found)


def _scan(plain: Path, label: str, form: TextForm, dialect: Dialect, options: CsvOptions) -> Scan:
    with connection(len(dialect.columns)) as con:
        return scan(con, plain, label, form, dialect, options.null_values)
