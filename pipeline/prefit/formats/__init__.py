"""Formats: what a report looks like as a page, as data and as a summary.

A format is a module here with a `NAME`, a `FILE_NAME` and a function ``render(report) -> str | bytes``, and one entry
in `_MODULES`. The terminal is no file and stands apart, in :mod:`prefit.formats.terminal`, and so does the frame in a
notebook, in :mod:`prefit.formats.notebook`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from prefit.errors import UsageError, did_you_mean
from prefit.formats import comparison, html, json, junit, label_issues, markdown, pdf, sarif
from prefit.formats.files import check_directory, write_files
from prefit.report import Report

__all__ = [
    "DEFAULT",
    "FORMATS",
    "check_directory",
    "parse_formats",
    "render",
    "write",
    "write_comparison",
    "write_json",
]


class _Format(Protocol):
    NAME: str
    FILE_NAME: str

    def render(self, report: Report) -> str | bytes: ...


_MODULES: tuple[_Format, ...] = (html, json, markdown, junit, sarif, pdf)
_BY_NAME: Mapping[str, _Format] = {module.NAME: module for module in _MODULES}

FORMATS: Mapping[str, str] = {module.NAME: module.FILE_NAME for module in _MODULES}
"""Name of each format, as ``--format`` takes it, and the file that it is written to."""

DEFAULT = "html,json,md"
"""What is written to a folder where nothing else is asked for."""


def parse_formats(text: str) -> tuple[str, ...]:
    """Read a comma-separated list of formats, as ``--format`` takes it.

    Raises
    ------
    UsageError
        If one of them does not exist or cannot be made here, or none is named.

    Examples
    --------
    >>> parse_formats("html, json")
    ('html', 'json')
    """
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        raise UsageError(f"format must name at least one format; got {text!r}. Formats: {', '.join(FORMATS)}.")
    known = tuple(_format(name).NAME for name in names)
    if pdf.NAME in known:
        pdf.find_browser()  # what would fail at the end fails before the work begins
    return known


def render(report: Report, name: str) -> str | bytes:
    """Return a report in one format.

    Parameters
    ----------
    report : Report
    name : str
        A key of `FORMATS`.

    Raises
    ------
    UsageError
        If there is no such format.
    """
    return _format(name).render(report)


def write(report: Report, directory: Path, formats: Sequence[str]) -> list[Path]:
    """Write a report into a directory: all files, or none when anything stops it.

    Everything is rendered before the directory is touched.

    Parameters
    ----------
    report : Report
    directory : path
        Made if it does not exist. Files of an earlier report are replaced, others left alone; its
        ``label_issues.parquet`` is removed where no labels were looked at.
    formats : sequence of str
        Keys of `FORMATS`; one that is named twice is written once.

    Returns
    -------
    list of pathlib.Path
        The files, in the order of `formats`, and ``label_issues.parquet`` where labels were looked at.

    Raises
    ------
    UsageError
        If a format is not known, or the directory cannot be written.
    """
    modules = [_format(name) for name in formats]
    contents: dict[str, str | bytes] = {module.FILE_NAME: module.render(report) for module in modules}
    if report.label_issues is not None:
        contents[label_issues.FILE_NAME] = label_issues.render(report.label_issues)
    return write_files(directory, contents, outdated=[label_issues.FILE_NAME])


def write_json(content: Mapping[str, Any], directory: Path, file_name: str) -> Path:
    """Write plain data as strict JSON, in the same way as ``report.json``.

    Raises
    ------
    UsageError
        If the directory cannot be written.
    """
    return write_files(directory, {file_name: json.dump(content)})[0]


def write_comparison(content: Mapping[str, Any], directory: Path, page: str) -> list[Path]:
    """Write a comparison as data and as a page, both or none.

    Raises
    ------
    UsageError
        If the directory cannot be written.
    """
    return write_files(directory, {comparison.FILE_NAME: page, "comparison.json": json.dump(content)})


def _format(name: str) -> _Format:
    if name not in _BY_NAME:
        raise UsageError(
            f"format must be one that prefit writes; got {name!r}. Formats: {did_you_mean(name, _BY_NAME)}"
        )
    return _BY_NAME[name]
